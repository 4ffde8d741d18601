/**
 * The whole way from left to right: gateways, their routes, services by the depth of their calls. In: a graph,
 * the services to show, a measure of text. Out: a scene. For meshes of a size that one can follow; `tiles.ts` shows larger ones.
 */
import { CARD_HEAD, cardOf, cardWidth, type Card } from './card';
import { columnsOf, ordered, type Neighbours } from './columns';
import { entranceBoxes, GATEWAY, entrancesOf, ROUTE } from './entrance';
import { cardLines, entranceLines, type Placed } from './lines';
import { type Box, type Measure, type Scene } from './scene';
import { settle } from './settle';
import type { GraphIndex } from '../graph-index';

const MARGIN = 24;
const GAP = { card: 16, column: 84 };

/** Lays out services and the gateway routes that lead to them; routes that end at the gateway are shown where `answers` says so. */
export function layered(index: GraphIndex, shown: ReadonlySet<string>, answers: ReadonlySet<string>, measure: Measure): Scene {
  const entrances = entrancesOf(index, shown, answers, measure);
  const neighbours = neighboursOf(index, shown);
  const entries = new Map<string, number>();
  entrances.flatMap(({ routes }) => routes).forEach(({ targets }, rank) => targets.forEach((id) => entries.set(id, Math.min(rank, entries.get(id) ?? rank))));
  const columns = columnsOf(neighbours, new Set(entries.keys()));
  const rows = ordered(neighbours, columns, entries);
  const left = MARGIN + (entrances.length === 0 ? 0 : GATEWAY.width + GATEWAY.gap + ROUTE.width + ROUTE.gap);
  const widths = rows.map((row) => Math.max(...row.map((id) => cardWidth(index, index.node(id)))));
  const cards = new Map<string, Card>([...shown].map((id) => [id, cardOf(index, index.node(id), widths[columns.get(id)!]!, measure)]));
  const tops = placeCards(rows, cards, neighbours);
  const lefts = widths.map((_, column) => widths.slice(0, column).reduce((x, width) => x + width + GAP.column, left));
  const placed = new Map([...shown].map((id): [string, Placed] => {
    const column = columns.get(id)!;
    return [id, { card: cards.get(id)!, column, x: lefts[column]!, y: tops.get(id)! }];
  }));
  const middles = new Map([...placed].map(([id, { y }]) => [id, y + CARD_HEAD]));
  const bottom = Math.max(MARGIN, ...[...placed.values()].map(({ y, card }) => y + card.height + GAP.card));
  const entered = entranceBoxes(entrances, middles, { left, top: MARGIN, bottom });
  const boxes = [...entered.boxes, ...[...placed.values()].flatMap(movedBoxes)];
  const lines = [...entranceLines(index, entered, placed), ...cardLines(index, placed)];
  // loops at the right side of the last column need room as well
  return {
    width: Math.max(0, ...boxes.map(({ x, width }) => x + width)) + 2 * MARGIN,
    height: Math.max(0, ...boxes.map(({ y, height }) => y + height)) + MARGIN,
    boxes, lines,
  };
}

/** Who calls whom, or routes to whose versions, among those shown. */
function neighboursOf(index: GraphIndex, shown: ReadonlySet<string>): Neighbours {
  const next = new Map<string, readonly string[]>();
  for (const id of shown) {
    const edges = [id, ...index.routesOf(id).map((route) => route.id)].flatMap((from) => index.from(from));
    const owners = edges.filter(({ kind }) => kind !== 'asks').map(({ to }) => index.ownerOf(to));
    next.set(id, [...new Set(owners)].filter((owner) => owner !== id && shown.has(owner)));
  }
  return { ids: [...shown], next };
}

/** The tops of all cards: first packed, then each moves towards those that it is joined with. */
function placeCards(rows: readonly (readonly string[])[], cards: ReadonlyMap<string, Card>, { next }: Neighbours): ReadonlyMap<string, number> {
  const tops = new Map<string, number>();
  const previous = new Map<string, string[]>();
  for (const [id, others] of next) for (const to of others) previous.set(to, [...previous.get(to) ?? [], id]);
  const place = (row: readonly string[], near: (id: string) => readonly string[]) => {
    const wishes = row.map((id) => {
      const height = cards.get(id)!.height;
      const known = near(id).filter((one) => tops.has(one) && !row.includes(one)).map((one) => tops.get(one)!);
      const wanted = known.length > 0 ? known.reduce((sum, y) => sum + y, 0) / known.length : tops.get(id) ?? MARGIN;
      return { middle: wanted + height / 2, height };
    });
    settle(wishes, GAP.card, MARGIN).forEach((y, at) => tops.set(row[at]!, y));
  };
  for (const row of rows) place(row, (id) => previous.get(id) ?? []);
  for (const row of [...rows].reverse()) place(row, (id) => next.get(id) ?? []);
  for (const row of rows.slice(1)) place(row, (id) => previous.get(id) ?? []);
  return tops;
}

function movedBoxes({ card, x, y }: Placed): readonly Box[] {
  return card.boxes.map((box) => ({ ...box, x: box.x + x, y: box.y + y, texts: box.texts.map((text) => ({ ...text, x: text.x + x, y: text.y + y })) }));
}
