/**
 * Conditions on headers and query parameters in the Gateway API's form, which knows the whole value and expressions, one for each name.
 * Inverted conditions are gone before: see `inversions.ts`.
 */
import type { ValueMatchWire } from './crd';
import { rangeRegex } from './range-regex';
import type { HeaderMatch, QueryMatch, ValueMatch } from '../../model/match';
import { escapeRegex } from '../../model/regex';

/** Matches nothing: no header value holds a line break. */
const NOTHING = '\\n';

/** Conditions on headers, one for each name; undefined where two on one name cannot be said as one. */
export function headerConditions(headers: readonly HeaderMatch[]): readonly ValueMatchWire[] | undefined {
  const names = [...new Set(headers.map(({ name }) => name))];
  const conditions = names.map((name) => {
    const value = joined(headers.filter((header) => header.name === name).map(({ match }) => match));
    return value && wire(name, value);
  });
  return conditions.includes(undefined) ? undefined : conditions as readonly ValueMatchWire[];
}

/** Conditions on query parameters, as `headerConditions`. */
export function queryConditions(query: readonly QueryMatch[]): readonly ValueMatchWire[] | undefined {
  return headerConditions(query.map(({ name, match }) => ({ name, match, inversion: 'none' })));
}

function wire(name: string, match: ValueMatch): ValueMatchWire {
  // the schema takes no empty value
  if (match.kind === 'exact' && match.value !== '') return { type: 'Exact', name, value: match.value };
  return { type: 'RegularExpression', name, value: valueRegex(match) || '^$' };
}

/** The expression that takes exactly the values of a condition. */
export function valueRegex(match: ValueMatch): string {
  switch (match.kind) {
    case 'exact': return escapeRegex(match.value);
    case 'prefix': return `${escapeRegex(match.value)}.*`;
    case 'suffix': return `.*${escapeRegex(match.value)}`;
    case 'regex': return match.value;
    case 'range': return rangeRegex(match.start, match.end) ?? NOTHING;
    case 'present': return '.*';
  }
}

function joined(matches: readonly ValueMatch[]): ValueMatch | undefined {
  const [first, ...others] = matches;
  return others.reduce<ValueMatch | undefined>((so, other) => so && both(so, other), first);
}

/** Two conditions on one value as one. */
function both(a: ValueMatch, b: ValueMatch): ValueMatch | undefined {
  if (a.kind === 'prefix' && b.kind === 'suffix') return endsJoined(a.value, b.value);
  if (a.kind === 'suffix' && b.kind === 'prefix') return endsJoined(b.value, a.value);
  if (a.kind === 'range' && b.kind === 'range') return { kind: 'range', start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) };
  return undefined;
}

/** Beginning and end may share characters: `abc` begins with `ab` and ends in `bc`. */
function endsJoined(head: string, tail: string): ValueMatch {
  const shared = Array.from({ length: Math.min(head.length, tail.length) }, (_, at) => at + 1)
    .filter((count) => head.endsWith(tail.slice(0, count)))
    .map((count) => escapeRegex(`${head}${tail.slice(count)}`));
  return { kind: 'regex', value: [`${escapeRegex(head)}.*${escapeRegex(tail)}`, ...shared].join('|') };
}
