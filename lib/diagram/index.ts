/** The picture of a mesh: graph, Mermaid, DOT and the page. */
export { dotOf } from './dot';
export { graphOf, type Graph, type GraphEdge, type GraphNode } from './graph';
export { mermaidOf } from './mermaid';
export { neighbourhoodOf } from './neighbourhood';
export { pageOf } from './page';
