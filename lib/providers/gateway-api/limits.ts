/**
 * What the schemas of the Gateway API refuse, said before any API server sees it.
 * @see https://github.com/kubernetes-sigs/gateway-api/tree/v1.7.0/config/crd/standard
 */
import { rewrittenHosts } from './rule';
import type { TableRoute } from './table-route';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { Filters, HeaderChanges, RouteAction } from '../../model/action';
import type { HttpMatch } from '../../model/match';
import { findIf, finding, type Place } from '../rule';

const MAX_PATH = 1024;
const MAX_CONDITIONS = 16;
const MAX_HEADER_VALUE = 4096;
const MAX_QUERY_VALUE = 1024;
const MAX_HEADER_NAME = 256;
const MAX_QUERY_NAME = 128;
const MAX_BACKENDS = 16;
const MAX_WEIGHT = 1_000_000;
const MAX_CHANGES = 16;

/** What the schema refuses in a path that is compared as text. @see CRD of HTTPRoute, CEL rules of `path` */
const PATH_PARTS: readonly (readonly [RegExp, string])[] = [
  [/\/\//, "'//'"], [/\/\.\//, "'/./'"], [/\/\.\.\//, "'/../'"], [/%2f/i, "'%2F'"], [/#/, "'#'"], [/\/\.\.$/, "an end in '/..'"], [/\/\.$/, "an end in '/.'"],
];
const PATH_CHARACTERS = /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+$/;
const HEADER_NAME = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

/** Reports MESH404, MESH401 and MESH406 for routes that no schema takes; `title` is the mesh in the user's words. One finding for each cause. */
export function limitFindings(routes: readonly TableRoute[], title: string): readonly Diagnostic[] {
  const all = routes.flatMap((route) => [...matchFindings(route, title), ...actionFindings(route, title), ...filterFindings(route, title)]);
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function placeOf({ origin, property }: TableRoute, value?: unknown): Place {
  return { origin, property, value };
}

function matchFindings(route: TableRoute, title: string): readonly Diagnostic[] {
  const { match, label } = route;
  const headers = match.kind === 'http' ? match.headers : match.metadata;
  const query = match.kind === 'http' ? match.query : [];
  const tooMany = (count: number, what: string) => findIf(count > MAX_CONDITIONS, () => finding('MESH404', placeOf(route, count),
    `${label} has ${count} conditions on ${what}, and ${title} holds ${MAX_CONDITIONS}`, 'ask for fewer'));
  return [
    ...(match.kind === 'http' ? pathFindings(route, match, title) : []),
    ...tooMany(headers.length, 'headers'),
    ...tooMany(query.length, 'query parameters'),
    ...headers.flatMap(({ name }) => findIf(name.length > MAX_HEADER_NAME || !HEADER_NAME.test(name), () => finding('MESH406', placeOf(route, name),
      `${title} takes no header named '${name}', which ${label} asks for`, `use a header name of letters, digits and hyphens, at most ${MAX_HEADER_NAME}`))),
    ...query.flatMap(({ name }) => findIf(name.length > MAX_QUERY_NAME || !HEADER_NAME.test(name), () => finding('MESH406', placeOf(route, name),
      `${title} takes no query parameter named '${name}', which ${label} asks for`, `use a name of letters, digits and hyphens, at most ${MAX_QUERY_NAME}`))),
    ...longFindings(route, headers.map(({ match: value }) => value), MAX_HEADER_VALUE, title),
    ...longFindings(route, query.map(({ match: value }) => value), MAX_QUERY_VALUE, title),
  ];
}

function longFindings(route: TableRoute, values: readonly object[], limit: number, title: string): readonly Diagnostic[] {
  return values.flatMap((condition) => 'value' in condition && typeof condition.value === 'string' && condition.value.length > limit
    ? [finding('MESH404', placeOf(route, condition.value.length), `a value that ${route.label} compares has ${condition.value.length} characters, and ${title} holds ${limit}`, 'compare less text')]
    : []);
}

function pathFindings(route: TableRoute, { path }: HttpMatch, title: string): readonly Diagnostic[] {
  const isText = path.kind === 'exact' || path.kind === 'prefix';
  const part = isText ? PATH_PARTS.find(([pattern]) => pattern.test(path.value)) : undefined;
  const what = part !== undefined ? part[1] : isText && !PATH_CHARACTERS.test(path.value) ? 'a character that must be escaped with %' : undefined;
  return [
    ...findIf(what !== undefined, () => finding('MESH406', placeOf(route, path.value), `${title} takes no path with ${what}, as ${route.label} has`,
      'write the path as it looks after normalisation, or match it with an expression')),
    ...findIf(path.value.length > MAX_PATH, () => finding('MESH404', placeOf(route, path.value.length),
      `the path of ${route.label} has ${path.value.length} characters, and ${title} holds ${MAX_PATH}`, 'match a shorter path')),
  ];
}

function actionFindings(route: TableRoute, title: string): readonly Diagnostic[] {
  const { action, label } = route;
  switch (action.kind) {
    case 'forward': {
      const { destinations } = action;
      const largest = Math.max(...destinations.map(({ weight }) => weight));
      return [
        ...findIf(destinations.length > MAX_BACKENDS, () => finding('MESH404', placeOf(route, destinations.length),
          `${label} has ${destinations.length} destinations, and ${title} holds ${MAX_BACKENDS}`, 'leave destinations of weight 0 out')),
        ...findIf(largest > MAX_WEIGHT, () => finding('MESH203', placeOf(route, largest),
          `the exact shares of ${label} need the weight ${largest}, and ${title} holds weights up to ${MAX_WEIGHT}`, 'use shares with a smaller common denominator')),
      ];
    }
    case 'redirect': return redirectFindings(route, action, title);
    case 'respond': return [];
  }
}

function redirectFindings(route: TableRoute, { status }: Extract<RouteAction, { kind: 'redirect' }>, title: string): readonly Diagnostic[] {
  return findIf(![301, 302, 303, 307, 308].includes(status), () => finding('MESH401', placeOf(route, status),
    `${title} cannot redirect with status ${status}, as ${route.label} does`, 'use 301, 302, 303, 307 or 308'));
}

/**
 * Both targets leave out the ports that schemes imply, and then the proxy keeps the one that the client wrote.
 * @see https://github.com/envoyproxy/gateway/blob/v1.9.1/internal/xds/translator/route.go buildXdsRedirectAction
 */
export function redirectPortFindings(route: TableRoute, listenerScheme: 'http' | 'https', title: string): readonly Diagnostic[] {
  const { action, label } = route;
  if (action.kind !== 'redirect' || (action.port !== 80 && action.port !== 443)) return [];
  const scheme = action.scheme ?? listenerScheme;
  return findIf(action.host === undefined || action.port !== (scheme === 'http' ? 80 : 443), () => finding('MESH401', placeOf(route, action.port),
    `${title} writes no port ${action.port} into a redirect, as ${label} wants`, 'leave the port out and name the host, or redirect to another port'));
}

function filterFindings(route: TableRoute, title: string): readonly Diagnostic[] {
  const { filters, label } = route;
  const hosts = rewrittenHosts(route);
  return [
    ...findIf(hosts.length > 1, () => finding('MESH401', placeOf(route), `${title} rewrites to one host for each route, and the shares of ${label} lead to ${hosts.map((id) => `'${id}'`).join(' and ')}`,
      'rewrite to an exact host, or leave the host as it is')),
    ...changeFindings(route, filters, title),
  ];
}

/** The schema takes no empty value. */
function emptyFindings(route: TableRoute, changes: HeaderChanges, title: string): readonly Diagnostic[] {
  return [...changes.set, ...changes.add].flatMap(({ name, value }) => findIf(value === '', () => finding('MESH406', placeOf(route, name),
    `${title} sets no header to an empty value, as ${route.label} does with '${name}'`, 'remove the header, or give it a value')));
}

function changeFindings(route: TableRoute, { requestHeaders, responseHeaders }: Filters, title: string): readonly Diagnostic[] {
  return [requestHeaders, responseHeaders].flatMap((changes) => changes === undefined ? [] : [
    ...emptyFindings(route, changes, title),
    ...[changes.set, changes.add, changes.remove].flatMap((list) => findIf(list.length > MAX_CHANGES, () => finding('MESH404', placeOf(route, list.length),
      `${route.label} changes ${list.length} headers in one way, and ${title} holds ${MAX_CHANGES}`, 'change fewer'))),
  ]);
}
