/** Spans of time: read from what users write, and said in words. */
import type { Time } from './route-expectation';
import { refuse } from '../test-error';

const UNITS: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Milliseconds of a `Duration`, or of text such as `10s`. */
export function millisecondsOf(time: Time, property: string): number {
  const ms = typeof time === 'string' ? parseTime(time)
    : typeof (time as Partial<Exclude<Time, string>> | null)?.toMilliseconds === 'function' ? time.toMilliseconds({ integral: false }) : undefined;
  if (ms !== undefined && ms > 0) return ms;
  const got = typeof time === 'string' ? `'${time}'` : ms === undefined ? JSON.stringify(time) : `${ms} ms`;
  return refuse(`${property} is ${got}, which is no span of time`, "give a Duration above 0, or text such as '10s' or '1500ms'");
}

function parseTime(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s?(ms|s|m|min|h)$/.exec(text) ?? [];
  return amount === undefined || unit === undefined ? undefined : Number(amount) * UNITS[unit]!;
}

/** `1500 ms`, `10 s`, `2 min`, `1 h`: the largest unit that needs no fraction. */
export function describeTime(ms: number): string {
  for (const [unit, size] of [['h', 3_600_000], ['min', 60_000], ['s', 1000]] as const) {
    if (ms >= size && ms % size === 0) return `${ms / size} ${unit}`;
  }
  return `${ms} ms`;
}
