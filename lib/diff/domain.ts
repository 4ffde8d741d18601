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

/** A text that no condition speaks of. */
const FRESH = 'x7';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND'];

/** The domain of one dimension, from all conditions that speak of it. */
export function domainOf(dimension: Dimension, atoms: readonly Atom[]): Domain {
  const hints = joinHints(atoms.map((atom) => atom.hints));
  const [kind] = dimension.split(' ');
  switch (kind) {
    case 'path': return { values: paths(hints), complete: hints.complete };
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

/** Of each text: itself, something below it, and something that only begins like it. Only paths that a request can have. */
function paths({ texts }: Hints): readonly string[] {
  const all = ['/', ...texts].flatMap((text) => [text, text.endsWith('/') ? `${text}${FRESH}` : `${text}/${FRESH}`, `${text}${FRESH}`, `${text}/`]);
  return unique(all.filter((path) => path.startsWith('/') && !/[?#\s]/.test(path) && normalisePath(path) === path));
}

/** Absent, something else, each text and what begins or ends like it, and the ends of ranges. */
function values({ texts, ends, numbers }: Hints): readonly Value[] {
  const heads = ['', ...texts];
  const joined = ends.flatMap((end) => heads.flatMap((head) => [`${head}${FRESH}${end}`, `${head}${end}`]));
  const all = [...texts, FRESH, ...texts.map((text) => `${text}${FRESH}`), ...ends, ...joined, ...numbers.flatMap((number) => [number - 1, number, number + 1].map(String))];
  return unique([undefined, ...all.filter((value) => /^([!-~\u0080-\uffff]([ -~\u0080-\uffff]*[!-~\u0080-\uffff])?)?$/.test(value))]);
}

/** A range beside beginnings and ends leaves numbers between that none of the values stands for. */
function isComplete({ texts, ends, numbers, complete }: Hints): boolean {
  return complete && (numbers.length === 0 || texts.length + ends.length === 0);
}

function unique<T>(all: readonly T[]): readonly T[] {
  return [...new Set(all)];
}
