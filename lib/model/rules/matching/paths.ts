/** Paths that a normalised request can have. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { PathMatch } from '../../match';
import { finding, matchProperty, type Place, type Rule } from '../rule';

/** Reports MESH201 for a path that no request can have; expressions belong to `regexesRule`. */
export const pathsRule: Rule = {
  name: 'paths',
  route: (route) => {
    if (route.match.kind !== 'http' || route.match.path.kind === 'regex') return [];
    const { path } = route.match;
    return checkPath(path, { origin: route.origin, property: `${matchProperty(route)}.path`, value: path.value });
  },
};

function checkPath(path: PathMatch, place: Place): readonly Diagnostic[] {
  const { value } = path;
  const report = (what: string, fix: string) => [finding('MESH201', place, `path '${value}' ${what}`, fix)];
  if (!value.startsWith('/')) return report("does not start with '/'", `write '/${value}'`);
  if (/[?#]/.test(value)) return report("holds '?' or '#', which are never part of a path", 'match query parameters by their own condition');
  if (/[\s\u0000-\u001f\u007f]/.test(value)) return report('holds white space', 'write it percent-encoded, as it stands in the request');
  if (value.includes('//')) return report('holds an empty segment, and requests have their slashes merged', `write '${value.replace(/\/{2,}/g, '/')}'`);
  if (/\/\.\.?(\/|$)/.test(value)) return report("holds a '.' or '..' segment, and requests have them resolved", 'write the resolved path');
  if (path.kind === 'prefix' && value !== '/' && value.endsWith('/')) return report("ends in '/', and a prefix is read by whole segments", `write '${value.slice(0, -1)}'`);
  return [];
}
