/** A part of a graph: a service and what is beside it. */
import type { Graph } from './graph';
import { GraphIndex } from './graph-index';
import { serviceId } from './ids';

/** The services beside a node: its own, those that lead there, those that it leads to. */
export function servicesBeside(index: GraphIndex, id: string): ReadonlySet<string> {
  const owner = index.ownerOf(id);
  const parts = [owner, ...index.partsOf(owner, 'service-route', 'version', 'gateway-route').map((part) => part.id)];
  const beside = parts.flatMap((part) => [...index.from(part).map(({ to }) => to), ...index.to(part).map(({ from }) => from)]).map((one) => index.ownerOf(one));
  return new Set([owner, ...beside].filter((one) => index.isService(one)));
}

/** The graph of a service and its neighbours, with the gateway routes that lead to any of them. */
export function neighbourhoodOf(graph: Graph, service: string): Graph {
  const index = new GraphIndex(graph);
  const services = servicesBeside(index, serviceId(service));
  const routes = new Set(graph.edges.filter(({ from, to }) => index.node(from).kind === 'gateway-route' && services.has(index.ownerOf(to))).map(({ from }) => from));
  const gateways = new Set([...routes].map((route) => index.ownerOf(route)));
  const nodes = graph.nodes.filter(({ id, kind, within }) => services.has(within ?? id) || routes.has(id)
    || gateways.has(id) || kind === 'clients' && gateways.has(within ?? ''));
  const kept = new Set(nodes.map(({ id }) => id));
  const edges = graph.edges.filter(({ from, to }) => kept.has(from) && kept.has(to));
  return { ...graph, nodes, edges, namespaces: graph.namespaces.filter((namespace) => nodes.some((node) => node.namespace === namespace)) };
}
