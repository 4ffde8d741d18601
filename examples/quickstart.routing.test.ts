/**
 * Where do requests go? The quickstart's routing, written down as tests: no cluster, no AWS account, a few milliseconds.
 * Change `canaryPercent`, a pin or a match in quickstart.ts, and a test here says which request is affected, and why.
 */
import { isEdgeOnly } from './mesh-choice';
import { build } from './quickstart';
import { GET, meshIn, POST, requests } from '../lib/testing/jest'; // in a program of your own: 'cdk-eks-mesh/jest'

const mesh = meshIn(build());
const gateway = mesh.gateway();
const edgeOnly = isEdgeOnly();

describe('products', () => {
  test('5 of 100 requests reach the canary', () => {
    expect(gateway).toSplit(GET('/products/7'), { v1: 95, v2: 5 });
  });

  test('requests of the experiment always reach the canary', () => {
    expect(gateway).toRoute(GET('/products/7', { headers: { 'x-experiment-id': 'b' } }), 'products@v2');
    expect(gateway).toSplit(GET('/products/7', { headers: { 'x-experiment-id': 'a' } }), { v1: 95, v2: 5 });
  });

  test('a request is tried again on server errors, and given up after 10 seconds', () => {
    expect(gateway).toRetry(GET('/products'), { attempts: 3, perTry: '1500ms', on: ['server-error'] });
    expect(gateway).toTimeOutAfter(GET('/products'), '10s');
  });

  test('the service sees its own host and the path as it was', () => {
    expect(gateway).toArriveAs(GET('/products/7'), { path: '/products/7', host: 'products.shop.svc.cluster.local' });
  });
});

describe('checkout', () => {
  const everyKind = requests({ method: ['GET', 'POST'], path: ['/checkout', '/checkout/pay'] });

  test.each(everyKind)('blue serves %s', (request) => {
    expect(gateway).toRoute(request, 'checkout-blue');
  });

  test('the preview sees green', () => {
    expect(gateway).toRoute(requests({ path: ['/checkout', '/checkout/pay'], headers: { 'x-preview': 'green' } }), 'checkout-green');
  });
});

test('nothing else is open to the world', () => {
  expect(gateway).toBeUnroutable([GET('/'), GET('/admin'), GET('/productsearch'), POST('/catalog/items')]);
});

test('products may call the catalog, checkout may not', () => {
  expect(mesh.service('products')).toRoute(GET('http://catalog/items'), 'catalog@v1');
  // nothing between services refuses a call there, and a test that expects it fails
  if (edgeOnly) return expect(mesh.service('checkout-blue')).not.toBeBlocked(GET('http://catalog/items'));
  expect(mesh.service('checkout-blue')).toBeBlocked(GET('http://catalog/items'));
});

test('no route is hidden behind another, and these tests touch all of them', () => {
  expect(mesh).toHaveNoShadowedRoutes();
  expect(mesh).toHaveNoUnreachablePreviews();
  expect(mesh).toHaveRouteCoverage({ routes: 100, targets: 100 });
});
