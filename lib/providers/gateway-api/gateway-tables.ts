/** All tables of a gateway, one for each listener and host, with those of the services behind it. What both targets arrange in their own order. */
import { withClientScheme } from './load-balancer-tls';
import type { Obstacle } from './obstacle';
import { gatewayTableRoutes, type TableRoute } from './table-route';
import { withVersionTimeouts } from './version-timeouts';
import { kindOf } from '../../model/arrival';
import type { Gateway, Listener } from '../../model/gateway';
import { flattenGateway } from '../../model/gateway-table/flatten-gateway';
import type { HostMatch } from '../../model/match';
import { hostRelation } from '../../model/overlap';
import { hostTables, type HostTable } from '../../model/precedence';
import type { Service } from '../../model/service';
import { remembered, serviceOf, type MeshIndex } from '../mesh-index';

/** A listener's routes for a host, in the order in which they are asked. */
export interface FlatTable {
  readonly listener: Listener;
  /** Left out: every host that no other table serves. */
  readonly host: HostMatch | undefined;
  readonly routes: readonly TableRoute[];
}

/** All tables that hold something, or what cannot be said of them. */
export interface FlatTables {
  readonly tables: readonly FlatTable[];
  readonly obstacles: readonly Obstacle[];
}

/** The stack that deploys what a route of a gateway leads to: one where all is of one stack, else the names of all. */
export function stackOfRoute(index: MeshIndex, { action, filters }: TableRoute): string | undefined {
  const led = [...(action.kind === 'forward' ? action.destinations : []), ...(filters.mirrors ?? [])];
  const stacks = [...new Set(led.map(({ service: id }) => {
    const { path } = serviceOf(index, id).origin;
    // what stays when its service goes is an object of its own, whichever stack has the service
    return index.isRetained(path) ? `${index.stackOf(path)} (${id})` : index.stackOf(path);
  }))].sort();
  return stacks.length === 0 ? undefined : stacks.join(' and ');
}

/** Whether a group of routes stays with the services that it leads to, when they go. */
export function areRetained(index: MeshIndex, routes: readonly TableRoute[]): boolean {
  const services = servicesOf(index, routes);
  return services.length > 0 && services.every(({ origin }) => index.isRetained(origin.path));
}

function servicesOf(index: MeshIndex, routes: readonly TableRoute[]): readonly Service[] {
  const led = routes.flatMap(({ action, filters }) => [...(action.kind === 'forward' ? action.destinations : []), ...(filters.mirrors ?? [])]);
  return [...new Set(led.map(({ service }) => service))].map((id) => serviceOf(index, id));
}

/** The construct that a group of routes is deployed with: the gateway, or the service of another stack that all of them lead to. */
export function ownerOfRoutes(index: MeshIndex, gateway: Gateway, routes: readonly TableRoute[]): string {
  const services = servicesOf(index, routes);
  const [stack, ...others] = new Set(services.map(({ origin }) => index.stackOf(origin.path)));
  if (stack !== undefined && others.length === 0 && stack !== index.stackOf(gateway.origin.path)) return services[0]!.origin.path;
  const owners = new Set(routes.map(({ origin }) => origin.path));
  return owners.size === 1 ? routes[0]!.origin.path : gateway.origin.path;
}

/**
 * A host whose routes are all for other ports is answered 404: it has a table, which says so where a wider host's table, or that of all hosts, would else take its
 * requests.
 */
export const gatewayTables = remembered(flatTables);

function flatTables(index: MeshIndex, gateway: Gateway): FlatTables {
  const obstacles: Obstacle[] = [];
  const tables = gateway.listeners.flatMap((listener) => {
    const all = hostTables(gateway).map((table): FlatTable => {
      const flat = flatTable(index, gateway, listener, table);
      obstacles.push(...flat.obstacles);
      return { listener, host: table.host, routes: withClientScheme(gateway, listener, flat.routes) };
    });
    const served = all.filter(({ routes }) => routes.length > 0);
    return all.flatMap((table) => table.routes.length > 0 ? [table] : served.some(({ host }) => isWider(host, table.host)) ? [closed(gateway, table)] : []);
  });
  return { tables, obstacles };
}

function flatTable(index: MeshIndex, gateway: Gateway, listener: Listener, table: HostTable) {
  const flat = flattenGateway({ model: index.model, gateway, listener, table });
  if (flat.kind === 'flat') return withVersionTimeouts(index, gatewayTableRoutes(flat.routes));
  return { routes: [], obstacles: flat.obstacles.map((obstacle) => ({ ...obstacle, fix: 'change one of the routes so that one table can hold both' })) };
}

function isWider(wide: HostMatch | undefined, narrow: HostMatch | undefined): boolean {
  return narrow !== undefined && (wide === undefined || (wide.kind === 'suffix' && hostRelation(wide, narrow) === 'overlapping'));
}

function closed(gateway: Gateway, { listener, host }: FlatTable): FlatTable {
  const kind = kindOf(listener.protocol);
  const route: TableRoute = {
    name: 'closed', label: `port ${listener.port} of gateway '${gateway.id}'`, origin: gateway.origin, property: 'routes',
    match: kind === 'grpc' ? { kind, metadata: [] } : { kind: 'http', path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
    action: { kind: 'respond', status: 404 }, filters: {}, policy: {}, closes: true,
  };
  return { listener, host, routes: [route] };
}
