/** Pairs of rows, one of each table, that some request can meet together and that do different things with it. */
import type { Row } from './side';
import { covers, matchRelation } from '../model/overlap';

/** A row of each table; undefined: no row takes the request, and the answer is 404. */
export interface Pair {
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  /** Rows of each table that are asked before the pair's own and can take some of the pair's requests. */
  readonly earlier: { readonly before: readonly Row[]; readonly after: readonly Row[] };
}

/** Which pairs are wanted. */
export type PairFilter = (before: Row | undefined, after: Row | undefined) => boolean;

/** All pairs but those that provably no request meets. */
export function pairsOf(before: readonly Row[], after: readonly Row[], isWanted: PairFilter): readonly Pair[] {
  const placeAfter = placesOf(after);
  const placeBefore = placesOf(before);
  const pairs: Pair[] = [];
  const consider = (one: number, other: number) => {
    const [a, b] = [before[one], after[other]];
    if ((a === undefined && b === undefined) || !isWanted(a, b)) return;
    // the same match earlier in the other table takes everything that this one would have taken
    if (a !== undefined && (placeAfter.get(keyOf(a)) ?? after.length) < other) return;
    if (b !== undefined && (placeBefore.get(keyOf(b)) ?? before.length) < one) return;
    if (a !== undefined && b !== undefined && matchRelation(a.match, b.match) === 'disjoint') return;
    const meets = (row: Row) => [a, b].every((own) => own === undefined || matchRelation(row.match, own.match) !== 'disjoint');
    const earlier = { before: before.slice(0, one).filter(meets), after: after.slice(0, other).filter(meets) };
    if ([...earlier.before, ...earlier.after].some((row) => [a, b].some((own) => own !== undefined && covers(row.match, own.match)))) return;
    pairs.push({ before: a, after: b, earlier });
  };
  // one past the end stands for the request that no row takes
  for (let one = 0; one <= before.length; one += 1) for (let other = 0; other <= after.length; other += 1) consider(one, other);
  return pairs;
}

/**
 * All pairs of rows of two tables that see a request differently, because other rewrites stand before them: what one table sees says
 * nothing about the other.
 */
export function crossPairsOf(before: readonly Row[], after: readonly Row[]): readonly Pair[] {
  const [olds, news] = [reachableOf(before), reachableOf(after)];
  return olds.flatMap((old) => news.map((now) => ({ before: old.row, after: now.row, earlier: { before: old.earlier, after: now.earlier } })));
}

interface Reachable {
  readonly row: Row | undefined;
  readonly earlier: readonly Row[];
}

/** The rows that no single earlier one hides, and the request that none takes. */
function reachableOf(rows: readonly Row[]): readonly Reachable[] {
  const all = [...rows, undefined].map((row, at) => ({ row, earlier: rows.slice(0, at).filter((one) => row === undefined || matchRelation(one.match, row.match) !== 'disjoint') }));
  return all.filter(({ row, earlier }) => row === undefined || !earlier.some((one) => covers(one.match, row.match)));
}

function placesOf(rows: readonly Row[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  rows.forEach((row, at) => {
    const key = keyOf(row);
    if (!places.has(key)) places.set(key, at);
  });
  return places;
}

const keys = new WeakMap<Row, string>();

/** Equal for rows that take the same requests of a door. */
export function keyOf(row: Row): string {
  const known = keys.get(row);
  if (known !== undefined) return known;
  const { port: _, ...match } = row.match;
  const key = JSON.stringify(match);
  keys.set(row, key);
  return key;
}
