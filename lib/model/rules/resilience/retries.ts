/** Retries and timeouts of routes and versions. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Retry, RetryEvent, Timeouts } from '../../action';
import type { Match } from '../../match';
import { besideProperty, finding, isIntegerWithin, versionProperty, type Place, type Route, type Rule } from '../rule';

const EVENTS: { readonly [E in RetryEvent]: readonly Match['kind'][] } = {
  'server-error': ['http', 'grpc'],
  'gateway-error': ['http', 'grpc'],
  'client-error': ['http', 'grpc'],
  'stream-error': ['http', 'grpc'],
  'connection-error': ['http', 'grpc', 'tcp'],
  'cancelled': ['grpc'],
  'deadline-exceeded': ['grpc'],
  'internal': ['grpc'],
  'resource-exhausted': ['grpc'],
  'unavailable': ['grpc'],
};

/** Reports MESH303 for a malformed retry policy, MESH304 when the tries do not fit into the timeout. */
export const retriesRule: Rule = {
  name: 'retries',
  route: (route) => {
    const { retry, timeouts } = route.policy;
    return retry === undefined ? [] : [...checkRetry(route, retry), ...checkFit(route, retry, timeouts)];
  },
};

/** Reports MESH309 for a timeout that is not more than 0. */
export const timeoutsRule: Rule = {
  name: 'timeouts',
  route: (route) => checkTimeouts(route.policy.timeouts, (name) => ({ origin: route.origin, property: besideProperty(route, name) })),
  service: ({ versions }) => versions.flatMap((version) =>
    checkTimeouts(version.timeouts, (name) => ({ origin: version.origin, property: versionProperty(version, name) }))),
};

function checkRetry(route: Route, { attempts, perTryTimeoutMs, on }: Retry): readonly Diagnostic[] {
  const report = (part: string, value: unknown, what: string, fix: string) =>
    [finding('MESH303', { origin: route.origin, property: besideProperty(route, `retries.${part}`), value }, what, fix)];
  const { kind } = route.match;
  const strange = on.filter((event) => !EVENTS[event].includes(kind));
  return [
    ...(isIntegerWithin(attempts, 1) ? [] : report('attempts', attempts, `the number of retries is ${attempts}, not an integer from 1`, 'give attempts at least 1, or leave out retries')),
    ...(perTryTimeoutMs === undefined || perTryTimeoutMs > 0 ? [] : report('perTryTimeout', `${perTryTimeoutMs} ms`, `the limit of each try is ${perTryTimeoutMs} ms, not more than 0`, 'give a positive duration, or leave it out')),
    ...(on.length === 0 ? report('on', undefined, 'the retry policy names no failure, so nothing is ever tried again', 'name at least one failure, for example RetryOn.SERVER_ERROR') : []),
    ...(strange.length === 0 ? [] : report('on', strange.join(', '), `${strange.map((event) => `'${event}'`).join(', ')} cannot happen to ${kind} requests`,
      `use ${(Object.keys(EVENTS) as RetryEvent[]).filter((event) => EVENTS[event].includes(kind)).join(', ')}`)),
  ];
}

function checkFit(route: Route, { attempts, perTryTimeoutMs }: Retry, timeouts: Timeouts | undefined): readonly Diagnostic[] {
  if (perTryTimeoutMs === undefined || timeouts?.requestMs === undefined || !(perTryTimeoutMs > 0)) return [];
  const needed = (attempts + 1) * perTryTimeoutMs;
  if (needed <= timeouts.requestMs) return [];
  return [finding('MESH304', { origin: route.origin, property: besideProperty(route, 'timeout'), value: `${timeouts.requestMs} ms` },
    `${attempts + 1} tries of ${perTryTimeoutMs} ms need ${needed} ms, but the request may take ${timeouts.requestMs} ms`,
    `raise timeout to ${needed} ms, or lower attempts or perTryTimeout`)];
}

function checkTimeouts(timeouts: Timeouts | undefined, placeOf: (name: string) => Place): readonly Diagnostic[] {
  return ([['timeout', timeouts?.requestMs], ['idleTimeout', timeouts?.idleMs]] as const).flatMap(([name, value]) => {
    if (value === undefined || value > 0) return [];
    return [finding('MESH309', { ...placeOf(name), value: `${value} ms` }, `${name} is ${value} ms, not more than 0`, `give ${name} a positive duration, or leave it out for no limit`)];
  });
}
