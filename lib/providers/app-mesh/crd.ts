/* eslint-disable max-lines -- the wire shapes of seven kinds, in one place to be read beside their definitions */
/**
 * The wire shapes of the App Mesh custom resources, as far as lowering writes them.
 * `meshRef` and `virtualGatewayRef` are left out on purpose: the controller's webhook writes them and refuses them as input.
 * @see https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/config/crd/bases (group appmesh.k8s.aws, v1beta2)
 */
import type { KubeMetadata } from '../../kube/object';

/** Group and version of all kinds. */
export const APP_MESH_API_VERSION = 'appmesh.k8s.aws/v1beta2';

/** A length of time; `0` with any unit switches a timeout off. */
export interface Duration {
  readonly unit: 's' | 'ms';
  readonly value: number;
}

/** A name inside of a namespace. */
export interface Reference {
  readonly namespace: string;
  readonly name: string;
}

/** Labels that must all be there. */
export interface Selector {
  readonly matchLabels: { readonly [key: string]: string };
}

/** What a listener speaks; a gateway's listener never speaks tcp. */
export type WireProtocol = 'grpc' | 'http' | 'http2' | 'tcp';

/** A port of a proxy. */
export interface PortMapping {
  readonly port: number;
  readonly protocol: WireProtocol;
}

/** One way to compare a header; exactly one key. */
export type HeaderFilter =
  | { readonly exact: string } | { readonly prefix: string } | { readonly suffix: string } | { readonly regex: string }
  | { readonly range: { readonly start: number; readonly end: number } };

/** A condition on a header or metadata entry; without `match` a test of presence. */
export interface HeaderCondition {
  readonly name: string;
  readonly match?: HeaderFilter;
  readonly invert?: boolean;
}

/** A condition on a query parameter; without `match` a test of presence. */
export interface QueryCondition {
  readonly name: string;
  readonly match?: { readonly exact: string };
}

/** A path that is not a prefix; exactly one key. */
export type PathCondition = { readonly exact: string } | { readonly regex: string };

/** The match of a router's HTTP or HTTP/2 route. */
export interface HttpRouteMatch {
  readonly headers?: readonly HeaderCondition[];
  readonly method?: string;
  readonly path?: PathCondition;
  readonly port?: number;
  readonly prefix?: string;
  readonly queryParameters?: readonly QueryCondition[];
  readonly scheme?: 'http' | 'https';
}

/** The match of a router's gRPC route. */
export interface GrpcRouteMatch {
  readonly metadata?: readonly HeaderCondition[];
  readonly methodName?: string;
  readonly port?: number;
  readonly serviceName?: string;
}

/** A condition on the host; exactly one key. */
export type HostnameMatch = { readonly exact: string } | { readonly suffix: string };

/** A file that a peer's certificate is checked against, or where to get it. */
export type WireTrust =
  | { readonly acm: { readonly certificateAuthorityARNs: readonly string[] } }
  | { readonly file: { readonly certificateChain: string } }
  | { readonly sds: { readonly secretName: string } };

/** A certificate with its key, or where to get it. */
export type WireCertificate =
  | { readonly acm: { readonly certificateARN: string } }
  | { readonly file: { readonly certificateChain: string; readonly privateKey: string } }
  | { readonly sds: { readonly secretName: string } };

/** A check of the peer. */
export interface WireValidation {
  readonly subjectAlternativeNames?: { readonly match: { readonly exact: readonly string[] } };
  readonly trust: WireTrust;
}

/** TLS of a listener. */
export interface WireListenerTls {
  readonly certificate: WireCertificate;
  readonly mode: 'DISABLED' | 'PERMISSIVE' | 'STRICT';
  readonly validation?: WireValidation;
}

/** TLS towards other nodes. */
export interface WireClientPolicy {
  readonly tls: {
    readonly certificate?: WireCertificate;
    readonly enforce: boolean;
    readonly ports?: readonly number[];
    readonly validation: WireValidation;
  };
}

/** Access log of a proxy. */
export interface WireLogging {
  readonly accessLog: {
    readonly file: {
      readonly format?: { readonly json: readonly { readonly key: string; readonly value: string }[] } | { readonly text: string };
      readonly path: string;
    };
  };
}

/** Limits of a request, by protocol; `tcp` knows only `idle`. */
export interface WireTimeout {
  readonly idle: Duration;
  readonly perRequest?: Duration;
}

/** Retries of a route. */
export interface WireRetryPolicy {
  readonly grpcRetryEvents?: readonly string[];
  readonly httpRetryEvents?: readonly string[];
  readonly maxRetries: number;
  readonly perRetryTimeout: Duration;
  readonly tcpRetryEvents?: readonly string[];
}

/** One share of a route. */
export interface WeightedTarget {
  readonly port?: number;
  readonly virtualNodeRef: Reference;
  readonly weight: number;
}

/** Where a router's route leads. */
export interface RouteAction {
  readonly weightedTargets: readonly WeightedTarget[];
}

/** A route of a router; exactly one of the four kinds. */
export interface Route {
  readonly name: string;
  readonly priority?: number;
  readonly grpcRoute?: { readonly action: RouteAction; readonly match: GrpcRouteMatch; readonly retryPolicy?: WireRetryPolicy; readonly timeout?: WireTimeout };
  readonly http2Route?: HttpRoute;
  readonly httpRoute?: HttpRoute;
  readonly tcpRoute?: { readonly action: RouteAction; readonly match?: { readonly port: number }; readonly timeout?: WireTimeout };
}

/** A router's HTTP or HTTP/2 route. */
export interface HttpRoute {
  readonly action: RouteAction;
  readonly match: HttpRouteMatch;
  readonly retryPolicy?: WireRetryPolicy;
  readonly timeout?: WireTimeout;
}

/** What a gateway route changes; every default of App Mesh is written out. */
export interface GatewayRewrite {
  readonly hostname?: { readonly defaultTargetHostname: 'ENABLED' | 'DISABLED' };
  readonly path?: { readonly exact: string };
  readonly prefix?: { readonly defaultPrefix: 'ENABLED' | 'DISABLED' } | { readonly value: string };
}

/** Where a gateway route leads. */
export interface GatewayRouteAction {
  readonly rewrite?: GatewayRewrite;
  readonly target: { readonly port?: number; readonly virtualService: { readonly virtualServiceRef: Reference } };
}

/** The match of a gateway's HTTP or HTTP/2 route. */
export interface GatewayHttpMatch {
  readonly headers?: readonly HeaderCondition[];
  readonly hostname?: HostnameMatch;
  readonly method?: string;
  readonly path?: PathCondition;
  readonly port?: number;
  readonly prefix?: string;
  readonly queryParameters?: readonly QueryCondition[];
}

/** The match of a gateway's gRPC route. */
export interface GatewayGrpcMatch {
  readonly hostname?: HostnameMatch;
  readonly metadata?: readonly HeaderCondition[];
  readonly port?: number;
  readonly serviceName?: string;
}

/** Active check of an endpoint. */
export interface WireHealthCheck {
  readonly healthyThreshold: number;
  readonly intervalMillis: number;
  readonly path?: string;
  readonly port?: number;
  readonly protocol: WireProtocol;
  readonly timeoutMillis: number;
  readonly unhealthyThreshold: number;
}

/** Circuit breaker of a listener; exactly one key, that of the listener's protocol. */
export type WirePool =
  | { readonly tcp: { readonly maxConnections: number } }
  | { readonly http: { readonly maxConnections: number; readonly maxPendingRequests?: number } }
  | { readonly http2: { readonly maxRequests: number } }
  | { readonly grpc: { readonly maxRequests: number } };

/** A listener of a node. */
export interface NodeListener {
  readonly connectionPool?: WirePool;
  readonly healthCheck?: WireHealthCheck;
  readonly outlierDetection?: {
    readonly baseEjectionDuration: Duration;
    readonly interval: Duration;
    readonly maxEjectionPercent: number;
    readonly maxServerErrors: number;
  };
  readonly portMapping: PortMapping;
  readonly timeout?: { readonly [P in WireProtocol]?: WireTimeout };
  readonly tls?: WireListenerTls;
}

/** A listener of a gateway. */
export interface GatewayListener {
  readonly connectionPool?: WirePool;
  readonly healthCheck?: WireHealthCheck;
  readonly portMapping: PortMapping;
  readonly tls?: WireListenerTls;
}

/** A call that a node may make. */
export interface Backend {
  readonly virtualService: { readonly clientPolicy?: WireClientPolicy; readonly virtualServiceRef: Reference };
}

interface Resource<K extends string, S> {
  readonly apiVersion: typeof APP_MESH_API_VERSION;
  readonly kind: K;
  readonly metadata: KubeMetadata;
  readonly spec: S;
  readonly [key: string]: unknown;
}

/** The mesh; the only kind without namespace. */
export type Mesh = Resource<'Mesh', {
  readonly awsName: string;
  readonly egressFilter: { readonly type: 'ALLOW_ALL' | 'DROP_ALL' };
  readonly meshOwner?: string;
  readonly meshServiceDiscovery?: { readonly ipPreference: 'IPv4_ONLY' | 'IPv6_ONLY' };
  readonly namespaceSelector: Selector;
}>;

/** The proxies of one version. */
export type VirtualNode = Resource<'VirtualNode', {
  readonly awsName: string;
  readonly backendDefaults?: { readonly clientPolicy: WireClientPolicy };
  readonly backends?: readonly Backend[];
  readonly listeners: readonly NodeListener[];
  readonly logging?: WireLogging;
  readonly podSelector?: Selector;
  readonly serviceDiscovery: {
    readonly awsCloudMap?: {
      readonly attributes?: readonly { readonly key: string; readonly value: string }[];
      readonly namespaceName: string;
      readonly serviceName: string;
    };
    readonly dns?: { readonly hostname: string; readonly responseType: 'ENDPOINTS' | 'LOADBALANCER' };
  };
}>;

/** The name that callers use. */
export type VirtualService = Resource<'VirtualService', {
  readonly awsName: string;
  readonly provider: { readonly virtualRouter: { readonly virtualRouterRef: Reference } };
}>;

/** The table of a service. */
export type VirtualRouter = Resource<'VirtualRouter', {
  readonly awsName: string;
  readonly listeners: readonly { readonly portMapping: PortMapping }[];
  readonly routes: readonly Route[];
}>;

/** The proxies of a gateway. */
export type VirtualGateway = Resource<'VirtualGateway', {
  readonly awsName: string;
  readonly backendDefaults?: { readonly clientPolicy: WireClientPolicy };
  readonly gatewayRouteSelector: Selector;
  readonly listeners: readonly GatewayListener[];
  readonly logging?: WireLogging;
  readonly namespaceSelector: Selector;
  readonly podSelector: Selector;
}>;

/** One entry of a gateway's table; exactly one of the three kinds. */
export type GatewayRoute = Resource<'GatewayRoute', {
  readonly awsName: string;
  readonly priority: number;
  readonly grpcRoute?: { readonly action: GatewayRouteAction; readonly match: GatewayGrpcMatch };
  readonly http2Route?: { readonly action: GatewayRouteAction; readonly match: GatewayHttpMatch };
  readonly httpRoute?: { readonly action: GatewayRouteAction; readonly match: GatewayHttpMatch };
}>;

/** Any App Mesh object. */
export type AppMeshObject = Mesh | VirtualNode | VirtualService | VirtualRouter | VirtualGateway | GatewayRoute;
