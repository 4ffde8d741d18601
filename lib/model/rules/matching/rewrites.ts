/** Rewrites, redirects, answers and header changes. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { HeaderChanges, PathRewrite } from '../../action';
import { besideProperty, finding, isIntegerWithin, targetProperty, type Place, type Route, type Rule } from '../rule';

const REDIRECTS: readonly number[] = [301, 302, 303, 307, 308];

/** Reports MESH212 for a rewrite that has nothing to replace or no path to put there, MESH111 for a status, MESH211 for a header that do not exist. */
export const rewritesRule: Rule = {
  name: 'rewrites',
  route: (route) => {
    const { action, filters, origin } = route;
    return [
      ...(filters.rewritePath ? checkRewrite(route, filters.rewritePath, { origin, property: besideProperty(route, 'rewrite') }) : []),
      ...(action.kind === 'redirect' && action.path ? checkRewrite(route, action.path, { origin, property: `${targetProperty(route)}.path` }) : []),
      ...checkStatus(route),
      ...checkChanges(filters.requestHeaders, { origin, property: besideProperty(route, 'requestHeaders') }),
      ...checkChanges(filters.responseHeaders, { origin, property: besideProperty(route, 'responseHeaders') }),
    ];
  },
};

function checkRewrite(route: Route, rewrite: PathRewrite, place: Place): readonly Diagnostic[] {
  const at = { ...place, value: rewrite.value };
  const report = (what: string, fix: string) => [finding('MESH212', at, what, fix)];
  if (route.match.kind === 'grpc') return report(`route '${route.name}' rewrites the path of gRPC calls, which names service and method`, 'leave out the rewrite');
  const kind = route.match.kind === 'http' ? route.match.path.kind : undefined;
  if (rewrite.kind === 'prefix' && kind !== undefined && kind !== 'prefix' && kind !== 'raw-prefix') {
    return report(`route '${route.name}' replaces a prefix, but its match is ${kind === 'exact' ? 'an exact path' : 'a regex'}`, 'replace the full path, or match a prefix');
  }
  if (!rewrite.value.startsWith('/') || /[?#\s]/.test(rewrite.value)) {
    return report(`route '${route.name}' rewrites the path to '${rewrite.value}', which is no path`, "write a path that starts with '/' and has no query; '/' strips a prefix");
  }
  return [];
}

function checkStatus(route: Route): readonly Diagnostic[] {
  const { action, name, origin } = route;
  const place = { origin, property: `${targetProperty(route)}.status` };
  if (action.kind === 'redirect' && !REDIRECTS.includes(action.status)) {
    return [finding('MESH111', { ...place, value: action.status }, `route '${name}' redirects with status ${action.status}`, `use one of ${REDIRECTS.join(', ')}`)];
  }
  if (action.kind === 'respond' && !isIntegerWithin(action.status, 200, 599)) {
    return [finding('MESH111', { ...place, value: action.status }, `route '${name}' answers with status ${action.status}`, 'use a status from 200 to 599')];
  }
  return [];
}

function checkChanges(changes: HeaderChanges | undefined, place: Place): readonly Diagnostic[] {
  if (changes === undefined) return [];
  const names = [...changes.set.map(({ name }) => name), ...changes.add.map(({ name }) => name), ...changes.remove];
  return names.filter((name) => !/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) || name === 'host').map((name) =>
    finding('MESH211', { ...place, value: name }, `'${name}' is not a header that can be changed`, "use letters, digits and '-'; path and host have rewrites of their own"));
}
