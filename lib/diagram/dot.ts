/** A picture in Graphviz's language, for everything that draws graphs of any size. In: a graph. Out: text. */
import type { Graph } from './graph';
import { sketchOf, type SketchBox, type SketchLine } from './sketch';

/** The graph in full detail, one cluster for each namespace: `dot -Tsvg mesh.dot -o mesh.svg`. */
export function dotOf(graph: Graph): string {
  const { boxes, lines } = sketchOf(graph, 'versions');
  const reached = new Set(lines.filter(({ idle, kind }) => !idle && kind !== 'mirror').map(({ to }) => to));
  const row = (box: SketchBox) => nodeText(box, box.kind === 'version' && !reached.has(box.id));
  return [
    `digraph ${quote(graph.mesh)} {`,
    '  rankdir=LR; ranksep=0.9; nodesep=0.18; fontname="Helvetica,Arial,sans-serif";',
    ...(graph.notes === undefined ? [] : [`  label=${labelOf(graph.notes)}; labelloc=b; fontsize=10;`]),
    '  node [shape=box, style="rounded", fontname="Helvetica,Arial,sans-serif", fontsize=11, height=0.3, margin="0.14,0.06"];',
    '  edge [fontname="Helvetica,Arial,sans-serif", fontsize=9, arrowsize=0.6];',
    ...boxes.filter(({ namespace }) => namespace === undefined).map((box) => `  ${row(box)}`),
    ...graph.namespaces.flatMap((namespace) => [
      `  subgraph ${quote(`cluster_${namespace}`)} {`,
      `    label=${quote(namespace)}; color="#9aa4b2"; fontcolor="#5b6575"; style="rounded";`,
      ...boxes.filter((box) => box.namespace === namespace).map((box) => `    ${row(box)}`),
      '  }',
    ]),
    ...lines.map((line) => `  ${lineText(line)}`),
    '}',
    '',
  ].join('\n');
}

function nodeText({ id, kind, lines }: SketchBox, idle: boolean): string {
  const looks = [LOOKS[kind], ...(idle ? ['style="rounded,dashed"'] : [])].filter((look) => look !== undefined);
  return `${quote(id)} [label=${labelOf(lines)}${looks.map((look) => `, ${look}`).join('')}];`;
}

const LOOKS: { readonly [kind in SketchBox['kind']]?: string } = {
  'clients': 'shape=ellipse', 'gateway': 'color="#2f7de1", penwidth=2', 'gateway-route': 'style="filled", fillcolor="#eef3f9", color="#8c9aac"', 'router': 'peripheries=2', 'external': 'shape=note, style=""',
  'answer': 'shape=parallelogram, style=""', 'service': 'style="rounded,bold"',
};

function lineText({ from, to, kind, label, idle }: SketchLine): string {
  const looks = [
    ...(label.length === 0 ? [] : [`label=${labelOf(label)}`]),
    ...(idle || kind === 'mirror' ? ['style=dashed'] : []),
    ...(idle ? ['color="#9aa4b2"'] : []),
    ...(kind === 'call' ? ['color="#8a5cd6"'] : []),
  ];
  return `${quote(from)} -> ${quote(to)}${looks.length === 0 ? '' : ` [${looks.join(', ')}]`};`;
}

/** A label of several lines. Graphviz reads character references in labels, and backslashes as escapes. */
function labelOf(lines: readonly string[]): string {
  return `"${lines.map((line) => escape(line).replace(/&/g, '&amp;')).join('\\n')}"`;
}

function quote(text: string): string {
  return `"${escape(text)}"`;
}

function escape(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f]+/g, ' ').replace(/\\/g, '\\\\').replace(/"/g, '\\"');
}
