/** Requests that some matches take and others do not: a search over the few values that the conditions can tell apart. */
import type { Atom, Dimension, Value } from './atom';
import { domainOf } from './domain';

/** A set of requests: all positive conditions hold, and of each negative list at least one does not. */
export interface Cell {
  readonly positives: readonly Atom[];
  readonly negatives: readonly (readonly Atom[])[];
}

/** One request of a cell, by dimension; dimensions that no condition speaks of are free. */
export type Point = ReadonlyMap<Dimension, Value>;

/** What was found. */
export interface Solution {
  /** Requests of the cell, at most `most`, as different as possible; nothing where none was found. */
  readonly points: readonly Point[];
  /** Whether having found nothing proves that the cell is empty. */
  readonly proven: boolean;
}

/** Values that are left for each dimension. */
type Box = ReadonlyMap<Dimension, readonly Value[]>;

/** Steps after which the search gives up; cells of real programs need tens. */
const MOST_STEPS = 20_000;

/** Searches a cell. */
export function solve({ positives, negatives }: Cell, most = 64): Solution {
  const byDimension = new Map<Dimension, Atom[]>();
  for (const atom of [...positives, ...negatives.flat()]) byDimension.set(atom.dimension, [...byDimension.get(atom.dimension) ?? [], atom]);
  const domains = new Map([...byDimension].map(([dimension, atoms]) => [dimension, domainOf(dimension, atoms)] as const));
  const complete = [...domains.values()].every((domain) => domain.complete);
  const whole: Box = new Map([...domains].map(([dimension, { values }]) => [dimension, values]));
  const box = positives.reduce<Box | undefined>((left, atom) => left && narrow(left, atom, true), whole);
  if (box === undefined) return { points: [], proven: complete };
  const search = new Search(negatives, most);
  search.run(box, 0);
  return { points: search.points, proven: complete && !search.gaveUp };
}

class Search {
  readonly points: Point[] = [];
  gaveUp = false;
  private steps = 0;

  constructor(private readonly negatives: readonly (readonly Atom[])[], private readonly most: number) {}

  run(box: Box, at: number): void {
    this.steps += 1;
    if (this.steps > MOST_STEPS) this.gaveUp = true;
    if (this.gaveUp || this.points.length >= this.most) return;
    const negative = this.negatives[at];
    if (negative === undefined) return this.collect(box);
    // a condition that holds for no value left has done its work already
    if (negative.some((atom) => box.get(atom.dimension)!.every((value) => !atom.holds(value)))) return this.run(box, at + 1);
    for (const atom of negative) {
      const left = narrow(box, atom, false);
      if (left !== undefined) this.run(left, at + 1);
    }
  }

  /** The first value of every dimension, then one dimension varied at a time. */
  private collect(box: Box): void {
    const first = new Map([...box].map(([dimension, values]) => [dimension, values[0]]));
    this.points.push(first);
    for (const [dimension, values] of box) {
      for (const value of values.slice(1)) {
        if (this.points.length >= this.most) return;
        this.points.push(new Map(first).set(dimension, value));
      }
    }
  }
}

function narrow(box: Box, atom: Atom, wanted: boolean): Box | undefined {
  const values = box.get(atom.dimension)!;
  const left = values.filter((value) => atom.holds(value) === wanted);
  if (left.length === values.length) return box;
  return left.length === 0 ? undefined : new Map(box).set(atom.dimension, left);
}
