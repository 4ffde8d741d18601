/** A picture as Mermaid's flowchart, which GitHub, GitLab and many editors draw. In: a graph. Out: text. */
import type { Graph, GraphNode, NodeKind } from './graph';
import { DETAILS, namespaceId, sketchOf, type Detail, type Sketch, type SketchBox, type SketchLine } from './sketch';

/**
 * What Mermaid draws unless its page allows more: 500 edges and 50,000 characters, a little less for safety. Neither limit can be raised from
 * within a diagram.
 * @see https://mermaid.js.org/config/schema-docs/config.html (maxEdges, maxTextSize, secure)
 */
const LIMITS = { edges: 480, characters: 48_000 };

/** The graph as a flowchart, in the most detail that Mermaid draws; a comment says what was left out. */
export function mermaidOf(graph: Graph): string {
  for (const detail of DETAILS.filter((one) => mayFit(graph, one))) {
    const sketch = sketchOf(graph, detail);
    if (sketch.lines.length + rowLinks(graph, sketch).flatMap((row) => row.slice(1)).length > LIMITS.edges && detail !== 'namespaces') continue;
    const text = write(graph, sketch);
    if (text.length <= LIMITS.characters || detail === 'namespaces') return text;
  }
  throw new Error('internal: no level of detail was drawn; please report this with your program');
}

/** A quick look at a graph, because most levels of a large one are written in vain: false where that level cannot fit. */
function mayFit({ nodes, edges }: Graph, detail: Detail): boolean {
  switch (detail) {
    case 'versions': return edges.filter(({ to }) => !to.startsWith('service-route:')).length <= LIMITS.edges;
    case 'services':
    case 'lists': return nodes.reduce((sum, node) => sum + (PARTS.includes(node.kind) ? 0 : leastLength(node)), 0) <= LIMITS.characters;
    case 'namespaces': return true;
  }
}

function leastLength({ id, label, note }: GraphNode): number {
  return id.length + label.length + MIN_BOX + (note === '' ? 0 : '<br/>'.length + note.length);
}

/** What is text in a picture of services. */
const PARTS: readonly NodeKind[] = ['gateway-route', 'service-route', 'version'];

/** Characters of a box beside its id and name: brackets, quotes, indentation, line break. */
const MIN_BOX = 9;

const LEFT_OUT: { readonly [detail in Detail]: readonly string[] } = {
  versions: [],
  services: ['%% versions and gateway routes are text here: Mermaid draws at most 500 lines and 50,000 characters'],
  lists: ['%% versions, routes and calls are text here: Mermaid draws at most 500 lines and 50,000 characters'],
  namespaces: ['%% only namespaces: Mermaid draws at most 500 lines and 50,000 characters; the page and DOT show every service'],
};

function write(graph: Graph, sketch: Sketch): string {
  const ids = new MermaidIds(sketch);
  const frames = graph.namespaces.flatMap((namespace) => frame(ids, namespace, sketch.boxes.filter((box) => box.namespace === namespace)));
  return [
    'flowchart LR',
    ...LEFT_OUT[sketch.detail],
    ...(graph.notes ?? []).map((note) => `%% ${note}`),
    `  accTitle: Mesh ${escapePlain(graph.mesh)}`,
    ...(graph.notes === undefined ? [] : [`  accDescr: ${escapePlain(graph.notes.join('. '))}`]),
    ...sketch.boxes.filter(({ namespace }) => namespace === undefined).map((box) => `  ${boxText(ids, box)}`),
    ...frames,
    ...sketch.lines.map((line) => `  ${ids.of(line.from)} ${arrow(line)} ${ids.of(line.to)}`),
    ...rowLinks(graph, sketch).map((row) => `  ${row.map((id) => ids.of(id)).join(' ~~~ ')}`),
    ...classes(ids, sketch),
    '',
  ].join('\n');
}

/** Boxes without lines would stand in one endless row: links that are not drawn put them into rows, about as wide as high. */
function rowLinks({ namespaces }: Graph, { detail, boxes }: Sketch): readonly (readonly string[])[] {
  if (detail !== 'lists') return [];
  return namespaces.flatMap((namespace) => {
    const own = boxes.filter((box) => box.namespace === namespace).map(({ id }) => id);
    const width = Math.ceil(Math.sqrt(own.length / 2));
    return Array.from({ length: Math.ceil(own.length / width) }, (_, row) => own.slice(row * width, (row + 1) * width));
  });
}

function frame(ids: MermaidIds, namespace: string, boxes: readonly SketchBox[]): string[] {
  if (boxes.length === 0) return [];
  return [`  subgraph ${ids.of(namespaceId(namespace))}["${escapeMermaid(namespace)}"]`, '    direction LR', ...boxes.map((box) => `    ${boxText(ids, box)}`), '  end'];
}

function boxText(ids: MermaidIds, { id, kind, lines }: SketchBox): string {
  const text = `"${lines.map(escapeMermaid).join('<br/>')}"`;
  const [open, close] = SHAPES[kind] ?? ['[', ']'];
  return `${ids.of(id)}${open}${text}${close}`;
}

const SHAPES: { readonly [kind in SketchBox['kind']]?: readonly [string, string] } = {
  'clients': ['((', '))'], 'gateway': ['{{', '}}'], 'gateway-route': ['([', '])'], 'version': ['(', ')'], 'router': ['[[', ']]'], 'external': ['>', ']'], 'answer': ['[/', '/]'],
};

function arrow({ kind, idle, label }: SketchLine): string {
  const text = label.length === 0 ? '' : `|"${label.map(escapeMermaid).join('<br/>')}"|`;
  return `${idle || kind === 'mirror' ? '-.->' : kind === 'call' ? '==>' : '-->'}${text}`;
}

/** Strokes only, so that the colours of a light and of a dark theme both hold; a version without any share is dashed. */
function classes(ids: MermaidIds, { boxes, lines }: Sketch): string[] {
  const reached = new Set(lines.filter(({ idle, kind }) => !idle && kind !== 'mirror').map(({ to }) => to));
  const named = (name: string, wanted: readonly SketchBox[]) => wanted.length === 0 ? [] : [`  class ${wanted.map(({ id }) => ids.of(id)).join(',')} ${name}`];
  const idle = boxes.filter(({ id, kind }) => kind === 'version' && !reached.has(id));
  return [
    '  classDef gateway stroke:#2f7de1,stroke-width:2px',
    '  classDef idle stroke-dasharray:4 3',
    ...named('gateway', boxes.filter(({ kind }) => kind === 'gateway')),
    ...named('idle', idle),
  ];
}

/** Ids that Mermaid can read: letters, digits and `_`; a number is added where two would be alike. */
class MermaidIds {
  private readonly ids = new Map<string, string>();
  private readonly taken = new Set<string>();

  constructor({ boxes, lines }: Sketch) {
    for (const { id, namespace } of boxes) [id, ...(namespace === undefined ? [] : [namespaceId(namespace)])].forEach((one) => this.add(one));
    for (const { from, to } of lines) [from, to].forEach((one) => this.add(one));
  }

  of(id: string): string {
    return this.ids.get(id)!;
  }

  private add(id: string): void {
    if (this.ids.has(id)) return;
    const plain = id.replace(/[^A-Za-z0-9]/g, '_');
    let free = plain;
    for (let next = 2; this.taken.has(free); next += 1) free = `${plain}_${next}`;
    this.taken.add(free);
    this.ids.set(id, free);
  }
}

/**
 * Text inside of quotes: everything that Mermaid or HTML could read becomes a character reference. A colon as well, because Mermaid takes
 * `style...:#...;` for a style wherever it stands. Two dollars begin a formula even as references: a space without width keeps them apart.
 * @see https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
export function escapeMermaid(text: string): string {
  return oneLine(text).replace(/[#&<>"`{}\\:;]/g, (character) => `#${character.charCodeAt(0)};`).replace(/\$(?=\$)/g, '$\u200b');
}

/** Text outside of quotes: a mesh's name has letters, digits, dots and dashes; whatever else goes. */
function escapePlain(text: string): string {
  return text.replace(/[^A-Za-z0-9._ -]/g, ' ');
}

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ');
}
