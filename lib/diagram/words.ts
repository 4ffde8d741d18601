/** Phrases for what hangs on nodes: TLS, pods, health, limits, changes. */
import type { Fault, Filters, HeaderChanges, Mirror, Retry } from '../model/action';
import { describeScale } from '../model/describe';
import type { ConnectionPool, HealthCheck, OutlierDetection } from '../model/resilience';
import type { ClientTls, ListenerTls, PeerValidation, Certificate } from '../model/security';
import type { Pods } from '../model/workload';

/** `1.5 s`, `250 ms`, `2 min`; 0 is no limit. */
export function timeWords(ms: number): string {
  if (ms === 0) return 'no limit';
  if (ms < 1000) return `${ms} ms`;
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}

/** `3 more tries of at most 1.5 s, after server-error`. */
export function retryWords({ attempts, perTryTimeoutMs, on }: Retry): string {
  const limit = perTryTimeoutMs === undefined ? '' : ` of at most ${timeWords(perTryTimeoutMs)}`;
  return `${attempts} more ${attempts === 1 ? 'try' : 'tries'}${limit}, after ${on.join(', ')}`;
}

/** `path becomes /v2, host becomes the service's own`. */
export function rewriteWords({ rewritePath, rewriteHost }: Filters): string {
  const path = rewritePath === undefined ? [] : [rewritePath.kind === 'full' ? `the path becomes ${rewritePath.value}` : `the matched prefix becomes ${rewritePath.value}`];
  const host = rewriteHost === undefined ? [] : [`the host becomes ${rewriteHost.kind === 'service' ? 'the service\'s own' : rewriteHost.value}`];
  return [...path, ...host].join(', ');
}

/** `remove x-a; set x-b: 1; add x-c: 2`. */
export function headerChangeWords(changes: HeaderChanges | undefined): string | undefined {
  if (changes === undefined) return undefined;
  return [
    ...changes.remove.map((name) => `remove ${name}`),
    ...changes.set.map(({ name, value }) => `set ${name}: ${value}`),
    ...changes.add.map(({ name, value }) => `add ${name}: ${value}`),
  ].join('; ');
}

/** `10 % to shop/audit@v1`. */
export function mirrorWords({ service, version, port, percent }: Mirror): string {
  return `${percent} % to ${service}${version === undefined ? '' : `@${version}`}${port === undefined ? '' : `:${port}`}`;
}

/** `5 % wait 2 s, 1 % are answered 503`. */
export function faultWords({ delay, abort }: Fault): string {
  return [
    ...(delay === undefined ? [] : [`${delay.percent} % wait ${timeWords(delay.ms)}`]),
    ...(abort === undefined ? [] : [`${abort.percent} % are answered ${abort.status}`]),
  ].join(', ');
}

/** `strict, certificate of ACM, clients must present one`. */
export function listenerTlsWords({ mode, certificate, clients }: ListenerTls): string {
  if (mode === 'disabled') return 'disabled';
  return [mode, certificateWords(certificate), ...(clients === undefined ? [] : [`clients must present one${namesWords(clients)}`])].join(', ');
}

/** `enforced, trusts ACM`. */
export function clientTlsWords(tls: ClientTls | undefined): string | undefined {
  if (tls === undefined) return undefined;
  const { enforce, ports, certificate, validation } = tls;
  return [
    enforce ? 'enforced' : 'where offered',
    ...(ports === undefined ? [] : [`on ports ${ports.join(', ')}`]),
    `trusts ${SOURCES[validation.trust.kind]}${namesWords(validation)}`,
    ...(certificate === undefined ? [] : [`presents a ${certificateWords(certificate)}`]),
  ].join(', ');
}

const SOURCES = { acm: 'ACM', file: 'a file', sds: 'SDS' } as const;

function certificateWords({ kind }: Certificate): string {
  return `certificate of ${SOURCES[kind]}`;
}

function namesWords({ subjectAltNames }: PeerValidation): string {
  return subjectAltNames.length === 0 ? '' : ` for ${subjectAltNames.join(' or ')}`;
}

/** `GET /ping every 5 s, at most 2 s; healthy after 2, unhealthy after 3`. */
export function healthWords(health: HealthCheck | undefined): string | undefined {
  if (health === undefined) return undefined;
  const { protocol, path, port, intervalMs, timeoutMs, healthyThreshold, unhealthyThreshold } = health;
  const target = `${protocol}${path === undefined ? '' : ` ${path}`}${port === undefined ? '' : ` on port ${port}`}`;
  return `${target} every ${timeWords(intervalMs)}, at most ${timeWords(timeoutMs)}; healthy after ${healthyThreshold}, unhealthy after ${unhealthyThreshold}`;
}

/** `at most 100 connections, 10 waiting requests`. */
export function poolWords(pool: ConnectionPool | undefined): string | undefined {
  if (pool === undefined) return undefined;
  const { maxConnections, maxPendingRequests, maxRequests } = pool;
  const limits = [
    ...(maxConnections === undefined ? [] : [`${maxConnections} connections`]),
    ...(maxPendingRequests === undefined ? [] : [`${maxPendingRequests} waiting requests`]),
    ...(maxRequests === undefined ? [] : [`${maxRequests} requests at once`]),
  ];
  return limits.length === 0 ? undefined : `at most ${limits.join(', ')}`;
}

/** `out for 30 s after 5 errors in a row, at most 50 % of the pods`. */
export function outlierWords(outliers: OutlierDetection | undefined): string | undefined {
  if (outliers === undefined) return undefined;
  const { consecutiveErrors, baseEjectionMs, maxEjectionPercent } = outliers;
  return `out for ${timeWords(baseEjectionMs)} after ${consecutiveErrors} errors in a row, at most ${maxEjectionPercent} % of the pods`;
}

/** `shop/products:1.8.2, 2 to 10 pods`. A value that is known only at deployment is said to be one. */
export function podWords(pods: Pods): string {
  switch (pods.kind) {
    case 'image': return `${typeof pods.image === 'string' ? pods.image : 'an image known at deployment'}, ${describeScale(pods.scale)}`;
    case 'document': return `the workload ${pods.name}`;
    case 'existing': return `existing pods with ${Object.entries(pods.labels).map(([key, value]) => `${key}=${value}`).join(', ')}`;
    case 'external': return pods.host;
  }
}
