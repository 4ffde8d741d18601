/** Lines between boxes that have their places. */
import { CARD_HEAD, type Card } from './card';
import type { Entered } from './entrance';
import { GATEWAY, ROUTE } from './entrance';
import { angular, curve, fit, loop, type Box, type Line, type Measure } from './scene';
import type { GraphEdge } from '../graph';
import type { GraphIndex } from '../graph-index';

/** A card at its place. */
export interface Placed {
  readonly card: Card;
  readonly column: number;
  readonly x: number;
  readonly y: number;
}

/** From clients to gateways, to routes, to services. */
export function entranceLines(index: GraphIndex, { entrances, byId }: Entered, placed: ReadonlyMap<string, Placed>): Line[] {
  return entrances.flatMap(({ gateway, routes, measure }, place) => {
    const box = byId.get(gateway.id)!;
    const clients = byId.get(index.partsOf(gateway.id, 'clients')[0]!.id)!;
    const x = clients.x + clients.width / 2;
    return [
      { ...ends(index.from(clients.id)[0]!), path: `M${x} ${clients.y + clients.height}V${box.y}` },
      ...routes.map(({ node }) => ({ ...ends(index.to(node.id).find(({ kind }) => kind === 'asks')!), path: fromGateway(box, byId.get(node.id)!, routes.length, place / entrances.length) })),
      ...routes.flatMap(({ node, edges }) => edges.map((edge, at) => {
        const exit = { box: byId.get(node.id)!, at, of: edges.length, measure };
        return routeLine(index, edge, exit, { byId, placed });
      })),
    ];
  });
}

/** Each gateway with many routes has an upright line of its own. */
function fromGateway(gateway: Box, route: Box, count: number, place: number): string {
  const [x1, y1, y2] = [gateway.x + gateway.width, gateway.y + 24, route.y + route.height / 2];
  return count <= 6 ? curve(x1, y1, route.x, y2) : angular(x1, y1, route.x - GATEWAY.gap * (0.25 + place * 0.5), route.x, y2);
}

/** Where a line leaves a route: as which of how many. */
interface Exit {
  readonly box: Box;
  readonly at: number;
  readonly of: number;
  readonly measure: Measure;
}

/** Where everything is. */
interface Places {
  readonly byId: Entered['byId'];
  readonly placed: ReadonlyMap<string, Placed>;
}

function routeLine(index: GraphIndex, edge: GraphEdge, { box, at, of, measure }: Exit, { byId, placed }: Places): Line {
  const [x, y] = [box.x + box.width, box.y + box.height / 2 + (at - (of - 1) / 2) * ROUTE.exit];
  const node = index.node(edge.to);
  const answer = byId.get(edge.to);
  const target = placed.get(index.ownerOf(edge.to));
  const [x2, y2] = answer !== undefined ? [answer.x, answer.y + answer.height / 2] : [target!.x, target!.y + CARD_HEAD];
  const text = [edge.label, ...(node.kind === 'version' && edge.kind === 'forward' ? [node.label] : [])].filter((part) => part !== '').join(' · ');
  return { ...ends(edge), path: curve(x, y, x2, y2), ...(text === '' ? {} : { label: { x: x + 8, y: y + 3.5, text: fit(text, 'label', ROUTE.gap - 26, measure), look: 'label' as const } }) };
}

/** Inside of cards, and from one card to another. */
export function cardLines(index: GraphIndex, placed: ReadonlyMap<string, Placed>): Line[] {
  return [...placed].flatMap(([id, own]) => {
    const outside = [id, ...index.routesOf(id).map((route) => route.id)].flatMap((from) => index.from(from))
      .filter(({ kind, to }) => kind !== 'asks' && index.ownerOf(to) !== id && placed.has(index.ownerOf(to)));
    return [
      ...own.card.lines.map((line) => moved(line, own)),
      ...outside.map((edge) => ({ ...ends(edge), path: betweenCards(own, placed.get(index.ownerOf(edge.to))!, own.card.exits.get(edge.id) ?? CARD_HEAD) })),
    ];
  });
}

function betweenCards(from: Placed, to: Placed, exit: number): string {
  const [y1, y2] = [from.y + exit, to.y + CARD_HEAD];
  const right = from.x + from.card.width;
  if (to.column > from.column) return curve(right, y1, to.x, y2);
  // back or beside: into the right side, so that the arrow does not hide behind the cards
  return loop(right, y1, to.x + to.card.width, y2);
}

/** The same line elsewhere: its path has pairs of numbers only. */
function moved(line: Line, { x, y }: Placed): Line {
  const path = line.path.replace(/(-?[\d.]+) (-?[\d.]+)/g, (_, left: string, down: string) => `${round(Number(left) + x)} ${round(Number(down) + y)}`);
  return { ...line, path, ...(line.label === undefined ? {} : { label: { ...line.label, x: line.label.x + x, y: line.label.y + y } }) };
}

function ends({ id, from, to, kind, idle }: GraphEdge): Omit<Line, 'path'> {
  return { id, from, to, kind, idle };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
