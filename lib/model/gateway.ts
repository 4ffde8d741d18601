/**
 * A gateway: where traffic enters the mesh, and the table that chooses a service.
 */
import type { Filters, RouteAction, RoutePolicy } from './action';
import type { Guards } from './guards';
import type { GrpcMatch, HostMatch, HttpMatch } from './match';
import type { AccessLog } from './observability';
import type { Opaque } from './opaque';
import type { ConnectionPool, HealthCheck } from './resilience';
import type { ClientTls, ListenerTls } from './security';
import type { Resources, Scale } from './workload';
import type { Origin } from '../diagnostics/diagnostic';

/** `<namespace>/<name>`. */
export type GatewayId = string;

/** One port of a gateway. */
export interface Listener {
  /** Port that clients use. */
  readonly port: number;
  /** Port that the proxy binds, above 1024. */
  readonly targetPort: number;
  readonly protocol: 'http' | 'http2' | 'grpc';
  readonly tls?: ListenerTls;
  readonly health?: HealthCheck;
  readonly pool?: ConnectionPool;
}

/** The port that a proxy binds where the program names none: above 1024, because it does not run as root. */
export function defaultTargetPort(port: number): number {
  return port > 1024 ? port : port + 8000;
}

/** One entry of a gateway's table. */
export interface GatewayRoute {
  /** Unique within the gateway. */
  readonly name: string;
  readonly origin: Origin;
  /** Property of the origin that created it. */
  readonly property: string;
  /** Any of these hosts; empty means every host that no other table serves. */
  readonly hosts: readonly HostMatch[];
  /** Lower wins; left out means the order follows from the match. */
  readonly priority?: number;
  /** `match.port` is a listener's `port`. */
  readonly match: HttpMatch | GrpcMatch;
  readonly action: RouteAction;
  readonly filters: Filters;
  /** Left out: every request is let through. */
  readonly guards?: Guards;
  /** Replaces the service's own policy field by field. */
  readonly policy: RoutePolicy;
}

/** How clients reach the gateway's proxies. */
export type Exposure =
  | {
    readonly kind: 'network-load-balancer';
    readonly scheme: 'internal' | 'internet-facing';
    /** A certificate at the load balancer itself; left out means TCP is passed through. */
    readonly certificate?: Opaque;
    /** Ports of listeners whose TLS ends at the load balancer; left out: all, where there is a certificate. */
    readonly tlsPorts?: readonly number[];
    /** How long connections to a proxy that leaves are kept, and how long new ones may still arrive there; left out: the provider's default. */
    readonly deregistrationSeconds?: number;
    /** Client networks, for example `10.0.0.0/8`; empty means all. */
    readonly sourceRanges: readonly string[];
    /** More annotations of the load balancer's Service, as its controller documents them. */
    readonly annotations: { readonly [key: string]: Opaque };
  }
  /** Only from inside of the cluster. */
  | { readonly kind: 'cluster-only' };

/** Whether clients speak TLS to the load balancer, which speaks plain text to the listener. */
export function endsTlsAtLoadBalancer({ exposure }: Pick<Gateway, 'exposure'>, { port }: Pick<Listener, 'port'>): boolean {
  if (exposure.kind === 'cluster-only' || exposure.certificate === undefined) return false;
  return exposure.tlsPorts?.includes(port) ?? true;
}

/** What clients speak to a listener, wherever TLS ends. */
export function clientScheme(gateway: Pick<Gateway, 'exposure'>, listener: Pick<Listener, 'port' | 'tls'>): 'http' | 'https' {
  const { tls } = listener;
  return (tls !== undefined && tls.mode !== 'disabled') || endsTlsAtLoadBalancer(gateway, listener) ? 'https' : 'http';
}

/** The proxies of a gateway. */
export interface GatewayPods {
  /** Left out: the provider's pinned proxy image. */
  readonly image?: Opaque;
  readonly scale: Scale;
  readonly resources: Resources;
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'critical' | 'off';
}

/** A gateway. */
export interface Gateway {
  readonly id: GatewayId;
  readonly name: string;
  readonly namespace: string;
  readonly origin: Origin;
  readonly listeners: readonly Listener[];
  /** In the order the user wrote them; `orderedRoutes` gives the order of precedence. */
  readonly routes: readonly GatewayRoute[];
  readonly accessLog?: AccessLog;
  /** TLS towards the services; left out means the mesh's default. */
  readonly clientTls?: ClientTls;
  readonly pods: GatewayPods;
  readonly exposure: Exposure;
}
