/** Random actions, filters and policies. Limits are long enough that nothing runs into them; failures are certain or never happen. */
import { defined, type Draw } from './draw';
import { ANSWER_HEADERS, HEADERS, HOSTS, REWRITES, valuesOf } from './vocabulary';
import type { Fault, Filters, HeaderChanges, HeaderValue, Mirror, PathRewrite, RetryEvent, RouteAction, RoutePolicy, Timeouts } from '../../../lib/model/action';
import type { Match } from '../../../lib/model/match';

/** What a route may lead to beside versions: a redirect or an answer. */
export function drawEnding(draw: Draw, match: Match): RouteAction {
  if (draw.chance(50)) return defined({ kind: 'respond', status: draw.pick([200, 204, 404, 410, 503]), body: draw.maybe(60, () => draw.pick(['gone\n', 'ünïcode', '{"a":"%d"}', 'x'.repeat(5000)])) });
  return defined<Extract<RouteAction, { kind: 'redirect' }>>({
    kind: 'redirect',
    status: draw.pick([301, 302, 303, 307, 308]),
    scheme: draw.maybe(40, () => draw.pick(['http', 'https'] as const)),
    host: draw.maybe(40, () => draw.pick(HOSTS)),
    port: draw.maybe(25, () => draw.pick([80, 443, 8080, 8443])),
    path: match.kind === 'http' ? draw.maybe(50, () => drawRewrite(draw, match)) : undefined,
  });
}

export function drawFilters(draw: Draw, match: Match, mirrors: () => readonly Mirror[]): Filters {
  return defined<Filters>({
    rewritePath: match.kind === 'http' ? draw.maybe(30, () => drawRewrite(draw, match)) : undefined,
    rewriteHost: draw.maybe(15, () => draw.chance(50) ? { kind: 'service' } : { kind: 'exact', value: draw.pick(HOSTS) }),
    requestHeaders: draw.maybe(25, () => drawChanges(draw, HEADERS)),
    responseHeaders: draw.maybe(20, () => drawChanges(draw, ANSWER_HEADERS)),
    mirrors: draw.maybe(6, mirrors),
    fault: draw.maybe(5, () => drawFault(draw)),
  });
}

export function drawPolicy(draw: Draw, kind: Match['kind']): RoutePolicy {
  const events: readonly RetryEvent[] = ['server-error', 'gateway-error', 'client-error', 'stream-error', 'connection-error',
    ...(kind === 'grpc' ? ['cancelled', 'unavailable', 'internal'] as const : [])];
  return defined<RoutePolicy>({
    retry: draw.maybe(20, () => defined({
      attempts: draw.integer(1, 3), perTryTimeoutMs: draw.maybe(50, () => draw.pick([20_000, 30_500])), on: draw.some(events, 1, 3),
    })),
    timeouts: draw.maybe(25, () => drawTimeouts(draw)),
  });
}

export function drawTimeouts(draw: Draw): Timeouts {
  return defined<Timeouts>({ requestMs: draw.maybe(70, () => draw.pick([90_000, 120_500])), idleMs: draw.maybe(50, () => draw.pick([60_000, 61_250])) });
}

function drawRewrite(draw: Draw, match: Match): PathRewrite {
  const hasPrefix = match.kind === 'http' && (match.path.kind === 'prefix' || match.path.kind === 'raw-prefix');
  return { kind: hasPrefix && draw.chance(75) ? 'prefix' : 'full', value: draw.pick(REWRITES) };
}

function drawChanges(draw: Draw, names: readonly string[]): HeaderChanges {
  const values = (): HeaderValue[] => draw.some(names, 0, 2).map((name) => ({ name, value: draw.pick(valuesOf(name)) }));
  return { set: values(), add: values(), remove: draw.some(names, 0, 2) };
}

function drawFault(draw: Draw): Fault {
  return defined<Fault>({
    delay: draw.maybe(50, () => ({ ms: 5, percent: draw.pick([0, 50, 100]) })),
    abort: draw.maybe(70, () => ({ status: draw.pick([418, 500, 503]), percent: draw.pick([0, 0, 100]) })),
  });
}
