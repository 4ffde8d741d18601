/**
 * A gateway's table: a GatewayRoute for each route, host, listener and form, with a priority across the whole gateway.
 * Hosts come first: every exact host, then the longest wildcard, then the table without host.
 */
import { APP_MESH_API_VERSION, type GatewayRoute, type Reference, type VirtualRouter, type VirtualService } from './crd';
import { defined } from '../defined';
import { destinationsOf, edgeTable, entryPort, listenersOf, needsEdge } from './edge-table';
import { gatewayForms, type GatewayForm } from './gateway-forms';
import { gatewayRouteLabels } from './lower-gateway';
import { lowerHost } from './lower-match';
import { lowerRoutes, type RouterTable, wireProtocolOf } from './lower-routes';
import { awsName, edgeHost, edgeName, gatewayRouteName } from './names';
import { priorities } from './priorities';
import type { KubeObject } from '../../kube/object';
import type { Gateway, GatewayRoute as ModelRoute, Listener } from '../../model/gateway';
import type { HostMatch } from '../../model/match';
import { hostTables } from '../../model/precedence';
import { Wave, type Unit } from '../../plan/unit';
import { serviceOf, type MeshIndex } from '../mesh-index';
import { gatewayRoutes as gatewayRoutesOf, gatewayRouteUnit, gatewayUnit, kept, serviceUnit, unit, versionsNeeded } from '../units';

/** A route in one host's table. */
interface Placed {
  readonly host: HostMatch | undefined;
  readonly priority: number;
}

/** A route's target, and what was made for it. */
interface Target {
  readonly reference: Reference;
  /** Whether requests must say the port. */
  readonly severalPorts: boolean;
  readonly made: readonly KubeObject[];
  readonly needs: readonly string[];
}

/** The units of all routes of a gateway, in the user's order. */
export function lowerGatewayRoutes(index: MeshIndex, gateway: Gateway): readonly Unit[] {
  const places = placesOf(gateway);
  return gateway.routes.map((route) => {
    const target = targetOf(index, gateway, route);
    const objects = (places.get(route) ?? []).flatMap((place) => gatewayRoutes(index, gateway, route, target, place));
    return kept(unit({
      id: gatewayRouteUnit(gateway, route.name), wave: Wave.ROUTES, group: gatewayRoutesOf(gateway),
      needs: [gatewayUnit(gateway), ...target.needs], objects: [...target.made, ...objects],
    }, ownerOf(index, gateway, route), routeShard(index, route)), isRetained(index, route));
  });
}

/** Whether a route stays with the services that it leads to, when they go. */
function isRetained(index: MeshIndex, route: ModelRoute): boolean {
  const services = destinationsOf(route).map(({ service }) => serviceOf(index, service));
  return services.length > 0 && services.every(({ origin }) => index.isRetained(origin.path));
}

/** The service of another stack that a route leads to, so that its weights are deployed with it; else whoever wrote the route. */
function ownerOf(index: MeshIndex, gateway: Gateway, route: ModelRoute): string {
  const paths = destinationsOf(route).map(({ service }) => serviceOf(index, service).origin.path);
  const [stack, ...others] = new Set(paths.map(index.stackOf));
  return stack === undefined || others.length > 0 || stack === index.stackOf(gateway.origin.path) ? route.origin.path : paths[0]!;
}

/** Number of GatewayRoutes that a route becomes, and why, for the quota's finding. */
export function countGatewayRoutes(gateway: Gateway, route: ModelRoute): number {
  return Math.max(1, route.hosts.length) * listenersOf(gateway, route).length * gatewayForms(route).length;
}

function placesOf(gateway: Gateway): ReadonlyMap<ModelRoute, readonly Placed[]> {
  const tables = hostTables(gateway);
  const numbers = priorities(tables.map(({ routes }) => routes));
  const entries = tables.flatMap(({ host, routes }) => routes.map((route) => ({ host, route })));
  const places = new Map<ModelRoute, Placed[]>();
  entries.forEach(({ host, route }, at) => places.set(route, [...places.get(route) ?? [], { host, priority: numbers[at]! }]));
  return places;
}

function gatewayRoutes(index: MeshIndex, gateway: Gateway, route: ModelRoute, target: Target, { host, priority }: Placed): readonly GatewayRoute[] {
  const listeners = listenersOf(gateway, route);
  const forms = gatewayForms(route);
  return listeners.flatMap((listener) => forms.map((form) => {
    const suffixes = [
      ...(route.hosts.length > 1 && host ? [host.kind === 'suffix' ? `any${host.value.replace(/\./g, '-')}` : host.value.replace(/\./g, '-')] : []),
      ...(listeners.length > 1 ? [String(listener.port)] : []),
      ...(form.suffix === undefined ? [] : [form.suffix]),
    ];
    const name = gatewayRouteName(gateway, route.name, suffixes);
    const port = target.severalPorts ? entryPort(index, route, listener)?.port : undefined;
    const kind = listener.protocol === 'http' ? 'httpRoute' : listener.protocol === 'http2' ? 'http2Route' : 'grpcRoute';
    const spec = {
      awsName: awsName(name, gateway.namespace),
      priority,
      [kind]: {
        match: matchOf(gateway, form, listener, host),
        action: { target: defined({ virtualService: { virtualServiceRef: target.reference }, port }), rewrite: form.rewrite },
      },
    };
    return {
      apiVersion: APP_MESH_API_VERSION, kind: 'GatewayRoute' as const,
      metadata: { name, namespace: gateway.namespace, labels: gatewayRouteLabels(gateway) }, spec,
    };
  }));
}

function matchOf(gateway: Gateway, { match }: GatewayForm, listener: Listener, host: HostMatch | undefined): object {
  const port = gateway.listeners.length > 1 ? listener.targetPort : undefined;
  return defined({ ...match, hostname: lowerHost(host), port });
}

function targetOf(index: MeshIndex, gateway: Gateway, route: ModelRoute): Target {
  const destinations = destinationsOf(route);
  if (!needsEdge(route)) {
    const service = serviceOf(index, destinations[0]!.service);
    return {
      reference: { namespace: service.namespace, name: service.name }, severalPorts: service.ports.length > 1, made: [], needs: [serviceUnit(service)],
    };
  }
  const edge = edgeTable(index, gateway, route);
  if (edge.kind === 'reason') throw new Error(`internal: route '${route.name}' cannot be flattened: ${edge.reason}; please report this with your program`);
  const { table } = edge;
  return {
    reference: { namespace: gateway.namespace, name: edgeName(gateway, route.name) },
    severalPorts: table.ports.length > 1,
    made: edgeObjects(index, gateway, route, table),
    needs: versionsNeeded(index, table.routes.flatMap((one) => one.destinations)),
  };
}

function edgeObjects(index: MeshIndex, gateway: Gateway, route: ModelRoute, table: RouterTable): readonly KubeObject[] {
  const name = edgeName(gateway, route.name);
  const { namespace } = gateway;
  const router: VirtualRouter = {
    apiVersion: APP_MESH_API_VERSION, kind: 'VirtualRouter', metadata: { name, namespace },
    spec: {
      awsName: awsName(name, namespace),
      listeners: table.ports.map(({ port, protocol }) => ({ portMapping: { port, protocol: wireProtocolOf(protocol) } })),
      routes: lowerRoutes(index, table),
    },
  };
  const front: VirtualService = {
    apiVersion: APP_MESH_API_VERSION, kind: 'VirtualService', metadata: { name, namespace },
    spec: { awsName: edgeHost(index.model.mesh, gateway, route.name), provider: { virtualRouter: { virtualRouterRef: { namespace, name } } } },
  };
  return [router, front];
}

/** A route to one service stands with that service; everything else stands behind all services. */
function routeShard(index: MeshIndex, route: ModelRoute): string {
  const ids = new Set(destinationsOf(route).map(({ service }) => service));
  const [only] = ids;
  const isAlone = ids.size === 1 && only !== undefined && serviceOf(index, only).kind !== 'router';
  return isAlone ? `service:${only}` : 'edge';
}
