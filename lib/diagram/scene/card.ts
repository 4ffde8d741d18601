/** A service as a card: its routes on the left, its versions on the right, and between them who gets which share. */
import type { GraphEdge, GraphNode } from '../graph';
import type { GraphIndex } from '../graph-index';
import { curve, fit, shortMatch, type Box, type Line, type Measure } from './scene';

/** Least width of a card that shows routes, of one whose routes lead elsewhere, and of one that has nothing to show but a version; all cards of a column have the same. */
const WIDTH = { routes: 344, references: 392, plain: 226 };

const HEAD = 46;
const ROW = { height: 24, pitch: 28 };
const ROUTE = { x: 10, width: 172 };
const CHIP = { routes: 78, references: 126, plain: 62 };
const SLOT = 22;

/** A card at 0/0. */
export interface Card {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  /** Where lines that leave the card begin, by the id of their edge. */
  readonly exits: ReadonlyMap<string, number>;
}

/** Where lines from and to a card's head are tied. */
export const CARD_HEAD = 23;

/** How wide the card of a service has to be. */
export function cardWidth(index: GraphIndex, service: GraphNode): number {
  if (isPlain(index, service)) return WIDTH.plain;
  return leadsElsewhere(index, service) ? WIDTH.references : WIDTH.routes;
}

/** Whether a route leads to another service, whose name needs more room than that of a version. */
function leadsElsewhere(index: GraphIndex, { id }: GraphNode): boolean {
  return index.routesOf(id).flatMap((route) => index.from(route.id)).some(({ to }) => index.ownerOf(to) !== id);
}

/** The card of a service. */
export function cardOf(index: GraphIndex, service: GraphNode, width: number, measure: Measure): Card {
  const versions = index.partsOf(service.id, 'version');
  const routes = index.routesOf(service.id);
  if (isPlain(index, service)) return plainCard(index, service, width, measure);
  const ends = targetsOf(index, service, routes, versions);
  const rows = routes.map((route, at) => rowBox(route, HEAD + at * ROW.pitch, measure));
  const chipWidth = leadsElsewhere(index, service) ? CHIP.references : CHIP.routes;
  const chips = placed(ends, { x: width - chipWidth - 10, width: chipWidth }, measure);
  const height = Math.max(...[...rows, ...chips.boxes].map(({ y, height: own }) => y + own), HEAD - 8) + 10;
  return {
    width,
    height,
    boxes: [frameOf(index, service, { width, height, room: width }, measure), ...rows, ...chips.boxes],
    lines: ends.flatMap(({ edges }, at) => edges.map((edge, slot) => innerLine(edge, rows, chips.slots[at]![slot]!, chips.boxes[at]!))),
    exits: new Map(ends.flatMap(({ edges, outside }, at) => outside ? edges.map((edge) => [edge.id, chips.boxes[at]!.y + chips.boxes[at]!.height / 2]) : [])),
  };
}

/** One version that gets everything, or none at all: nothing to be drawn inside. */
function isPlain(index: GraphIndex, { id }: GraphNode): boolean {
  const routes = index.routesOf(id);
  if (index.partsOf(id, 'version').length > 1 || routes.length > 1) return false;
  return routes.every((route) => (route.label === '/*' || route.label.startsWith('gRPC calls of */*') || route.label === 'TCP connections')
    && index.from(route.id).every(({ to }) => index.ownerOf(to) === id && index.node(to).kind === 'version'));
}

function plainCard(index: GraphIndex, service: GraphNode, width: number, measure: Measure): Card {
  const height = HEAD;
  const place = { x: width - CHIP.plain - 10, y: (height - ROW.height) / 2, width: CHIP.plain, height: ROW.height };
  const chips = index.partsOf(service.id, 'version').map(({ id, label }) => chipBox({ id, kind: 'version', label }, place, measure));
  const frame = frameOf(index, service, { width, height, room: chips.length === 0 ? width : place.x }, measure);
  return { width, height, boxes: [frame, ...chips], lines: [], exits: new Map() };
}

/** Size of a card's background, and how far its texts may reach. */
interface FrameSize {
  readonly width: number;
  readonly height: number;
  readonly room: number;
}

function frameOf(index: GraphIndex, service: GraphNode, { width, height, room }: FrameSize, measure: Measure): Box {
  const { namespaces } = index.graph;
  const several = namespaces.length > 1;
  const kinds = { router: ['router'], external: ['outside'] } as { readonly [kind: string]: readonly string[] | undefined };
  const note = [...(several ? [service.namespace] : []), ...(kinds[service.kind] ?? []), service.note].join(' · ');
  return {
    id: service.id, kind: service.kind, x: 0, y: 0, width, height, ...(several ? { hue: namespaces.indexOf(service.namespace) } : {}),
    texts: [
      { x: 14, y: 20, look: 'title', text: fit(service.label, 'title', room - 24, measure) },
      { x: 14, y: 36, look: 'note', text: fit(note, 'note', room - 24, measure) },
    ],
  };
}

function rowBox(route: GraphNode, y: number, measure: Measure): Box {
  const text = fit(shortMatch(route.label), 'code', ROUTE.width - 16, measure);
  return { id: route.id, kind: 'service-route', x: ROUTE.x, y, width: ROUTE.width, height: ROW.height, texts: [{ x: ROUTE.x + 8, y: y + 16, look: 'code', text }] };
}

/** What the lines of a service's routes lead to. */
interface Target {
  readonly id: string;
  readonly kind: Box['kind'];
  readonly label: string;
  readonly edges: readonly GraphEdge[];
  /** It lies in another card, and a line leads there from here. */
  readonly outside: boolean;
  readonly idle: boolean;
}

function targetsOf(index: GraphIndex, service: GraphNode, routes: readonly GraphNode[], versions: readonly GraphNode[]): readonly Target[] {
  const edges = [...(routes.length === 0 ? [service] : routes)].flatMap(({ id }) => index.from(id)).filter(({ kind }) => kind === 'forward' || kind === 'mirror');
  const own = versions.map(({ id, label }): Target => {
    const reaching = edges.filter(({ to }) => to === id);
    // calls that the mesh does not route come past the service's own lines
    const isCalled = index.to(id).some(({ kind }) => kind === 'call');
    return { id, kind: 'version', label, edges: reaching, outside: false, idle: !isCalled && reaching.every(({ idle, kind }) => idle || kind === 'mirror') };
  });
  const known = new Set(versions.map(({ id }) => id));
  const others = edges.filter(({ to }) => !known.has(to)).map((edge): Target => {
    const node = index.node(edge.to);
    const answer = node.kind === 'answer';
    return { id: edge.to, kind: answer ? 'answer' : 'reference', label: index.nameFrom(service.id, edge.to), edges: [edge], outside: !answer, idle: edge.idle };
  });
  return [...own, ...others];
}

/** Targets below each other; each as high as its lines need. */
interface Chips {
  readonly boxes: readonly Box[];
  /** For each box, the heights at which its lines arrive. */
  readonly slots: readonly (readonly number[])[];
}

function placed(targets: readonly Target[], place: Pick<Box, 'x' | 'width'>, measure: Measure): Chips {
  const boxes: Box[] = [];
  const slots: number[][] = [];
  let y = HEAD;
  for (const { id, kind, label, edges, idle } of targets) {
    const height = Math.max(ROW.height, edges.length * SLOT);
    boxes.push({ ...chipBox({ id, kind, label }, { ...place, y, height }, measure), idle });
    slots.push(edges.map((_, at) => y + (height * (at + 0.5)) / edges.length));
    y += height + ROW.pitch - ROW.height;
  }
  return { boxes, slots };
}

function chipBox({ id, kind, label }: Pick<Target, 'id' | 'kind' | 'label'>, place: Pick<Box, 'x' | 'y' | 'width' | 'height'>, measure: Measure): Box {
  const text = fit(label, 'chip', place.width - 10, measure);
  return { id, kind, ...place, texts: [{ x: place.x + place.width / 2, y: place.y + place.height / 2 + 4, look: 'chip', anchor: 'middle', text }] };
}

function innerLine({ id, from, to, kind, label, idle }: GraphEdge, rows: readonly Box[], slot: number, chip: Box): Line {
  const row = rows.find((one) => one.id === from);
  const start = row === undefined ? { x: ROUTE.x + 6, y: slot } : { x: row.x + row.width, y: row.y + row.height / 2 };
  return {
    id, from, to, kind, idle, inner: true, path: curve(start.x, start.y, chip.x, slot),
    ...(label === '' ? {} : { label: { x: chip.x - 7, y: slot - 4, text: label, look: 'label' as const, anchor: 'end' as const } }),
  };
}
