/**
 * A service of the mesh: a host name, its versions, and the table that chooses between them.
 */
import type { Filters, RouteAction, RoutePolicy, Timeouts } from './action';
import type { AwsAccess } from './aws-access';
import type { Match } from './match';
import type { AccessLog } from './observability';
import type { ConnectionPool, HealthCheck, OutlierDetection, Stickiness } from './resilience';
import type { ClientTls, ListenerTls } from './security';
import type { Pods } from './workload';
import type { Origin } from '../diagnostics/diagnostic';

/** `<namespace>/<name>`, for example `shop/products`. */
export type ServiceId = string;

/** What a port speaks; `tls`: bytes that begin with a TLS handshake, of which proxies read the server name and nothing else. */
export type Protocol = 'http' | 'http2' | 'grpc' | 'tcp' | 'tls';

/** One port of a service. */
export interface ServicePort {
  /** The port callers use, 1 to 65535. */
  readonly port: number;
  /** The port the pods listen on. */
  readonly targetPort: number;
  readonly protocol: Protocol;
}

/** How the endpoints of a version are found. */
export type Discovery =
  /** One virtual address; Kubernetes balances. Active checks and outlier detection cannot see single pods. */
  | { readonly kind: 'dns-load-balanced' }
  /** Every pod's address. */
  | { readonly kind: 'dns-endpoints' }
  | { readonly kind: 'cloud-map'; readonly namespace: string; readonly service: string; readonly attributes: readonly { readonly key: string; readonly value: string }[] };

/** One version of a service: a set of pods that can be addressed alone. */
export interface Version {
  /** For example `v1`. */
  readonly name: string;
  readonly origin: Origin;
  /** Property of the origin that the version was written in, for example `stable`; left out means `versions['<name>']`. */
  readonly property?: string;
  /** Name of everything that exists once per version: `<service>-<version>`. */
  readonly resourceName: string;
  readonly pods: Pods;
  readonly discovery: Discovery;
  readonly health?: HealthCheck;
  readonly pool?: ConnectionPool;
  readonly outliers?: OutlierDetection;
  /** Left out: each request goes to any pod of the version. */
  readonly stickiness?: Stickiness;
  /** TLS of the version's listeners; left out means plain text. */
  readonly tls?: ListenerTls;
  readonly accessLog?: AccessLog;
  /** Limits at the receiving proxy; left out means none. */
  readonly timeouts?: Timeouts;
}

/** One entry of a service's table. Its action forwards to versions. */
export interface ServiceRoute {
  /** Unique within the service; stable, never derived from the position. */
  readonly name: string;
  readonly origin: Origin;
  /** Property of the origin that created it, for example `pins[0]`. */
  readonly property: string;
  /** Lower wins; left out means the order follows from the match. */
  readonly priority?: number;
  readonly match: Match;
  readonly action: RouteAction;
  readonly filters: Filters;
  readonly policy: RoutePolicy;
}

/** A declared call of another service. */
export interface Call {
  readonly service: ServiceId;
  /** TLS for this call alone; left out means the caller's default. */
  readonly tls?: ClientTls;
}

/** A service. */
export interface Service {
  readonly id: ServiceId;
  readonly name: string;
  readonly namespace: string;
  readonly origin: Origin;
  /** The host name that callers write, for example `products.shop.svc.cluster.local`. */
  readonly host: string;
  /**
   * `workload`: has versions of its own. `router`: its routes lead to versions of other services.
   * `external`: a host outside of the mesh; one version whose pods are `external`.
   */
  readonly kind: 'workload' | 'router' | 'external';
  readonly ports: readonly ServicePort[];
  readonly versions: readonly Version[];
  /** In the order the user wrote them; `orderedRoutes` gives the order of precedence. */
  readonly routes: readonly ServiceRoute[];
  readonly calls: readonly Call[];
  /** TLS towards every called service; left out means the mesh's default. */
  readonly clientTls?: ClientTls;
  /** `service`: all versions share one service account and role; `version`: one each. */
  readonly identity: 'service' | 'version';
  /** What the service's role is for; left out: the program grants nothing, so its pods have nothing to ask of AWS. */
  readonly aws?: AwsAccess;
}
