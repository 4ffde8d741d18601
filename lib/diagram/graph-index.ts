/** A graph, ready to be asked for neighbours and parts. */
import type { Graph, GraphEdge, GraphNode, NodeKind } from './graph';

const SERVICES: readonly NodeKind[] = ['service', 'router', 'external'];

/** Nodes by id, edges by their ends, parts by their owner. */
export class GraphIndex {
  private readonly byId: ReadonlyMap<string, GraphNode>;
  private readonly edgesFrom = new Map<string, GraphEdge[]>();
  private readonly edgesTo = new Map<string, GraphEdge[]>();
  private readonly parts = new Map<string, GraphNode[]>();

  constructor(readonly graph: Graph) {
    this.byId = new Map(graph.nodes.map((node) => [node.id, node]));
    for (const edge of graph.edges) {
      put(this.edgesFrom, edge.from, edge);
      put(this.edgesTo, edge.to, edge);
    }
    for (const node of graph.nodes) if (node.within !== undefined) put(this.parts, node.within, node);
  }

  /** Whether a node of that id is there. */
  has(id: string): boolean {
    return this.byId.has(id);
  }

  /** The node of that id, which is known to be there. */
  node(id: string): GraphNode {
    const node = this.byId.get(id);
    if (node === undefined) throw new Error(`internal: the picture has no node '${id}'; please report this with your program`);
    return node;
  }

  /** Edges that leave a node. */
  from(id: string): readonly GraphEdge[] {
    return this.edgesFrom.get(id) ?? [];
  }

  /** Edges that reach a node. */
  to(id: string): readonly GraphEdge[] {
    return this.edgesTo.get(id) ?? [];
  }

  /** A service's or gateway's parts of some kinds, in order. */
  partsOf(id: string, ...kinds: readonly NodeKind[]): readonly GraphNode[] {
    return (this.parts.get(id) ?? []).filter(({ kind }) => kinds.includes(kind));
  }

  /** The service's or gateway's table, in the order in which it is asked. */
  routesOf(id: string): readonly GraphNode[] {
    return this.partsOf(id, 'service-route', 'gateway-route');
  }

  /** The gateway or service that a node is or belongs to. */
  ownerOf(id: string): string {
    return this.node(id).within ?? id;
  }

  /** Whether a node is a service of any kind. */
  isService(id: string): boolean {
    return SERVICES.includes(this.node(id).kind);
  }

  /** Every service, in the model's order. */
  get services(): readonly GraphNode[] {
    return this.graph.nodes.filter(({ kind }) => SERVICES.includes(kind));
  }

  /** The name of a node as seen from a service: the version alone in its own service, the namespace only where it is another. */
  nameFrom(service: string, id: string): string {
    const node = this.node(id);
    const owner = this.node(this.ownerOf(id));
    if (owner.id === service) return node.label;
    const name = owner.namespace === this.node(service).namespace ? owner.label : `${owner.namespace}/${owner.label}`;
    return node.kind === 'version' ? `${name}@${node.label}` : name;
  }
}

function put<V>(map: Map<string, V[]>, key: string, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
