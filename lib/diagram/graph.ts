/**
 * The mesh as a picture sees it: nodes and edges, named by what they are. In: a traffic model. Out: plain data, in the model's order,
 * the same for the same program. Mermaid, DOT and the page are made from it.
 */
import { callEdges, forwardEdges, mirrorEdges, type GraphEdge } from './edges';
import { answerId, clientsId, gatewayId, gatewayRouteId, serviceId, serviceRouteId, versionId } from './ids';
import { describeHosts, describeMatch } from '../model/describe';
import type { Gateway, GatewayRoute } from '../model/gateway';
import { hostTables, isSharedByHosts, orderedServiceRoutes } from '../model/precedence';
import type { Service, ServiceRoute } from '../model/service';
import { serviceToServiceNotes } from '../model/service-to-service';
import type { TrafficModel } from '../model/traffic-model';

export type { EdgeKind, GraphEdge } from './edges';

/** What a node stands for. `answer` is the end of a route that redirects or answers by itself. */
export type NodeKind = 'clients' | 'gateway' | 'gateway-route' | 'service' | 'router' | 'external' | 'service-route' | 'version' | 'answer';

/** One node. */
export interface GraphNode {
  /** By notion, for example `service:shop/products`, `version:shop/products@v1`; never a position. */
  readonly id: string;
  readonly kind: NodeKind;
  /** What is written on it: a name, or what a route takes. */
  readonly label: string;
  /** A second, quieter line; empty where there is nothing more to say. */
  readonly note: string;
  readonly namespace: string;
  /** The node that it is a part of: a route's gateway or service, a version's service. */
  readonly within?: string;
  /** A route's place in the order in which its table is asked, from 1. */
  readonly place?: number;
}

/** A whole picture. */
export interface Graph {
  /** Name of the mesh. */
  readonly mesh: string;
  /** What of the program does not happen on the chosen mesh, one sentence each; left out where all of it does. */
  readonly notes?: readonly string[];
  /** Every namespace that has a node, sorted. */
  readonly namespaces: readonly string[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/** The picture of a model. */
export function graphOf(model: TrafficModel): Graph {
  const known = [...model.gateways.flatMap(gatewayNodes), ...model.services.flatMap(serviceNodes)];
  const externals = new Set(model.services.filter(({ kind }) => kind === 'external').map(({ id }) => id));
  const edges = [
    ...model.gateways.flatMap((gateway) => gatewayEdges(gateway, externals)),
    ...model.services.flatMap((service) => [...serviceEdges(service, externals), ...callEdges(service, model)]),
  ];
  const nodes = [...known, ...missingNodes(known, edges)];
  const notes = serviceToServiceNotes(model.mesh);
  const namespaces = [...new Set(nodes.map(({ namespace }) => namespace))].sort();
  return { mesh: model.mesh.name, ...(notes.length === 0 ? {} : { notes }), namespaces, nodes, edges };
}

/** What a model names and does not have is shown as such: a picture of a wrong program should show what is wrong. */
function missingNodes(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphNode[] {
  const known = new Set(nodes.map(({ id }) => id));
  const missing = [...new Set(edges.map(({ to }) => to))].filter((id) => !known.has(id));
  return missing.map((id): GraphNode => ({ id, kind: 'external', label: id.slice(id.indexOf(':') + 1), note: 'not in this model', namespace: MISSING }));
}

const MISSING = 'missing';

function gatewayNodes(gateway: Gateway): GraphNode[] {
  const { namespace } = gateway;
  const within = gatewayId(gateway.id);
  const listeners = gateway.listeners.map(({ port, protocol, tls }) => `${protocol} ${port}${tls === undefined || tls.mode === 'disabled' ? '' : ' (TLS)'}`);
  return [
    { id: clientsId(gateway.id), kind: 'clients', label: clientsOf(gateway), note: '', namespace, within },
    { id: within, kind: 'gateway', label: gateway.name, note: listeners.join(', '), namespace },
    ...orderedGatewayRoutes(gateway).map(({ route, place }): GraphNode => ({
      id: gatewayRouteId(gateway.id, route.name), kind: 'gateway-route', label: describeMatch(route.match), note: noteOf(route), namespace, within, place,
    })),
    ...gateway.routes.flatMap((route) => answerNodes(gatewayRouteId(gateway.id, route.name), route, namespace, within)),
  ];
}

function clientsOf({ exposure }: Gateway): string {
  if (exposure.kind === 'cluster-only') return 'inside of the cluster';
  return exposure.scheme === 'internal' ? 'private network' : 'internet';
}

/** Each route once, with its place in the first of the tables that it is in: those of other hosts are not asked before it. */
function orderedGatewayRoutes(gateway: Gateway): readonly { readonly route: GatewayRoute; readonly place: number }[] {
  const places = new Map<GatewayRoute, number>();
  for (const table of hostTables(gateway)) {
    table.routes.forEach((route, at) => {
      if (!places.has(route) && !isSharedByHosts(route, table)) places.set(route, at + 1);
    });
  }
  return [...places].map(([route, place]) => ({ route, place }));
}

function noteOf({ name, hosts }: GatewayRoute): string {
  return hosts.length === 0 ? name : `${name} · ${describeHosts(hosts)}`;
}

function serviceNodes(service: Service): GraphNode[] {
  const { namespace } = service;
  const within = serviceId(service.id);
  const ports = service.ports.map(({ port, protocol }) => `${protocol} ${port}`).join(', ');
  const own: GraphNode = { id: within, kind: KINDS[service.kind], label: service.name, note: service.kind === 'external' ? service.host : ports, namespace };
  if (service.kind === 'external') return [own];
  return [
    own,
    ...orderedServiceRoutes(service).map((route, at): GraphNode => ({
      id: serviceRouteId(service.id, route.name), kind: 'service-route', label: describeMatch(route.match), note: route.name, namespace, within, place: at + 1,
    })),
    ...service.routes.flatMap((route) => answerNodes(serviceRouteId(service.id, route.name), route, namespace, within)),
    ...service.versions.map(({ name }): GraphNode => ({ id: versionId(service.id, name), kind: 'version', label: name, note: '', namespace, within })),
  ];
}

const KINDS = { workload: 'service', router: 'router', external: 'external' } as const;

function answerNodes(routeId: string, { action }: GatewayRoute | ServiceRoute, namespace: string, within: string): GraphNode[] {
  switch (action.kind) {
    case 'forward': return [];
    case 'redirect': return [{ id: answerId(routeId), kind: 'answer', label: `redirect ${action.status}`, note: locationOf(action), namespace, within }];
    case 'respond': return [{ id: answerId(routeId), kind: 'answer', label: `answer ${action.status}`, note: action.body ?? '', namespace, within }];
  }
}

function locationOf({ scheme, host, port, path }: Extract<GatewayRoute['action'], { kind: 'redirect' }>): string {
  // what is not said stays as the request has it
  const from = host ?? (scheme === undefined && port === undefined ? '' : '…');
  return `${scheme === undefined ? '' : `${scheme}://`}${from}${port === undefined ? '' : `:${port}`}${path === undefined ? '' : path.value}`;
}

function gatewayEdges(gateway: Gateway, externals: ReadonlySet<string>): GraphEdge[] {
  const id = gatewayId(gateway.id);
  return [
    { id: `${clientsId(gateway.id)} -> ${id}`, from: clientsId(gateway.id), to: id, kind: 'entry', label: '', idle: false },
    ...orderedGatewayRoutes(gateway).flatMap(({ route }) => routeEdges(id, gatewayRouteId(gateway.id, route.name), route, externals)),
  ];
}

function serviceEdges(service: Service, externals: ReadonlySet<string>): GraphEdge[] {
  const id = serviceId(service.id);
  const routes = service.kind === 'external' ? [] : orderedServiceRoutes(service);
  return [
    ...routes.flatMap((route) => routeEdges(id, serviceRouteId(service.id, route.name), route, externals)),
    ...(routes.length > 0 || service.kind === 'external' ? [] : service.versions.map(({ name }): GraphEdge => (
      { id: `${id} -> ${versionId(service.id, name)}`, from: id, to: versionId(service.id, name), kind: 'forward', label: '', idle: false }))),
  ];
}

function routeEdges(owner: string, routeId: string, route: GatewayRoute | ServiceRoute, externals: ReadonlySet<string>): GraphEdge[] {
  const ends: GraphEdge[] = route.action.kind === 'forward'
    ? forwardEdges(routeId, route.action.destinations, externals)
    : [{ id: `${routeId} -> ${answerId(routeId)}`, from: routeId, to: answerId(routeId), kind: 'forward', label: '', idle: false }];
  return [
    { id: `${owner} -> ${routeId}`, from: owner, to: routeId, kind: 'asks', label: '', idle: false },
    ...ends,
    ...mirrorEdges(routeId, route.filters.mirrors ?? [], externals),
  ];
}
