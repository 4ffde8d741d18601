import type { KubeObject } from '../../../lib/kube/object';
import { growthOf } from '../../../lib/outputs/cloudformation/engine/shares';

type Weights = { readonly [service: string]: number | undefined };

const httpRoute = (...rules: readonly Weights[]): KubeObject => ({
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'cart', namespace: 'shop' },
  spec: { rules: rules.map((weights) => ({ backendRefs: Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight })) })) },
});
const virtualService = (...rules: readonly Weights[]): KubeObject => ({
  apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'cart', namespace: 'shop' },
  spec: { http: rules.map((weights) => ({ route: Object.entries(weights).map(([name, weight]) => ({ destination: { host: `${name}.shop.svc.cluster.local` }, weight })) })) },
});
const growing = (living: KubeObject | undefined, object: KubeObject) => growthOf([{ object, living }]).map(({ namespace, name, movesRequests }) => `${namespace}/${name}${movesRequests ? ' moves' : ''}`);

describe.each([['HTTPRoute', httpRoute], ['VirtualService', virtualService]] as const)('%s', (_, route) => {
  test.each<readonly [string, KubeObject | undefined, KubeObject, readonly string[]]>([
    ['every version of a new route', undefined, route({ v1: 95, v2: 5 }), ['shop/v1', 'shop/v2']],
    ['a version that comes', route({ v1: 100 }), route({ v1: 95, v2: 5 }), ['shop/v2 moves']],
    ['a version that gets more', route({ v1: 95, v2: 5 }), route({ v1: 50, v2: 50 }), ['shop/v2 moves']],
    ['the other one on the way back', route({ v1: 50, v2: 50 }), route({ v1: 100, v2: 0 }), ['shop/v1 moves']],
    ['none where nothing changes', route({ v1: 50, v2: 50 }), route({ v1: 50, v2: 50 }), []],
    ['none where weights are equal in another scale', route({ v1: 1, v2: 3 }), route({ v1: 25, v2: 75 }), []],
    ['none of weight 0', undefined, route({ v1: 100, v2: 0 }), ['shop/v1']],
    ['a version that a new rule leads to', route({ v1: 1 }), route({ v2: 1 }, { v1: 1 }), ['shop/v2 moves']],
    ['none where a rule goes', route({ v2: 1 }, { v1: 1 }), route({ v1: 1 }), []],
  ])('%s', (__, living, object, expected) => {
    expect(growing(living, object)).toEqual(expected);
  });
});

test('the weight of a backend is 1 where it is left out', () => {
  expect(growing(httpRoute({ v1: undefined, v2: undefined }), httpRoute({ v1: 1, v2: 2 }))).toEqual(['shop/v2 moves']);
});

test('a destination of a VirtualService without weight gets all', () => {
  expect(growing(virtualService({ v1: 50, v2: 50 }), virtualService({ v1: undefined }))).toEqual(['shop/v1 moves']);
});

test('backends of other namespaces keep theirs, other kinds and hosts are nobody\'s pods', () => {
  const route = { ...httpRoute(), spec: { rules: [{ backendRefs: [{ name: 'a', namespace: 'other' }, { kind: 'Backend', name: 'b' }] }] } };
  const outside = { ...virtualService(), spec: { http: [{ route: [{ destination: { host: 'api.example.com' } }] }] } };

  expect(growing(undefined, route)).toEqual(['other/a']);
  expect(growing(undefined, outside)).toEqual([]);
});

test('other kinds have no shares', () => {
  expect(growing(undefined, { apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart', namespace: 'shop' }, spec: {} })).toEqual([]);
});
