/** The order of the Gateway API for targets that sort. */
import type { PathMatchWire } from './crd';
import type { Rank } from './match';

const PATH_TYPES: readonly PathMatchWire['type'][] = ['Exact', 'PathPrefix', 'RegularExpression'];

/**
 * Exact path, longer prefix, expression; longer text; a method; more headers; more query parameters. The specification leaves the place of expressions open; Istio
 * puts them last, the longest first.
 * @see https://github.com/istio/istio/blob/release-1.31/pilot/pkg/config/kube/gateway/conversion.go sortHTTPRoutes
 */
export function bySpecificity(a: Rank, b: Rank): number {
  return PATH_TYPES.indexOf(a.path.type) - PATH_TYPES.indexOf(b.path.type)
    || b.path.value.length - a.path.value.length
    || Number(b.hasMethod) - Number(a.hasMethod)
    || b.headers.length - a.headers.length
    || b.query.length - a.query.length;
}
