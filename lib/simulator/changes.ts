/** What routes change on a request: path, host, headers, and where a redirect sends the client. */
import type { Arrival } from './decision';
import type { Filters, HeaderChanges, HostRewrite, PathRewrite, RouteAction, RoutePolicy } from '../model/action';
import type { Request } from '../model/evaluate';
import type { Match } from '../model/match';

type Redirect = Extract<RouteAction, { readonly kind: 'redirect' }>;

/** The request after a route's filters; `serviceHost` is the host name of the service it is sent to. */
export function applyFilters(filters: Filters, match: Match, arrival: Arrival, serviceHost: string): Arrival {
  const { rewritePath, rewriteHost, requestHeaders } = filters;
  if (rewritePath === undefined && rewriteHost === undefined && requestHeaders === undefined) return arrival;
  return {
    host: rewriteHost === undefined ? arrival.host : hostAfter(rewriteHost, serviceHost),
    path: rewritePath === undefined ? arrival.path : pathAfter(rewritePath, match, arrival.path),
    headers: requestHeaders === undefined ? arrival.headers : headersAfter(requestHeaders, arrival.headers),
  };
}

function hostAfter(rewrite: HostRewrite, serviceHost: string): string {
  return rewrite.kind === 'service' ? serviceHost : rewrite.value;
}

/**
 * The path after a rewrite. A whole-segment prefix `/api` replaced by `/v2` turns `/api` into `/v2` and `/api/x` into `/v2/x`;
 * `/` strips it, and never leaves an empty path. A raw prefix is replaced as text.
 */
export function pathAfter(rewrite: PathRewrite, match: Match, path: string): string {
  if (rewrite.kind === 'full' || match.kind !== 'http') return rewrite.value;
  if (match.path.kind === 'raw-prefix') return `${rewrite.value}${path.slice(match.path.value.length)}`;
  if (match.path.kind !== 'prefix') return rewrite.value;
  const rest = match.path.value === '/' ? path : path.slice(match.path.value.length);
  const head = rewrite.value.endsWith('/') ? rewrite.value.slice(0, -1) : rewrite.value;
  return `${head}${rest}` || '/';
}

/** Headers after changes, in the order remove, set, add. A value added to one that is there is joined to it by a comma, a cookie by a semicolon. */
export function headersAfter(changes: HeaderChanges, headers: Request['headers']): Request['headers'] {
  const after: { [name: string]: string } = { ...headers };
  for (const name of changes.remove) delete after[name];
  for (const { name, value } of changes.set) after[name] = value;
  for (const { name, value } of changes.add) after[name] = Object.hasOwn(after, name) ? `${after[name]}${name === 'cookie' ? '; ' : ','}${value}` : value;
  return after;
}

/** Where a redirect sends the client: parts left out stay as the client wrote them, and so does the query. A host comes with its own port. */
export function locationOf(redirect: Redirect, match: Match, request: Request): string {
  const scheme = redirect.scheme ?? request.scheme;
  // a port that was implied by the client's scheme is not carried over to another one, and no port to another host
  const isImplied = redirect.host !== undefined || request.port === DEFAULT_PORTS[request.scheme];
  const port = redirect.port ?? (isImplied ? DEFAULT_PORTS[scheme] : request.port);
  const path = redirect.path === undefined ? request.path : pathAfter(redirect.path, match, request.path);
  const authority = `${redirect.host ?? request.host}${port === DEFAULT_PORTS[scheme] ? '' : `:${port}`}`;
  return `${scheme}://${authority}${path}${request.query === '' ? '' : `?${request.query}`}`;
}

/** The headers with which a gateway sends a request on: whatever the client wrote there, `x-forwarded-proto` is the scheme that it spoke, wherever its TLS ends. */
export function forwardedHeaders({ scheme, headers }: Request): Request['headers'] {
  return headers[FORWARDED_PROTO] === scheme ? headers : { ...headers, [FORWARDED_PROTO]: scheme };
}

/** Headers that arrive, without the one that a gateway writes of every request. */
export function changedHeaders(arrived: Request['headers'], { scheme, headers }: Request): Request['headers'] {
  if (arrived[FORWARDED_PROTO] !== scheme || headers[FORWARDED_PROTO] !== undefined) return arrived;
  const { [FORWARDED_PROTO]: _, ...others } = arrived;
  return others;
}

const FORWARDED_PROTO = 'x-forwarded-proto';

/** The port that a scheme implies. */
export const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** The policy that holds: the outer one's, and field by field the inner one's where the outer says nothing. */
export function mergePolicies(outer: RoutePolicy, inner: RoutePolicy): RoutePolicy {
  if (inner === NO_POLICY || (inner.retry === undefined && inner.timeouts === undefined)) return outer;
  if (outer.retry === undefined && outer.timeouts === undefined) return inner;
  const timeouts = outer.timeouts === undefined || inner.timeouts === undefined
    ? outer.timeouts ?? inner.timeouts
    : { ...inner.timeouts, ...outer.timeouts };
  const retry = outer.retry ?? inner.retry;
  return { ...(retry === undefined ? {} : { retry }), ...(timeouts === undefined ? {} : { timeouts }) };
}

/** No retry, no limit. */
export const NO_POLICY: RoutePolicy = {};
