/** The tables of a gateway as this mesh takes them, or what is in their way. Asked by the rules and by the lowering. */
import type { Gateway, Listener } from '../../model/gateway';
import { flattenGateway } from '../../model/gateway-table/flatten-gateway';
import type { HostMatch } from '../../model/match';
import { hostTables } from '../../model/precedence';
import { arrange, type Order } from '../gateway-api/arrange';
import type { Rank } from '../gateway-api/match';
import type { Obstacle } from '../gateway-api/obstacle';
import { gatewayTableRoutes, type TableRoute } from '../gateway-api/table-route';
import { withVersionTimeouts } from '../gateway-api/version-timeouts';
import type { MeshIndex } from '../mesh-index';

/** One table: a listener's routes for a host. */
export interface TablePlan {
  readonly listener: Listener;
  /** Left out: every host that no other table serves. */
  readonly host: HostMatch | undefined;
  /** GRPCRoute cannot rewrite or redirect, so a table that does is one of HTTP. */
  readonly kind: 'HTTPRoute' | 'GRPCRoute';
  /** Each group becomes one route object. */
  readonly groups: readonly (readonly TableRoute[])[];
}

/** All tables of a gateway. */
export interface GatewayPlan {
  /** Whether proxies ask rules as they stand; else they sort. */
  readonly isListed: boolean;
  readonly tables: readonly TablePlan[];
  readonly obstacles: readonly Obstacle[];
}

/**
 * Tables that each fit into one route object keep their order. Larger ones are spread over several, between which only sorting gives an order, so then all tables of the
 * gateway are put into the order that the proxies sort by.
 */
export function planGateway(index: MeshIndex, gateway: Gateway): GatewayPlan {
  const flat = gateway.listeners.flatMap((listener) => hostTables(gateway).map((table) => (
    { listener, host: table.host, table: flatTable(index, gateway, listener, table) })));
  const obstacles = flat.flatMap(({ table }) => table.obstacles);
  if (obstacles.length > 0) return { isListed: true, tables: [], obstacles };
  const listed = arranged(flat, 'listed');
  if (listed.obstacles.length === 0) return { isListed: true, ...listed };
  const sorted = arranged(flat, byEnvoyGateway);
  return sorted.obstacles.length === 0 ? { isListed: false, ...sorted } : { isListed: true, ...listed };
}

interface FlatTable {
  readonly routes: readonly TableRoute[];
  readonly obstacles: readonly Obstacle[];
}

function flatTable(index: MeshIndex, gateway: Gateway, listener: Listener, table: ReturnType<typeof hostTables>[number]): FlatTable {
  const flat = flattenGateway({ model: index.model, gateway, listener, table });
  if (flat.kind === 'obstacles') {
    return { routes: [], obstacles: flat.obstacles.map((obstacle) => ({ ...obstacle, fix: 'change one of the routes so that one table can hold both' })) };
  }
  return withVersionTimeouts(index, gatewayTableRoutes(flat.routes));
}

function arranged(flat: readonly { readonly listener: Listener; readonly host: HostMatch | undefined; readonly table: FlatTable }[], order: Order) {
  const obstacles: Obstacle[] = [];
  const tables = flat.flatMap(({ listener, host, table: { routes } }): readonly TablePlan[] => {
    const arrangement = arrange(routes, order);
    if (arrangement.kind === 'obstacles') obstacles.push(...arrangement.obstacles);
    const groups = arrangement.kind === 'groups' ? arrangement.groups : [];
    return groups.length === 0 ? [] : [{ listener, host, kind: kindOf(listener, groups.flat()), groups }];
  });
  return { tables, obstacles };
}

function kindOf({ protocol }: Listener, routes: readonly TableRoute[]): TablePlan['kind'] {
  const isPlain = ({ action, filters: { rewriteHost, rewritePath } }: TableRoute) => action.kind !== 'redirect' && rewriteHost === undefined && rewritePath === undefined;
  return protocol === 'grpc' && routes.every(isPlain) ? 'GRPCRoute' : 'HTTPRoute';
}

const PATH_TYPES = ['Exact', 'RegularExpression', 'PathPrefix'];

/**
 * The order of proxies that sort.
 * @see https://github.com/envoyproxy/gateway/blob/v1.9.1/internal/gatewayapi/sort.go a method counts as a header that is compared exactly
 */
export function byEnvoyGateway(a: Rank, b: Rank): number {
  const length = ({ path }: Rank) => path.type === 'PathPrefix' && path.value === '/' ? 0 : path.value.length;
  const headers = ({ headers: conditions, hasMethod }: Rank) => conditions.length + Number(hasMethod);
  const exact = (conditions: Rank['headers']) => conditions.filter(({ type }) => type === 'Exact').length;
  return PATH_TYPES.indexOf(a.path.type) - PATH_TYPES.indexOf(b.path.type)
    || length(b) - length(a)
    || headers(b) - headers(a)
    || exact(b.headers) + Number(b.hasMethod) - exact(a.headers) - Number(a.hasMethod)
    || b.query.length - a.query.length
    || exact(b.query) - exact(a.query);
}
