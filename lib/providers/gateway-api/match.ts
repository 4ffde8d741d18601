/** Matches in the Gateway API's form, and what decides their place where a target sorts. */
import { headerConditions, queryConditions } from './conditions';
import type { GrpcRouteMatch, HttpRouteMatch, PathMatchWire, ValueMatchWire } from './crd';
import type { TableRoute } from './table-route';
import type { GrpcMatch, HttpMatch, PathMatch } from '../../model/match';
import { escapeRegex } from '../../model/regex';
import { defined, filled } from '../defined';

/** Whether the form can say the conditions of a match, once inversions are gone. */
export function isSayable(match: HttpMatch | GrpcMatch): boolean {
  const query = match.kind === 'http' ? queryConditions(match.query) : [];
  return headerConditions(headersOf(match)) !== undefined && query !== undefined;
}

/** A match of an HTTPRoute; a gRPC call by its path. The scheme is decided by the listener. */
export function httpMatchOf(route: Pick<TableRoute, 'match' | 'said'>): HttpRouteMatch {
  const { match } = route;
  return defined({
    path: pathOfRoute(route),
    headers: filled(conditionsOf(match)),
    queryParams: match.kind === 'http' ? filled(sayable(queryConditions(match.query))) : undefined,
    method: match.kind === 'http' ? match.method : undefined,
  });
}

/** A match of a GRPCRoute. */
export function grpcMatchOf(match: GrpcMatch): GrpcRouteMatch {
  const { service, method } = match;
  return defined({
    method: service === undefined && method === undefined ? undefined : defined({ type: 'Exact' as const, service, method }),
    headers: filled(conditionsOf(match)),
  });
}

/** What a target that sorts looks at. */
export interface Rank {
  readonly path: PathMatchWire;
  readonly hasMethod: boolean;
  readonly headers: readonly ValueMatchWire[];
  readonly query: readonly ValueMatchWire[];
}

/** The rank of a match as it is written. */
export function rankOf(route: Pick<TableRoute, 'match' | 'said'>): Rank {
  const { path, method, headers = [], queryParams: query = [] } = httpMatchOf(route);
  return { path, hasMethod: method !== undefined, headers, query };
}

function conditionsOf(match: HttpMatch | GrpcMatch): readonly ValueMatchWire[] {
  return sayable(headerConditions(headersOf(match)));
}

function headersOf(match: HttpMatch | GrpcMatch) {
  return match.kind === 'http' ? match.headers : match.metadata;
}

/** The path condition of a route as an HTTPRoute says it. */
export function pathOfRoute({ match, said }: Pick<TableRoute, 'match' | 'said'>): PathMatchWire {
  return said ?? (match.kind === 'http' ? pathOf(match.path) : callPath(match));
}

function pathOf(path: PathMatch): PathMatchWire {
  switch (path.kind) {
    case 'exact': return { type: 'Exact', value: path.value };
    case 'prefix': return { type: 'PathPrefix', value: path.value };
    case 'raw-prefix': return path.value === '/' ? { type: 'PathPrefix', value: '/' } : { type: 'RegularExpression', value: `${escapeRegex(path.value)}.*` };
    case 'regex': return { type: 'RegularExpression', value: path.value };
  }
}

/** gRPC paths have two segments, so a service is a prefix. */
function callPath({ service, method }: GrpcMatch): PathMatchWire {
  if (service === undefined && method === undefined) return { type: 'PathPrefix', value: '/' };
  if (method === undefined) return { type: 'PathPrefix', value: `/${service}` };
  return service === undefined ? { type: 'RegularExpression', value: `/[^/]+/${escapeRegex(method)}` } : { type: 'Exact', value: `/${service}/${method}` };
}

function sayable(conditions: readonly ValueMatchWire[] | undefined): readonly ValueMatchWire[] {
  if (conditions === undefined) throw new Error('internal: conditions that cannot be said reached the lowering; please report this with your program');
  return conditions;
}
