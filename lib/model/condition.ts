/**
 * Proofs about conditions on one value: which can hold together, and which implies which.
 * Sound, not complete: what cannot be shown is `unknown`. A header is assumed to have one value.
 */
import { holdsFor, matchesValue } from './evaluate';
import type { HeaderMatch, ValueMatch } from './match';
import { literalPrefix } from './regex';

/** What is known about two conditions: no request fits both, some request does, or neither could be shown. */
export type Relation = 'disjoint' | 'overlapping' | 'unknown';

/** The relation of conditions on independent things that must all hold. */
export function conjoin(relations: readonly Relation[]): Relation {
  if (relations.includes('disjoint')) return 'disjoint';
  return relations.includes('unknown') ? 'unknown' : 'overlapping';
}

/** Whether every value that fits `b` provably fits `a`. */
export function valueCovers(a: ValueMatch, b: ValueMatch): boolean {
  const single = singleValue(b);
  if (single !== undefined) return matchesValue(a, single);
  switch (a.kind) {
    case 'present': return true;
    case 'exact': return false;
    case 'prefix': return a.value === '' || (b.kind === 'prefix' && b.value.startsWith(a.value))
      || (b.kind === 'regex' && literalPrefix(b.value).text.startsWith(a.value));
    case 'suffix': return a.value === '' || (b.kind === 'suffix' && b.value.endsWith(a.value));
    case 'range': return b.kind === 'range' && a.start <= b.start && b.end <= a.end;
    // a header value holds no line break, so a dot takes every character of it
    case 'regex': return a.value === '.*' || (b.kind === 'regex' && a.value === b.value);
  }
}

/** Whether no value provably fits both. */
export function valuesAreDisjoint(a: ValueMatch, b: ValueMatch): boolean {
  const [singleA, singleB] = [singleValue(a), singleValue(b)];
  if (singleA !== undefined) return !matchesValue(b, singleA);
  if (singleB !== undefined) return !matchesValue(a, singleB);
  if (a.kind === 'range' && b.kind === 'range') return a.end <= b.start || b.end <= a.start;
  if (a.kind === 'suffix' && b.kind === 'suffix') return !a.value.endsWith(b.value) && !b.value.endsWith(a.value);
  if (a.kind === 'range') return !mayBeNumber(b);
  if (b.kind === 'range') return !mayBeNumber(a);
  const [headA, headB] = [headOf(a), headOf(b)];
  return !headA.startsWith(headB) && !headB.startsWith(headA);
}

/** Whether every value for which `given` holds provably fulfils `wanted`; both speak of the same header. */
export function conditionImplies(given: HeaderMatch, wanted: HeaderMatch): boolean {
  const excludes = (given.inversion === 'none' && valuesAreDisjoint(given.match, wanted.match))
    || (given.inversion !== 'none' && valueCovers(given.match, wanted.match));
  switch (wanted.inversion) {
    case 'none':
      if (wanted.match.kind === 'present') return given.inversion !== 'absent-or-different';
      return given.inversion === 'none' && valueCovers(wanted.match, given.match);
    case 'absent-or-different': return excludes;
    case 'present-and-different': return excludes && given.inversion !== 'absent-or-different';
  }
}

/** Whether all conditions on one header can hold at once. */
export function satisfiability(conditions: readonly HeaderMatch[]): Relation {
  if (conditions.every((condition) => holdsFor(condition, undefined))) return 'overlapping';
  if (conditions.some((one, at) => conditions.slice(at).some((other) => areContradictory(one, other)))) return 'disjoint';
  // a single possible value decides everything by evaluation
  const single = conditions.find(({ match, inversion }) => inversion === 'none' && singleValue(match) !== undefined);
  const witnesses = single ? [singleValue(single.match)!] : witnessesOf(conditions);
  if (witnesses.some((value) => conditions.every((condition) => holdsFor(condition, value)))) return 'overlapping';
  return single ? 'disjoint' : 'unknown';
}

function areContradictory(a: HeaderMatch, b: HeaderMatch): boolean {
  if (isImpossible(a) || isImpossible(b)) return true;
  if (demandsAbsence(a)) return !holdsFor(b, undefined);
  if (demandsAbsence(b)) return !holdsFor(a, undefined);
  if (a.inversion === 'none' && b.inversion === 'none') return valuesAreDisjoint(a.match, b.match);
  if (a.inversion === 'none') return valueCovers(b.match, a.match);
  if (b.inversion === 'none') return valueCovers(a.match, b.match);
  return false;
}

function isImpossible({ match, inversion }: HeaderMatch): boolean {
  if (inversion === 'none') return match.kind === 'range' && match.start >= match.end;
  return inversion === 'present-and-different' && match.kind === 'present';
}

function demandsAbsence({ match, inversion }: HeaderMatch): boolean {
  return inversion === 'absent-or-different' && match.kind === 'present';
}

/** Values worth trying: made from the longest prefix and suffix, and from the ends of ranges. */
function witnessesOf(conditions: readonly HeaderMatch[]): readonly string[] {
  const positive = conditions.filter(({ inversion }) => inversion === 'none').map(({ match }) => match);
  const head = longest(positive.map(headOf));
  const tail = longest(positive.map((match) => match.kind === 'suffix' ? match.value : ''));
  const numbers = conditions.flatMap(({ match }) => match.kind === 'range' ? [match.start - 1, match.start, match.end - 1, match.end] : []);
  return [`${head}${tail}`, head, `${head}-~${tail}`, `${head}q7~${tail}`, `${head}/${tail}`, `${head}1${tail}`, ...numbers.map(String)];
}

function longest(texts: readonly string[]): string {
  return texts.reduce((best, text) => text.length > best.length ? text : best, '');
}

/** The only value that can fit, when there is only one. */
function singleValue(match: ValueMatch): string | undefined {
  if (match.kind === 'exact') return match.value;
  if (match.kind !== 'regex') return undefined;
  const literal = literalPrefix(match.value);
  return literal.complete ? literal.text : undefined;
}

/** Text that every fitting value starts with. */
function headOf(match: ValueMatch): string {
  switch (match.kind) {
    case 'exact': case 'prefix': return match.value;
    case 'regex': return literalPrefix(match.value).text;
    case 'suffix': case 'range': case 'present': return '';
  }
}

/** Whether a fitting value can be the text of an integer. */
function mayBeNumber(match: ValueMatch): boolean {
  if (match.kind === 'suffix') return /^([+-]?\d+|)$/.test(match.value);
  return /^[+-]?\d*$/.test(headOf(match));
}
