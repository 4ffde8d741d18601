/** Random choices in the order in which a generator needs them; fast-check replays and shrinks them. */
import * as fc from 'fast-check';

/** A source of choices. */
export class Draw {
  constructor(private readonly next: fc.GeneratorValue) {}

  /** One of the values. */
  pick<T>(values: readonly T[]): T {
    return values[this.next(fc.nat, { max: values.length - 1 })]!;
  }

  /** An integer, both ends included. */
  integer(min: number, max: number): number {
    return this.next(fc.integer, { min, max });
  }

  /** True in so many of a hundred cases. */
  chance(percent: number): boolean {
    return this.integer(0, 99) < percent;
  }

  /** The value in so many of a hundred cases, else undefined. */
  maybe<T>(percent: number, make: () => T): T | undefined {
    return this.chance(percent) ? make() : undefined;
  }

  /** So many things. */
  list<T>(min: number, max: number, make: (at: number) => T): T[] {
    return Array.from({ length: this.integer(min, max) }, (_, at) => make(at));
  }

  /** Some of the values, in their order. */
  some<T>(values: readonly T[], min: number, max: number): T[] {
    const rest = [...values];
    const taken = this.list(min, Math.min(max, values.length), () => rest.splice(this.integer(0, rest.length - 1), 1)).flat();
    return values.filter((value) => taken.includes(value));
  }
}

/** An arbitrary written as a function of choices. */
export function drawn<T>(make: (draw: Draw) => T): fc.Arbitrary<T> {
  return fc.gen().map((next) => make(new Draw(next)));
}

/** Leaves out fields that are undefined, as the model does. */
export function defined<T extends object>(record: { [K in keyof Required<T>]: T[K] | undefined } | { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as T;
}
