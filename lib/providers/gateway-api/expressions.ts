/**
 * Paths said as expressions, so that a target that sorts by the kind and the length of a path asks two routes in the order of the table. What a route takes stays
 * the same: `/api` by segments is `/api(/.*)?`, and a second `^` only makes an expression longer.
 */
import type { PathMatchWire } from './crd';
import { pathOfRoute } from './match';
import type { TableRoute } from './table-route';
import { escapeRegex } from '../../model/regex';

/** @see CRD of HTTPRoute, `path.value` */
const MAX_PATH = 1024;

/** Two routes in the order in which they must be asked. */
export interface Pair {
  readonly first: TableRoute;
  readonly second: TableRoute;
}

/** The pair with other words for the paths, of which `isAsked` says that the first comes first; undefined where no words do that. */
export function reworded({ first, second }: Pair, isAsked: (pair: Pair) => boolean): Pair | undefined {
  const [one, other] = [asExpression(first), asExpression(second)];
  const pairs = [
    ...(other === undefined ? [] : [{ first, second: other }]),
    ...(one === undefined ? [] : [{ first: one, second }]),
    ...(one === undefined || other === undefined ? [] : [{ first: longer(one, other), second: other }]),
  ];
  return pairs.find((pair) => pair.first !== undefined && isAsked(pair as Pair)) as Pair | undefined;
}

/** The same route with its path as an expression; undefined where its rewrite needs the prefix. */
function asExpression(route: TableRoute): TableRoute | undefined {
  const path = pathOfRoute(route);
  if (path.type === 'RegularExpression') return route;
  if (path.type === 'PathPrefix' && replacesPrefix(route)) return undefined;
  return withPath(route, expressionOf(path));
}

function expressionOf({ type, value }: PathMatchWire): string {
  if (type === 'Exact') return escapeRegex(value);
  return value === '/' ? '/.*' : `${escapeRegex(value)}(/.*)?`;
}

function replacesPrefix({ filters: { rewritePath }, action }: TableRoute): boolean {
  return rewritePath?.kind === 'prefix' || (action.kind === 'redirect' && action.path?.kind === 'prefix');
}

/** An expression that is longer than another's. */
function longer(route: TableRoute, than: TableRoute): TableRoute | undefined {
  const [{ value }, { length }] = [pathOfRoute(route), pathOfRoute(than).value];
  return value.length > length ? route : withPath(route, value.padStart(length + 1, '^'));
}

function withPath(route: TableRoute, value: string): TableRoute | undefined {
  return value.length > MAX_PATH ? undefined : { ...route, said: { type: 'RegularExpression', value } };
}
