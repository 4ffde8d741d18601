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
    /** Client networks, for example `10.0.0.0/8`; empty means all. */
    readonly sourceRanges: readonly string[];
    /** More annotations of the load balancer's Service, as its controller documents them. */
    readonly annotations: { readonly [key: string]: Opaque };
  }
  /** Only from inside of the cluster. */
  | { readonly kind: 'cluster-only' };

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
