/** Where requests go: hosts, stages, shares, changes on the way, calls between services, questions that leave something open. */
import type { TrafficModel } from '../../lib/model/traffic-model';
import { describeDecision, describeExplanation, percentOf, Simulator, type Decision, type RequestInput } from '../../lib/simulator';
import { gateway, gatewayRoute, grpc, header, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const two = (name: string, weights: { readonly [version: string]: number }, namespace = 'shop') => service(name, {
  namespace, versions: [version(name, 'v1'), version(name, 'v2')], routes: [serviceRoute('split', http(), shares(`${namespace}/${name}`, weights))],
});

function ask(program: TrafficModel, input: RequestInput, gatewayId?: string): Decision {
  const simulator = new Simulator(program);
  return simulator.decide(simulator.gatewayEntry(gatewayId), input);
}

function call(program: TrafficModel, from: string, input: RequestInput): Decision {
  const simulator = new Simulator(program);
  return simulator.decide(simulator.serviceEntry(from), input);
}

describe('at a gateway', () => {
  const hosts = model({
    services: ['exact', 'long', 'short', 'rest'].map((name) => service(name)),
    gateways: [gateway([
      gatewayRoute('exact', http(prefix('/only')), [to('shop/exact')], { hosts: [{ kind: 'exact', value: 'a.b.example.com' }] }),
      gatewayRoute('long', http(), [to('shop/long')], { hosts: [{ kind: 'suffix', value: '.b.example.com' }] }),
      gatewayRoute('short', http(), [to('shop/short')], { hosts: [{ kind: 'suffix', value: '.example.com' }] }),
      gatewayRoute('rest', http(), [to('shop/rest')]),
    ])],
  });

  test.each([
    ['A.B.Example.com:8443', '/only/x', 'shop/exact@v1'],
    ['a.b.example.com', '/other', '404, no route of the gateway'],
    ['c.b.example.com', '/', 'shop/long@v1'],
    ['b.example.com', '/', 'shop/short@v1'],
    ['example.com', '/', 'shop/rest@v1'],
    ['example.com.', '/', 'shop/rest@v1'],
  ])('host %s with path %s leads to %s', (host, path, wanted) => {
    expect(describeDecision(ask(hosts, { host, path }))).toBe(wanted);
  });

  test('a service commits: what its table does not take is 404, not the next route', () => {
    const program = model({
      services: [service('narrow', { routes: [serviceRoute('get', http(prefix('/'), { method: 'GET' }), shares('shop/narrow', { v1: 1 }))] }), service('rest')],
      gateways: [gateway([gatewayRoute('api', http(prefix('/api')), [to('shop/narrow')]), gatewayRoute('rest', http(), [to('shop/rest')])])],
    });

    expect(describeDecision(ask(program, { path: '/api', method: 'POST' }))).toBe('404, no route of the service');
    expect(describeDecision(ask(program, { path: '/api' }))).toBe('shop/narrow@v1');
  });

  test('shares multiply exactly, and versions of weight 0 are there', () => {
    const program = model({
      services: [two('a', { v1: 2, v2: 1 }), two('b', { v1: 1, v2: 0 })],
      gateways: [gateway([gatewayRoute('split', http(), [to('shop/a', 1), to('shop/b', 2)])])],
    });
    const { branches } = ask(program, { path: '/' });

    expect(branches.map(({ share }) => share)).toEqual([
      { numerator: 2, denominator: 9 }, { numerator: 1, denominator: 9 }, { numerator: 2, denominator: 3 }, { numerator: 0, denominator: 1 },
    ]);
    expect(branches.reduce((sum, { share }) => sum + percentOf(share), 0)).toBeCloseTo(100);
  });

  test.each([
    ['/api', '/v2', '/api', '/v2'], ['/api', '/v2', '/api/x', '/v2/x'], ['/api', '/', '/api', '/'], ['/api', '/', '/api/', '/'], ['/api', '/', '/api/x', '/x'],
    ['/', '/v2', '/x', '/v2/x'], ['/', '/v2', '/', '/v2/'],
  ])('prefix %s rewritten to %s turns %s into %s', (match, value, path, wanted) => {
    const program = model({ services: [service('a')], gateways: [gateway([gatewayRoute('r', http(prefix(match)), [to('shop/a')], { filters: { rewritePath: { kind: 'prefix', value } } })])] });

    expect(ask(program, { path }).branches[0]!.arrival.path).toBe(wanted);
  });

  test('the service sees what the gateway changed', () => {
    const program = model({
      services: [service('a', {
        versions: [version('a', 'v1'), version('a', 'v2')],
        routes: [
          serviceRoute('marked', http({ kind: 'exact', value: '/x' }, { headers: [header('x-mark', { kind: 'exact', value: 'set,added' })] }), shares('shop/a', { v2: 1 })),
          serviceRoute('all', http(), shares('shop/a', { v1: 1 })),
        ],
      })],
      gateways: [gateway([gatewayRoute('r', http(prefix('/api')), [to('shop/a')], {
        filters: {
          rewritePath: { kind: 'prefix', value: '/' }, rewriteHost: { kind: 'service' },
          requestHeaders: { remove: ['x-old'], set: [{ name: 'x-mark', value: 'set' }], add: [{ name: 'x-mark', value: 'added' }] },
        },
      })])],
    });
    const decision = ask(program, { path: '/api/x?q=1', headers: { 'X-Mark': 'mine', 'X-Old': '1', 'X-Kept': 'yes' } });

    expect(describeDecision(decision)).toBe('shop/a@v2');
    expect(decision.branches[0]!.arrival).toEqual({ host: 'a.shop.svc.cluster.local', path: '/x', headers: { 'x-mark': 'set,added', 'x-kept': 'yes', 'x-forwarded-proto': 'http' } });
  });

  test("the gateway's policy replaces the service's field by field", () => {
    const retry = { attempts: 3, on: ['server-error'] as const };
    const program = model({
      services: [service('a', { routes: [serviceRoute('all', http(), shares('shop/a', { v1: 1 }), { policy: { retry, timeouts: { requestMs: 1000, idleMs: 500 } } })] })],
      gateways: [gateway([gatewayRoute('r', http(), [to('shop/a')], { policy: { timeouts: { requestMs: 60_000 } } })])],
    });

    expect(ask(program, { path: '/' }).branches[0]!.policy).toEqual({ retry, timeouts: { requestMs: 60_000, idleMs: 500 } });
  });

  test.each([
    ['https', 443, { scheme: 'https' as const }, 'http', 80, 'https://shop.x/a?b=1'],
    ['another port', 8080, { port: 8443, scheme: 'https' as const }, 'http', 8080, 'https://shop.x:8443/a?b=1'],
    ['another host and path', 80, { host: 'new.x', path: { kind: 'full' as const, value: '/moved' } }, 'http', 80, 'http://new.x/moved?b=1'],
    ['a port that is kept', 8080, { scheme: 'https' as const }, 'http', 8080, 'https://shop.x:8080/a?b=1'],
  ])('a redirect to %s', (_, __, redirect, scheme, port, location) => {
    const route = { ...gatewayRoute('r', http(), []), action: { kind: 'redirect' as const, status: 301, ...redirect } };
    const program = model({ gateways: [gateway([route], { listeners: [listener(port, 8080)] })] });

    expect(ask(program, { host: 'shop.x', path: '/a?b=1', scheme: scheme as 'http' }).branches[0]!.ending).toEqual({ kind: 'redirect', status: 301, location });
  });

  test('the listener decides protocol and scheme', () => {
    const tls = { mode: 'strict' as const, certificate: { kind: 'sds' as const, secret: 'edge' } };
    const program = model({
      services: [service('a'), service('g', { ports: [{ port: 9090, targetPort: 9090, protocol: 'grpc' }], routes: [serviceRoute('all', grpc(), shares('shop/g', { v1: 1 }))] })],
      gateways: [gateway([
        gatewayRoute('secure', http(prefix('/'), { scheme: 'https' }), [to('shop/a')]),
        gatewayRoute('calls', grpc({ service: 's.T' }), [to('shop/g')]),
      ], { listeners: [listener(80), listener(443, 8443, { tls }), listener(9090, 9090, { protocol: 'grpc' })] })],
    });

    expect(describeDecision(ask(program, { path: '/' }))).toBe('404, no route of the gateway');
    expect(describeDecision(ask(program, { path: '/', port: 443 }))).toBe('shop/a@v1');
    expect(describeDecision(ask(program, { path: '/', scheme: 'https' }))).toBe('shop/a@v1');
    expect(ask(program, { path: '/s.T/M', protocol: 'grpc' })).toMatchObject({ request: { port: 9090, method: 'POST' }, gatewayRoute: { name: 'calls' } });
  });
});

describe('a call between services', () => {
  const program = (egress: 'any' | 'declared-only') => model({
    mesh: { egress }, services: [service('web', { calls: [{ service: 'shop/products' }] }), two('products', { v1: 95, v2: 5 }), service('stock', { namespace: 'depot' })],
  });

  test.each([
    ['declared-only', 'products.shop.svc.cluster.local', '95 % shop/products@v1, 5 % shop/products@v2'],
    ['declared-only', 'products', '95 % shop/products@v1, 5 % shop/products@v2'],
    ['declared-only', 'PRODUCTS.shop:8080', '95 % shop/products@v1, 5 % shop/products@v2'],
    ['declared-only', 'stock.depot', '502, the call is not declared'],
    ['declared-only', 'stock', '502, the call is not declared'],
    ['declared-only', 'example.com', '502, the call is not declared'],
    ['any', 'stock.depot', 'depot/stock@v1'],
    ['any', 'example.com', 'example.com, outside of the mesh'],
  ] as const)('with egress %s to %s: %s', (egress, host, wanted) => {
    expect(describeDecision(call(program(egress), 'web', { host, path: '/' }))).toBe(wanted);
  });

  test('tells why it is refused', () => {
    const simulator = new Simulator(program('declared-only'));

    expect(describeExplanation(simulator.explain(simulator.serviceEntry('shop/web'), { host: 'stock.depot', path: '/' }))).toEqual([
      'GET http://stock.depot:8080/ in a call from shop/web',
      '     shop/web does not declare a call of stock.depot (calls: shop/products), and the mesh lets out only what is declared',
      '  => 502, the call is not declared',
    ]);
  });
});

describe('a question that leaves something open names what is known', () => {
  const program = model({
    services: [service('a'), service('r', { kind: 'router', versions: [], routes: [] })],
    gateways: [
      gateway([gatewayRoute('x', http(), [to('shop/a')], { hosts: [{ kind: 'exact', value: 'a.x' }, { kind: 'suffix', value: '.b.x' }] })]),
      gateway([], { id: 'pay/gateway', namespace: 'pay' }),
    ],
  });
  const simulator = new Simulator(program);

  test.each([
    [() => simulator.gatewayEntry(), "the mesh has 2 gateways\n  fix  name one of 'shop/gateway', 'pay/gateway'"],
    [() => simulator.gatewayEntry('gateway'), "'gateway' is the name of 2 gateways\n  fix  name one of 'shop/gateway', 'pay/gateway'"],
    [() => simulator.gatewayEntry('edge'), "there is no gateway 'edge'\n  fix  name one of 'shop/gateway', 'pay/gateway'"],
    [() => simulator.serviceEntry('b'), "there is no service 'b'\n  fix  name one of 'shop/a', 'shop/r'"],
    [() => simulator.serviceEntry('r'), "service 'shop/r' is a router, so nothing there calls others\n  fix  name a service with pods: 'shop/a'"],
    [() => simulator.decide(simulator.gatewayEntry('shop/gateway'), { path: '/' }),
      "the request names no host, and every route of gateway 'shop/gateway' does\n  fix  give the request a host: 'a.x', '*.b.x'"],
    [() => simulator.decide(simulator.gatewayEntry('shop/gateway'), { path: '/', host: 'a.x', port: 81 }),
      "gateway 'shop/gateway' has no listener on port 81\n  fix  use one of its listeners: 80 (http)"],
    [() => simulator.decide(simulator.serviceEntry('a'), { path: '/' }), "a call from service 'shop/a' names no host\n  fix  give the request the host of the called service: none"],
    [() => simulator.decide(simulator.serviceEntry('a'), { path: '/', host: 'r', port: 81 }), "service 'shop/r' has no port 81\n  fix  use one of its ports: 8080 (http)"],
  ])('%#', (ask, message) => {
    expect(ask).toThrow(new Error(message));
  });
});

test('an explanation names every route that was tried, and why it lost', () => {
  const program = model({
    services: [two('products', { v1: 95, v2: 5 })],
    gateways: [gateway([
      gatewayRoute('exact', http({ kind: 'exact', value: '/products' }), [to('shop/products')]),
      gatewayRoute('beta', http(prefix('/products'), { headers: [header('x-env', { kind: 'exact', value: 'beta' })], query: [{ name: 'q', match: { kind: 'present' } }] }), [to('shop/products')]),
      gatewayRoute('post', http(prefix('/products'), { method: 'POST' }), [to('shop/products')]),
      gatewayRoute('all', http(prefix('/product')), [to('shop/products')]),
      gatewayRoute('wins', http(prefix('/products')), [to('shop/products')]),
    ])],
  });
  const simulator = new Simulator(program);

  expect(describeExplanation(simulator.explain(simulator.gatewayEntry(), { host: 'shop.x', path: '/products/7', headers: { 'x-env': 'prod' } }))).toEqual([
    'GET http://shop.x/products/7 with x-env: prod at gateway shop/gateway',
    "   x 'exact' (/products): path is /products/7, not /products",
    "   x 'post' (POST /products/*): method is GET, not POST",
    "   x 'beta' (/products/* with header x-env 'beta' and query q): header x-env is 'prod', wanted is header x-env 'beta'",
    "  -> 'wins' (/products/*): takes it (the first that fits), and leads to shop/products",
    '     service shop/products gets it',
    "  -> 'split' (/*): takes it (asked first), and leads to 95 % shop/products@v1, 5 % shop/products@v2",
    '  => 95 % shop/products@v1, 5 % shop/products@v2',
  ]);
});
