/** From what a test says to single facts. Everything that cannot be right is refused here, before a request is asked. */
import type { Expected, ExpectedShare } from './expected';
import type { RouteExpectation, Time } from './route-expectation';
import { resolveTarget } from './targets';
import { millisecondsOf } from './time';
import type { RetryEvent } from '../../model/action';
import { describeHost } from '../../model/describe';
import { isNetwork, networkOf } from '../../model/networks';
import type { TrafficModel } from '../../model/traffic-model';
import { listKnown, refuse, requireKnown } from '../test-error';

type Field = keyof RouteExpectation;
type Reader = (said: RouteExpectation, model: TrafficModel) => readonly Expected[];

/** Fields that are read together, and what they say. Their order is that of the facts in a message. */
const READERS: readonly { readonly fields: readonly Field[]; readonly ending?: true; readonly read: Reader }[] = [
  { fields: ['to', 'split'], ending: true, read: readDestination },
  { fields: ['unroutable', 'unroutableAt'], ending: true, read: readUnroutable },
  { fields: ['blocked'], ending: true, read: ({ blocked }) => [onlyTrue(blocked, 'blocked', { kind: 'blocked' })] },
  { fields: ['leavesMesh'], ending: true, read: ({ leavesMesh }) => [onlyTrue(leavesMesh, 'leavesMesh', { kind: 'outside' })] },
  {
    fields: ['redirected', 'redirectStatus', 'redirectLocation'], ending: true,
    read: ({ redirected = true, redirectStatus: status, redirectLocation: location }) => [onlyTrue(redirected, 'redirected', { kind: 'redirect', ...given({ status, location }) })],
  },
  {
    fields: ['answered', 'responseStatus', 'responseBody'], ending: true,
    read: ({ answered = true, responseStatus: status, responseBody: body }) => [onlyTrue(answered, 'answered', { kind: 'respond', ...given({ status, body }) })],
  },
  { fields: ['refused', 'refusedStatus'], ending: true, read: readRefused },
  { fields: ['preflightAllowed'], ending: true, read: ({ preflightAllowed }) => [{ kind: 'preflight', isAllowed: preflightAllowed! }] },
  { fields: ['guarded', 'tokenOf', 'clientsOf', 'rate'], read: readAsks },
  { fields: ['path'], read: ({ path }) => [{ kind: 'path', value: plainPath(path!) }] },
  { fields: ['host'], read: ({ host }) => [{ kind: 'host', value: host!.toLowerCase() }] },
  { fields: ['port'], read: ({ port }) => [{ kind: 'port', value: port! }] },
  { fields: ['headers'], read: ({ headers }) => valuesIn(headers, 'header', 'headers') },
  { fields: ['absentHeaders'], read: ({ absentHeaders }) => namesIn(absentHeaders, 'header', 'absentHeaders') },
  { fields: ['timeout', 'noTimeout'], read: ({ timeout, noTimeout }) => readLimit('timeout', timeout, noTimeout) },
  { fields: ['idleTimeout', 'noIdleTimeout'], read: ({ idleTimeout, noIdleTimeout }) => readLimit('idle-timeout', idleTimeout, noIdleTimeout) },
  { fields: ['retried'], read: ({ retried }) => [{ kind: 'retried', value: retried! }] },
  { fields: ['retryAttempts'], read: ({ retryAttempts }) => [{ kind: 'retries', attempts: wholeNumber(retryAttempts!, 'retryAttempts') }] },
  { fields: ['perTryTimeout'], read: ({ perTryTimeout }) => [{ kind: 'per-try', ms: millisecondsOf(perTryTimeout!, 'perTryTimeout') }] },
  { fields: ['retryOn'], read: ({ retryOn }) => [{ kind: 'retry-on', events: nonEmpty(retryOn!, 'retryOn').map(retryEvent) }] },
  { fields: ['mirrored'], read: ({ mirrored }) => [{ kind: 'mirrored', value: mirrored! }] },
  { fields: ['mirrorTo', 'mirrorPercent'], read: readMirror },
  { fields: ['faulty'], read: ({ faulty }) => [{ kind: 'faulty', value: faulty! }] },
  { fields: ['delay', 'delayPercent'], read: readDelay },
  { fields: ['abortStatus', 'abortPercent'], read: readAbort },
  { fields: ['responseHeaders'], read: ({ responseHeaders }) => valuesIn(responseHeaders, 'response-header', 'responseHeaders') },
  { fields: ['removedResponseHeaders'], read: ({ removedResponseHeaders }) => namesIn(removedResponseHeaders, 'response-header', 'removedResponseHeaders') },
  { fields: ['gatewayRoute'], read: ({ gatewayRoute }, { gateways }) => [{ kind: 'gateway-route', name: known(gatewayRoute!, 'gateway route', gateways.flatMap(({ routes }) => routes)) }] },
  { fields: ['serviceRoute'], read: ({ serviceRoute }, { services }) => [{ kind: 'service-route', name: known(serviceRoute!, 'service route', services.flatMap(({ routes }) => routes)) }] },
  { fields: ['hostTable'], read: readHostTable },
];

/** The facts that an expectation says about a mesh. Throws RoutingTestError for one that cannot be right. */
export function parseExpectation(said: RouteExpectation, model: TrafficModel): readonly Expected[] {
  requireKnown('an expectation', said, READERS.flatMap((reader) => reader.fields));
  const readers = READERS.filter((reader) => reader.fields.some((field) => said[field] !== undefined));
  if (readers.length === 0) refuse('the expectation says nothing', "say where the request goes, for example { to: 'products' }");
  const endings = readers.filter(({ ending }) => ending === true).map((reader) => reader.fields.find((field) => said[field] !== undefined)!);
  if (endings.length > 1) refuse(`the expectation says ${endings.join(' and ')}, but a request ends in one way`, 'keep one of them');
  return readers.flatMap(({ read }) => read(said, model));
}

function readDestination({ to, split }: RouteExpectation, model: TrafficModel): readonly Expected[] {
  const target = to === undefined ? undefined : resolveTarget(model, to);
  if (split === undefined) return [{ kind: 'target', target: target! }];
  if (target?.version !== undefined) return refuse(`to names version '${target.version.name}', and split names versions as well`, 'name the service in to, or leave out split');
  return [{ kind: 'split', ...given({ of: target }), shares: sharesOf(split) }];
}

function readUnroutable({ unroutable = true, unroutableAt: at }: RouteExpectation): readonly Expected[] {
  if (at !== undefined && !['gateway', 'service'].includes(at)) refuse(`unroutableAt is '${String(at)}'`, "say 'gateway' or 'service', or leave it out");
  return [onlyTrue(unroutable, 'unroutable', { kind: 'unroutable', ...given({ at }) })];
}

function readRefused({ refused = true, refusedStatus: status }: RouteExpectation): readonly Expected[] {
  if (status !== undefined && status !== 401 && status !== 403) refuse(`refusedStatus is ${String(status)}`, 'say 401 for a missing token, 403 for a client of another network, or leave it out');
  return [onlyTrue(refused, 'refused', { kind: 'refused', ...given({ status }) })];
}

function readAsks({ guarded = true, tokenOf, clientsOf, rate }: RouteExpectation): readonly Expected[] {
  if (rate !== undefined && !/^[1-9]\d* per (second|minute|hour|day)$/.test(rate)) refuse(`rate is '${rate}'`, "write it as '100 per minute': a number, per, and second, minute, hour or day");
  if (clientsOf !== undefined && !isNetwork(clientsOf)) refuse(`clientsOf is '${clientsOf}', which is no network`, "write a network such as '10.0.0.0/8'");
  return [onlyTrue(guarded, 'guarded', { kind: 'asks', ...given({ tokenOf, clientsOf: clientsOf && networkOf(clientsOf), rate }) })];
}

/** A path with a query would never be equal to what arrives. */
function plainPath(path: string): string {
  return /^\/[^?#]*$/.test(path) ? path : refuse(`path is '${path}', which no service sees`, "begin it with '/', and leave out the query");
}

/** Shares that add up to 100; a share that has no end in decimals may be written with two places. */
function sharesOf(split: { readonly [name: string]: number }): readonly ExpectedShare[] {
  const shares = Object.entries(split).map(([name, percent]) => ({ name, percent: percentage(percent, `the share of '${name}'`) }));
  const fractions = shares.filter(({ percent }) => !Number.isInteger(percent)).length;
  const sum = shares.reduce((total, { percent }) => total + percent, 0);
  if (Math.abs(sum - 100) <= 0.005 * fractions + 1e-9) return shares;
  const listed = shares.map(({ name, percent }) => `${name} ${percent} %`).join(', ') || 'none';
  return refuse(`the shares (${listed}) add up to ${Number(sum.toFixed(2))} %, not 100 %`, 'name every version that gets a share, with its percentage');
}

function readMirror({ mirrorTo, mirrorPercent }: RouteExpectation, model: TrafficModel): readonly Expected[] {
  const target = mirrorTo === undefined ? undefined : resolveTarget(model, mirrorTo);
  return [{ kind: 'mirror', ...given({ target, percent: optionalPercentage(mirrorPercent, 'mirrorPercent') }) }];
}

function readDelay({ delay, delayPercent }: RouteExpectation): readonly Expected[] {
  return [{ kind: 'delay', ...given({ ms: delay === undefined ? undefined : millisecondsOf(delay, 'delay'), percent: optionalPercentage(delayPercent, 'delayPercent') }) }];
}

function readAbort({ abortStatus: status, abortPercent }: RouteExpectation): readonly Expected[] {
  return [{ kind: 'abort', ...given({ status, percent: optionalPercentage(abortPercent, 'abortPercent') }) }];
}

function readLimit(kind: 'timeout' | 'idle-timeout', limit: Time | undefined, none: boolean | undefined): readonly Expected[] {
  const [name, noName] = kind === 'timeout' ? ['timeout', 'noTimeout'] : ['idleTimeout', 'noIdleTimeout'];
  if (limit !== undefined && none !== undefined) return refuse(`the expectation says ${name} and ${noName}`, 'keep one of them');
  return limit === undefined ? [onlyTrue(none, noName, { kind })] : [{ kind, ms: millisecondsOf(limit, name) }];
}

function readHostTable({ hostTable }: RouteExpectation, { gateways }: TrafficModel): readonly Expected[] {
  const hosts = gateways.flatMap(({ routes }) => routes.flatMap((route) => route.hosts.length === 0 ? ['*'] : route.hosts.map(describeHost)));
  const name = hostTable!.toLowerCase();
  if (hosts.includes(name)) return [{ kind: 'host-table', name }];
  return refuse(`no route of a gateway names the host '${hostTable}'`, `name one of ${listKnown([...new Set(hosts)])}; '*' are the routes without host`);
}

function valuesIn(values: { readonly [name: string]: string } | undefined, kind: 'header' | 'response-header', property: string): readonly Expected[] {
  return nonEmpty(Object.entries(values!), property).map(([name, value]) => ({ kind, name: name.toLowerCase(), value: String(value) }));
}

function namesIn(names: readonly string[] | undefined, kind: 'header' | 'response-header', property: string): readonly Expected[] {
  return nonEmpty(names!, property).map((name) => ({ kind, name: name.toLowerCase() }));
}

/** A statement that has no opposite here: `.not` and the other fields say those. */
function onlyTrue(value: boolean | undefined, property: string, expected: Expected): Expected {
  return value === true ? expected : refuse(`${property} is ${String(value)}`, `leave ${property} out, or say where the request goes`);
}

function known(name: string, kind: string, routes: readonly { readonly name: string }[]): string {
  if (routes.some((route) => route.name === name)) return name;
  return refuse(`the mesh has no ${kind} '${name}'`, `name one of ${listKnown([...new Set(routes.map((route) => route.name))])}`);
}

/** Every failure that can be tried again; the compiler says when one is missing. */
const RETRY_EVENTS: { readonly [event in RetryEvent]: true } = {
  'server-error': true, 'gateway-error': true, 'client-error': true, 'stream-error': true, 'connection-error': true,
  'cancelled': true, 'deadline-exceeded': true, 'internal': true, 'resource-exhausted': true, 'unavailable': true,
};

function retryEvent(event: string): string {
  return Object.hasOwn(RETRY_EVENTS, event) ? event : refuse(`there is no failure '${event}' to retry`, `name some of ${Object.keys(RETRY_EVENTS).map((name) => `'${name}'`).join(', ')}`);
}

function nonEmpty<T>(values: readonly T[], property: string): readonly T[] {
  return values.length > 0 ? values : refuse(`${property} is empty`, `put something into ${property}, or leave it out`);
}

function wholeNumber(value: number, property: string): number {
  return Number.isInteger(value) && value >= 0 ? value : refuse(`${property} is ${String(value)}, not an integer from 0`, 'give the number of tries after the first; 0 for none');
}

function percentage(value: number, property: string): number {
  return typeof value === 'number' && value >= 0 && value <= 100 ? value : refuse(`${property} is ${JSON.stringify(value)}, not a number from 0 to 100`, 'give percent');
}

function optionalPercentage(value: number | undefined, property: string): number | undefined {
  return value === undefined ? undefined : percentage(value, property);
}

function given<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}
