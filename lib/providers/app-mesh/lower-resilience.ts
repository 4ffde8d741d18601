/** Retries, limits, pools, checks. Whatever App Mesh would add by itself is written out, so that nothing is hidden. */
import type { Duration, NodeListener, WireHealthCheck, WirePool, WireRetryPolicy, WireTimeout } from './crd';
import type { Retry, RetryEvent, Timeouts } from '../../model/action';
import { kindOf } from '../../model/arrival';
import type { ConnectionPool, HealthCheck, OutlierDetection } from '../../model/resilience';
import type { Protocol } from '../../model/service';
import { defined, filled } from '../defined';

/** No limit. @see https://docs.aws.amazon.com/app-mesh/latest/userguide/envoy-defaults.html */
const UNLIMITED = 2147483647;

const HTTP_EVENTS: readonly RetryEvent[] = ['server-error', 'gateway-error', 'client-error', 'stream-error'];
const GRPC_EVENTS: readonly RetryEvent[] = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

/** Whole seconds as seconds, everything else as milliseconds. */
export function duration(ms: number): Duration {
  return ms % 1000 === 0 ? { unit: 's', value: ms / 1000 } : { unit: 'ms', value: ms };
}

/** The limits of a route or listener; left out is 0, which switches off the proxy's 15 s and 300 s. */
export function lowerTimeouts(timeouts: Timeouts | undefined, protocol: Protocol): WireTimeout {
  const idle = duration(timeouts?.idleMs ?? 0);
  return kindOf(protocol) === 'tcp' ? { idle } : { perRequest: duration(timeouts?.requestMs ?? 0), idle };
}

/** The retries of a route; left out is none, with the one event that the API asks for, because App Mesh would try twice by itself. */
export function lowerRetry(retry: Retry | undefined, timeouts: Timeouts | undefined, protocol: 'http' | 'http2' | 'grpc'): WireRetryPolicy {
  if (retry === undefined) {
    const events = protocol === 'grpc' ? { grpcRetryEvents: ['unavailable'] } : { httpRetryEvents: ['gateway-error'] };
    return { maxRetries: 0, perRetryTimeout: duration(0), ...events };
  }
  const pick = (events: readonly RetryEvent[]) => filled(events.filter((event) => retry.on.includes(event)));
  return defined({
    maxRetries: retry.attempts,
    perRetryTimeout: duration(retry.perTryTimeoutMs ?? timeouts?.requestMs ?? 0),
    httpRetryEvents: pick(HTTP_EVENTS),
    grpcRetryEvents: protocol === 'grpc' ? pick(GRPC_EVENTS) : undefined,
    tcpRetryEvents: pick(['connection-error']),
  });
}

/** The pool in the listener's protocol, or undefined where it limits nothing of that protocol. */
export function lowerPool(pool: ConnectionPool | undefined, protocol: Protocol): WirePool | undefined {
  const { maxConnections, maxPendingRequests, maxRequests } = pool ?? {};
  switch (protocol) {
    case 'tcp': case 'tls': return maxConnections === undefined ? undefined : { tcp: { maxConnections } };
    case 'http':
      if (maxConnections === undefined && maxPendingRequests === undefined) return undefined;
      return { http: defined({ maxConnections: maxConnections ?? UNLIMITED, maxPendingRequests }) };
    case 'http2': return maxRequests === undefined ? undefined : { http2: { maxRequests } };
    case 'grpc': return maxRequests === undefined ? undefined : { grpc: { maxRequests } };
  }
}

/** An active check of the given port. */
export function lowerHealth(health: HealthCheck, port: number): WireHealthCheck {
  const { protocol, healthyThreshold, unhealthyThreshold } = health;
  const path = protocol === 'http' || protocol === 'http2' ? health.path ?? '/' : undefined;
  return defined({
    protocol, path, port, healthyThreshold, unhealthyThreshold, timeoutMillis: health.timeoutMs, intervalMillis: health.intervalMs,
  });
}

/** Outlier detection of a listener. */
export function lowerOutliers(outliers: OutlierDetection | undefined): NodeListener['outlierDetection'] {
  if (outliers === undefined) return undefined;
  return {
    maxServerErrors: outliers.consecutiveErrors,
    interval: duration(outliers.intervalMs),
    baseEjectionDuration: duration(outliers.baseEjectionMs),
    maxEjectionPercent: outliers.maxEjectionPercent,
  };
}
