/**
 * Numbers that say an order without saying more than needed: disjoint routes share a level, so that a new route moves only
 * those it overlaps. And the index of pairs that may overlap, which keeps every rule about pairs near-linear.
 */
import type { Match } from './match';
import { matchRelation, pathHead } from './overlap';

/** Anything that has a match. */
export interface Matched {
  readonly match: Match;
}

/** Two positions in a list, `earlier` before `later`. */
export interface CandidatePair {
  readonly earlier: number;
  readonly later: number;
}

/**
 * For each route, in order of precedence: 0, or one more than the highest level of the earlier routes
 * that are not provably disjoint from it.
 */
export function precedenceLevels(routes: readonly Matched[]): readonly number[] {
  const above: number[][] = routes.map(() => []);
  for (const { earlier, later } of candidatePairs(routes)) above[later]!.push(earlier);
  const levels: number[] = [];
  routes.forEach(({ match }, at) => {
    let level = 0;
    for (const other of above[at]!) {
      // the level of a pair that cannot raise the result needs no proof
      if (levels[other]! >= level && matchRelation(routes[other]!.match, match) !== 'disjoint') level = levels[other]! + 1;
    }
    levels.push(level);
  });
  return levels;
}

/**
 * Every pair of routes that can overlap as far as their paths tell, and some that do not: the caller asks `matchRelation`.
 * Two paths overlap only where one's fixed beginning is the beginning of the other's; sorted, those stand together.
 */
export function* candidatePairs(routes: readonly Matched[]): Generator<CandidatePair> {
  const entries = routes.map(({ match }, at) => ({ at, head: headOf(match) }));
  entries.sort((a, b) => a.head < b.head ? -1 : a.head > b.head ? 1 : a.at - b.at);
  const open: { at: number; head: string }[] = [];
  for (const entry of entries) {
    while (open.length > 0 && !entry.head.startsWith(open[open.length - 1]!.head)) open.pop();
    for (const { at } of open) yield { earlier: Math.min(at, entry.at), later: Math.max(at, entry.at) };
    open.push(entry);
  }
}

/** A text that is the beginning of another's wherever the two matches can meet; kinds are kept apart. */
function headOf(match: Match): string {
  switch (match.kind) {
    case 'http': return `h${pathHead(match.path)}`;
    case 'grpc': return `g${match.service ?? ''}${match.service === undefined || match.method === undefined ? '' : `/${match.method}`}`;
    case 'tcp': return `t${match.port ?? ''}`;
  }
}
