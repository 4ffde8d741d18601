/**
 * One table out of a split between services: a share of the requests goes to each service, whose own table picks the version.
 * In: the parts of the split. Out: the product of their tables, first match wins, or the reason why there is none.
 * Matches stay in the words of the services' tables: the gateway's path rewrite has happened before them.
 */
import type { Destination, Filters, Mirror, RoutePolicy } from './action';
import { describeRoute } from './describe';
import { intersectMatches } from './intersect';
import type { Match } from './match';
import { covers } from './overlap';
import { orderedServiceRoutes } from './precedence';
import type { Service, ServiceRoute } from './service';

/** One share of a split. */
export interface SplitPart {
  readonly weight: number;
  readonly service: Service;
  /** Given: the share goes to this version, without asking the service's table. */
  readonly version?: string;
  /** Port of the service; left out means the only one that speaks the match's protocol. */
  readonly port?: number;
}

/** What the gateway route says before its split. */
export interface SplitBase {
  readonly match: Match;
  /** Wins over the services' policies field by field. */
  readonly policy: RoutePolicy;
}

/** One route of the flattened table. */
export interface FlatRoute {
  readonly match: Match;
  /** Every destination names its version; weights are exact and have no common divisor. */
  readonly destinations: readonly Destination[];
  /** What the services' routes change on the request. */
  readonly filters: Filters;
  readonly policy: RoutePolicy;
}

/** A flattened table, or why there is none; the reason names the routes in the user's words. */
export type Flattened =
  | { readonly kind: 'flat'; readonly routes: readonly FlatRoute[] }
  | { readonly kind: 'reason'; readonly reason: string };

/** A combination of one route per part that is looked at. */
interface Product {
  readonly match: Match;
  readonly routes: readonly Share[];
}

/** One route of one part. */
interface Share {
  readonly part: SplitPart;
  readonly label: string;
  readonly match: Match;
  readonly destinations: readonly Destination[];
  readonly filters: Filters;
  readonly policy: RoutePolicy;
}

/** Stops the flattening with a reason; caught by `flattenSplit` alone. */
class Unflattenable extends Error {}

/**
 * The lexicographic product of the parts' tables. For any request the first product that takes it is made of exactly the
 * routes that the parts' own tables would have chosen, because every table is total.
 */
export function flattenSplit(parts: readonly SplitPart[], base: SplitBase): Flattened {
  try {
    const tables = parts.map((part) => tableOf(part, base.match));
    const start: readonly Product[] = [{ match: anything(base.match.kind), routes: [] }];
    const products = tables.reduce(multiply, start);
    return { kind: 'flat', routes: products.map((product) => flatRoute(product, base)) };
  } catch (error) {
    if (error instanceof Unflattenable) return { kind: 'reason', reason: error.message };
    throw error;
  }
}

function multiply(products: readonly Product[], table: readonly Share[]): readonly Product[] {
  const result: Product[] = [];
  for (const product of products) {
    for (const share of table) {
      const match = intersectMatches(product.match, share.match);
      if (match === 'disjoint') continue;
      if (match === 'inexpressible') {
        const other = product.routes.find((route) => intersectMatches(route.match, share.match) === 'inexpressible') ?? product.routes[0]!;
        throw new Unflattenable(`${other.label} and ${share.label} overlap, but no single match says where`);
      }
      // what an earlier product takes completely is never reached
      if (!result.some((earlier) => covers(earlier.match, match))) result.push({ match, routes: [...product.routes, share] });
    }
  }
  return result;
}

function tableOf(part: SplitPart, base: Match): readonly Share[] {
  const { service, version } = part;
  const all = anything(base.kind);
  if (version !== undefined) {
    const destination = destinationOf({ service: service.id, version, weight: 1 }, part.port);
    return [{ part, label: `version '${version}' of service '${service.id}'`, match: all, destinations: [destination], filters: {}, policy: {} }];
  }
  const port = portOf(part, base.kind);
  const routes = orderedServiceRoutes(service).filter(({ match }) => match.kind === base.kind && (match.port === undefined || match.port === port));
  if (routes.length === 0) return [soleVersion(part, all)];
  const shares = routes.map((route) => shareOf(part, route));
  const last = shares.findIndex(({ match }) => covers(match, all));
  if (last < 0) throw new Unflattenable(`service '${service.id}' has no route that takes everything, so its share would partly be answered 404`);
  return shares.slice(0, last + 1);
}

function soleVersion(part: SplitPart, match: Match): Share {
  const { service } = part;
  const [only, ...more] = service.versions;
  if (only === undefined || more.length > 0) throw new Unflattenable(`service '${service.id}' has no route that chooses one of its ${service.versions.length} versions`);
  const destination = destinationOf({ service: service.id, version: only.name, weight: 1 }, part.port);
  return { part, label: `service '${service.id}'`, match, destinations: [destination], filters: {}, policy: {} };
}

function shareOf(part: SplitPart, route: ServiceRoute): Share {
  const label = `route ${describeRoute(route)} of service '${part.service.id}'`;
  if (route.action.kind !== 'forward') throw new Unflattenable(`${label} does not lead to a version, so it has no share`);
  const { port: _, ...match } = route.match;
  const destinations = route.action.destinations.map((destination) => destinationOf(destination, part.port));
  if (destinations.every(({ weight }) => weight === 0)) throw new Unflattenable(`all weights of ${label} are 0`);
  return { part, label, match, destinations, filters: route.filters, policy: route.policy };
}

/** The port a request arrives on at the second stage: routes for other ports never see it. */
function portOf({ service, port }: SplitPart, kind: Match['kind']): number | undefined {
  if (port !== undefined) return port;
  const spoken = service.ports.filter(({ protocol }) => (protocol === 'http2' ? 'http' : protocol) === kind);
  if (spoken.length === 1) return spoken[0]!.port;
  const bound = service.routes.find(({ match }) => match.kind === kind && match.port !== undefined);
  if (bound) throw new Unflattenable(`route ${describeRoute(bound)} of service '${service.id}' depends on the port, and the split does not say which`);
  return undefined;
}

function destinationOf(destination: Destination, port: number | undefined): Destination {
  return port === undefined || destination.port !== undefined ? destination : { ...destination, port };
}

function anything(kind: Match['kind']): Match {
  switch (kind) {
    case 'http': return { kind, path: { kind: 'prefix', value: '/' }, headers: [], query: [] };
    case 'grpc': return { kind, metadata: [] };
    case 'tcp': return { kind };
  }
}

function flatRoute({ match, routes }: Product, base: SplitBase): FlatRoute {
  return { match, destinations: exactShares(routes), filters: commonFilters(routes), policy: commonPolicy(routes, base.policy) };
}

/** weight of the part * weight of the version / sum inside of the part, brought to one denominator and shortened. */
function exactShares(routes: readonly Share[]): readonly Destination[] {
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

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function toInteger(weight: bigint): number {
  if (weight > BigInt(Number.MAX_SAFE_INTEGER)) throw new Unflattenable(`the exact share would need the weight ${weight}, which is too large to be said`);
  return Number(weight);
}

function commonPolicy(routes: readonly Share[], own: RoutePolicy): RoutePolicy {
  const retry = own.retry ?? common(routes, 'retries', ({ policy }) => policy.retry);
  const requestMs = own.timeouts?.requestMs ?? common(routes, 'timeouts', ({ policy }) => policy.timeouts?.requestMs);
  const idleMs = own.timeouts?.idleMs ?? common(routes, 'idle timeouts', ({ policy }) => policy.timeouts?.idleMs);
  const timeouts = { ...(requestMs === undefined ? {} : { requestMs }), ...(idleMs === undefined ? {} : { idleMs }) };
  return { ...(retry === undefined ? {} : { retry }), ...(Object.keys(timeouts).length === 0 ? {} : { timeouts }) };
}

function commonFilters(routes: readonly Share[]): Filters {
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
