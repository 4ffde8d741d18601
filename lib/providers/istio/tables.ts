/** The tables of gateways and of services, in groups that survive Istio's sorting. Asked by the rules and by the lowering. */
import { arrivalPort, kindOf } from '../../model/arrival';
import type { Gateway, Listener } from '../../model/gateway';
import { candidatePairs } from '../../model/levels';
import type { HostMatch } from '../../model/match';
import { matchRelation } from '../../model/overlap';
import { orderedServiceRoutes } from '../../model/precedence';
import type { Protocol, Service, ServicePort, ServiceRoute } from '../../model/service';
import { arrange, reachable, type PlaceOf } from '../gateway-api/arrange';
import { gatewayTables, stackOfRoute } from '../gateway-api/gateway-tables';
import type { Obstacle } from '../gateway-api/obstacle';
import { bySpecificity } from '../gateway-api/order';
import { ruleName, withUniqueNames, type TableRoute } from '../gateway-api/table-route';
import { withVersionTimeouts } from '../gateway-api/version-timeouts';
import { remembered, serviceOf, type MeshIndex } from '../mesh-index';
import type { IstioOptions } from './options';
import { problemsOf } from './problems';
import { virtualObstacle } from './virtual-route';

/** Groups of routes, each of which becomes one route object, or what is in the way. */
export interface ArrangedTable {
  readonly groups: readonly (readonly TableRoute[])[];
  readonly obstacles: readonly Obstacle[];
}

/** A listener's table for a host. */
export interface GatewayTable extends ArrangedTable {
  readonly listener: Listener;
  /** Left out: every host that no other table serves. */
  readonly host: HostMatch | undefined;
}

/** A table for requests that arrive at a port of a service. */
export interface ServiceTable extends ArrangedTable {
  readonly port: ServicePort;
}

/** The tables of a gateway, with those of the services behind it: the proxies of gateways ask no second table. */
export function tablesOfGateway(index: MeshIndex, gateway: Gateway): { readonly tables: readonly GatewayTable[]; readonly obstacles: readonly Obstacle[] } {
  const { tables, obstacles } = gatewayTables(index, gateway);
  if (obstacles.length > 0) return { tables: [], obstacles };
  const arranged = tables.map(({ listener, host, routes }): GatewayTable => ({
    listener, host,
    ...arrangedTable(routes, { label: `gateway '${gateway.id}'`, origin: gateway.origin, property: 'routes', protocol: listener.protocol }, (route) => stackOfRoute(index, route)),
  }));
  return { tables: arranged, obstacles: arranged.flatMap((table) => table.obstacles) };
}

/** How the tables of a service are said: in routes of the Gateway API, or as they stand in a VirtualService, of which a host has one. */
export type ServicePlan =
  | { readonly kind: 'routes'; readonly tables: readonly ServiceTable[] }
  | { readonly kind: 'list'; readonly tables: readonly ListedTable[]; readonly obstacles: readonly Obstacle[] };

/** A table for requests that arrive at a port of a service, in the order in which it is asked. */
export interface ListedTable {
  readonly port: ServicePort;
  readonly routes: readonly TableRoute[];
}

/**
 * The tables of a service for requests, one for each port that does not speak plain TCP; a service without routes leads to its only version. They are a list where
 * something in them has no words in routes, and callers have proxies beside them.
 */
export function planService(index: MeshIndex, service: Service, { dataPlane = 'sidecar' }: IstioOptions): ServicePlan {
  const { limited, tables } = requestTables(index, service);
  const hasProblems = tables.some(({ groups, obstacles }) => obstacles.length > 0 || groups.flat().some((route) => problemsOf(route).length > 0));
  if (!hasProblems || dataPlane === 'ambient') return { kind: 'routes', tables };
  const mute = limited.flatMap(({ routes, obstacles }) => [...obstacles, ...routes.flatMap((route): readonly Obstacle[] => {
    const what = virtualObstacle(route);
    return what === undefined ? [] : [{ reason: `${route.label} has ${what}`, fix: 'say it in another way', origin: route.origin, property: route.property }];
  })]);
  return { kind: 'list', tables: limited.map(({ port, routes }) => ({ port, routes: reachable(routes) })), obstacles: mute };
}

/** The tables as they are asked, and as routes. */
const requestTables = remembered((index, service: Service) => {
  const limited = service.ports.filter(({ protocol }) => kindOf(protocol) !== 'tcp').map((port) => ({ port, ...withVersionTimeouts(index, routesAt(index, service, port)) }));
  const tables = limited.map(({ port, routes, obstacles }): ServiceTable => {
    const owner = { label: `service '${service.id}'`, origin: service.origin, property: 'routes', protocol: port.protocol };
    return { port, ...(obstacles.length > 0 ? { groups: [], obstacles } : arrangedTable(routes, owner)) };
  });
  return { limited, tables };
});

function arrangedTable(routes: readonly TableRoute[], owner: TableOwner, placeOf?: PlaceOf): ArrangedTable {
  const arrangement = arrange(withoutIdleClosings(routes), bySpecificity, placeOf);
  if (arrangement.kind === 'obstacles') return { groups: [], obstacles: arrangement.obstacles };
  const needed = new Set(withoutIdleClosings(arrangement.groups.flat()));
  const groups = arrangement.groups.map((group) => group.filter((route) => needed.has(route))).filter((group) => group.length > 0);
  return { groups: groups.length > 0 ? groups : [[nothing(owner)]], obstacles: [] };
}

/** What a request gets that no route takes is 404 anyway, so an answer of 404 is only needed in front of a later route that would take it. */
function withoutIdleClosings(routes: readonly TableRoute[]): readonly TableRoute[] {
  const needed = new Set<number>();
  for (const { earlier, later } of candidatePairs(routes)) {
    const [first, second] = [routes[earlier]!, routes[later]!];
    if (first.closes && !second.closes && matchRelation(first.match, second.match) !== 'disjoint') needed.add(earlier);
  }
  // an answer whose headers are changed, or that preflights would get, is not what a request gets anyway
  return routes.filter(({ closes, filters, guards }, at) => !closes || needed.has(at) || Object.keys(filters).length > 0 || guards?.cors !== undefined);
}

/** Whom a table without routes belongs to. */
type TableOwner = Pick<TableRoute, 'label' | 'origin' | 'property'> & { readonly protocol: Protocol };

/** No header holds a line break: a table of one route that takes nothing, so that every request is answered 404 instead of being taken by another table. */
const NEVER = { name: 'x-never', match: { kind: 'regex', value: '\\n' }, inversion: 'none' } as const;

function nothing({ protocol, ...owner }: TableOwner): TableRoute {
  const kind = kindOf(protocol);
  return {
    ...owner, name: 'nothing', closes: false, filters: {}, policy: {}, action: { kind: 'redirect', status: 302 },
    match: kind === 'grpc' ? { kind, metadata: [NEVER] } : { kind: 'http', path: { kind: 'prefix', value: '/' }, headers: [NEVER], query: [] },
  };
}

function routesAt(index: MeshIndex, service: Service, port: ServicePort): readonly TableRoute[] {
  const kind = kindOf(port.protocol);
  if (service.routes.length === 0) return soleVersion(service, port);
  const here = orderedServiceRoutes(service).filter(({ match }) => match.kind === kind && (match.port === undefined || match.port === port.port));
  return withUniqueNames(here.map((route) => tableRoute(index, service, port, route)));
}

function tableRoute(index: MeshIndex, service: Service, port: ServicePort, route: ServiceRoute): TableRoute {
  const { name, action, filters, policy, origin, property } = route;
  const { port: _, ...match } = route.match;
  if (match.kind === 'tcp') throw new Error(`internal: route '${name}' of '${service.id}' takes connections; please report this with your program`);
  const came = { port: port.port, protocol: kindOf(port.protocol) };
  const named = action.kind !== 'forward' ? action : {
    ...action, destinations: action.destinations.map((destination) => ({
      ...destination,
      port: destination.service === service.id ? destination.port ?? port.port : arrivalPort(serviceOf(index, destination.service), destination.port, came),
    })),
  };
  return { name: ruleName([name]), label: `route '${name}' of service '${service.id}'`, match, action: named, filters, policy, origin, property, closes: false };
}

function soleVersion(service: Service, port: ServicePort): readonly TableRoute[] {
  const [only, ...others] = service.versions;
  if (only === undefined || others.length > 0) return [];
  const kind = kindOf(port.protocol);
  return [{
    name: 'all', label: `service '${service.id}'`, closes: false, filters: {}, policy: {}, origin: service.origin, property: 'ports',
    match: kind === 'grpc' ? { kind, metadata: [] } : { kind: 'http', path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
    action: { kind: 'forward', destinations: [{ service: service.id, version: only.name, port: port.port, weight: 1 }] },
  }];
}
