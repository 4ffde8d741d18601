/** Leave to lead to other namespaces: before the first request that needs it, and until the last one. */
import { gatherUnits } from '../../../lib/plan/gather';
import { Wave, type Unit } from '../../../lib/plan/unit';
import { envoyGatewayProvider } from '../../../lib/providers/envoy-gateway';
import { grantsNeeded, grantUnits } from '../../../lib/providers/gateway-api/grants';
import { istioProvider } from '../../../lib/providers/istio';
import { gateway, gatewayRoute, http, model, prefix, service, shares, version } from '../../model-builders';
import { ENVIRONMENT } from '../app-mesh/cases';
import { expectSound } from '../sound-units';

const PROVIDERS = { 'istio': istioProvider(), 'envoy-gateway': envoyGatewayProvider({ serviceToService: 'edge-only' }) };
const namespaces = ['shop', 'edge'].map((name) => ({ name, origin: { path: 'Shop/Mesh', type: 'Mesh' }, ownership: 'created' as const, retain: true, labels: {} }));

/** A gateway in a namespace of its own, with a route to versions of a service in another one, and one to a second service. */
function program(weights: { readonly [version: string]: number }) {
  const products = service('products', { versions: Object.keys(weights).map((name) => version('products', name)) });
  const routes = [
    { ...gatewayRoute('products', http(prefix('/products')), shares('shop/products', weights)) },
    { ...gatewayRoute('catalog', http(prefix('/catalog')), shares('shop/catalog', { v1: 100 })) },
  ];
  return model({ mesh: { namespaces }, services: [products, service('catalog')], gateways: [gateway(routes, { id: 'edge/public', name: 'public', namespace: 'edge' })] });
}

const grantsIn = (units: readonly Unit[]) => units.flatMap(({ objects }) => objects).filter(({ kind }) => kind === 'ReferenceGrant');

describe.each(Object.entries(PROVIDERS))('on %s', (_, provider) => {
  const lower = (weights: { readonly [version: string]: number }) => provider.lower(program(weights), { environment: ENVIRONMENT, roleArns: new Map() });

  test('each object of another namespace has a grant of its own', () => {
    expect(grantsIn(lower({ v1: 95, v2: 5 })).map(({ metadata, spec }) => [metadata.namespace, metadata.name, spec])).toEqual(['catalog-v1', 'products-v1', 'products-v2'].map((name) => [
      'shop', `edge-public-httproute-${name}`, { from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'edge' }], to: [{ group: '', kind: 'Service', name }] },
    ]));
  });

  test.each([1, 3])('grants are written before the routes that need them, in %d buckets', (buckets) => {
    const units = lower({ v1: 95, v2: 5 });
    expectSound(units);
    const written = gatherUnits(units, { placeOf: () => '', bucketsOf: () => buckets });

    const holders = new Map(written.flatMap((unit) => grantsIn([unit]).map(({ spec }) => [(spec as { to: { name: string }[] }).to[0]!.name, unit.id] as const)));
    expect([...holders.keys()].sort()).toEqual(['catalog-v1', 'products-v1', 'products-v2']);
    for (const { objects, needs, wave } of written) {
      for (const { spec } of objects.filter(({ kind, metadata }) => kind === 'HTTPRoute' && metadata.namespace === 'edge')) {
        const led = (spec as { rules: { backendRefs?: { name: string }[] }[] }).rules.flatMap(({ backendRefs = [] }) => backendRefs.map(({ name }) => name));
        expect(wave).toBe(Wave.ROUTES);
        expect(needs).toEqual(expect.arrayContaining(led.map((name) => holders.get(name))));
      }
    }
  });

  test('a version that leaves takes its grant along, and changes no other', () => {
    const before = grantsIn(lower({ v1: 95, v2: 5 }));
    const after = grantsIn(lower({ v2: 100 }));

    expect(after).toEqual(before.filter(({ metadata }) => metadata.name !== 'edge-public-httproute-products-v1'));
  });
});

test('an object is granted once for each kind of routes, and none in the own namespace', () => {
  const own = gateway([], { id: 'edge/public', name: 'public', namespace: 'edge' });
  const backends = [
    { group: '', kind: 'Service', name: 'own', namespace: 'edge' }, { group: '', kind: 'Service', name: 'implied' },
    { group: '', kind: 'Service', name: 'v1', namespace: 'shop', port: 1 }, { group: '', kind: 'Service', name: 'v1', namespace: 'shop', port: 2 },
    { group: 'gateway.envoyproxy.io', kind: 'Backend', name: 'v1', namespace: 'shop' },
  ];

  const ids = grantUnits(own, [{ kind: 'HTTPRoute', backends }, { kind: 'GRPCRoute', backends }]).map(({ id }) => id);

  expect(ids).toEqual(['grpcroute', 'grpcroute-backend', 'httproute', 'httproute-backend'].map((name) => `edge/public/grants/shop/edge-public-${name}-v1`).sort());
  expect(new Set(grantsNeeded(own, { kind: 'HTTPRoute', backends }))).toEqual(new Set(ids.filter((id) => id.includes('httproute'))));
});
