/** Routing tests of calls that no proxy routes: what is not known fails, its opposite, too, and both say why. */
import { messageOf } from './shop';
import { GET, meshIn } from '../../lib/testing/jest';
import { EDGE_ONLY, fixed, gateway, gatewayRoute, http, imagePods, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const pods = (replicas: number) => ({ pods: imagePods({ scale: fixed(replicas) }) });
const products = service('products', {
  versions: [version('products', 'v1', pods(3)), version('products', 'v2', pods(1))],
  routes: [serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5 }), { policy: { retry: { attempts: 3, on: ['server-error'] }, timeouts: { requestMs: 10_000 } } })],
});
const reviews = service('reviews', { versions: [version('reviews', 'v1'), version('reviews', 'v2')], routes: [serviceRoute('split', http(), shares('shop/reviews', { v1: 50, v2: 50 }))] });
const MODEL = model({
  mesh: EDGE_ONLY,
  services: [service('catalog'), products, reviews, service('web', { calls: [{ service: 'shop/products' }, { service: 'shop/catalog' }] })],
  gateways: [gateway([gatewayRoute('products', http(prefix('/products')), [to('shop/products')])])],
});
const mesh = meshIn(MODEL);
const web = mesh.service('web');
const call = GET('http://products/items');

const WHY = `
  GET http://products:8080/items in a call from shop/web
       products is shop/products
       this mesh routes no calls between services: routes, shares, retries, timeouts, faults and mirrors of shop/products act on requests through gateways alone
       each connection goes to any ready pod of v1 or v2: the shares follow the numbers of pods, and are not known here
    => any pod of shop/products, not routed: v1 (3 pods) or v2 (1 pod)`;

test('shares of a call fail, and say why', () => {
  expect(messageOf(() => expect(web).toSplit(call, { v1: 95, v2: 5 }))).toBe(`expected GET http://products/items at service 'shop/web' to be split into v1 95 %, v2 5 %

                      expected  actual
  ✗ shop/products@v1  95 %      not known: follows the number of pods
  ✗ shop/products@v2  5 %       not known: follows the number of pods
${WHY}`);
});

test('their opposite fails as well, because nobody knows', () => {
  const note = 'this mesh routes no calls between services, so which version gets a request follows the numbers of ready pods';

  expect(messageOf(() => expect(web).not.toSplit(call, { v1: 95, v2: 5 }))).toContain(note);
  expect(messageOf(() => expect(web).toRoute(call, 'products@v1'))).toContain('✗ shop/products@v1  100 %     not known: follows the number of pods');
  expect(messageOf(() => expect(web).not.toRoute(call, 'products@v2'))).toContain(note);
});

test('what is known of a call holds', () => {
  expect(web).toRoute(call, 'products');
  expect(web).toSplit(call, { products: 100 });
  expect(web).toRoute(GET('http://catalog/'), 'catalog@v1');
  expect(web).toSplit(GET('http://catalog/'), { v1: 100 });
  expect(web).toArriveAs(call, { path: '/items', host: 'products', port: 8080 });
  expect(web).toTimeOutAfter(call, 'never');
  expect(web).toIdleOutAfter(call, 'never');
  expect(web).not.toRetry(call);
  expect(web).not.toMirror(call);
  expect(web).not.toInjectFault(call);
  expect(web).not.toTimeOutAfter(call, '10s');
  expect(web).not.toUseRoute(call, { service: 'split' });
  expect(web).not.toRoute(call, 'catalog');
});

test('a call that nobody declares is not blocked, and that is why the test fails', () => {
  expect(mesh.service('catalog')).not.toBeBlocked(call);
  expect(messageOf(() => expect(mesh.service('catalog')).toBeBlocked(call))).toContain('shop/catalog does not declare this call (calls: none), and nothing in this mesh refuses it');
  expect(mesh.service('catalog')).toLeaveTheMesh(GET('http://example.com/'));
});

test('what a service gets from whoever calls it is not known where a service does', () => {
  expect(messageOf(() => expect(mesh.service('products')).toSplit(GET('/items'), { v1: 95, v2: 5 }))).toContain('act on requests through gateways alone');
});

test('what a service gets through gateways alone follows its table', () => {
  expect(mesh.service('reviews')).toSplit(GET('/items'), { v1: 50, v2: 50 });
});

test('requests through a gateway are routed as ever', () => {
  expect(mesh.gateway()).toSplit(GET('/products/1'), { v1: 95, v2: 5 });
  expect(mesh.gateway()).toTimeOutAfter(GET('/products/1'), '10s');
});
