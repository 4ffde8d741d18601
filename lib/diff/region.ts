/** The requests of a pair of rows in words: `/products/* without header x-experiment-id 'b'`. */
import { keyOf, type Pair } from './pairs';
import { anything, type Row } from './side';
import { describeHeader, describeMatch, describeQuery } from '../model/describe';
import { intersectMatches } from '../model/intersect';
import type { Match } from '../model/match';
import { covers } from '../model/overlap';

/** How many exceptions are named one by one. */
const MOST_NAMED = 2;

/** The requests that a pair takes. `of`: what requests look like before they reach the rows' table; left out: anything. */
export function describeRegion({ before, after, earlier }: Pair, of?: Match): string {
  const kind = (before ?? after)!.match.kind;
  const matches = [before, after].flatMap((row) => row === undefined ? [] : [withoutPort(row.match)]);
  const region = [...(of === undefined ? [] : [withoutPort(of)]), ...matches].reduce<Match | string>(meet, anything(kind));
  const rows = [...new Map([...earlier.before, ...earlier.after].map((row) => [keyOf(row), row])).values()];
  return `${typeof region === 'string' ? region : describeMatch(region)}${exceptions(rows, region)}`;
}

/** Both matches as one, or in words where no match says it. */
function meet(a: Match | string, b: Match): Match | string {
  if (typeof a === 'string') return `${a} and ${describeMatch(b)}`;
  const met = intersectMatches(a, b);
  return typeof met === 'string' ? `${describeMatch(a)} and ${describeMatch(b)}` : met;
}

function exceptions(rows: readonly Row[], region: Match | string): string {
  if (rows.length === 0) return '';
  if (rows.length > MOST_NAMED) return `, but for what ${rows.length} routes before take`;
  const words = rows.map(({ match }) => extraCondition(match, region));
  if (words.every((word) => word !== undefined)) return ` without ${words.join(' or ')}`;
  return ` except ${rows.map(({ match }) => describeMatch(withoutPort(match))).join(' and ')}`;
}

/** The one condition that an earlier match adds to the region; undefined where it differs by more. */
function extraCondition(match: Match, region: Match | string): string | undefined {
  if (typeof region === 'string' || match.kind === 'tcp') return undefined;
  const headers = match.kind === 'http' ? match.headers : match.metadata;
  const query = match.kind === 'http' ? match.query : [];
  const bare: Match = match.kind === 'http' ? { ...match, headers: [], query: [] } : { ...match, metadata: [] };
  if (headers.length + query.length !== 1 || !covers(withoutPort(bare), region)) return undefined;
  return [...headers.map(describeHeader), ...query.map(describeQuery)][0];
}

function withoutPort(match: Match): Match {
  const { port: _, ...rest } = match;
  return rest;
}
