/**
 * An overview of many services: one tile each, in as many columns as there is room for, namespaces below each other. Lines are quiet: they
 * show beside what is pointed at. In: a graph, the services to show, the width. Out: a scene.
 */
import { curve, fit, shortMatch, type BarPart, type Box, type Line, type Measure, type Scene, type Text } from './scene';
import type { GraphEdge, GraphNode } from '../graph';
import type { GraphIndex } from '../graph-index';

const TILE = { width: 214, height: 60, gap: 12 };
const GATEWAY = { width: 214, height: 60 };
const MARGIN = 24;
const FRAME = { head: 34, foot: 14, gap: 22 };

/** Lays out services as tiles below their gateways, at most `width` wide. */
export function tiles(index: GraphIndex, shown: ReadonlySet<string>, width: number, measure: Measure): Scene {
  const columns = Math.max(1, Math.floor((width - 2 * MARGIN - 32 + TILE.gap) / (TILE.width + TILE.gap)));
  const gateways = index.graph.nodes.filter(({ kind }) => kind === 'gateway');
  const top = gatewayTiles(index, gateways, columns, measure);
  const boxes: Box[] = [...top];
  let y = top.length === 0 ? MARGIN : Math.max(...top.map((box) => box.y + box.height)) + 28;
  for (const namespace of index.graph.namespaces) {
    const own = index.services.filter((service) => service.namespace === namespace && shown.has(service.id));
    if (own.length === 0) continue;
    const rows = Math.ceil(own.length / columns);
    const height = FRAME.head + rows * (TILE.height + TILE.gap) - TILE.gap + FRAME.foot;
    boxes.push(frameBox(namespace, own.length, y, columns * (TILE.width + TILE.gap) - TILE.gap + 32, height));
    boxes.push(...own.map((service, at) => tileBox(index, service, {
      x: MARGIN + 16 + (at % columns) * (TILE.width + TILE.gap), y: y + FRAME.head + Math.floor(at / columns) * (TILE.height + TILE.gap),
    }, measure)));
    y += height + FRAME.gap;
  }
  return { width: 2 * MARGIN + 32 + columns * (TILE.width + TILE.gap) - TILE.gap, height: y, boxes, lines: quietLines(index, boxes) };
}

interface Place {
  readonly x: number;
  readonly y: number;
}

function gatewayTiles(index: GraphIndex, gateways: readonly GraphNode[], columns: number, measure: Measure): Box[] {
  return gateways.map((gateway, at): Box => {
    const [x, y] = [MARGIN + 16 + (at % columns) * (TILE.width + TILE.gap), MARGIN + Math.floor(at / columns) * (GATEWAY.height + TILE.gap)];
    const routes = index.routesOf(gateway.id).length;
    const room = GATEWAY.width - 28;
    return {
      id: gateway.id, kind: 'gateway', x, y, width: GATEWAY.width, height: GATEWAY.height,
      texts: [
        { x: x + 14, y: y + 23, look: 'title', text: fit(gateway.label, 'title', room, measure) },
        { x: x + 14, y: y + 42, look: 'note', text: fit(`${routes === 1 ? '1 route' : `${routes} routes`} · ${gateway.note}`, 'note', room, measure) },
      ],
    };
  });
}

function frameBox(namespace: string, count: number, y: number, width: number, height: number): Box {
  return {
    id: `namespace:${namespace}`, kind: 'frame', x: MARGIN, y, width, height,
    texts: [{ x: MARGIN + 16, y: y + 22, look: 'frame', text: `${namespace} · ${count === 1 ? '1 service' : `${count} services`}` }],
  };
}

function tileBox(index: GraphIndex, service: GraphNode, { x, y }: Place, measure: Measure): Box {
  const split = splitOf(index, service.id);
  const entries = entriesOf(index, service.id);
  const shares = split.map(({ to, label, idle }) => `${index.nameFrom(service.id, to)}${label === '' ? '' : ` ${label}`}${idle && label === '' ? ' idle' : ''}`).join(' · ');
  const room = TILE.width - 24;
  const text = (at: number, look: Text['look'], words: string): Text => ({ x: x + 12, y: y + at, look, text: fit(words, look, room, measure) });
  return {
    id: service.id, kind: 'tile', x, y, width: TILE.width, height: TILE.height,
    texts: [text(20, 'title', service.label), text(36, 'note', [...entries, shares === '' ? service.note : shares].join(' · '))],
    bar: barOf(split, x + 12, room),
  };
}

/** What a gateway sends here: its first route, and how many more there are. */
function entriesOf(index: GraphIndex, id: string): readonly string[] {
  const edges = [id, ...index.partsOf(id, 'version').map((version) => version.id)].flatMap((one) => index.to(one)).filter(({ kind }) => kind === 'forward');
  const routes = edges.map(({ from }) => index.node(from)).filter(({ kind }) => kind === 'gateway-route').map(({ label }) => shortMatch(label));
  const [first, ...others] = [...new Set(routes)];
  return first === undefined ? [] : others.length === 0 ? [first] : [`${first} +${others.length}`];
}

/** What the service does with requests that no earlier route took: its last route's split. */
function splitOf(index: GraphIndex, id: string): readonly GraphEdge[] {
  const last = index.routesOf(id).at(-1);
  return index.from(last?.id ?? id).filter(({ kind }) => kind === 'forward');
}

function barOf(split: readonly GraphEdge[], left: number, room: number): readonly BarPart[] {
  let x = left;
  return split.map(({ to, label, idle }) => {
    const part = label === '' ? (idle ? 0 : 1) : parseFloat(label) / 100;
    const bar = { id: to, x, width: room * part };
    x += bar.width;
    return bar;
  });
}

/** One line for each pair of boxes that anything joins. */
function quietLines(index: GraphIndex, boxes: readonly Box[]): Line[] {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const lines = new Map<string, Line>();
  for (const { from, to, kind, idle } of index.graph.edges) {
    const [source, target] = [byId.get(index.ownerOf(from)), byId.get(index.ownerOf(to))];
    if (source === undefined || target === undefined || source === target) continue;
    const id = `${source.id} -> ${target.id}`;
    if (!lines.has(id)) lines.set(id, { id, from: source.id, to: target.id, kind, idle, quiet: true, path: between(source, target) });
  }
  return [...lines.values()];
}

function between(source: Box, target: Box): string {
  const leftwards = source.x > target.x;
  const [x1, x2] = [source.x + (leftwards ? 0 : source.width), target.x + (leftwards ? target.width : 0)];
  const [y1, y2] = [source.y + source.height / 2, target.y + target.height / 2];
  if (x1 < x2 && !leftwards || x1 > x2 && leftwards) return leftwards ? mirrored(x1, y1, x2, y2) : curve(x1, y1, x2, y2);
  // in one column: down or up between the columns, from left side to left side
  return `M${source.x} ${y1}C${source.x - TILE.gap} ${y1} ${target.x - TILE.gap} ${y2} ${target.x} ${y2}`;
}

function mirrored(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(36, Math.min(120, (x1 - x2) / 2));
  return `M${x1} ${y1}C${x1 - bend} ${y1} ${x2 + bend} ${y2} ${x2} ${y2}`;
}
