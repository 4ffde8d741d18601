/**
 * The product of routing tables that each get a share of the same requests: first match wins in each, so first match wins in the product.
 * Called by both flattenings: of a split between services, and of a gateway's table with those of the services behind it.
 */
import type { Destination, Filters, Mirror, RoutePolicy } from './action';
import { intersectMatches } from './intersect';
import type { Match } from './match';
import { covers } from './overlap';

/** One route of one of the tables. */
export interface Row {
  /** The route in the user's words, for reasons. */
  readonly label: string;
  readonly match: Match;
}

/** A row that leads to versions. */
export interface Share extends Row {
  /** Of all requests, in proportion to the other parts. */
  readonly part: { readonly weight: number };
  readonly destinations: readonly Destination[];
  readonly filters: Filters;
  readonly policy: RoutePolicy;
}

/** A combination of one row per table, and the requests that take it. */
export interface Product<R extends Row> {
  readonly match: Match;
  readonly routes: readonly R[];
}

/** Stops a flattening with a reason; caught by the functions that flatten, and by nothing else. */
export class Unflattenable extends Error {}

/** Combines what there is so far with one more table. Throws Unflattenable where two rows overlap and no single match says where. */
export function multiply<R extends Row>(products: readonly Product<R>[], table: readonly R[]): readonly Product<R>[] {
  const result: Product<R>[] = [];
  for (const product of products) {
    for (const row of table) {
      if (result.some((earlier) => covers(earlier.match, product.match))) break;
      const match = intersectMatches(product.match, row.match);
      if (match === 'disjoint') continue;
      if (match === 'inexpressible') {
        const other = product.routes.find((route) => intersectMatches(route.match, row.match) === 'inexpressible') ?? product.routes[0]!;
        throw new Unflattenable(`${other.label} and ${row.label} overlap, but no single match says where`);
      }
      // what an earlier product takes completely is never reached
      if (!result.some((earlier) => covers(earlier.match, match))) result.push({ match, routes: [...product.routes, row] });
    }
  }
  return result;
}

/** The match that takes every request of a kind. */
export function anything(kind: Match['kind']): Match {
  switch (kind) {
    case 'http': return { kind, path: { kind: 'prefix', value: '/' }, headers: [], query: [] };
    case 'grpc': return { kind, metadata: [] };
    case 'tcp': return { kind };
  }
}

/**
 * The destinations of rows that are chosen together: weight of the part * weight of the version / sum inside of the part, brought to one denominator and
 * shortened; those of a single row as they are. Throws Unflattenable where a number can no longer hold a weight.
 */
export function exactShares(routes: readonly Share[]): readonly Destination[] {
  // what one route alone says stays as it was written
  if (routes.length === 1 && isEachOnce(routes[0]!.destinations)) return routes[0]!.destinations;
  const sums = routes.map(({ destinations }) => destinations.reduce((sum, { weight }) => sum + BigInt(weight), 0n));
  const weights = new Map<string, { destination: Destination; weight: bigint }>();
  routes.forEach(({ part, destinations }, at) => {
    const others = sums.reduce((product, sum, index) => index === at ? product : product * sum, 1n);
    for (const destination of destinations) {
      const key = JSON.stringify([destination.service, destination.version, destination.port]);
      const share = BigInt(part.weight) * BigInt(destination.weight) * others;
      weights.set(key, { destination, weight: (weights.get(key)?.weight ?? 0n) + share });
    }
  });
  const divisor = [...weights.values()].reduce((so, { weight }) => gcd(so, weight), 0n);
  return [...weights.values()].map(({ destination, weight }) => ({ ...destination, weight: toInteger(divisor === 0n ? 0n : weight / divisor) }));
}

function isEachOnce(destinations: readonly Destination[]): boolean {
  return new Set(destinations.map(({ service, version, port }) => JSON.stringify([service, version, port]))).size === destinations.length;
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function toInteger(weight: bigint): number {
  if (weight > BigInt(Number.MAX_SAFE_INTEGER)) throw new Unflattenable(`the exact share would need the weight ${weight}, which is too large to be said`);
  return Number(weight);
}

/** The policy of rows that are chosen together: the own one, field by field that of all rows. Throws Unflattenable where the rows differ. */
export function commonPolicy(routes: readonly Share[], own: RoutePolicy): RoutePolicy {
  const retry = own.retry ?? common(routes, 'retries', ({ policy }) => policy.retry);
  const requestMs = own.timeouts?.requestMs ?? common(routes, 'timeouts', ({ policy }) => policy.timeouts?.requestMs);
  const idleMs = own.timeouts?.idleMs ?? common(routes, 'idle timeouts', ({ policy }) => policy.timeouts?.idleMs);
  const timeouts = { ...(requestMs === undefined ? {} : { requestMs }), ...(idleMs === undefined ? {} : { idleMs }) };
  return { ...(retry === undefined ? {} : { retry }), ...(Object.keys(timeouts).length === 0 ? {} : { timeouts }) };
}

/** What all of the rows that are chosen together change. Throws Unflattenable where they differ. */
export function commonFilters(routes: readonly Share[]): Filters {
  const rewritePath = common(routes, 'path rewrites', ({ filters }) => filters.rewritePath);
  const rewriteHost = common(routes, 'host rewrites', ({ filters }) => filters.rewriteHost);
  const requestHeaders = common(routes, 'request header changes', ({ filters }) => filters.requestHeaders);
  const responseHeaders = common(routes, 'response header changes', ({ filters }) => filters.responseHeaders);
  const mirrors = common<readonly Mirror[]>(routes, 'mirrors', ({ filters }) => filters.mirrors);
  const fault = common(routes, 'faults', ({ filters }) => filters.fault);
  return Object.fromEntries(Object.entries({ rewritePath, rewriteHost, requestHeaders, responseHeaders, mirrors, fault })
    .filter(([, value]) => value !== undefined));
}

/** The value that all routes share. */
function common<T>(routes: readonly Share[], notion: string, read: (share: Share) => T | undefined): T | undefined {
  const [first, ...rest] = routes;
  const value = first === undefined ? undefined : read(first);
  const other = rest.find((share) => JSON.stringify(read(share)) !== JSON.stringify(value));
  if (other) throw new Unflattenable(`${first!.label} and ${other.label} have different ${notion}`);
  return value;
}
