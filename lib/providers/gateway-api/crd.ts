/**
 * Wire shapes of the Gateway API, as far as the library writes them. Fields in the order of the published schemas.
 * @see https://gateway-api.sigs.k8s.io/reference/spec/ (v1.7.0; standard channel unless a field says otherwise)
 */
import type { KubeObject } from '../../kube/object';

/** Group of the Gateway API. */
export const GATEWAY_GROUP = 'gateway.networking.k8s.io';

/** Version of everything but grants. */
export const GATEWAY_API_VERSION = `${GATEWAY_GROUP}/v1`;

/** Served by every release since 0.5, and the one that Envoy Gateway reads. */
export const GRANT_API_VERSION = `${GATEWAY_GROUP}/v1beta1`;

/** Another object of a namespace. */
export interface ObjectRef {
  /** Empty for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Where a route is attached: a gateway's listener, or a port of a Service. */
export interface ParentRef {
  readonly group: string;
  readonly kind: 'Gateway' | 'Service';
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

/** A path condition. */
export interface PathMatchWire {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
}

/** A condition on a header or query parameter; one for each name. */
export interface ValueMatchWire {
  readonly type: 'Exact' | 'RegularExpression';
  readonly name: string;
  readonly value: string;
}

/** Conditions that must all hold. */
export interface HttpRouteMatch {
  readonly path: PathMatchWire;
  readonly headers?: readonly ValueMatchWire[];
  readonly queryParams?: readonly ValueMatchWire[];
  readonly method?: string;
}

/** Conditions on a gRPC call. */
export interface GrpcRouteMatch {
  readonly method?: { readonly type: 'Exact'; readonly service?: string; readonly method?: string };
  readonly headers?: readonly ValueMatchWire[];
}

/** Changes of headers. */
export interface HeaderModifier {
  readonly set?: readonly { readonly name: string; readonly value: string }[];
  readonly add?: readonly { readonly name: string; readonly value: string }[];
  readonly remove?: readonly string[];
}

/** What a path becomes. */
export type PathModifier =
  | { readonly type: 'ReplaceFullPath'; readonly replaceFullPath: string }
  | { readonly type: 'ReplacePrefixMatch'; readonly replacePrefixMatch: string };

/** Where a request is sent. */
export interface BackendObjectRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

/** A share of the requests. */
export interface BackendRef extends BackendObjectRef {
  readonly weight: number;
  readonly filters?: readonly RouteFilter[];
}

/** What is done to a request on its way. */
export type RouteFilter =
  | { readonly type: 'RequestHeaderModifier'; readonly requestHeaderModifier: HeaderModifier }
  | { readonly type: 'ResponseHeaderModifier'; readonly responseHeaderModifier: HeaderModifier }
  | {
    readonly type: 'RequestMirror';
    readonly requestMirror: {
      readonly backendRef: BackendObjectRef;
      readonly percent?: number;
      readonly fraction?: { readonly numerator: number; readonly denominator: number };
    };
  }
  | {
    readonly type: 'RequestRedirect';
    readonly requestRedirect: {
      readonly scheme?: string; readonly hostname?: string; readonly path?: PathModifier; readonly port?: number; readonly statusCode: number;
    };
  }
  | { readonly type: 'URLRewrite'; readonly urlRewrite: { readonly hostname?: string; readonly path?: PathModifier } }
  | { readonly type: 'CORS'; readonly cors: object }
  | { readonly type: 'ExtensionRef'; readonly extensionRef: { readonly group: string; readonly kind: string; readonly name: string } };

/** Durations as `1500ms`: no decimals. */
export interface RouteTimeouts {
  readonly request?: string;
  /** Only beside `retry`: alone it would replace `request`. */
  readonly backendRequest?: string;
}

/** Standard since 1.7, experimental before. */
export interface RouteRetry {
  readonly codes?: readonly number[];
  readonly attempts: number;
  readonly backoff?: string;
}

/** One entry of a route's table. */
export interface HttpRouteRule {
  readonly name: string;
  readonly matches: readonly HttpRouteMatch[];
  readonly filters?: readonly RouteFilter[];
  readonly backendRefs?: readonly BackendRef[];
  readonly timeouts?: RouteTimeouts;
  readonly retry?: RouteRetry;
}

/** One entry of a gRPC route's table. */
export interface GrpcRouteRule {
  readonly name: string;
  readonly matches: readonly GrpcRouteMatch[];
  readonly filters?: readonly RouteFilter[];
  readonly backendRefs?: readonly BackendRef[];
}

/** A table for HTTP requests. */
export interface HttpRoute extends KubeObject {
  readonly kind: 'HTTPRoute';
  readonly spec: { readonly parentRefs: readonly ParentRef[]; readonly hostnames?: readonly string[]; readonly rules: readonly HttpRouteRule[] };
}

/** A table for gRPC calls. */
export interface GrpcRoute extends KubeObject {
  readonly kind: 'GRPCRoute';
  readonly spec: { readonly parentRefs: readonly ParentRef[]; readonly hostnames?: readonly string[]; readonly rules: readonly GrpcRouteRule[] };
}

/** Where TCP connections go; exactly one rule. */
export interface TcpRoute extends KubeObject {
  readonly kind: 'TCPRoute';
  readonly spec: {
    readonly parentRefs: readonly ParentRef[];
    readonly rules: readonly { readonly name: string; readonly backendRefs: readonly BackendRef[] }[];
  };
}

/** TLS of a listener. */
export interface ListenerTlsWire {
  readonly mode: 'Terminate';
  readonly certificateRefs: readonly ObjectRef[];
}

/** A port of a gateway. */
export interface ListenerWire {
  readonly name: string;
  readonly port: number;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly tls?: ListenerTlsWire;
  readonly allowedRoutes: {
    readonly namespaces: { readonly from: 'Same' | 'All' | 'Selector'; readonly selector?: object };
    readonly kinds?: readonly { readonly group: string; readonly kind: string }[];
  };
}

/** A gateway. */
export interface GatewayObject extends KubeObject {
  readonly kind: 'Gateway';
  readonly spec: {
    readonly gatewayClassName: string;
    readonly listeners: readonly ListenerWire[];
    readonly infrastructure?: {
      readonly labels?: { readonly [key: string]: string };
      readonly annotations?: { readonly [key: string]: string };
      readonly parametersRef?: { readonly group: string; readonly kind: string; readonly name: string };
    };
    readonly tls?: object;
  };
}

/** Leave to refer to objects of a namespace from another. */
export interface ReferenceGrant extends KubeObject {
  readonly kind: 'ReferenceGrant';
  readonly spec: {
    readonly from: readonly { readonly group: string; readonly kind: string; readonly namespace: string }[];
    readonly to: readonly { readonly group: string; readonly kind: string; readonly name?: string }[];
  };
}
