/** What a change means for calls that no proxy routes, and what changing the mesh means for all calls. */
import { describeChange, diffModels } from '../../lib/diff';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { EDGE_ONLY, fixed, gateway, gatewayRoute, http, imagePods, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

interface Draft {
  readonly edge?: boolean;
  readonly weights?: { readonly [version: string]: number };
  readonly replicas?: number;
  readonly calls?: readonly string[];
}

/** Products behind a gateway, called by web; reviews declares nothing. */
function shop({ edge = true, weights = { v1: 95, v2: 5 }, replicas = 2, calls = ['products'] }: Draft = {}): TrafficModel {
  const names = Object.keys(weights);
  const products = service('products', {
    versions: names.map((name) => version('products', name, { pods: imagePods({ scale: fixed(replicas) }) })),
    routes: [serviceRoute('split', http(), shares('shop/products', weights))],
  });
  return model({
    ...(edge ? { mesh: EDGE_ONLY } : {}),
    services: [products, service('reviews'), service('web', { calls: calls.map((name) => ({ service: `shop/${name}` })) })],
    gateways: [gateway([gatewayRoute('products', http(prefix('/products')), [to('shop/products')])])],
  });
}

function lines(before: TrafficModel, after: TrafficModel): readonly string[] {
  const { changes, unproven } = diffModels(before, after);
  expect(unproven).toEqual([]);
  return changes.map(describeChange);
}

test('shares that change are a line for gateways alone', () => {
  expect(lines(shop(), shop({ weights: { v1: 75, v2: 25 } }))).toEqual(['/products/*: shop/products v1 95 % -> 75 %, v2 5 % -> 25 %']);
});

test('a version that comes is a line for calls, whatever its share is', () => {
  expect(lines(shop({ weights: { v1: 100 } }), shop({ weights: { v1: 100, v2: 0 } }))).toEqual([
    'calls from shop/reviews, shop/web to shop/products /*: was shop/products@v1, not routed, is now any pod of shop/products, not routed: v1 (2 pods) or v2 (2 pods)',
  ]);
});

test('numbers of pods are a line for calls, because shares follow them', () => {
  expect(lines(shop(), shop({ replicas: 3 }))).toEqual([
    'calls from shop/reviews, shop/web to shop/products /*: was any pod of shop/products, not routed: v1 (2 pods) or v2 (2 pods), '
    + 'is now any pod of shop/products, not routed: v1 (3 pods) or v2 (3 pods)',
  ]);
  expect(lines(shop({ weights: { v1: 100 } }), shop({ weights: { v1: 100 }, replicas: 3 }))).toEqual([]);
});

test('a declaration changes nothing, because nothing refuses the call', () => {
  expect(lines(shop(), shop({ calls: [] }))).toEqual([]);
});

test('a mesh that routes calls no more changes them, and opens what it refused', () => {
  const { changes } = diffModels(shop({ edge: false }), shop());

  expect(changes.map(describeChange)).toEqual([
    'calls from shop/web to shop/products /*: was 95 % shop/products@v1 and 5 % shop/products@v2, is now any pod of shop/products, not routed: v1 (2 pods) or v2 (2 pods)',
    'calls from shop/products, shop/web to reviews.shop.svc.cluster.local: was 502, not declared, is now shop/reviews',
    'calls from shop/products, shop/reviews to web.shop.svc.cluster.local: was 502, not declared, is now shop/web',
    'calls from shop/products, shop/reviews, shop/web to hosts outside of the mesh: was 502, not declared, is now let out of the mesh',
    'calls from shop/reviews to products.shop.svc.cluster.local: was 502, not declared, is now shop/products',
  ]);
  expect(changes[0]).toMatchObject({ kind: 'call', owners: ['shop/web'], through: [], witness: { entry: 'a call from shop/web' } });
});

test('the only version is the same version, routed or not', () => {
  const open = (edge: boolean): TrafficModel => {
    const one = shop({ edge, weights: { v1: 100 } });
    return { ...one, mesh: { ...one.mesh, egress: 'any' } };
  };

  expect(lines(open(false), open(true))).toEqual([]);
});
