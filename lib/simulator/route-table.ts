/**
 * The first route of a table that takes a request, without asking all of them: routes are filed by what their path (or gRPC call)
 * fixes, and where many share a path by the one method, header or query value that tells them apart.
 */
import { firstQueryValue, matchesMatch, type Request } from '../model/evaluate';
import type { GrpcMatch, HttpMatch, Match } from '../model/match';
import { pathHead } from '../model/overlap';

/** Anything with a match. */
interface Matched {
  readonly match: Match;
}

/** Buckets of fewer routes are walked; an index would cost more than it spares. */
const WORTH_AN_INDEX = 6;

/**
 * Routes in order of precedence, filed for fast search. Paths are filed by a number that is made while the request's path is read once;
 * two texts of one number share a bucket, which does no harm: every candidate is asked whether it takes the request.
 */
export class RouteTable<R extends Matched> {
  private readonly exact = new Map<number, Bucket>();
  private readonly below = new Map<number, Bucket>();
  private readonly starting = new Map<number, Bucket>();
  /** At which places of a path a text of `starting` may end. */
  private readonly startingEnds: ReadonlySet<number>;
  private readonly calls = new Map<string, Bucket>();
  private readonly connections: Bucket;

  constructor(readonly routes: readonly R[]) {
    const drawer = () => new Map<number, number[]>();
    const files = { exact: drawer(), below: drawer(), starting: drawer() };
    const [calls, ends] = [new Map<string, number[]>(), new Set<number>()];
    const connections: number[] = [];
    routes.forEach(({ match }, at) => {
      if (match.kind === 'tcp') {connections.push(at);} else if (match.kind === 'grpc') {file(calls, callKey(match.service, match.method), at);} else {
        const text = match.path.kind === 'regex' ? pathHead(match.path) : match.path.value;
        file(files[drawerOf(match)], numberOf(text), at);
        if (drawerOf(match) === 'starting') ends.add(text.length);
      }
    });
    const matches = routes.map(({ match }) => match);
    for (const name of ['exact', 'below', 'starting'] as const) {
      for (const [key, positions] of files[name]) this[name].set(key, new Bucket(matches, positions));
    }
    for (const [key, positions] of calls) this.calls.set(key, new Bucket(matches, positions));
    this.connections = new Bucket(matches, connections);
    this.startingEnds = ends;
  }

  /** The route that wins; undefined where none takes the request. */
  find(request: Request): R | undefined {
    const at = request.protocol === 'http' ? this.findHttp(request)
      : request.protocol === 'grpc' ? this.findCall(request) : this.connections.firstBelow(Infinity, request);
    return at === Infinity ? undefined : this.routes[at];
  }

  private findHttp(request: Request): number {
    const { path } = request;
    const { length } = path;
    let best = this.below.get(ROOT)?.firstBelow(Infinity, request) ?? Infinity;
    if (this.startingEnds.has(0)) best = this.starting.get(0)!.firstBelow(best, request);
    let number = 0;
    for (let end = 1; end <= length; end += 1) {
      number = nextNumber(number, path.charCodeAt(end - 1));
      // a whole-segment prefix ends where the path does, or before a slash
      if (end === length || path.charCodeAt(end) === SLASH) best = this.below.get(number)?.firstBelow(best, request) ?? best;
      if (this.startingEnds.size > 0 && this.startingEnds.has(end)) best = this.starting.get(number)?.firstBelow(best, request) ?? best;
    }
    return this.exact.get(number)?.firstBelow(best, request) ?? best;
  }

  private findCall(request: Request): number {
    const slash = request.path.indexOf('/', 1);
    const [service, method] = [request.path.slice(1, slash), request.path.slice(slash + 1)];
    let best = Infinity;
    for (const key of [callKey(service, method), callKey(service, undefined), callKey(undefined, method), callKey(undefined, undefined)]) {
      best = this.calls.get(key)?.firstBelow(best, request) ?? best;
    }
    return best;
  }
}

/** Which condition tells the routes of a bucket apart. */
type Discriminator =
  | { readonly kind: 'method' }
  | { readonly kind: 'header'; readonly name: string }
  | { readonly kind: 'query'; readonly name: string };

/** Routes that a path leads to, as ascending positions. */
class Bucket {
  private readonly positions: readonly number[];
  private readonly discriminator: Discriminator | undefined;
  private readonly byValue: ReadonlyMap<string, Bucket>;
  private readonly rest: Bucket | undefined;

  constructor(private readonly matches: readonly Match[], positions: readonly number[]) {
    this.discriminator = positions.length < WORTH_AN_INDEX ? undefined : discriminatorOf(positions.map((at) => matches[at]!));
    const [filed, rest] = [new Map<string, number[]>(), [] as number[]];
    for (const at of this.discriminator === undefined ? [] : positions) {
      const value = wantedValue(matches[at]!, this.discriminator!);
      if (value === undefined) rest.push(at);
      else file(filed, value, at);
    }
    this.positions = this.discriminator === undefined ? positions : [];
    this.byValue = new Map([...filed].map(([value, own]) => [value, new Bucket(matches, own)]));
    this.rest = rest.length === 0 ? undefined : new Bucket(matches, rest);
  }

  /** The first position below `limit` whose match takes the request, else `limit`. */
  firstBelow(limit: number, request: Request): number {
    let best = limit;
    for (const at of this.positions) {
      if (at >= best) break;
      if (matchesMatch(this.matches[at]!, request)) return at;
    }
    if (this.discriminator !== undefined) {
      const value = valueIn(request, this.discriminator);
      if (value !== undefined) best = this.byValue.get(value)?.firstBelow(best, request) ?? best;
      if (this.rest !== undefined) best = this.rest.firstBelow(best, request);
    }
    return best;
  }
}

/** The condition that the most routes have with a fixed value; none where too few share one, or all want the same value. */
function discriminatorOf(matches: readonly Match[]): Discriminator | undefined {
  const counts = new Map<string, { discriminator: Discriminator; values: Set<string>; count: number }>();
  for (const match of matches) {
    for (const discriminator of fixedConditions(match)) {
      const key = JSON.stringify(discriminator);
      const entry = counts.get(key) ?? { discriminator, values: new Set(), count: 0 };
      entry.values.add(wantedValue(match, discriminator)!);
      entry.count += 1;
      counts.set(key, entry);
    }
  }
  const useful = [...counts.values()].filter(({ count, values }) => count * 2 >= matches.length && values.size > 1);
  return useful.sort((a, b) => b.values.size - a.values.size)[0]?.discriminator;
}

function fixedConditions(match: Match): readonly Discriminator[] {
  if (match.kind === 'tcp') return [];
  const headers = (match.kind === 'http' ? match.headers : match.metadata)
    .filter((condition) => condition.inversion === 'none' && condition.match.kind === 'exact')
    .map(({ name }) => ({ kind: 'header' as const, name }));
  if (match.kind === 'grpc') return headers;
  const query = match.query.filter((condition) => condition.match.kind === 'exact').map(({ name }) => ({ kind: 'query' as const, name }));
  return [...(match.method === undefined ? [] : [{ kind: 'method' as const }]), ...headers, ...query];
}

function wantedValue(match: Match, discriminator: Discriminator): string | undefined {
  if (match.kind === 'tcp') return undefined;
  if (discriminator.kind === 'method') return match.kind === 'http' ? match.method : undefined;
  if (discriminator.kind === 'query') {
    const condition = match.kind === 'http' ? match.query.find((one) => one.name === discriminator.name && one.match.kind === 'exact') : undefined;
    return condition?.match.kind === 'exact' ? condition.match.value : undefined;
  }
  const conditions = match.kind === 'http' ? match.headers : match.metadata;
  const condition = conditions.find((one) => one.name === discriminator.name && one.inversion === 'none' && one.match.kind === 'exact');
  return condition?.match.kind === 'exact' ? condition.match.value : undefined;
}

function valueIn(request: Request, discriminator: Discriminator): string | undefined {
  switch (discriminator.kind) {
    case 'method': return request.method;
    case 'header': return Object.hasOwn(request.headers, discriminator.name) ? request.headers[discriminator.name] : undefined;
    case 'query': return firstQueryValue(request.query, discriminator.name);
  }
}

function drawerOf({ path }: HttpMatch): 'exact' | 'below' | 'starting' {
  switch (path.kind) {
    case 'exact': return 'exact';
    case 'prefix': return 'below';
    case 'raw-prefix': case 'regex': return 'starting';
  }
}

const SLASH = 47;

/** The number of a text, one character at a time; that of an empty text is 0. */
function nextNumber(number: number, charCode: number): number {
  // the outer multiplication keeps it an integer of 32 bits
  return Math.imul(Math.imul(number, 31) + charCode, 1);
}

function numberOf(text: string): number {
  let number = 0;
  for (let at = 0; at < text.length; at += 1) number = nextNumber(number, text.charCodeAt(at));
  return number;
}

/** The prefix `/`, below which everything is. */
const ROOT = numberOf('/');

function callKey(service: GrpcMatch['service'], method: GrpcMatch['method']): string {
  return `${service ?? '*'}/${method ?? '*'}`;
}

function file<K>(drawer: Map<K, number[]>, key: K, at: number): void {
  const positions = drawer.get(key);
  if (positions === undefined) drawer.set(key, [at]);
  else positions.push(at);
}
