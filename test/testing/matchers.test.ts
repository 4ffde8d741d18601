/** Every matcher: where it holds, where it does not, and where its opposite does. */
import { messageOf, shop } from './shop';
import { DELETE, GET, grpc, PATCH, POST, PUT, type RoutingMatchers } from '../../lib/testing/jest';
import { expectGolden, expectNoOrphans } from '../golden';

const edge = shop.gateway();
const changed = GET('/changed/x', { headers: { Cookie: 'a=b' } });

type Call = (expectation: RoutingMatchers<void>) => void;

/** Matcher, a fact that holds, a fact that does not. */
const CASES: readonly (readonly [string, Call, Call])[] = [
  ['toRoute', (e) => e.toRoute(GET('/products', { headers: { 'x-exp': 'b' } }), 'products@v2'), (e) => e.toRoute(GET('/products', { headers: { 'x-exp': 'b' } }), 'catalog')],
  ['toRoute with a record', (e) => e.toRoute(GET('/products'), { to: 'products', split: { v1: 95, v2: 5 }, timeout: '10s', gatewayRoute: 'products' }),
    (e) => e.toRoute(GET('/products'), { to: 'products', timeout: '11s' })],
  ['toSplit', (e) => e.toSplit(GET('/products'), { v1: 95, v2: 5 }), (e) => e.toSplit(GET('/products'), { v1: 90, v2: 10 })],
  ['toSplit between services', (e) => e.toSplit(GET('/both'), { products: 20, catalog: 80 }), (e) => e.toSplit(GET('/both'), { 'products@v1': 100 })],
  ['toSplit with shares that have no end', (e) => e.toSplit(GET('/thirds'), { a: 33.33, b: 33.33, c: 33.33 }), (e) => e.toSplit(GET('/thirds'), { a: 33, b: 33, c: 34 })],
  ['toBeUnroutable', (e) => e.toBeUnroutable(GET('/admin'), 'gateway'), (e) => e.toBeUnroutable(GET('/health'))],
  ['toBeUnroutable at a service', (e) => e.toBeUnroutable(GET('/front/new'), 'service'), (e) => e.toBeUnroutable(GET('/front/new'), 'gateway')],
  ['toRedirect', (e) => e.toRedirect(GET('/moved/x'), { status: 301 }), (e) => e.toRedirect(GET('/moved/x'), 'http://old.example.com/moved/x')],
  ['toRespond', (e) => e.toRespond(GET('/health'), { status: 200, body: 'ok' }), (e) => e.toRespond(GET('/health'), 204)],
  ['toArriveAs', (e) => e.toArriveAs(changed, { path: '/c/x', host: 'catalog.shop.svc.cluster.local', port: 8080, headers: { 'X-Tier': 'gold', 'cookie': null } }),
    (e) => e.toArriveAs(changed, { path: '/changed/x', host: 'shop.example.com', port: 80, headers: { 'x-tier': 'silver', 'cookie': 'a=b', 'x-none': null } })],
  ['toTimeOutAfter', (e) => e.toTimeOutAfter(GET('/products'), { toMilliseconds: () => 10_000 }), (e) => e.toTimeOutAfter(GET('/products'), 'never')],
  ['toIdleOutAfter', (e) => e.toIdleOutAfter(GET('/products'), '1m'), (e) => e.toIdleOutAfter(GET('/products'), '90s')],
  ['toRetry', (e) => e.toRetry(GET('/products'), { attempts: 3, perTry: '1500ms', on: ['gateway-error', 'server-error'] }),
    (e) => e.toRetry(GET('/products'), { attempts: 2, perTry: '2s', on: ['connection-error'] })],
  ['toRetry at all', (e) => e.toRetry(GET('/products')), (e) => e.toRetry(GET('/thirds'))],
  ['toMirror', (e) => e.toMirror(changed, { to: 'products@v2', percent: 10 }), (e) => e.toMirror(changed, 'catalog')],
  ['toMirror at all', (e) => e.toMirror(changed), (e) => e.toMirror(GET('/thirds'))],
  ['toInjectFault', (e) => e.toInjectFault(changed, { delay: '2s', delayPercent: 5, abortStatus: 503, abortPercent: 1 }), (e) => e.toInjectFault(changed, { delay: '3s', abortStatus: 500 })],
  ['toInjectFault at all', (e) => e.toInjectFault(changed), (e) => e.toInjectFault(GET('/products'))],
  ['toChangeResponse', (e) => e.toChangeResponse(changed, { 'X-Served': 'mesh', 'vary': 'x-exp', 'server': null }), (e) => e.toChangeResponse(changed, { 'x-served': 'other', 'vary': null, 'x-none': 'a' })],
  ['toUseRoute', (e) => e.toUseRoute(GET('/v1/x', { host: 'API.example.com:8080' }), { gateway: 'api', service: 'split', host: '*.example.com' }),
    (e) => e.toUseRoute(GET('/products'), { gateway: 'front', service: 'pin', host: '*.example.com' })],
];

describe.each(CASES)('%s', (title, right, wrong) => {
  test('holds', () => {
    right(expect(edge) as RoutingMatchers<void>);
  });

  test('fails with expected and actual, the routes behind it and the reason', () => {
    const failures = [messageOf(() => wrong(expect(edge) as RoutingMatchers<void>)), messageOf(() => right(expect(edge).not as RoutingMatchers<void>))];

    expectGolden(`testing/${goldenOf(title)}`, `${failures.join('\n\n---\n\n')}\n`);
  });

  test('has an opposite', () => {
    wrong(expect(edge).not as RoutingMatchers<void>);
  });
});

test('has a golden for every matcher, and no other', () => {
  expectNoOrphans('testing', CASES.map(([title]) => goldenOf(title)));
});

function goldenOf(title: string): string {
  return `${title.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace(/ /g, '-')}.txt`;
}

describe('a gRPC call', () => {
  test('is routed by service and method, on a port that speaks gRPC', () => {
    expect(edge).toRoute(grpc('shop.v1.Catalog/GetItem', { headers: { 'x-env': 'beta' } }), { to: 'catalog@v1', port: 9090 });
    expect(edge).toBeUnroutable(grpc('shop.v1.Orders/List'));
  });
});

describe('every method', () => {
  test('has a function', () => {
    expect(edge).toRoute([GET('/both'), POST('/both'), PUT('/both'), PATCH('/both'), DELETE('/both')], { split: { products: 20, catalog: 80 } });
  });
});
