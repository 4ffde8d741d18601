/** The picture of a mesh that routes no calls: they pass by the routes, and reach versions without a share. */
import { graphOf } from '../../lib/diagram';
import { factsOf } from '../../lib/diagram/facts';
import { GraphIndex } from '../../lib/diagram/graph-index';
import { layered } from '../../lib/diagram/scene/layered';
import { wayOf } from '../../lib/diagram/way';
import { Simulator } from '../../lib/simulator';
import { EDGE_ONLY, gateway, gatewayRoute, http, model, service, serviceRoute, shares, to, version } from '../model-builders';

const products = service('products', {
  versions: [version('products', 'v1', { pool: { maxConnections: 3 } }), version('products', 'v2')],
  routes: [serviceRoute('split', http(), shares('shop/products', { v1: 100, v2: 0 }))],
});
const paths = service('paths', { kind: 'router', versions: [], routes: [serviceRoute('all', http(), shares('shop/products', { v1: 1 }))] });
const bank = service('bank', { kind: 'external', host: 'bank.example.com', routes: [], versions: [version('bank', 'external', { pods: { kind: 'external', host: 'bank.example.com' } })] });
const web = service('web', { calls: ['products', 'paths', 'bank'].map((name) => ({ service: `shop/${name}` })) });
const shop = (mesh: typeof EDGE_ONLY) => model({ mesh, services: [bank, paths, products, web], gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')])])] });
const edge = shop(EDGE_ONLY);

test('calls lead to every version that they can reach, to a host itself, and to a name without pods', () => {
  const { edges, notes } = graphOf(edge);

  expect(edges.filter(({ kind }) => kind === 'call').map(({ to: end, label }) => [end, label])).toEqual([
    ['version:shop/products@v1', 'not routed'], ['version:shop/products@v2', 'not routed'], ['service:shop/paths', 'no pods'], ['service:shop/bank', ''],
  ]);
  expect(notes).toHaveLength(2);
  expect(graphOf(shop({})).notes).toBeUndefined();
});

test('a version that only calls reach is not drawn as idle', () => {
  const idle = (mesh: typeof EDGE_ONLY) => {
    const index = new GraphIndex(graphOf(shop(mesh)));
    const { boxes } = layered(index, new Set(index.services.map(({ id }) => id)), new Set(), (text) => text.length * 7);
    return boxes.filter((box) => box.kind === 'version' && box.idle === true).map(({ id }) => id);
  };

  expect([idle({}), idle(EDGE_ONLY)]).toEqual([['version:shop/products@v2'], []]);
});

test('a request lights up what it may reach', () => {
  const simulator = new Simulator(edge);
  const way = (host: string) => [...wayOf(simulator.decide(simulator.serviceEntry('web'), { path: '/', host })).keys()];

  expect(way('products')).toEqual(['service:shop/web', 'service:shop/products', 'version:shop/products@v1', 'version:shop/products@v2']);
  expect(way('paths')).toEqual(['service:shop/web', 'service:shop/paths']);
  expect(way('bank.example.com')).toEqual(['service:shop/web', 'service:shop/bank']);
});

test('facts say whom routes and limits act on, and where calls go', () => {
  const told = (id: string) => (factsOf(edge).get(id) ?? []).filter(({ name }) => ['acts on', 'limits act on', 'calls of it'].includes(name)).map(({ name, value }) => `${name}: ${value}`);
  const alone = 'requests through gateways alone: this mesh routes no calls between services';
  const calls = 'calls of it: not routed: any pod of v1 (2 pods) or v2 (2 pods)';

  expect(told('service:shop/products')).toEqual([calls]);
  expect(told('service-route:shop/products/split')).toEqual([`acts on: ${alone}`]);
  expect(told('version:shop/products@v1')).toEqual([calls, `limits act on: ${alone}`]);
  expect(told('service:shop/paths')).toEqual(['calls of it: refused: no pods stand behind its name']);
  expect(told('service:shop/bank')).toEqual([]);
});
