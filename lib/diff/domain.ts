/**
 * The values worth trying for each dimension: one for every way in which the conditions can tell values apart. Where the conditions are
 * exact texts, beginnings, ends or ranges, the values stand for all there are; with expressions they are a sample, and the domain says so.
 */
import type { Atom, Dimension, Hints, Value } from './atom';
import { normalisePath } from '../simulator';

/** Values that stand for all of a dimension's, or a sample of them. */
export interface Domain {
  readonly values: readonly Value[];
  readonly complete: boolean;
}

/** Characters that a text no condition speaks of is made of; the first that stands in none of the conditions. */
const FRESH = 'xzqkjwvyugb';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND'];

/** The domain of one dimension, from all conditions that speak of it. */
export function domainOf(dimension: Dimension, atoms: readonly Atom[]): Domain {
  const hints = joinHints(atoms.map((atom) => atom.hints));
  const [kind] = dimension.split(' ');
  switch (kind) {
    case 'path': return { values: paths(hints), complete: hints.complete && freshIn(hints) !== undefined };
    case 'method': return { values: [...new Set([...METHODS.filter((method) => !hints.texts.includes(method)).slice(0, 1), ...hints.texts])], complete: true };
    case 'scheme': return { values: ['http', 'https'], complete: true };
    case 'call': return { values: unique([...hints.texts, 'Other']), complete: true };
    case 'query': return { values: values(hints).filter((value) => value === undefined || !/[&#\s]/.test(value)), complete: isComplete(hints) };
    default: return { values: values(hints), complete: isComplete(hints) };
  }
}

function joinHints(all: readonly Hints[]): Hints {
  return {
    texts: unique(all.flatMap(({ texts }) => texts)),
    ends: unique(all.flatMap(({ ends }) => ends)),
    numbers: unique(all.flatMap(({ numbers }) => numbers)),
    complete: all.every(({ complete }) => complete),
  };
}

/**
 * A text that begins and ends like none of the conditions' texts, whatever stands before or after it; undefined where they use up all
 * characters. A letter, so that it is no number either.
 */
function freshIn({ texts, ends }: Hints): string | undefined {
  return [...FRESH].find((char) => ![...texts, ...ends].some((text) => text.includes(char)));
}

/** Of each text: itself, something below it, and something that only begins like it. Only paths that a request can have. */
function paths(hints: Hints): readonly string[] {
  const fresh = freshIn(hints) ?? 'x';
  const all = ['/', ...hints.texts].flatMap((text) => [text, text.endsWith('/') ? `${text}${fresh}` : `${text}/${fresh}`, `${text}${fresh}`, `${text}/`]);
  return unique(all.filter((path) => path.startsWith('/') && !/[?#\s]/.test(path) && normalisePath(path) === path));
}

/** Absent, something else, each text and what begins or ends like it, and the ends of ranges. */
function values(hints: Hints): readonly Value[] {
  const { texts, ends, numbers } = hints;
  const fresh = freshIn(hints) ?? 'x';
  const heads = ['', ...texts];
  const joined = ends.flatMap((end) => heads.flatMap((head) => [`${head}${fresh}${end}`, `${head}${end}`]));
  const all = [...texts, fresh, ...texts.map((text) => `${text}${fresh}`), ...ends, ...joined, ...numbers.flatMap((number) => [number - 1, number, number + 1].map(String))];
  return unique([undefined, ...all.filter((value) => /^([!-~\u0080-\uffff]([ -~\u0080-\uffff]*[!-~\u0080-\uffff])?)?$/.test(value))]);
}

/** A range beside beginnings and ends leaves numbers between that none of the values stands for. */
function isComplete(hints: Hints): boolean {
  const { texts, ends, numbers, complete } = hints;
  return complete && freshIn(hints) !== undefined && (numbers.length === 0 || texts.length + ends.length === 0);
}

function unique<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)];
}
