/** Where things are drawn: nothing covers anything, and everything fits. */
import { meshOf } from './meshes';
import { SHOP } from './shop';
import { graphOf } from '../../lib/diagram';
import { GraphIndex } from '../../lib/diagram/graph-index';
import { columnsOf, ordered } from '../../lib/diagram/scene/columns';
import { layered } from '../../lib/diagram/scene/layered';
import { angular, curve, fit, shortMatch, type Box, type Measure, type Scene } from '../../lib/diagram/scene/scene';
import { settle } from '../../lib/diagram/scene/settle';
import { tiles } from '../../lib/diagram/scene/tiles';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { EDGE_ONLY } from '../model-builders';

/** As wide as the widest usual font. */
const measure: Measure = (text, look) => text.length * (look === 'title' ? 9 : look === 'note' || look === 'label' ? 6.6 : 7.4);

function layeredOf(mesh: TrafficModel): Scene {
  const index = new GraphIndex(graphOf(mesh));
  const ends = index.graph.nodes.filter(({ kind }) => kind === 'answer' || kind === 'gateway').map(({ id }) => id);
  return layered(index, new Set(index.services.map(({ id }) => id)), new Set(ends), measure);
}

function tilesOf(mesh: TrafficModel, width: number): Scene {
  const index = new GraphIndex(graphOf(mesh));
  return tiles(index, new Set(index.services.map(({ id }) => id)), width, measure);
}

const OUTER: readonly Box['kind'][] = ['clients', 'gateway', 'gateway-route', 'service', 'router', 'external', 'answer', 'tile'];

const overlaps = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

function coveredIn(boxes: readonly Box[]): string[] {
  return boxes.flatMap((a, at) => boxes.slice(at + 1).filter((b) => overlaps(a, b)).map((b) => `${a.id} covers ${b.id}`));
}

function spilledIn({ boxes }: Scene): string[] {
  return boxes.flatMap((box) => box.texts.filter(({ text, look, x, anchor }) => {
    const width = measure(text, look);
    const left = anchor === 'middle' ? x - width / 2 : x;
    return left < box.x || left + width > box.x + box.width;
  }).map(({ text }) => `${text} in ${box.id}`));
}

const SCENES: readonly (readonly [string, Scene])[] = [
  ['everything', layeredOf(SHOP)], ['everything at the edge only', layeredOf({ ...SHOP, mesh: { ...SHOP.mesh, ...EDGE_ONLY } })], ['5 services', layeredOf(meshOf(5))], ['50 services', layeredOf(meshOf(50))],
  ['300 tiles', tilesOf(meshOf(300), 1100)], ['300 tiles on a phone', tilesOf(meshOf(300), 360)],
];

describe.each(SCENES)('%s', (_, scene) => {
  test('cover nothing', () => {
    expect(coveredIn(scene.boxes.filter(({ kind }) => OUTER.includes(kind)))).toEqual([]);
    expect(coveredIn(scene.boxes.filter(({ kind }) => ['version', 'reference', 'service-route', 'gateway-route'].includes(kind)))).toEqual([]);
  });

  test('keep their texts inside of their boxes', () => {
    expect(spilledIn(scene)).toEqual([]);
  });

  test('stay within the drawing', () => {
    expect(scene.boxes.filter(({ x, y, width, height }) => x < 0 || y < 0 || x + width > scene.width || y + height > scene.height)).toEqual([]);
  });

  test('have labels that do not cover each other', () => {
    const labels = scene.lines.flatMap(({ id, label }): Box[] => {
      if (label === undefined) return [];
      const width = measure(label.text, 'label');
      return [{ id, kind: 'frame', x: label.anchor === 'end' ? label.x - width : label.x, y: label.y - 9, width, height: 11, texts: [] }];
    });

    expect(coveredIn(labels)).toEqual([]);
  });
});

test('a layered scene draws every node but versions of hosts outside, and every edge', () => {
  const { nodes, edges } = graphOf(SHOP);
  const scene = layeredOf(SHOP);
  const plain = new Set(['version:stock/stock@v1', 'service-route:shop/any/half']);

  expect(nodes.filter(({ id }) => !scene.boxes.some((box) => box.id === id)).map(({ id }) => id)).toEqual([]);
  const drawn = new Set(scene.lines.map(({ id }) => id));
  const unseen = edges.filter(({ id, to, kind }) => !drawn.has(id) && kind !== 'asks' && !plain.has(to)).map(({ id }) => id);
  expect(unseen).toEqual([]);
});

test('columns put callers before what they call, and entries first', () => {
  const next = new Map([['a', ['b', 'c']], ['b', ['c']], ['c', ['a']], ['x', ['y']], ['y', ['x']]]);
  const ids = ['a', 'b', 'c', 'x', 'y'];

  expect(Object.fromEntries(columnsOf({ ids, next }, new Set(['a'])))).toEqual({ a: 0, b: 1, c: 1, x: 0, y: 1 });
});

test('columns are ordered so that lines do not cross without need', () => {
  const next = new Map([['a', ['z']], ['b', ['y']]]);
  const ids = ['a', 'b', 'y', 'z'];

  expect(ordered({ ids, next }, columnsOf({ ids, next }, new Set()), new Map([['a', 0], ['b', 1]]))).toEqual([['a', 'b'], ['z', 'y']]);
});

test.each([
  ['boxes with room are where they want to be', [{ middle: 50, height: 20 }, { middle: 100, height: 20 }], [40, 90]],
  ['boxes that want one place share it', [{ middle: 50, height: 20 }, { middle: 50, height: 20 }], [25, 55]],
  ['none is above the top', [{ middle: 0, height: 20 }, { middle: 0, height: 20 }], [8, 38]],
  ['a block pushes the next', [{ middle: 20, height: 20 }, { middle: 20, height: 20 }, { middle: 60, height: 20 }], [8, 38, 68]],
])('%s', (_, wishes, tops) => {
  expect(settle(wishes, 10, 8)).toEqual(tops);
});

test('a text is cut where there is no room, and only there', () => {
  expect(fit('products', 'chip', 60, measure)).toBe('products');
  expect(fit('products-and-more', 'chip', 60, measure)).toBe('product…');
});

test('what a route takes is short in narrow places', () => {
  expect(["/* with header x-env 'b'", '/api/*', 'gRPC calls of */* with header a', 'gRPC calls of a.B/*'].map(shortMatch)).toEqual(["x-env 'b'", '/api/*', 'a', 'gRPC a.B/*']);
});

test('paths are written as SVG has them', () => {
  expect(curve(0, 0, 100, 50)).toBe('M0 0C50 0 50 50 100 50');
  expect(angular(0, 0, 20, 40, 60)).toBe('M0 0H10Q20 0 20 10V50Q20 60 30 60H40');
  expect(angular(0, 5, 20, 40, 5)).toBe('M0 5H40');
});
