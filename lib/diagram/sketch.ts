/**
 * A picture for text formats: less than the graph, because their readers lay out every box that they are given. In: a graph and how much
 * of it to show. Out: boxes with lines of text, and lines between them. Mermaid and DOT are both written from it.
 */
import type { EdgeKind, Graph, GraphEdge, GraphNode, NodeKind } from './graph';
import { GraphIndex } from './graph-index';

/**
 * How much is shown. `versions`: everything, a service's own routes as lines to its versions. `services`: versions and gateway routes are
 * text. `lists`: calls are text too, lines join namespaces. `namespaces`: no service at all.
 */
export type Detail = 'versions' | 'services' | 'lists' | 'namespaces';

/** Every level, the richest first. */
export const DETAILS: readonly Detail[] = ['versions', 'services', 'lists', 'namespaces'];

/** A box. */
export interface SketchBox {
  readonly id: string;
  readonly kind: NodeKind | 'namespace';
  readonly lines: readonly string[];
  /** Left out: belongs to no namespace's frame. */
  readonly namespace?: string;
}

/** A line. Its ends are boxes, or namespaces' frames (`namespace:shop`). */
export interface SketchLine {
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Rows of text, from top to bottom. */
  readonly label: readonly string[];
  readonly idle: boolean;
}

/** What a text format draws. */
export interface Sketch {
  readonly detail: Detail;
  readonly boxes: readonly SketchBox[];
  readonly lines: readonly SketchLine[];
}

/** Id of a namespace's frame or box. */
export const namespaceId = (namespace: string) => `namespace:${namespace}`;

/** The part of a graph that a level of detail shows. */
export function sketchOf(graph: Graph, detail: Detail): Sketch {
  const index = new GraphIndex(graph);
  // what stays when versions and routes become text
  const kept = graph.nodes.filter(({ kind }) => kind !== 'service-route' && kind !== 'gateway-route' && kind !== 'version');
  const placeOf = (id: string) => index.isService(id) ? namespaceId(index.node(id).namespace) : id;
  switch (detail) {
    case 'versions': return { detail, boxes: graph.nodes.filter(({ kind }) => kind !== 'service-route').map((node) => boxOf(node, textOf(node))), lines: versionLines(index) };
    case 'services': return { detail, boxes: kept.map((node) => boxOf(node, [...textOf(node), ...splitsOf(index, node)])), lines: joined(serviceLines(index)) };
    case 'lists': return {
      detail,
      // lines lead to frames here, so that whatever they come from stands outside of them
      boxes: kept.map((node) => {
        const lines = [...textOf(node), ...entriesOf(index, node), ...splitsOf(index, node), ...callsOf(index, node)];
        return boxOf(node, lines, !index.isService(node.id));
      }),
      lines: counted(serviceLines(index), placeOf),
    };
    case 'namespaces': return {
      detail,
      boxes: [...kept.filter(({ id }) => !index.isService(id)).map((node) => boxOf(node, textOf(node), true)), ...namespaceBoxes(index)],
      lines: counted(serviceLines(index), placeOf),
    };
  }
}

/** A service's splits as text: `v1 95 %, v2 5 %`, one row for each route. */
function splitsOf(index: GraphIndex, { id, kind }: GraphNode): readonly string[] {
  if (kind !== 'service') return [];
  const routes = index.routesOf(id);
  if (routes.length === 0) return index.from(id).filter((edge) => edge.kind === 'forward').map(({ to }) => index.node(to).label);
  return routes.map((route) => {
    const ends = index.from(route.id).filter((edge) => edge.kind === 'forward').map(({ to, label }) => `${index.nameFrom(id, to)}${label === '' ? '' : ` ${label}`}`).join(', ');
    return routes.length === 1 ? ends : `${route.label}: ${ends}`;
  });
}

/** What the gateways send to a service, as text. */
function entriesOf(index: GraphIndex, { id }: GraphNode): readonly string[] {
  const ids = [id, ...index.partsOf(id, 'version').map((version) => version.id)];
  const routes = ids.flatMap((one) => index.to(one)).filter(({ kind }) => kind === 'forward').map(({ from }) => index.node(from));
  return [...new Set(routes.filter(({ kind }) => kind === 'gateway-route').map(({ label }) => label))];
}

/** The services that a service calls, as text. */
function callsOf(index: GraphIndex, { id }: GraphNode): readonly string[] {
  const calls = index.from(id).filter(({ kind }) => kind === 'call').map(({ to }) => index.nameFrom(id, to));
  return calls.length === 0 ? [] : [`calls ${calls.join(', ')}`];
}

function namespaceBoxes({ graph, services }: GraphIndex): readonly SketchBox[] {
  return graph.namespaces.flatMap((namespace): SketchBox[] => {
    const count = services.filter((service) => service.namespace === namespace).length;
    return count === 0 ? [] : [{ id: namespaceId(namespace), kind: 'namespace', lines: [namespace, count === 1 ? '1 service' : `${count} services`] }];
  });
}

function textOf({ kind, label, note, place }: GraphNode): readonly string[] {
  // no dot behind the number: some readers take that for a list
  const first = kind === 'gateway-route' && place !== undefined ? `${place} · ${label}` : label;
  return note === '' ? [first] : [first, note];
}

function boxOf({ id, kind, namespace }: GraphNode, lines: readonly string[], outside = kind === 'clients'): SketchBox {
  return { id, kind, lines, ...(outside ? undefined : { namespace }) };
}

/** Every edge, but those through a service's routes lead from the service to where they end. */
function versionLines(index: GraphIndex): SketchLine[] {
  return index.graph.edges.flatMap((edge): SketchLine[] => {
    const source = index.node(edge.from);
    if (index.node(edge.to).kind === 'service-route') return [];
    if (source.kind !== 'service-route') return [lineOf(edge, edge.from, edge.label === '' ? [] : [edge.label])];
    const service = source.within!;
    const match = index.routesOf(service).length === 1 ? [] : [source.label];
    return [lineOf(edge, service, [...match, ...(edge.label === '' ? [] : [edge.label])])];
  });
}

/** Edges between gateways and services; what a service does with its own versions is left to text. */
function serviceLines(index: GraphIndex): SketchLine[] {
  return index.graph.edges.flatMap((edge): SketchLine[] => {
    if (edge.kind === 'asks') return [];
    const [source, target] = [index.node(edge.from), index.node(edge.to)];
    const to = target.kind === 'version' ? target.within! : target.id;
    const isRoute = source.kind === 'gateway-route' || source.kind === 'service-route';
    const from = isRoute ? source.within! : source.id;
    if (from === to) return [];
    const end = [...(target.kind === 'version' ? [target.label] : []), ...(edge.label === '' ? [] : [edge.label])].join(' ');
    const match = isRoute && (source.kind === 'gateway-route' || index.routesOf(from).length > 1) ? [source.label] : [];
    return [{ ...lineOf(edge, from, [[...match, ...(end === '' ? [] : [end])].join(': ')].filter((text) => text !== '')), to }];
  });
}

function lineOf({ to, kind, idle }: GraphEdge, from: string, label: readonly string[]): SketchLine {
  return { from, to, kind, label, idle };
}

/** Lines between the same boxes become one. */
function joined(lines: readonly SketchLine[]): SketchLine[] {
  const byEnds = new Map<string, SketchLine>();
  for (const line of lines) {
    const key = `${line.kind} ${line.from} ${line.to} ${line.idle}`;
    const other = byEnds.get(key);
    byEnds.set(key, other === undefined ? line : { ...other, label: [...other.label, ...line.label] });
  }
  return [...byEnds.values()];
}

/** Lines between the same places become one, with their number. */
function counted(lines: readonly SketchLine[], placeOf: (id: string) => string): SketchLine[] {
  const counts = new Map<string, { readonly line: SketchLine; count: number }>();
  for (const line of lines) {
    const [from, to] = [placeOf(line.from), placeOf(line.to)];
    if (from === to) continue;
    const known = counts.get(`${line.kind} ${from} ${to}`);
    if (known === undefined) counts.set(`${line.kind} ${from} ${to}`, { line: { ...line, from, to, idle: false }, count: 1 });
    else known.count += 1;
  }
  return [...counts.values()].map(({ line, count }) => ({ ...line, label: line.kind === 'entry' ? [] : [countText(line.kind, count)] }));
}

const COUNTED: { readonly [kind in EdgeKind]: readonly [string, string] } = {
  entry: ['entry', 'entries'], asks: ['route', 'routes'], forward: ['route', 'routes'], call: ['call', 'calls'], mirror: ['copy', 'copies'],
};

function countText(kind: EdgeKind, count: number): string {
  return `${count} ${COUNTED[kind][count === 1 ? 0 : 1]}`;
}
