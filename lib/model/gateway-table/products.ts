/** What requests get that one route of every service behind a gateway route has chosen: the flat routes of a product. */
import type { Destination, Filters, RouteAction, RoutePolicy } from '../action';
import { describePath } from '../describe';
import { commonFilters, commonPolicy, exactShares, Unflattenable, type Product, type Share } from '../flatten-product';
import type { GrpcMatch, HttpMatch, PathMatch } from '../match';
import { answerFiltersOf, filtersOf, pathChangeOf, redirectChangeOf, redirectOf } from './both-stages';
import { rewritesOf, type PathChange, type RewrittenPath } from './path-change';
import type { ServiceRow, Target } from './rows';
import type { Way } from './way';

/** What a flat route does with which requests. */
export interface FlatProduct {
  /** In the client's words, without port. */
  readonly match: HttpMatch | GrpcMatch;
  /** Every destination names version and port; weights are exact, and where several services share, without common divisor. */
  readonly action: RouteAction;
  /** Of both stages. A rewrite of a prefix replaces the one in `match`; a mirror without version is a copy for its service as a whole. */
  readonly filters: Filters;
  /** Of both stages, field by field. */
  readonly policy: RoutePolicy;
  /** Whether it stands for the 404 of a chosen service whose table takes nothing more. */
  readonly closes: boolean;
}

/** Mostly one route; two where a bare prefix is rewritten in another way than what is below it. Throws Unflattenable. */
export function flattenProduct(product: Product<ServiceRow>, warm: readonly Destination[], way: Way): readonly FlatProduct[] {
  const { routes: rows } = product;
  const [first, ...others] = rows;
  const { target } = first!;
  if (rows.every((row) => row.target.kind === 'forward')) return forwards(product, warm, way);
  if (rows.every((row) => row.target.kind === 'no-route')) {
    const filters = commonFilters(rows.map((row) => shareOf(row, answerFiltersOf(row, way))));
    return [{ match: clientMatch(product), action: { kind: 'respond', status: 404 }, filters, policy: {}, closes: true }];
  }
  if (others.length > 0) throw noShare(rows.find((row) => row.target.kind !== 'forward')!, way);
  return answers(target, { product, row: first!, way });
}

/** A row, and what happens up to its versions. */
interface Leading {
  readonly row: ServiceRow;
  readonly change: PathChange;
  /** All but the path's rewrite. */
  readonly filters: Filters;
}

function forwards(product: Product<ServiceRow>, warm: readonly Destination[], way: Way): readonly FlatProduct[] {
  const match = clientMatch(product);
  const rows = product.routes.map((row): Leading => ({ row, change: pathChangeOf(row, way), filters: filtersOf(row, way) }));
  const destinations = withWarm(exactShares(rows.map(({ row, filters }) => shareOf(row, filters))), warm);
  const flat = (narrowed: HttpMatch | GrpcMatch, shares: readonly Share[]): FlatProduct => ({
    match: narrowed, action: { kind: 'forward', destinations }, filters: commonFilters(shares), policy: commonPolicy(shares, way.route.policy), closes: false,
  });
  if (match.kind === 'grpc') return [flat(match, rows.map(({ row, filters }) => shareOf(row, filters)))];
  // each row may need the paths split
  const split = (paths: readonly PathMatch[], { row, change }: Leading) => paths.flatMap((path) => rewritten(change, path, row).map((one) => one.path));
  const paths = rows.reduce(split, [match.path]);
  return paths.map((path) => flat({ ...match, path }, rows.map((leading) => shareAt(path, leading))));
}

/** A row's share of paths that need not be split. */
function shareAt(path: PathMatch, { row, change, filters }: Leading): Share {
  const [only] = rewritten(change, path, row);
  return shareOf(row, only!.rewrite === undefined ? filters : { ...filters, rewritePath: only!.rewrite });
}

interface Answered {
  readonly product: Product<ServiceRow>;
  readonly row: ServiceRow;
  readonly way: Way;
}

function answers(target: Target, { product, row, way }: Answered): readonly FlatProduct[] {
  const match = clientMatch(product);
  const rest = { filters: answerFiltersOf(row, way), policy: {}, closes: false };
  if (target.kind !== 'redirect') return target.kind === 'respond' ? [{ match, action: target, ...rest }] : [];
  const action = redirectOf(target, row, way);
  if (match.kind === 'grpc') return [{ match, action: target.path === undefined ? action : { ...action, path: target.path }, ...rest }];
  return rewritten(redirectChangeOf(target, row, way), match.path, row)
    .map(({ path, rewrite }) => ({ match: { ...match, path }, action: rewrite === undefined ? action : { ...action, path: rewrite }, ...rest }));
}

function rewritten(change: PathChange, path: PathMatch, { label }: ServiceRow): readonly RewrittenPath[] {
  const found = rewritesOf(change, path);
  if (found !== undefined) return found;
  throw new Unflattenable(`${label} replaces a prefix of paths that are matched by ${describePath(path)}, and no rewrite of a regular expression's match does that`);
}

function shareOf({ part, label, match, target, route }: ServiceRow, filters: Filters): Share {
  return { part, label, match, destinations: target.kind === 'forward' ? target.destinations : [], filters, policy: route?.policy ?? {} };
}

/** Adds versions that get no request, where they are not already there. */
function withWarm(destinations: readonly Destination[], warm: readonly Destination[]): readonly Destination[] {
  const all = new Map<string, Destination>();
  for (const one of [...destinations, ...warm]) {
    const key = JSON.stringify([one.service, one.version, one.port]);
    if (!all.has(key)) all.set(key, one);
  }
  return [...all.values()];
}

function noShare({ target, label }: ServiceRow, way: Way): Unflattenable {
  if (target.kind === 'no-route') return new Unflattenable(`${label} has no route for some requests of ${way.label}, so its share would be answered 404`);
  return new Unflattenable(`${label} does not lead to a version, so it has no share of ${way.label}`);
}

/** A product of rows that lie within a gateway route, which takes no TCP. */
function clientMatch({ match }: Product<ServiceRow>): HttpMatch | GrpcMatch {
  if (match.kind !== 'tcp') return match;
  throw new Error('internal: a gateway route matches TCP connections; please report this with your program');
}
