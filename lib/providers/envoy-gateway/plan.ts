/** The tables of a gateway as this mesh takes them, or what is in their way. Asked by the rules and by the lowering. */
import type { Gateway, Listener } from '../../model/gateway';
import type { HostMatch } from '../../model/match';
import { arrange, type Order } from '../gateway-api/arrange';
import { gatewayTables, stackOfRoute, type FlatTable } from '../gateway-api/gateway-tables';
import type { Rank } from '../gateway-api/match';
import type { Obstacle } from '../gateway-api/obstacle';
import type { TableRoute } from '../gateway-api/table-route';
import { serviceOf, type MeshIndex } from '../mesh-index';

/** One table: a listener's routes for a host. */
export interface TablePlan {
  readonly listener: Listener;
  /** Left out: every host that no other table serves. */
  readonly host: HostMatch | undefined;
  /** GRPCRoute cannot rewrite, redirect or answer with success, so a table that does is one of HTTP. */
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
  const { tables: flat, obstacles } = gatewayTables(index, gateway);
  if (obstacles.length > 0) return { isListed: true, tables: [], obstacles };
  const listed = arranged(index, flat, 'listed');
  if (listed.obstacles.length === 0 && !isMixed(index, listed.tables)) return { isListed: true, ...listed };
  const sorted = arranged(index, flat, byEnvoyGateway);
  if (listed.obstacles.length === 0 && (sorted.obstacles.length > 0 || isMixed(index, sorted.tables))) return { isListed: true, ...listed };
  return sorted.obstacles.length === 0 ? { isListed: false, ...sorted } : { isListed: true, ...listed };
}

/** Whether routes to services of several stacks are in one object, so that one stack holds the weights of another's services. */
function isMixed(index: MeshIndex, tables: readonly TablePlan[]): boolean {
  const stacksOf = (group: readonly TableRoute[]) => new Set(group.map((route) => stackOfRoute(index, route)).filter((stack) => stack !== undefined));
  return tables.some(({ groups }) => groups.some((group) => stacksOf(group).size > 1));
}

function arranged(index: MeshIndex, flat: readonly FlatTable[], order: Order) {
  const obstacles: Obstacle[] = [];
  const tables = flat.flatMap(({ listener, host, routes }): readonly TablePlan[] => {
    const arrangement = arrange(routes, order, (route) => stackOfRoute(index, route));
    if (arrangement.kind === 'obstacles') obstacles.push(...arrangement.obstacles);
    const groups = arrangement.kind === 'groups' ? arrangement.groups : [];
    return groups.length === 0 ? [] : [{ listener, host, kind: kindOf(index, listener, groups.flat()), groups }];
  });
  return { tables, obstacles };
}

function kindOf(index: MeshIndex, { protocol }: Listener, routes: readonly TableRoute[]): TablePlan['kind'] {
  return protocol === 'grpc' && routes.every((route) => isPlain(index, route)) ? 'GRPCRoute' : 'HTTPRoute';
}

/** A GRPCRoute speaks HTTP/2 to whatever it leads to. */
function isPlain(index: MeshIndex, { action, filters: { rewriteHost, rewritePath } }: TableRoute): boolean {
  if (action.kind === 'redirect' || rewriteHost !== undefined || rewritePath !== undefined) return false;
  return action.kind === 'respond' ? !isSuccess(action.status) : action.destinations.every(({ service, port }) =>
    ['grpc', 'http2'].includes(serviceOf(index, service).ports.find((one) => one.port === port)!.protocol));
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
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
