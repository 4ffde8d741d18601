/** Gateways and their routes: the left side of a picture. */
import { fit, shortMatch, type Box, type Measure } from './scene';
import { settle } from './settle';
import type { GraphEdge, GraphNode } from '../graph';
import type { GraphIndex } from '../graph-index';

/** Sizes of a gateway's box. */
export const GATEWAY = { width: 168, gap: 52, head: 48, row: 18, spacing: 28 };

/** Sizes of a route's box. */
export const ROUTE = { width: 226, gap: 108, height: 44, exit: 18, spacing: 10 };

/** Sizes of what a route answers by itself. */
export const ANSWER = { width: 210, height: 44 };

const CLIENTS = { height: 26, gap: 22 };

/** A gateway's route that is shown. */
export interface EntranceRoute {
  readonly node: GraphNode;
  readonly edges: readonly GraphEdge[];
  /** Services it leads to, among those shown. */
  readonly targets: readonly string[];
  readonly height: number;
}

/** A gateway with those of its routes that are shown. */
export interface Entrance {
  readonly gateway: GraphNode;
  readonly routes: readonly EntranceRoute[];
  readonly measure: Measure;
  readonly index: GraphIndex;
}

/** Gateways with a route that is shown. */
export function entrancesOf(index: GraphIndex, shown: ReadonlySet<string>, answers: ReadonlySet<string>, measure: Measure): readonly Entrance[] {
  return index.graph.nodes.filter(({ kind }) => kind === 'gateway').flatMap((gateway): Entrance[] => {
    const routes = index.routesOf(gateway.id).flatMap((node): EntranceRoute[] => {
      const edges = index.from(node.id).filter(({ to }) => index.node(to).kind === 'answer' ? answers.has(to) : shown.has(index.ownerOf(to)));
      const targets = [...new Set(edges.map(({ to }) => index.ownerOf(to)).filter((id) => shown.has(id)))];
      return edges.length === 0 ? [] : [{ node, edges, targets, height: Math.max(ROUTE.height, edges.length * ROUTE.exit + 8) }];
    });
    return routes.length === 0 && !answers.has(gateway.id) ? [] : [{ gateway, routes, measure, index }];
  });
}

/** The left side with its places. */
export interface Entered {
  readonly boxes: readonly Box[];
  /** Boxes by node id, for lines. */
  readonly byId: ReadonlyMap<string, Box>;
  readonly entrances: readonly Entrance[];
}

/** The room of the services: where they begin, and where the last of them ends. */
export interface Room {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

/** Places routes beside what they lead to, and gateways beside their routes. What a route answers by itself stands below all services. */
export function entranceBoxes(entrances: readonly Entrance[], middles: ReadonlyMap<string, number>, { left, top, bottom }: Room): Entered {
  const all = entrances.flatMap(({ routes, measure }) => routes.map((route) => ({ route, measure, middle: meanOf(route, middles) ?? Infinity })));
  const leading = all.filter(({ middle }) => middle !== Infinity).sort((a, b) => a.middle - b.middle);
  const ending = all.filter(({ middle }) => middle === Infinity);
  const rows = [...leading, ...ending];
  const beside = settle(leading.map(({ route, middle }) => ({ middle, height: route.height })), ROUTE.spacing, top);
  const below = Math.max(bottom, ...leading.map(({ route }, at) => beside[at]! + route.height + ROUTE.spacing));
  const tops = [...beside, ...settle(ending.map(({ route }) => ({ middle: below, height: route.height })), ROUTE.spacing, below)];
  const routeX = left - ROUTE.gap - ROUTE.width;
  const routes = rows.map(({ route, measure }, at) => routeBox(route, routeX, tops[at]!, measure));
  const answers = rows.flatMap(({ route, measure }, at) => route.edges.filter(({ to }) => to.startsWith('answer:'))
    .map(({ to }) => ({ id: to, y: tops[at]!, measure })));
  const byRoute = new Map(routes.map((box) => [box.id, box]));
  const gateways = placeGateways(entrances, byRoute, top);
  const answerBoxes = answers.map(({ id, y, measure }) => answerBox(entrances[0]!.index.node(id), left, y, measure));
  const boxes = [...gateways, ...routes, ...answerBoxes];
  return { boxes, byId: new Map(boxes.map((box) => [box.id, box])), entrances };
}

function meanOf({ targets }: EntranceRoute, middles: ReadonlyMap<string, number>): number | undefined {
  const known = targets.map((id) => middles.get(id)!);
  return known.length === 0 ? undefined : known.reduce((sum, y) => sum + y, 0) / known.length;
}

function routeBox({ node, height }: EntranceRoute, x: number, y: number, measure: Measure): Box {
  const room = ROUTE.width - 46;
  return {
    id: node.id, kind: 'gateway-route', x, y, width: ROUTE.width, height,
    texts: [
      { x: x + 18, y: y + height / 2 + 4, look: 'place', anchor: 'middle', text: String(node.place) },
      { x: x + 36, y: y + height / 2 - 4, look: 'code', text: fit(shortMatch(node.label), 'code', room, measure) },
      { x: x + 36, y: y + height / 2 + 12, look: 'note', text: fit(node.note, 'note', room, measure) },
    ],
  };
}

function answerBox({ id, label, note }: GraphNode, x: number, y: number, measure: Measure): Box {
  const texts = [
    { x: x + 14, y: y + (note === '' ? 27 : 19), look: 'chip' as const, text: fit(label, 'chip', ANSWER.width - 28, measure) },
    ...(note === '' ? [] : [{ x: x + 14, y: y + 35, look: 'note' as const, text: fit(note, 'note', ANSWER.width - 28, measure) }]),
  ];
  return { id, kind: 'answer', x, y, width: ANSWER.width, height: ANSWER.height, texts };
}

/** Beside the middle of the routes; beside the first where there are so many that the middle is out of sight. */
function placeGateways(entrances: readonly Entrance[], routes: ReadonlyMap<string, Box>, top: number): Box[] {
  const wishes = entrances.map((entrance) => {
    const own = entrance.routes.map(({ node }) => routes.get(node.id)!);
    const from = Math.min(...own.map(({ y }) => y));
    const to = Math.max(...own.map(({ y, height }) => y + height));
    const height = gatewayHeight(entrance.gateway) + CLIENTS.height + CLIENTS.gap;
    const middle = own.length === 0 ? top + height / 2 : to - from > 640 ? from + height / 2 : (from + to - CLIENTS.height - CLIENTS.gap) / 2;
    return { entrance, wish: { middle, height } };
  }).sort((a, b) => a.wish.middle - b.wish.middle);
  const tops = settle(wishes.map(({ wish }) => wish), GATEWAY.spacing, top);
  return wishes.flatMap(({ entrance }, at) => gatewayBoxes(entrance, tops[at]!));
}

function listenersOf({ note }: GraphNode): readonly string[] {
  return note === '' ? [] : note.split(', ');
}

function gatewayHeight(gateway: GraphNode): number {
  return GATEWAY.head + listenersOf(gateway).length * GATEWAY.row + 6;
}

function gatewayBoxes({ gateway, index, measure }: Entrance, top: number): Box[] {
  const x = 24;
  const y = top + CLIENTS.height + CLIENTS.gap;
  const room = GATEWAY.width - 28;
  const [clients] = index.partsOf(gateway.id, 'clients');
  return [
    {
      id: clients!.id, kind: 'clients', x: x + 20, y: top, width: GATEWAY.width - 40, height: CLIENTS.height,
      texts: [{ x: x + GATEWAY.width / 2, y: top + 17, look: 'note', anchor: 'middle', text: fit(clients!.label, 'note', GATEWAY.width - 56, measure) }],
    },
    {
      id: gateway.id, kind: 'gateway', x, y, width: GATEWAY.width, height: gatewayHeight(gateway),
      texts: [
        { x: x + 14, y: y + 21, look: 'title', text: fit(gateway.label, 'title', room, measure) },
        { x: x + 14, y: y + 37, look: 'note', text: fit(`gateway · ${gateway.namespace}`, 'note', room, measure) },
        ...listenersOf(gateway).map((text, at) => ({ x: x + 14, y: y + GATEWAY.head + 10 + at * GATEWAY.row, look: 'code' as const, text: fit(text, 'code', room, measure) })),
      ],
    },
  ];
}
