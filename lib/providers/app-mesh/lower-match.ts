/**
 * Conditions in App Mesh's form. One match of the model becomes one or several of App Mesh that are disjoint from each other.
 * @see https://docs.aws.amazon.com/app-mesh/latest/userguide/gateway-routes.html (prefix is raw text, regex a full match)
 */
import type { HeaderCondition, HeaderFilter, HostnameMatch, HttpRouteMatch, GrpcRouteMatch, PathCondition, QueryCondition } from './crd';
import { assertNever } from '../../diagnostics/mesh-error';
import type { GrpcMatch, HeaderMatch, HostMatch, HttpMatch, PathMatch, QueryMatch, ValueMatch } from '../../model/match';
import { escapeRegex } from '../../model/regex';
import { defined, filled } from '../defined';

/** A path condition in App Mesh's form. */
export type WirePath = { readonly prefix: string } | { readonly path: PathCondition };

/** A segment prefix as one regex; `/` and raw prefixes stay prefixes. */
export function lowerPath(path: PathMatch): WirePath {
  switch (path.kind) {
    case 'exact': return { path: { exact: path.value } };
    case 'raw-prefix': return { prefix: path.value };
    case 'regex': return { path: { regex: path.value } };
    case 'prefix': return path.value === '/' ? { prefix: '/' } : { path: { regex: segmentRegex(path.value) } };
    default: return assertNever(path);
  }
}

/** `/api` as `^/api(/.*)?$`. */
export function segmentRegex(prefix: string): string {
  return prefix === '/' ? '^/.*$' : `^${escapeRegex(prefix)}(/.*)?$`;
}

/**
 * All ways to write the conditions. `absent-or-different` is two, because an inverted condition of App Mesh's proxy does not hold
 * for a header that is missing.
 */
export function lowerHeaders(headers: readonly HeaderMatch[]): readonly (readonly HeaderCondition[])[] {
  return headers.reduce<readonly (readonly HeaderCondition[])[]>(
    (ways, header) => ways.flatMap((way) => lowerHeader(header).map((condition) => [...way, condition])), [[]]);
}

function lowerHeader({ name, match, inversion }: HeaderMatch): readonly HeaderCondition[] {
  const filter = lowerValue(match);
  const plain = defined({ name, match: filter });
  switch (inversion) {
    case 'none': return [plain];
    case 'present-and-different': return [defined({ name, match: filter, invert: true })];
    case 'absent-or-different': {
      const absent = { name, invert: true };
      return filter === undefined ? [absent] : [absent, { name, match: filter, invert: true }];
    }
    default: return assertNever(inversion);
  }
}

function lowerValue(match: ValueMatch): HeaderFilter | undefined {
  switch (match.kind) {
    case 'exact': return { exact: match.value };
    case 'prefix': return { prefix: match.value };
    case 'suffix': return { suffix: match.value };
    case 'regex': return { regex: match.value };
    case 'range': return { range: { start: match.start, end: match.end } };
    case 'present': return undefined;
    default: return assertNever(match);
  }
}

/** Query conditions; a regex has been refused before. */
export function lowerQuery(query: readonly QueryMatch[]): readonly QueryCondition[] {
  return query.map(({ name, match }) => {
    switch (match.kind) {
      case 'exact': return { name, match: { exact: match.value } };
      case 'present': return { name };
      case 'regex': throw new Error('internal: a query regex reached the App Mesh lowering; please report this with your program');
      default: return assertNever(match);
    }
  });
}

/** A host condition. */
export function lowerHost(host: HostMatch | undefined): HostnameMatch | undefined {
  if (host === undefined) return undefined;
  return host.kind === 'exact' ? { exact: host.value } : { suffix: host.value };
}

/** All forms of a router's HTTP match. */
export function lowerHttpMatch(match: HttpMatch, port: number | undefined): readonly HttpRouteMatch[] {
  const { method, scheme } = match;
  const queryParameters = filled(lowerQuery(match.query));
  return lowerHeaders(match.headers).map((headers) =>
    defined({ ...lowerPath(match.path), method, scheme, headers: filled(headers), queryParameters, port }));
}

/** All forms of a router's gRPC match; one without any condition gets the listener's port, because App Mesh refuses an empty match. */
export function lowerGrpcMatch(match: GrpcMatch, port: number | undefined, listenerPort: number): readonly GrpcRouteMatch[] {
  const { service: serviceName, method: methodName } = match;
  return lowerHeaders(match.metadata).map((metadata) => {
    const isEmpty = serviceName === undefined && metadata.length === 0;
    return defined({ serviceName, methodName, metadata: filled(metadata), port: port ?? (isEmpty ? listenerPort : undefined) });
  });
}
