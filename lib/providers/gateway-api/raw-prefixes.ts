/** Raw prefixes that end in a slash as prefixes by segments, which targets can rewrite, where an earlier route has the bare one. */
import type { TableRoute } from './table-route';
import type { PathRewrite } from '../../model/action';
import type { HttpMatch } from '../../model/match';
import { covers } from '../../model/overlap';

/** The same table with fewer raw prefixes. */
export function withSegmentPrefixes(routes: readonly TableRoute[]): readonly TableRoute[] {
  return routes.map((route, at) => {
    const { match } = route;
    if (match.kind !== 'http' || match.path.kind !== 'raw-prefix' || !match.path.value.endsWith('/') || match.path.value === '/') return route;
    const bare = match.path.value.slice(0, -1);
    const isTaken = routes.slice(0, at).some((earlier) => covers(earlier.match, { ...match, path: { kind: 'exact', value: bare } }));
    return isTaken ? bySegments(route, { ...match, path: { kind: 'prefix', value: bare } }) : route;
  });
}

function bySegments(route: TableRoute, match: HttpMatch): TableRoute {
  const { rewritePath } = route.filters;
  const { action } = route;
  const rewrite = rewritePath ?? (action.kind === 'redirect' ? action.path : undefined);
  if (rewrite === undefined || rewrite.kind === 'full') return { ...route, match };
  // the slash that was replaced with the prefix now stays with the rest
  if (!rewrite.value.endsWith('/')) return route;
  const path: PathRewrite = { kind: 'prefix', value: rewrite.value === '/' ? '/' : rewrite.value.slice(0, -1) };
  if (rewritePath !== undefined) return { ...route, match, filters: { ...route.filters, rewritePath: path } };
  return action.kind === 'redirect' ? { ...route, match, action: { ...action, path } } : route;
}
