/**
 * One table out of a split between services: a share of the requests goes to each service, whose own table picks the version.
 * In: the parts of the split. Out: the product of their tables, first match wins, or the reason why there is none.
 * Matches stay in the words of the services' tables: the gateway's path rewrite has happened before them.
 */
import type { Destination, Filters, RoutePolicy } from './action';
import { describeRoute } from './describe';
import { anything, commonFilters, commonPolicy, exactShares, multiply, Unflattenable, type Product, type Share } from './flatten-product';
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
  /** Every destination names its version; weights are exact, and where several services share, without common divisor. */
  readonly destinations: readonly Destination[];
  /** What the services' routes change on the request. */
  readonly filters: Filters;
  readonly policy: RoutePolicy;
}

/** A flattened table, or why there is none; the reason names the routes in the user's words. */
export type Flattened =
  | { readonly kind: 'flat'; readonly routes: readonly FlatRoute[] }
  | { readonly kind: 'reason'; readonly reason: string };

/**
 * The lexicographic product of the parts' tables. For any request the first product that takes it is made of exactly the
 * routes that the parts' own tables would have chosen, because every table is total.
 */
export function flattenSplit(parts: readonly SplitPart[], base: SplitBase): Flattened {
  try {
    const tables = parts.map((part) => tableOf(part, base.match));
    const start: readonly Product<Share>[] = [{ match: anything(base.match.kind), routes: [] }];
    const products = tables.reduce<readonly Product<Share>[]>(multiply, start);
    return { kind: 'flat', routes: products.map((product) => flatRoute(product, base)) };
  } catch (error) {
    if (error instanceof Unflattenable) return { kind: 'reason', reason: error.message };
    throw error;
  }
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

function flatRoute({ match, routes }: Product<Share>, base: SplitBase): FlatRoute {
  return { match, destinations: exactShares(routes), filters: commonFilters(routes), policy: commonPolicy(routes, base.policy) };
}
