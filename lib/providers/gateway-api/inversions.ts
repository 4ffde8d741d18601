/**
 * Inverted conditions on headers, which the Gateway API does not have, said by order: the route loses its condition, and in front of it stand, for
 * the requests that the condition excludes, the routes that they would have come to.
 */
import { inarrangeable } from './obstacle';
import { narrowRoute, type TableRoute } from './table-route';
import { intersectMatches } from '../../model/intersect';
import type { GrpcMatch, HeaderMatch, HttpMatch } from '../../model/match';
import { covers } from '../../model/overlap';

/** The same table without inverted conditions. Throws Inarrangeable. */
export function withoutInversions(routes: readonly TableRoute[]): readonly TableRoute[] {
  if (!routes.some(({ match }) => headersOf(match).some(({ inversion }) => inversion !== 'none'))) return routes;
  return routes.reduceRight<readonly TableRoute[]>((later, route) => [...expand(route, later), ...later], []);
}

function expand(route: TableRoute, later: readonly TableRoute[]): readonly TableRoute[] {
  const headers = headersOf(route.match);
  const inverted = headers.filter(({ inversion }) => inversion !== 'none');
  if (inverted.length === 0) return [route];
  const plain = headers.filter(({ inversion }) => inversion === 'none');
  const present = inverted.filter(({ inversion }) => inversion === 'present-and-different')
    .map(({ name }): HeaderMatch => ({ name, match: { kind: 'present' }, inversion: 'none' }))
    .filter(({ name }) => !plain.some((header) => header.name === name));
  const base = withHeaders(route.match, [...plain, ...new Map(present.map((header) => [header.name, header])).values()]);
  const excluded = inverted.flatMap((header) => {
    const guard = intersectMatches(base, withHeaders(anyOf(route.match), [{ ...header, inversion: 'none' }]));
    if (guard === 'disjoint') return [];
    if (guard === 'inexpressible' || guard.kind === 'tcp') throw entangled(route);
    return passedOn(route, guard, later);
  });
  return [...excluded, { ...route, match: base }];
}

/** What becomes of the requests of a guard, which a route leaves to later ones: they get what those give them, or 404. */
function passedOn(route: TableRoute, guard: HttpMatch | GrpcMatch, later: readonly TableRoute[]): readonly TableRoute[] {
  const result: TableRoute[] = [];
  for (const next of later) {
    const match = intersectMatches(guard, next.match);
    if (match === 'disjoint') continue;
    if (match === 'inexpressible' || match.kind === 'tcp') throw entangled(route, next);
    const pieces = narrowRoute(next, match);
    if (pieces === undefined) throw entangled(route, next);
    result.push(...pieces);
    if (covers(next.match, guard)) return result;
  }
  return [...result, { ...route, name: `${route.name}-closed`, match: guard, action: { kind: 'respond', status: 404 }, filters: {}, policy: {}, closes: true }];
}

function entangled(route: TableRoute, other?: TableRoute) {
  const lies = other === undefined ? 'has several conditions on one header' : `and ${other.label} overlap`;
  return inarrangeable(route, `${route.label} ${lies}, and the Gateway API has no inverted conditions, so that no list of its routes says who takes which requests`,
    'match what the route takes instead of what it does not take');
}

function headersOf(match: HttpMatch | GrpcMatch): readonly HeaderMatch[] {
  return match.kind === 'http' ? match.headers : match.metadata;
}

function withHeaders(match: HttpMatch | GrpcMatch, headers: readonly HeaderMatch[]): HttpMatch | GrpcMatch {
  return match.kind === 'http' ? { ...match, headers } : { ...match, metadata: headers };
}

function anyOf(match: HttpMatch | GrpcMatch): HttpMatch | GrpcMatch {
  return match.kind === 'http' ? { kind: 'http', path: { kind: 'prefix', value: '/' }, headers: [], query: [] } : { kind: 'grpc', metadata: [] };
}
