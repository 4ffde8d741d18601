/** The route objects of one table. */
import { GATEWAY_API_VERSION, type GrpcRoute, type HttpRoute, type ParentRef } from './crd';
import { grpcRule, httpRule, type RuleForm } from './rule';
import type { TableRoute } from './table-route';
import { joinName } from '../../kube/names';
import type { HostMatch } from '../../model/match';
import { defined } from '../defined';
import { ownLabels } from '../workload';

/** Longest name of an object that is neither Service nor label. */
const MAX_OBJECT_NAME = 253;

/** Where a table stands. */
export interface TablePlace {
  /** Name of the only object, and the beginning of the names of several. */
  readonly name: string;
  readonly namespace: string;
  /** Name of what the table belongs to, for labels. */
  readonly owner: string;
  readonly parents: readonly ParentRef[];
  /** Left out: every host that no other table serves. */
  readonly host?: HostMatch;
}

/** One object, and the routes that it holds. */
export interface PlacedRoutes<R> {
  readonly object: R;
  readonly routes: readonly TableRoute[];
}

/** An HTTPRoute for each group. */
export function httpRoutes(place: TablePlace, groups: readonly (readonly TableRoute[])[], form: RuleForm): readonly PlacedRoutes<HttpRoute>[] {
  return groups.map((routes) => ({
    routes, object: {
      apiVersion: GATEWAY_API_VERSION, kind: 'HTTPRoute', metadata: metadataOf(place, groups, routes), spec: { ...attachment(place), rules: routes.map((route) => httpRule(route, form)) },
    },
  }));
}

/** A GRPCRoute for each group. */
export function grpcRoutes(place: TablePlace, groups: readonly (readonly TableRoute[])[], form: RuleForm): readonly PlacedRoutes<GrpcRoute>[] {
  return groups.map((routes) => ({
    routes, object: {
      apiVersion: GATEWAY_API_VERSION, kind: 'GRPCRoute', metadata: metadataOf(place, groups, routes), spec: { ...attachment(place), rules: routes.map((route) => grpcRule(route, form)) },
    },
  }));
}

/** A host as the Gateway API writes it: `*.example.com`. */
export function hostnameOf({ kind, value }: HostMatch): string {
  return kind === 'exact' ? value : `*${value}`;
}

function attachment({ parents, host }: TablePlace) {
  return defined({ parentRefs: parents, hostnames: host && [hostnameOf(host)] });
}

/** Several objects are named by their first routes, so that a route more or less renames no more than it must. */
function metadataOf({ name, namespace, owner }: TablePlace, groups: readonly unknown[], routes: readonly TableRoute[]) {
  const own = groups.length === 1 ? name : joinName([name, routes[0]!.name], MAX_OBJECT_NAME);
  return { name: own, namespace, labels: ownLabels(owner) };
}
