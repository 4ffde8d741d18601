/**
 * An ordered table as what a target takes: without inverted conditions, in an order that survives the target's own, and in groups that each fit into one
 * route object and do not depend on each other's place.
 */
import { reworded } from './expressions';
import { withoutInversions } from './inversions';
import { isSayable, rankOf, type Rank } from './match';
import { Inarrangeable, inarrangeable, type Obstacle } from './obstacle';
import { withSegmentPrefixes } from './raw-prefixes';
import { narrowRoute, withUniqueNames, type TableRoute } from './table-route';
import { intersectMatches } from '../../model/intersect';
import { candidatePairs } from '../../model/levels';
import { covers, matchRelation } from '../../model/overlap';

/**
 * How a target asks the rules of a table. `listed`: as they stand, inside of one route object. Else it sorts: negative where `a` is asked before `b`; 0 keeps
 * them as they stand, inside of one route object.
 */
export type Order = 'listed' | ((a: Rank, b: Rank) => number);

/** Groups of routes that become one route object each, or everything that is in the way. */
export type Arrangement =
  | { readonly kind: 'groups'; readonly groups: readonly (readonly TableRoute[])[] }
  | { readonly kind: 'obstacles'; readonly obstacles: readonly Obstacle[] };

/** The stack that deploys what a route leads to; undefined where it leads nowhere, or everything is deployed together. */
export type PlaceOf = (route: TableRoute) => string | undefined;

/** @see CRD of HTTPRoute and GRPCRoute, `rules`; one match is written for each rule, so the limits of matches are farther away */
const MAX_RULES = 16;

/** Rules that a table may get beyond those of the program, before it counts as too entangled. */
const MAX_ADDED = 256;

/** The table in the target's form. */
export function arrange(routes: readonly TableRoute[], order: Order, placeOf: PlaceOf = () => undefined): Arrangement {
  try {
    const plain = reachable(withSegmentPrefixes(withoutInversions(withSegmentPrefixes(routes))));
    const mute = plain.find(({ match }) => !isSayable(match));
    if (mute !== undefined) {
      throw inarrangeable(mute, `${mute.label} has two conditions on one header or query parameter, of which the Gateway API holds one for each name`, 'say them as one expression');
    }
    const settled = withUniqueNames(order === 'listed' ? plain : settle(plain, order));
    return { kind: 'groups', groups: groupsOf(settled, order, placeOf) };
  } catch (error) {
    if (error instanceof Inarrangeable) return { kind: 'obstacles', obstacles: [error.obstacle] };
    throw error;
  }
}

/** Leaves out what earlier routes take completely. */
export function reachable(routes: readonly TableRoute[]): readonly TableRoute[] {
  const shadowed = new Set<number>();
  for (const { earlier, later } of candidatePairs(routes)) if (covers(routes[earlier]!.match, routes[later]!.match)) shadowed.add(later);
  return routes.filter((_, at) => !shadowed.has(at));
}

/** Adds routes for what two routes both take, where the target would ask the later one first, or finds other words for one of them. Throws Inarrangeable. */
function settle(routes: readonly TableRoute[], order: Exclude<Order, 'listed'>): readonly TableRoute[] {
  const ranks = new Map<TableRoute, Rank>();
  const rank = (route: TableRoute): Rank => {
    const known = ranks.get(route) ?? rankOf(route);
    ranks.set(route, known);
    return known;
  };
  const before = (a: TableRoute, b: TableRoute) => order(rank(a), rank(b));
  const settled = [...routes];
  for (let changes = 0; ; changes++) {
    const found = firstMisplaced(settled, before);
    if (found === undefined) return settled;
    const { earlier, later, first, second, missing } = found;
    if (changes > routes.length + MAX_ADDED || settled.length > routes.length + MAX_ADDED) throw misplaced(first, second);
    if (missing !== undefined && missing.every((one) => before(one, second) < 0)) {
      // the added ones have their own place to find
      settled.splice(earlier, 0, ...missing);
      continue;
    }
    const pair = reworded(found, (words) => before(words.first, words.second) < 0);
    if (pair === undefined) throw misplaced(first, second);
    settled[earlier] = pair.first;
    settled[later] = pair.second;
  }
}

/** Two routes that the target asks in the other order. */
interface Misplaced {
  readonly earlier: number;
  readonly later: number;
  readonly first: TableRoute;
  readonly second: TableRoute;
  /** Rules for what both take; undefined where none say that. */
  readonly missing: readonly TableRoute[] | undefined;
}

function firstMisplaced(routes: readonly TableRoute[], before: (a: TableRoute, b: TableRoute) => number): Misplaced | undefined {
  const pairs = [...candidatePairs(routes)]
    .filter(({ earlier, later }) => before(routes[earlier]!, routes[later]!) > 0)
    .sort((a, b) => a.later - b.later || a.earlier - b.earlier);
  for (const { earlier, later } of pairs) {
    const [first, second] = [routes[earlier]!, routes[later]!];
    if (matchRelation(first.match, second.match) === 'disjoint') continue;
    const missing = intersectionOf(first, second)
      ?.filter(({ match }) => !routes.slice(0, later).some((one) => before(one, second) < 0 && covers(one.match, match)));
    if (missing === undefined || missing.length > 0) return { earlier, later, first, second, missing };
  }
  return undefined;
}

function intersectionOf({ said: _, ...first }: TableRoute, second: TableRoute): readonly TableRoute[] | undefined {
  const match = intersectMatches(first.match, second.match);
  const pieces = match === 'disjoint' || match === 'inexpressible' || match.kind === 'tcp' ? undefined : narrowRoute(first, match);
  return pieces?.every((piece) => isSayable(piece.match)) === true ? pieces : undefined;
}

function misplaced(first: TableRoute, second: TableRoute): Inarrangeable {
  return inarrangeable(first, `${first.label} comes before ${second.label} and some requests fit both, but the mesh would ask the latter first, and no rule between them says which requests these are`,
    'let one of them exclude the other, for example by different paths or by a header that only one of them asks for');
}

/**
 * Routes whose places depend on each other stay together: all of them in one group while they fit and are deployed together, else each family in a group of its own, so that
 * a route more or less moves no other. Throws Inarrangeable where a family is too large.
 */
function groupsOf(routes: readonly TableRoute[], order: Order, placeOf: PlaceOf): readonly (readonly TableRoute[])[] {
  const places = placesOf(routes, placeOf);
  if (routes.length <= MAX_RULES && places.length <= 1) return routes.length === 0 ? [] : [routes];
  const families = familiesOf(routes, order);
  const large = families.find((family) => family.length > MAX_RULES);
  if (large !== undefined) throw tooMany(large);
  return places.length <= 1 ? families : byPlace(families, placeOf);
}

function placesOf(routes: readonly TableRoute[], placeOf: PlaceOf): readonly string[] {
  return [...new Set(routes.map(placeOf).filter((place) => place !== undefined))];
}

/** Families of one stack are one group while they fit: so the weights of a service are deployed with the service. */
function byPlace(families: readonly (readonly TableRoute[])[], placeOf: PlaceOf): readonly (readonly TableRoute[])[] {
  const groups = new Map<string, readonly TableRoute[][]>();
  for (const family of families) {
    const key = placesOf(family, placeOf).join('\n');
    groups.set(key, [...groups.get(key) ?? [], [...family]]);
  }
  return [...groups.values()].flatMap((members) => members.flat().length <= MAX_RULES ? [members.flat()] : members);
}

function familiesOf(routes: readonly TableRoute[], order: Order): readonly (readonly TableRoute[])[] {
  const ranks = order === 'listed' ? [] : routes.map(rankOf);
  const belong = (a: number, b: number) => (order === 'listed' || order(ranks[a]!, ranks[b]!) === 0)
    && matchRelation(routes[a]!.match, routes[b]!.match) !== 'disjoint';
  const family = routes.map((_, at) => at);
  const head = (at: number): number => family[at] === at ? at : head(family[at]!);
  for (const { earlier, later } of candidatePairs(routes)) {
    const [a, b] = [head(earlier), head(later)];
    if (a !== b && belong(earlier, later)) family[Math.max(a, b)] = Math.min(a, b);
  }
  const families = new Map<number, TableRoute[]>();
  routes.forEach((route, at) => families.set(head(at), [...families.get(head(at)) ?? [], route]));
  return [...families.values()];
}

function tooMany(family: readonly TableRoute[]): Inarrangeable {
  const [first, last] = [family[0]!, family.at(-1)!];
  return inarrangeable(first, `${family.length} routes from ${first.label} to ${last.label} depend on each other's place, and one route object of the Gateway API holds ${MAX_RULES}`,
    'leave out explicit priorities and expressions where the longer path may win, or split the table by host');
}
