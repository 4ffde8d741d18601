/** How callers' proxies treat a version's pods; what is not limited here is not limited at all. */
import type { Version } from '../../model/service';
import { defined } from '../defined';
import { durationOf } from '../gateway-api/rule';

/** The policy of a DestinationRule. */
export function trafficPolicyOf({ pool = {}, outliers, stickiness }: Version): { readonly [field: string]: unknown } {
  const http = defined({ http1MaxPendingRequests: pool.maxPendingRequests, http2MaxRequests: pool.maxRequests });
  const connectionPool = defined({
    tcp: pool.maxConnections === undefined ? undefined : { maxConnections: pool.maxConnections },
    http: Object.keys(http).length === 0 ? undefined : http,
  });
  return defined({
    // a life that is left out would mean that the proxy sets no cookie
    loadBalancer: stickiness && { consistentHash: { httpCookie: { name: stickiness.cookie, path: '/', ttl: durationOf(stickiness.ttlMs) } } },
    connectionPool: Object.keys(connectionPool).length === 0 ? undefined : connectionPool,
    outlierDetection: outliers && {
      consecutive5xxErrors: outliers.consecutiveErrors, interval: durationOf(outliers.intervalMs), baseEjectionTime: durationOf(outliers.baseEjectionMs),
      maxEjectionPercent: outliers.maxEjectionPercent,
    },
  });
}
