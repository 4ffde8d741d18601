/**
 * Kinds of Envoy Gateway's own API, as far as the library writes them.
 * @see https://github.com/envoyproxy/gateway/tree/v1.9.1/api/v1alpha1
 */
import type { KubeObject } from '../../kube/object';

/** Group of Envoy Gateway's own kinds. */
export const ENVOY_GATEWAY_GROUP = 'gateway.envoyproxy.io';

/** The only version of them. */
export const ENVOY_GATEWAY_API_VERSION = `${ENVOY_GATEWAY_GROUP}/v1alpha1`;

/** Name of the controller that a GatewayClass must bear. */
export const CONTROLLER = `${ENVOY_GATEWAY_GROUP}/gatewayclass-controller`;

/** What a policy is attached to; of its own namespace. */
export interface PolicyTarget {
  readonly group: string;
  readonly kind: 'Gateway' | 'HTTPRoute' | 'GRPCRoute';
  readonly name: string;
  /** A listener or a rule. */
  readonly sectionName?: string;
}

/** Answers without a service, and rewrites of text. */
export interface HttpRouteFilter extends KubeObject {
  readonly kind: 'HTTPRouteFilter';
  readonly spec: {
    readonly urlRewrite?: { readonly path: { readonly type: 'ReplaceRegexMatch'; readonly replaceRegexMatch: { readonly pattern: string; readonly substitution: string } } };
    readonly directResponse?: {
      readonly contentType?: string;
      readonly body?: { readonly type: 'Inline'; readonly inline: string };
      readonly statusCode: number;
    };
  };
}

/** What is asked of requests before a rule acts. A policy of a rule replaces that of its route object as a whole. */
export interface SecurityPolicy extends KubeObject {
  readonly kind: 'SecurityPolicy';
  readonly spec: {
    readonly targetRefs: readonly PolicyTarget[];
    readonly cors?: object;
    readonly jwt?: { readonly providers: readonly object[] };
    readonly authorization?: object;
  };
}

/** How requests are sent on. A policy of a rule replaces that of its gateway as a whole. */
export interface BackendTrafficPolicy extends KubeObject {
  readonly kind: 'BackendTrafficPolicy';
  readonly spec: {
    readonly targetRefs: readonly PolicyTarget[];
    readonly circuitBreaker: {
      readonly maxConnections: number;
      readonly maxPendingRequests: number;
      readonly maxParallelRequests: number;
      readonly maxParallelRetries: number;
    };
    readonly faultInjection?: object;
    readonly healthCheck?: object;
    readonly loadBalancer?: object;
    readonly rateLimit?: object;
    readonly retry?: object;
    readonly timeout: { readonly http: { readonly requestTimeout: string; readonly streamIdleTimeout: string } };
  };
}
