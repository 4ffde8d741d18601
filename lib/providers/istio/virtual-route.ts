/**
 * One route of a table as a VirtualService says it: in the order of the list, with inverted conditions, raw prefixes, faults, answers and exact events, for which HTTPRoutes
 * have no words.
 * @see https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
import { backendOf, mirrorBackendOf } from './backends';
import type { Destination, Fault, HeaderChanges, RetryEvent, RouteAction, RoutePolicy } from '../../model/action';
import { changeOf, type PathStep } from '../../model/gateway-table/path-change';
import type { HeaderMatch, PathMatch } from '../../model/match';
import { escapeRegex, matchesRegex } from '../../model/regex';
import { defined, filled } from '../defined';
import { headerConditions, queryConditions, valueRegex } from '../gateway-api/conditions';
import type { BackendObjectRef, ValueMatchWire } from '../gateway-api/crd';
import { pathOfRoute } from '../gateway-api/match';
import { changesOnce, durationOf, rewrittenHosts } from '../gateway-api/rule';
import type { TableRoute } from '../gateway-api/table-route';
import { serviceOf, type MeshIndex } from '../mesh-index';

type Json = { readonly [field: string]: unknown };

/** What Envoy calls each failure; `server-error` is 500 to 508, 510 and 511, which its `5xx` is wider than. */
const RETRY_ON: { readonly [E in RetryEvent]: readonly string[] } = {
  'server-error': ['gateway-error', '500', '501', '505', '506', '507', '508', '510', '511'],
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

/** What a VirtualService cannot say of a route; undefined where it says all of it. */
export function virtualObstacle(route: TableRoute): string | undefined {
  const { match, action, filters } = route;
  const headers = match.kind === 'http' ? match.headers : match.metadata;
  const names = headers.filter(({ inversion }) => inversion !== 'none').map(({ name }) => name);
  if (new Set(names).size < names.length || headerConditions(plain(headers)) === undefined || (match.kind === 'http' && queryConditions(match.query) === undefined)) {
    return 'two conditions on one header or query parameter';
  }
  // a header that is missing is compared as an empty one
  const takesEmpty = headers.some((one) => one.inversion === 'absent-or-different' && one.match.kind !== 'present' && matchesRegex(valueRegex(one.match), ''));
  if (takesEmpty) return 'an inverted condition that excludes empty headers';
  const changed = [filters.requestHeaders, filters.responseHeaders].flatMap((all) => all === undefined ? [] : [...all.set, ...all.add]);
  if (changed.some(({ value }) => value === '')) return 'a header that is set to nothing';
  if (filters.fault !== undefined && action.kind !== 'forward') return 'a fault in front of an answer';
  if (rewrittenHosts(route).length > 1) return 'a rewrite to the hosts of several services';
  // the control plane leaves the port out, and then the proxy keeps the one that the client wrote
  const impliesPort = action.kind === 'redirect' && action.host === undefined && action.port === (action.scheme === 'https' ? 443 : 80);
  if (impliesPort) return 'a redirect to the port that its scheme implies, without a host';
  const replaces = action.kind === 'redirect' && action.path?.kind === 'prefix' && match.kind === 'http' && ['prefix', 'raw-prefix'].includes(match.path.kind);
  return replaces ? 'a redirect that replaces a prefix' : undefined;
}

/** The route, for requests that arrive at a port. */
export function virtualRoute(index: MeshIndex, namespace: string, route: TableRoute, port: number): Json {
  const { action, filters, policy, name } = route;
  const isSent = action.kind === 'forward';
  const host = (ref: BackendObjectRef) => ({ destination: destinationOf(namespace, ref) });
  const headers = defined({ request: isSent ? changes(filters.requestHeaders) : undefined, response: changes(filters.responseHeaders) });
  const mirrors = isSent ? (filters.mirrors ?? []).filter(({ percent }) => percent > 0) : [];
  return defined({
    name,
    match: matchesOf(route, port),
    redirect: action.kind === 'redirect' ? redirectOf(action) : undefined,
    directResponse: action.kind === 'respond' ? answerOf(action) : undefined,
    rewrite: isSent ? rewriteOf(index, route) : undefined,
    headers: Object.keys(headers).length === 0 ? undefined : headers,
    route: isSent ? action.destinations.map((one) => ({ ...host(backendOf(index, namespace, one)), weight: one.weight })) : undefined,
    mirrors: filled(mirrors.map((mirror) => ({ ...host(mirrorBackendOf(index, namespace, mirror)), percentage: { value: mirror.percent } }))),
    fault: filters.fault === undefined ? undefined : faultOf(filters.fault),
    ...(isSent ? limitsOf(policy) : {}),
  });
}

/** A port that answers nothing but 404. */
export function closedPort(port: number): Json {
  return { name: 'closed', match: [{ port }], directResponse: { status: 404 } };
}

/** Connections to a port. */
export function virtualTcpRoute(index: MeshIndex, namespace: string, port: number, destinations: readonly Destination[]): Json {
  return {
    match: [{ port }],
    route: destinations.map((one) => ({ destination: destinationOf(namespace, backendOf(index, namespace, { port, ...one })), weight: one.weight })),
  };
}

function destinationOf(from: string, { kind, name, namespace = from, port }: BackendObjectRef): Json {
  return { host: kind === 'Service' ? `${name}.${namespace}.svc.cluster.local` : name, port: { number: port } };
}

function matchesOf(route: TableRoute, port: number): readonly Json[] {
  const { match } = route;
  const all = match.kind === 'http' ? match.headers : match.metadata;
  const [headers, withoutHeaders] = [conditions(headerConditions(plain(all)) ?? []), excluded(all)];
  const present = Object.fromEntries(all.filter(({ inversion }) => inversion === 'present-and-different').map(({ name }) => [name, {}]));
  const rest = defined({
    method: match.kind === 'http' && match.method !== undefined ? { exact: match.method } : undefined,
    headers: some({ ...present, ...headers }), withoutHeaders: some(withoutHeaders),
    queryParams: match.kind === 'http' ? some(conditions(queryConditions(match.query) ?? [])) : undefined,
    port,
  });
  return urisOf(route).map((uri) => ({ uri, ...rest }));
}

/** Segments are a path and everything below it. */
function urisOf(route: TableRoute): readonly Json[] {
  const raw: PathMatch | undefined = route.match.kind === 'http' && route.match.path.kind === 'raw-prefix' ? route.match.path : undefined;
  if (raw !== undefined) return [{ prefix: raw.value }];
  const { type, value } = pathOfRoute(route);
  switch (type) {
    case 'Exact': return [{ exact: value }];
    case 'RegularExpression': return [{ regex: value }];
    case 'PathPrefix': return value === '/' ? [{ prefix: value }] : [{ exact: value }, { prefix: `${value}/` }];
  }
}

function plain(headers: readonly HeaderMatch[]): readonly HeaderMatch[] {
  return headers.filter(({ inversion }) => inversion === 'none');
}

function conditions(wire: readonly ValueMatchWire[]): Json {
  return Object.fromEntries(wire.map(({ type, name, value }) => [name, type === 'Exact' ? { exact: value } : value === '.*' ? {} : { regex: value }]));
}

function excluded(headers: readonly HeaderMatch[]): Json {
  const one = (header: HeaderMatch) => conditions(headerConditions([{ ...header, inversion: 'none' }])!);
  return Object.assign({}, ...headers.filter(({ inversion }) => inversion !== 'none').map(one)) as Json;
}

function some(map: Json): Json | undefined {
  return Object.keys(map).length === 0 ? undefined : map;
}

function changes(all: HeaderChanges | undefined): Json | undefined {
  if (all === undefined) return undefined;
  const { set, add, remove } = changesOnce(all);
  const values = (list: HeaderChanges['set']) => some(Object.fromEntries(list.map(({ name, value }) => [name, value.replace(/%/g, '%%')])));
  return some(defined({ set: values(set), add: values(add), remove: filled(remove) }));
}

type Answer = Extract<RouteAction, { kind: 'respond' }>;

/** With these statuses clients expect no body, and the proxy would send one. */
const WITHOUT_BODY = [204, 205, 304];

function answerOf({ status, body }: Answer): Json {
  return defined({ status, body: body === undefined || WITHOUT_BODY.includes(status) ? undefined : { string: body } });
}

type Redirect = Extract<RouteAction, { kind: 'redirect' }>;

function redirectOf({ status, scheme, host, port, path }: Redirect): Json {
  // one of them is wanted, and calls between pods are plain http to the proxy
  const isBare = scheme === undefined && host === undefined && port === undefined && path === undefined;
  return defined({ uri: path?.value, authority: host, port, scheme: isBare ? 'http' : scheme, redirectCode: status });
}

function rewriteOf(index: MeshIndex, { filters: { rewritePath, rewriteHost }, match, action }: TableRoute): Json | undefined {
  const [first] = action.kind === 'forward' ? action.destinations : [];
  const authority = rewriteHost === undefined || first === undefined ? undefined : rewriteHost.kind === 'exact' ? rewriteHost.value : serviceOf(index, first.service).host;
  const [step] = changeOf(rewritePath, match);
  return some(defined({ uriRegexRewrite: step === undefined ? undefined : regexRewrite(step), authority }));
}

/** A backslash would begin the number of a group. What is left empty becomes a slash. */
function regexRewrite(step: PathStep): Json {
  const literal = (text: string) => text.replace(/\\/g, '\\\\');
  if (step.kind === 'constant') return { match: '/.*', rewrite: literal(step.value) };
  const { from, to } = step;
  return to === '' ? { match: `^${escapeRegex(from)}/?`, rewrite: '/' } : { match: `^${escapeRegex(from)}${from === '' ? '/' : ''}`, rewrite: literal(from === '' ? `${to}/` : to) };
}

function faultOf({ delay, abort }: Fault): Json | undefined {
  return some(defined({
    delay: delay && { fixedDelay: durationOf(delay.ms), percentage: { value: delay.percent } },
    abort: abort && { httpStatus: abort.status, percentage: { value: abort.percent } },
  }));
}

function limitsOf({ timeouts, retry }: RoutePolicy): Json {
  return defined({
    timeout: timeouts?.requestMs === undefined ? undefined : durationOf(timeouts.requestMs),
    retries: retry && defined({
      attempts: retry.attempts,
      perTryTimeout: retry.perTryTimeoutMs === undefined ? undefined : durationOf(retry.perTryTimeoutMs),
      retryOn: [...new Set(retry.on.flatMap((event) => RETRY_ON[event]))].join(','),
    }),
  });
}
