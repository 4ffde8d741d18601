/** A witness: a request that two models treat differently, found for a pair of rows and checked by both simulators. */
import { atomsOf, type Atom, type Passage } from './atom';
import type { Pair } from './pairs';
import type { Door, Row, Side } from './side';
import { signatureOf } from './signature';
import { solve, type Cell, type Point } from './solve';
import { SimulationError, type Decision, type RequestInput } from '../simulator';

/** How requests of a pair come in. */
export interface Entrance {
  readonly kind: 'gateway' | 'service';
  /** Id of the gateway, or of the calling service. */
  readonly id: string;
  readonly host: string;
  readonly door: Door;
}

/** A request that is treated differently. */
export interface Witness {
  readonly entrance: Entrance;
  readonly request: RequestInput;
  readonly before: Decision;
  readonly after: Decision;
}

/** `found`: here is one. `alike`: requests were found, all treated alike. `empty`: there provably is no request. `unknown`: neither could be shown. */
export type Search =
  | { readonly kind: 'found'; readonly witness: Witness }
  | { readonly kind: 'alike' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unknown' };

/** The two models. */
export interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/** The cell of a pair of rows; the passages are the gateway routes in front of them, where the rows are a service's. */
export function cellOf(pair: Pair, passages?: { readonly before?: Passage; readonly after?: Passage }): Cell {
  const atoms = (row: Row, passage?: Passage): readonly Atom[] => atomsOf(row.match, passage);
  const { before, after, earlier } = pair;
  return {
    positives: [...before === undefined ? [] : atoms(before, passages?.before), ...after === undefined ? [] : atoms(after, passages?.after)],
    negatives: [...earlier.before.map((row) => atoms(row, passages?.before)), ...earlier.after.map((row) => atoms(row, passages?.after))],
  };
}

/** Several cells at once. */
export function both(a: Cell, b: Cell): Cell {
  return { positives: [...a.positives, ...b.positives], negatives: [...a.negatives, ...b.negatives] };
}

/** Looks for a request of the cell that the two models treat differently. */
export function search(sides: Sides, entrance: Entrance, cell: Cell): Search {
  const { points, proven } = solve(cell);
  for (const point of points) {
    const witness = tryPoint(sides, entrance, point);
    if (witness !== undefined) return { kind: 'found', witness };
  }
  if (points.length > 0) return { kind: 'alike' };
  return { kind: proven ? 'empty' : 'unknown' };
}

function tryPoint(sides: Sides, entrance: Entrance, point: Point): Witness | undefined {
  const request = requestOf(entrance, point);
  const [before, after] = [decide(sides.before, entrance, request), decide(sides.after, entrance, request)];
  if (before === undefined || after === undefined || signatureOf(before) === signatureOf(after)) return undefined;
  return { entrance, request, before, after };
}

/** What a model does with a request; undefined where it has no such entrance. */
export function decide(side: Side, { kind, id }: Entrance, request: RequestInput): Decision | undefined {
  try {
    return side.simulator.decide(kind === 'gateway' ? side.simulator.gatewayEntry(id) : side.simulator.serviceEntry(id), request);
  } catch (error) {
    if (error instanceof SimulationError) return undefined;
    throw error;
  }
}

/** The request behind a point; what no condition speaks of is plain. */
export function requestOf({ host, door: { port, protocol } }: Entrance, point: Point): RequestInput {
  const headers: { [name: string]: string } = {};
  const query: string[] = [];
  for (const [dimension, value] of point) {
    if (value === undefined) continue;
    if (dimension.startsWith('header ')) headers[dimension.slice(7)] = value;
    if (dimension.startsWith('query ')) query.push(`${dimension.slice(6)}=${value}`);
  }
  const path = protocol === 'grpc' ? `/${point.get('call service') ?? 'Any'}/${point.get('call method') ?? 'Any'}` : point.get('path') ?? '/';
  const [method, scheme] = [point.get('method'), point.get('scheme')];
  return {
    path: query.length === 0 ? path : `${path}?${query.join('&')}`,
    host, port, protocol,
    ...(method === undefined ? {} : { method }),
    ...(scheme === undefined ? {} : { scheme: scheme as 'http' | 'https' }),
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
  };
}
