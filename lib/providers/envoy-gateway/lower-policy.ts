/**
 * How requests are sent on: retries, silence, faults, rates, pools, outliers and cookies. A policy of a rule replaces the gateway's as a whole, so each says everything.
 * @see https://gateway.envoyproxy.io/v1.9/concepts/gateway_api_extensions/backend-traffic-policy/
 */
import { ENVOY_GATEWAY_API_VERSION, type BackendTrafficPolicy, type PolicyTarget } from './crd';
import { joinName } from '../../kube/names';
import type { KubeObject } from '../../kube/object';
import type { Fault, Retry, RetryEvent } from '../../model/action';
import type { Gateway } from '../../model/gateway';
import type { RateLimit } from '../../model/guards';
import type { ConnectionPool, OutlierDetection, Stickiness } from '../../model/resilience';
import type { Version } from '../../model/service';
import { defined } from '../defined';
import { GATEWAY_GROUP } from '../gateway-api/crd';
import { durationOf } from '../gateway-api/rule';
import type { TableRoute } from '../gateway-api/table-route';
import { serviceOf, versionOf, type MeshIndex } from '../mesh-index';
import { ownLabels } from '../workload';

const MAX_OBJECT_NAME = 253;

/** As good as none: the largest number that a proxy holds. */
const NO_LIMIT = 4_294_967_295;

/** The policy of everything behind a gateway that has none of its own. */
export function gatewayPolicy(gateway: Gateway): BackendTrafficPolicy {
  const { name, namespace } = gateway;
  return policy({ name, namespace }, gateway, { group: GATEWAY_GROUP, kind: 'Gateway', name }, {});
}

/** Whether a route asks for more than its gateway's policy says. */
export function needsOwnPolicy(index: MeshIndex, route: TableRoute): boolean {
  const { policy: { retry, timeouts }, filters, guards } = route;
  return [retry, timeouts?.requestMs, timeouts?.idleMs, filters.fault, guards?.rateLimit].some((wanted) => wanted !== undefined)
    || versionsOf(index, route).some(({ pool, outliers, stickiness }) => pool !== undefined || outliers !== undefined || stickiness !== undefined);
}

/** The policy of one rule. */
export function rulePolicy(index: MeshIndex, gateway: Gateway, object: KubeObject, route: TableRoute): BackendTrafficPolicy {
  const [version] = versionsOf(index, route);
  const metadata = { name: joinName([object.metadata.name, route.name], MAX_OBJECT_NAME), namespace: gateway.namespace };
  const target = { group: GATEWAY_GROUP, kind: object.kind as PolicyTarget['kind'], name: object.metadata.name, sectionName: route.name };
  const { pool, outliers, stickiness } = version ?? {};
  return policy(metadata, gateway, target, { ...route.policy, fault: route.filters.fault, rateLimit: route.guards?.rateLimit, pool, outliers, stickiness });
}

/** The versions that a route leads to. */
export function versionsOf(index: MeshIndex, { action }: TableRoute): readonly Version[] {
  return action.kind === 'forward' ? action.destinations.map(({ service, version }) => versionOf(serviceOf(index, service), version!)) : [];
}

type Wanted = TableRoute['policy'] & {
  readonly fault?: Fault;
  readonly rateLimit?: RateLimit;
  readonly pool?: ConnectionPool;
  readonly outliers?: OutlierDetection;
  readonly stickiness?: Stickiness;
};

function policy(metadata: { readonly name: string; readonly namespace: string }, gateway: Gateway, target: PolicyTarget, wanted: Wanted): BackendTrafficPolicy {
  const { pool = {}, timeouts = {} } = wanted;
  return {
    apiVersion: ENVOY_GATEWAY_API_VERSION, kind: 'BackendTrafficPolicy', metadata: { ...metadata, labels: ownLabels(gateway.name) },
    spec: defined({
      targetRefs: [target],
      circuitBreaker: {
        maxConnections: pool.maxConnections ?? NO_LIMIT, maxPendingRequests: pool.maxPendingRequests ?? NO_LIMIT,
        maxParallelRequests: pool.maxRequests ?? NO_LIMIT, maxParallelRetries: NO_LIMIT,
      },
      faultInjection: wanted.fault && lowerFault(wanted.fault),
      healthCheck: wanted.outliers && { passive: lowerOutliers(wanted.outliers) },
      loadBalancer: wanted.stickiness && lowerStickiness(wanted.stickiness),
      rateLimit: wanted.rateLimit && lowerRate(wanted.rateLimit),
      retry: wanted.retry && lowerRetry(wanted.retry),
      timeout: { http: { requestTimeout: durationOf(timeouts.requestMs ?? 0), streamIdleTimeout: durationOf(timeouts.idleMs ?? 0) } },
    }),
  };
}

function lowerFault({ delay, abort }: Fault): object | undefined {
  const active = defined({
    delay: delay && delay.percent > 0 ? { fixedDelay: durationOf(delay.ms), percentage: delay.percent } : undefined,
    abort: abort && abort.percent > 0 ? { httpStatus: abort.status, percentage: abort.percent } : undefined,
  });
  return Object.keys(active).length === 0 ? undefined : active;
}

/** A life that is left out would mean that the proxy sets no cookie. */
function lowerStickiness({ cookie, ttlMs }: Stickiness): object {
  return { type: 'ConsistentHash', consistentHash: { type: 'Cookie', cookie: { name: cookie, ttl: durationOf(ttlMs), attributes: { Path: '/' } } } };
}

const UNITS: { readonly [P in RateLimit['per']]: string } = { second: 'Second', minute: 'Minute', hour: 'Hour', day: 'Day' };

function lowerRate({ requests, per }: RateLimit): object {
  return { type: 'Local', local: { rules: [{ limit: { requests, unit: UNITS[per] }, xRateLimitHeaders: 'Off' }] } };
}

/** The detector of server errors alone: gateway errors and local failures count among them. */
function lowerOutliers({ consecutiveErrors, intervalMs, baseEjectionMs, maxEjectionPercent }: OutlierDetection): object {
  return {
    splitExternalLocalOriginErrors: false,
    interval: durationOf(intervalMs), consecutiveGatewayErrors: 0, consecutive5XxErrors: consecutiveErrors,
    baseEjectionTime: durationOf(baseEjectionMs), maxEjectionPercent,
  };
}

/** Statuses of `server-error` that `gateway-error` does not name. */
const SERVER_ERRORS: readonly number[] = [500, 501, 505, 506, 507, 508, 510, 511];

const TRIGGERS: { readonly [E in RetryEvent]: readonly string[] } = {
  'server-error': ['gateway-error', 'retriable-status-codes'],
  'gateway-error': ['gateway-error'],
  'client-error': ['retriable-4xx'],
  'stream-error': ['refused-stream'],
  'connection-error': ['connect-failure'],
  'cancelled': ['cancelled'],
  'deadline-exceeded': ['deadline-exceeded'],
  'internal': ['internal'],
  'resource-exhausted': ['resource-exhausted'],
  'unavailable': ['unavailable'],
};

function lowerRetry({ attempts, perTryTimeoutMs, on }: Retry): object {
  return defined({
    numRetries: attempts,
    retryOn: defined({
      triggers: [...new Set(on.flatMap((event) => TRIGGERS[event]))],
      httpStatusCodes: on.includes('server-error') ? SERVER_ERRORS : undefined,
    }),
    perRetry: perTryTimeoutMs === undefined ? undefined : { timeout: durationOf(perTryTimeoutMs) },
  });
}
