/** One route of an ordered table: first match wins. What both stages become before they are written. */
import type { PathMatchWire } from './crd';
import type { Origin } from '../../diagnostics/diagnostic';
import { hash8, joinName } from '../../kube/names';
import type { Filters, RouteAction, RoutePolicy } from '../../model/action';
import type { FlatGatewayRoute } from '../../model/gateway-table/flatten-gateway';
import { changeOf, rewritesOf } from '../../model/gateway-table/path-change';
import type { Guards } from '../../model/guards';
import type { GrpcMatch, HttpMatch } from '../../model/match';
import { kubeText } from '../names';

/** A route of a table. */
export interface TableRoute {
  /** Unique within the table: lower case letters, digits and hyphens. */
  readonly name: string;
  /** In the user's words, for reasons. */
  readonly label: string;
  /** Without port. */
  readonly match: HttpMatch | GrpcMatch;
  /** The match's path in other words, for the sake of its place; left out: as the match says it. */
  readonly said?: PathMatchWire;
  readonly action: RouteAction;
  readonly filters: Filters;
  /** What is asked before; left out: nothing. */
  readonly guards?: Guards;
  readonly policy: RoutePolicy;
  readonly origin: Origin;
  readonly property: string;
  /** Whether it stands for the 404 of a table that takes nothing more. */
  readonly closes: boolean;
}

const MAX_RULE_NAME = 200;

/** The flat table of a gateway, named by the routes that it was made of. */
export function gatewayTableRoutes(routes: readonly FlatGatewayRoute[]): readonly TableRoute[] {
  return withUniqueNames(routes.map(({ gatewayRoute, serviceRoutes, match, action, filters, policy, guards, origin, property, closes }) => {
    const name = ruleName([gatewayRoute, ...serviceRoutes.map(({ route }) => route), ...(closes ? ['closed'] : [])]);
    const behind = serviceRoutes.map(({ service, route }) => ` with route '${route}' of service '${service}'`);
    return { name, label: `route '${gatewayRoute}'${behind.join(' and')}`, match, action, filters, policy, origin, property, closes, ...(guards === undefined ? {} : { guards }) };
  }));
}

/** A name that an object may carry, made of the user's. */
export function ruleName(parts: readonly string[]): string {
  return joinName(parts.map(kubeText), MAX_RULE_NAME);
}

/** Equal names get a hash of their match, and where that is equal too, a number. */
export function withUniqueNames(routes: readonly TableRoute[]): readonly TableRoute[] {
  const count = new Map<string, number>();
  for (const { name } of routes) count.set(name, (count.get(name) ?? 0) + 1);
  const used = new Set<string>();
  return routes.map((route) => {
    const plain = count.get(route.name) === 1 ? route.name : `${route.name}-${hash8(JSON.stringify(route.match))}`;
    let name = plain;
    for (let number = 2; used.has(name); number++) name = `${plain}-${number}`;
    used.add(name);
    return { ...route, name };
  });
}

/**
 * The route for those of its requests that a narrower match takes; mostly one, two where a bare prefix is rewritten in another way than what is
 * below it. Undefined where no rewrite of the narrower match does the same.
 */
export function narrowRoute(route: TableRoute, match: HttpMatch | GrpcMatch): readonly TableRoute[] | undefined {
  // a redirect changes no request, so it has no use for a rewrite
  const rewrite = route.action.kind === 'redirect' ? route.action.path : route.filters.rewritePath;
  if (rewrite === undefined || match.kind === 'grpc') return [{ ...route, match }];
  return rewritesOf(changeOf(rewrite, route.match), match.path)?.map(({ path, rewrite: narrowed }) => {
    const narrow = { ...route, match: { ...match, path } };
    // a redirect's path is said whole even where it changes nothing
    const changed = narrowed ?? { kind: 'full' as const, value: path.value };
    if (route.action.kind !== 'redirect') {
      const { rewritePath: _, ...filters } = route.filters;
      return { ...narrow, filters: narrowed === undefined ? filters : { ...filters, rewritePath: narrowed } };
    }
    const { path: __, ...action } = route.action;
    return { ...narrow, action: path.kind === 'exact' ? { ...action, path: changed } : narrowed === undefined ? action : { ...action, path: narrowed } };
  });
}
