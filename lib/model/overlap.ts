/**
 * Proofs about two matches: whether a request can fit both, and whether one takes everything of the other.
 * Sound and three-valued: regex against regex is `unknown` unless shown otherwise. Called by the rules, the levels and the providers.
 */
import { conditionImplies, conjoin, satisfiability, type Relation } from './condition';
import { matchesHost, matchesPath } from './evaluate';
import type { GrpcMatch, HeaderMatch, HostMatch, HttpMatch, Match, PathMatch, QueryMatch } from './match';
import { literalPrefix } from './regex';
import { assertNever } from '../diagnostics/mesh-error';

export type { Relation } from './condition';

/** What is known about the requests that fit both matches. Kinds never meet: a port speaks one protocol. */
export function matchRelation(a: Match, b: Match): Relation {
  if (a.kind !== b.kind || differ(a.port, b.port)) return 'disjoint';
  if (a.kind === 'http' && b.kind === 'http') return httpRelation(a, b);
  if (a.kind === 'grpc' && b.kind === 'grpc') return grpcRelation(a, b);
  return 'overlapping';
}

/** Whether every request that fits `b` provably fits `a`. */
export function covers(a: Match, b: Match): boolean {
  if (a.kind !== b.kind || !takes(a.port, b.port)) return false;
  if (a.kind === 'http' && b.kind === 'http') {
    return pathCovers(a.path, b.path) && takes(a.method, b.method) && takes(a.scheme, b.scheme)
      && allImplied(a.headers, b.headers) && allImplied(a.query.map(asHeader), b.query.map(asHeader));
  }
  if (a.kind === 'grpc' && b.kind === 'grpc') {
    return takes(a.service, b.service) && takes(a.method, b.method) && allImplied(a.metadata, b.metadata);
  }
  return true;
}

/** What is known about the hosts that fit both. */
export function hostRelation(a: HostMatch, b: HostMatch): Relation {
  if (a.kind === 'exact') return matchesHost(b, a.value) ? 'overlapping' : 'disjoint';
  if (b.kind === 'exact') return matchesHost(a, b.value) ? 'overlapping' : 'disjoint';
  return a.value.endsWith(b.value) || b.value.endsWith(a.value) ? 'overlapping' : 'disjoint';
}

/** What is known about the paths that fit both. */
export function pathRelation(a: PathMatch, b: PathMatch): Relation {
  const [singleA, singleB] = [singlePath(a), singlePath(b)];
  if (singleA !== undefined) return matchesPath(b, singleA) ? 'overlapping' : 'disjoint';
  if (singleB !== undefined) return matchesPath(a, singleB) ? 'overlapping' : 'disjoint';
  if (a.kind === 'regex' && b.kind === 'regex' && a.value === b.value) return 'overlapping';
  const [headA, headB] = [pathHead(a), pathHead(b)];
  if (!headA.startsWith(headB) && !headB.startsWith(headA)) return 'disjoint';
  const longer = headA.length > headB.length ? headA : headB;
  const witnesses = [longer, `${longer}/`, `${longer}/x`, `${longer}x`];
  if (witnesses.some((path) => path.startsWith('/') && matchesPath(a, path) && matchesPath(b, path))) return 'overlapping';
  // of the kinds left only a regex can take a path that no witness stands for
  return a.kind === 'regex' || b.kind === 'regex' ? 'unknown' : 'disjoint';
}

/** Whether every path that fits `b` provably fits `a`. */
export function pathCovers(a: PathMatch, b: PathMatch): boolean {
  const single = singlePath(b);
  if (single !== undefined) return matchesPath(a, single);
  switch (a.kind) {
    case 'exact': return false;
    case 'regex': return a.value === '.*' || a.value === '/.*' || (b.kind === 'regex' && a.value === b.value);
    case 'raw-prefix': return a.value === '/' || pathHead(b).startsWith(a.value);
    case 'prefix':
      if (a.value === '/') return true;
      if (b.kind === 'prefix') return matchesPath(a, b.value);
      return pathHead(b).startsWith(`${a.value}/`);
    default: return assertNever(a);
  }
}

/** Text that every fitting path starts with; candidates of overlap have nested heads. */
export function pathHead(path: PathMatch): string {
  return path.kind === 'regex' ? literalPrefix(path.value).text : path.value;
}

function singlePath(path: PathMatch): string | undefined {
  if (path.kind === 'exact') return path.value;
  if (path.kind !== 'regex') return undefined;
  const literal = literalPrefix(path.value);
  return literal.complete ? literal.text : undefined;
}

function httpRelation(a: HttpMatch, b: HttpMatch): Relation {
  if (differ(a.method, b.method) || differ(a.scheme, b.scheme)) return 'disjoint';
  const path = pathRelation(a.path, b.path);
  if (path === 'disjoint') return 'disjoint';
  return conjoin([path, headersRelation(a.headers, b.headers), queryRelation(a.query, b.query)]);
}

function grpcRelation(a: GrpcMatch, b: GrpcMatch): Relation {
  if (differ(a.service, b.service) || differ(a.method, b.method)) return 'disjoint';
  return headersRelation(a.metadata, b.metadata);
}

/** Headers are independent of each other, so the conditions are judged name by name. */
function headersRelation(a: readonly HeaderMatch[], b: readonly HeaderMatch[]): Relation {
  if (a.length === 0 && b.length === 0) return 'overlapping';
  const byName = new Map<string, HeaderMatch[]>();
  for (const condition of [...a, ...b]) byName.set(condition.name, [...byName.get(condition.name) ?? [], condition]);
  return conjoin([...byName.values()].map(satisfiability));
}

function queryRelation(a: readonly QueryMatch[], b: readonly QueryMatch[]): Relation {
  return headersRelation(a.map(asHeader), b.map(asHeader));
}

/** A query condition is a header condition on the first occurrence. */
function asHeader({ name, match }: QueryMatch): HeaderMatch {
  return { name, match, inversion: 'none' };
}

function allImplied(wanted: readonly HeaderMatch[], given: readonly HeaderMatch[]): boolean {
  return wanted.every((want) => given.some((have) => have.name === want.name && conditionImplies(have, want)));
}

function differ<T>(a: T | undefined, b: T | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function takes<T>(a: T | undefined, b: T | undefined): boolean {
  return a === undefined || a === b;
}
