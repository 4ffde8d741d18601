/** The match of a service's route in the client's words: before the gateway has changed path and headers. */
import { Unflattenable, type Row } from '../flatten-product';
import { intersectMatches } from '../intersect';
import type { HeaderMatch, HttpMatch, Match } from '../match';
import { covers } from '../overlap';
import { judgeHeader } from './header-changes';
import { changeOf } from './path-change';
import { preImagesOf } from './pre-image';
import type { Way } from './way';

/**
 * The requests of a gateway route that a service's route takes: none, one match, or two. Throws Unflattenable where no match of the client's
 * request says it.
 */
export function pullBack(behind: Row, way: Way): readonly Match[] {
  const { match } = behind;
  const conditions = match.kind === 'http' ? match.headers : match.kind === 'grpc' ? match.metadata : [];
  const verdicts = conditions.map((condition) => judgeHeader(condition, way.route.filters.requestHeaders));
  if (verdicts.includes('never')) return [];
  const matches = inClientWords(behind, conditions.filter((_, at) => verdicts[at] === 'as-sent'), way)
    .flatMap((one) => within(one, behind, way))
    .filter((one) => !isTaken(one, way));
  const unclear = verdicts.indexOf('unclear');
  if (unclear < 0 || matches.length === 0) return matches;
  const { name } = conditions[unclear]!;
  throw new Unflattenable(`${way.label} adds a value to header ${name}, on which ${behind.label} has a condition, and meshes do not agree on what a list of values matches`);
}

function inClientWords(behind: Row, headers: readonly HeaderMatch[], way: Way): readonly Match[] {
  const { match } = behind;
  switch (match.kind) {
    case 'http': return way.match.kind === 'http' ? beforeRewrite({ ...match, headers }, way.match, { behind, way }) : [];
    case 'grpc': return [{ ...match, metadata: headers }];
    case 'tcp': return [];
  }
}

function beforeRewrite(match: HttpMatch, own: HttpMatch, { behind, way }: { readonly behind: Row; readonly way: Way }): readonly HttpMatch[] {
  const [step] = changeOf(way.route.filters.rewritePath, own);
  const paths = preImagesOf(match.path, { own: own.path, ...(step === undefined ? {} : { step }) });
  if (paths !== undefined) return paths.map((path) => ({ ...match, path }));
  if (isNeverReached(match, way)) return [];
  throw new Unflattenable(`${way.label} rewrites the path before ${behind.label} matches it by a regular expression, and no single match says which paths of clients fit`);
}

function within(match: Match, { label }: Row, way: Way): readonly Match[] {
  const both = intersectMatches(way.match, match);
  if (both === 'disjoint' || (both === 'inexpressible' && isNeverReached(match, way))) return [];
  if (both === 'inexpressible') throw new Unflattenable(`${way.label} and ${label} overlap, but no single match says where`);
  return [both];
}

/** Whether a match whose paths cannot be said is out of reach by the rest of it, whatever the path. */
function isNeverReached(match: Match, way: Way): boolean {
  if (match.kind !== 'http' || way.match.kind !== 'http') return false;
  const widest = intersectMatches(way.match, { ...match, path: way.match.path });
  return widest === 'disjoint' || (widest !== 'inexpressible' && isTaken(widest, way));
}

function isTaken(match: Match, { taken }: Way): boolean {
  return taken.some((earlier) => covers(earlier, match));
}
