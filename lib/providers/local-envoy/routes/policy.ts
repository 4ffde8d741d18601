/** Retries, timeouts, faults and shares of chance in Envoy's words. What is unset is written out: Envoy's own defaults are limits. */
import type { Fault, Retry, RetryEvent, RoutePolicy } from '../../../model/action';
import type { EnvoyObject } from '../options';

/** `1500` is `1.5s`. */
export function duration(ms: number): string {
  return `${ms / 1000}s`;
}

/** Limits and retries of a route that forwards. Unset timeouts would be 15 s for the request and 5 minutes for silence. */
export function lowerPolicy({ timeouts, retry }: RoutePolicy): EnvoyObject {
  return {
    timeout: duration(timeouts?.requestMs ?? 0),
    idle_timeout: duration(timeouts?.idleMs ?? 0),
    ...(retry === undefined ? {} : { retry_policy: lowerRetry(retry) }),
  };
}

/** Statuses of `server-error` that `gateway-error` does not name. */
const SERVER_ERRORS: readonly number[] = [500, 501, 505, 506, 507, 508, 510, 511];

/**
 * What Envoy calls each failure. `server-error` is 500 to 508, 510 and 511, which Envoy's `5xx` is wider than; a try that is cut off
 * or runs out of time counts as the 503 or 504 that it would be answered with.
 * @see https://docs.aws.amazon.com/app-mesh/latest/APIReference/API_HttpRetryPolicy.html
 * @see https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/http/http_filters/router_filter#x-envoy-retry-on
 */
const RETRY_ON: { readonly [E in RetryEvent]: readonly string[] } = {
  'server-error': ['gateway-error', 'retriable-status-codes'],
  'gateway-error': ['gateway-error'],
  // 409 and nothing else
  'client-error': ['retriable-4xx'],
  'stream-error': ['refused-stream'],
  'connection-error': ['connect-failure'],
  'cancelled': ['cancelled'],
  'deadline-exceeded': ['deadline-exceeded'],
  'internal': ['internal'],
  'resource-exhausted': ['resource-exhausted'],
  'unavailable': ['unavailable'],
};

function lowerRetry({ attempts, perTryTimeoutMs, on }: Retry): EnvoyObject {
  return {
    retry_on: [...new Set(on.flatMap((event) => RETRY_ON[event]))].join(','),
    num_retries: attempts,
    ...(perTryTimeoutMs === undefined ? {} : { per_try_timeout: duration(perTryTimeoutMs) }),
    ...(on.includes('server-error') ? { retriable_status_codes: SERVER_ERRORS } : {}),
  };
}

/** A share of chance: `5` percent is 50,000 of a million, the finest that Envoy knows. */
export function fraction(percent: number): EnvoyObject {
  return { numerator: Math.round(percent * 10_000), denominator: 'MILLION' };
}

/** Deliberate failures of one route, for the filter that stands in every chain. */
export function lowerFault({ delay, abort }: Fault): EnvoyObject {
  return {
    'envoy.filters.http.fault': {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
      ...(delay === undefined ? {} : { delay: { fixed_delay: duration(delay.ms), percentage: fraction(delay.percent) } }),
      ...(abort === undefined ? {} : { abort: { http_status: abort.status, percentage: fraction(abort.percent) } }),
    },
  };
}
