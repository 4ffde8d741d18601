/** Findings about whole tables, and coverage. */
import { gateway, gatewayRoute, grpc as grpcMatch, header, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';
import { messageOf, shop, SHOP } from './shop';
import type { GatewayRoute, Service, TrafficModel } from '../../lib/model';
import { GET, MeshHandle, POST, requests } from '../../lib/testing/jest';
import { judge } from '../../lib/testing/judge';
import { CoverageLog } from '../../lib/testing/structure/coverage';
import { judgeCoverage } from '../../lib/testing/structure/coverage-report';

const BETA = header('x-env', { kind: 'exact', value: 'beta' });

function meshWith(routes: readonly GatewayRoute[], services: readonly Service[] = [service('catalog'), service('products')], overrides: Parameters<typeof gateway>[1] = {}): MeshHandle {
  return new MeshHandle(model({ services, gateways: [gateway(routes, overrides)] }));
}

describe('toHaveNoShadowedRoutes', () => {
  const hidden = meshWith([gatewayRoute('all', http(), [to('shop/catalog')], { priority: 1 }), gatewayRoute('products', http(prefix('/products')), [to('shop/products')])]);

  test('holds where every route can be reached', () => {
    expect(shop).toHaveNoShadowedRoutes();
    expect(hidden.service('catalog')).toHaveNoShadowedRoutes();
  });

  test.each([['mesh', hidden, "mesh 'Shop/Mesh'"], ['gateway', hidden.gateway(), "gateway 'shop/gateway'"]] as const)('names the route that hides another one of a %s', (_, subject, name) => {
    expect(messageOf(() => expect(subject).toHaveNoShadowedRoutes())).toBe(`expected ${name} to have no shadowed route

  MESH207 route 'products' (/products/*) of gateway 'shop/gateway' is never reached, because 'all' (/*) takes everything before it
    at   Shop/Mesh/gateway/products (GatewayRoute), match
    fix  narrow the earlier route, give this one a lower priority number, or remove it; the earlier one is at Shop/Mesh/gateway/all, match`);
  });
});

describe('toHaveNoUnreachablePreviews', () => {
  const pinned = service('products', {
    versions: [version('products', 'v1'), version('products', 'v2')],
    routes: [
      { ...serviceRoute('pin', http(prefix('/'), { headers: [BETA] }), shares('shop/products', { v2: 100 })), property: 'pins[0]' },
      serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5 })),
    ],
  });

  test('holds where every pin and preview can be reached', () => {
    expect(meshWith([gatewayRoute('products', http(), [to('shop/products')])], [pinned])).toHaveNoUnreachablePreviews();
    expect(shop).toHaveNoUnreachablePreviews();
  });

  test('names a pin that no route leads to, and what takes its requests', () => {
    const mesh = meshWith([
      gatewayRoute('products', http(), [to('shop/products')]), gatewayRoute('beta', http(prefix('/'), { headers: [BETA] }), [to('shop/catalog')]),
    ], [service('catalog'), pinned]);

    expect(messageOf(() => expect(mesh.service('products')).toHaveNoUnreachablePreviews())).toBe(`expected service 'shop/products' to have no unreachable preview

  MESH216 no request reaches 'pin' (/* with header x-env 'beta') of service 'shop/products': gateway route 'beta' (/* with header x-env 'beta') takes them before gateway route 'products' (/*)
    at   Shop/Mesh/products (MeshService), pins[0]
    fix  let a gateway route lead to the service itself with the requests of the pin or preview, or leave the pin or preview out`);
  });

  test('names a gateway route for chosen requests that stands behind another one, and no other shadowed route', () => {
    const mesh = meshWith([
      gatewayRoute('products', http(prefix('/p')), [to('shop/products')], { priority: 1 }), gatewayRoute('preview', http(prefix('/p'), { headers: [BETA] }), [to('shop/catalog')]),
      gatewayRoute('plain', http(prefix('/p/x')), [to('shop/catalog')]),
    ]);

    expect(messageOf(() => expect(mesh).toHaveNoUnreachablePreviews())).toBe(`expected mesh 'Shop/Mesh' to have no unreachable preview

  MESH207 route 'preview' (/p/* with header x-env 'beta') of gateway 'shop/gateway' is never reached, because 'products' (/p/*) takes everything before it
    at   Shop/Mesh/gateway/preview (GatewayRoute), match
    fix  narrow the earlier route, give this one a lower priority number, or remove it; the earlier one is at Shop/Mesh/gateway/products, match`);
  });
});

describe('toAnswerEverything', () => {
  test('holds for a gateway with a route for everything, and for a part below a path', () => {
    const mesh = meshWith([gatewayRoute('all', http(), [to('shop/catalog')])]);

    expect(mesh).toAnswerEverything();
    expect(mesh.gateway()).toAnswerEverything({ host: 'api.example.com' });
    expect(mesh.service('catalog')).toAnswerEverything();
    expect(shop.gateway()).toAnswerEverything({ below: '/products/', host: 'other.example' });
  });

  test.each<[string, MeshHandle, object, string]>([
    ['another path', meshWith([gatewayRoute('products', http(prefix('/products')), [to('shop/products')])]), {},
      "expected mesh 'Shop/Mesh' to answer every request\n\n  GET <any other host>:80/ is answered 404, no route of the gateway"],
    ['a host whose own routes do not take it', meshWith([gatewayRoute('all', http(), [to('shop/catalog')]), gatewayRoute('api', http(prefix('/v1')), [to('shop/products')], { hosts: [{ kind: 'exact', value: 'api.example.com' }] })]), {},
      "expected mesh 'Shop/Mesh' to answer every request\n\n  GET api.example.com:80/ is answered 404, no route of the gateway"],
    ['a host that no route names', meshWith([gatewayRoute('api', http(), [to('shop/products')], { hosts: [{ kind: 'suffix', value: '.example.com' }] })]), {},
      "expected mesh 'Shop/Mesh' to answer every request\n\n  GET <any other host>:80/ is answered 404, no route of the gateway"],
    ['another method', meshWith([gatewayRoute('read', http(prefix('/'), { method: 'GET' }), [to('shop/catalog')])]), { below: '/products' },
      "expected mesh 'Shop/Mesh' to answer every request below /products\n\n  POST <any other host>:80/products is answered 404, no route of the gateway"],
    ['what a service does not take', meshWith([gatewayRoute('all', http(), [to('shop/front')])], [service('catalog'), service('front', { kind: 'router', versions: [], routes: [serviceRoute('old', http(prefix('/old')), shares('shop/catalog', { v1: 100 }))] })]), {},
      "expected mesh 'Shop/Mesh' to answer every request\n\n  GET <any other host>:80/ is answered 404, no route of the service"],
    ['a gRPC call', meshWith([gatewayRoute('calls', grpcMatch({ service: 'shop.v1.Catalog' }), [to('shop/catalog')])], [service('catalog', { ports: [{ port: 90, targetPort: 90, protocol: 'grpc' }], routes: [serviceRoute('calls', grpcMatch(), shares('shop/catalog', { v1: 100 }))] })], { listeners: [listener(90, 9090, { protocol: 'grpc' })] }), {},
      "expected mesh 'Shop/Mesh' to answer every request\n\n  gRPC <any other host>:90/any.Service/AnyMethod is answered 404, no route of the gateway"],
  ])('finds %s', (_, mesh, options, text) => {
    expect(messageOf(() => expect(mesh).toAnswerEverything(options))).toBe(text);
  });

  test('says that it cannot be proven where routes may do it together', () => {
    const methods = ['GET', 'POST', 'DELETE', 'OPTIONS'] as const;
    const mesh = meshWith(methods.map((method) => gatewayRoute(method.toLowerCase(), http(prefix('/'), { method }), [to('shop/catalog')])));

    expect(messageOf(() => expect(mesh).toAnswerEverything({ host: 'shop.example' }))).toBe(`expected mesh 'Shop/Mesh' to answer every request for host shop.example

  no single route of gateway 'shop/gateway' takes every request for host shop.example on port 80, so it cannot be proven that all of them together do`);
  });

  test('finds what a service does not answer', () => {
    expect(messageOf(() => expect(shop.service('front')).toAnswerEverything())).toBe("expected service 'shop/front' to answer every request\n\n  GET / on port 8080 is answered 404, no route of the service");
    expect(messageOf(() => expect(shop.service('front')).toAnswerEverything({ host: 'a' }))).toBe('a service has one host\n  fix  leave out host, or expect a gateway to answer');
    expect(messageOf(() => expect(shop).toAnswerEverything({ below: 'x' }))).toBe("below is 'x', not a path\n  fix  begin it with '/'");
  });
});

describe('coverage', () => {
  const products = service('products', {
    versions: [version('products', 'v1'), version('products', 'v2')], routes: [serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5 }))],
  });
  const program: TrafficModel = model({
    services: [service('catalog'), products], gateways: [gateway([
      gatewayRoute('products', http(prefix('/products')), [to('shop/products')]), gatewayRoute('catalog', http(prefix('/catalog')), [to('shop/catalog')]),
    ])],
  });
  const gate = { kind: 'gateway', model: program, id: 'shop/gateway' } as const;
  const whole = { kind: 'mesh', model: program } as const;
  const claim = (log: CoverageLog, path: string, expectation: object, negated = false) => judge({ place: gate, requests: GET(path), expectation, negated }, log);
  const percent = (log: CoverageLog) => {
    const { routes, targets } = log.measure(program);
    return [routes, targets].map(({ all, untouched }) => `${all.length - untouched.length}/${all.length}`);
  };

  test('counts the routes that an assertion takes, and the targets whose shares it says', () => {
    const log = new CoverageLog();

    expect(percent(log)).toEqual(['0/4', '0/5']);
    claim(log, '/products', { to: 'products' });
    expect(percent(log)).toEqual(['2/4', '1/5']);
    claim(log, '/products', { split: { v1: 95, v2: 5 } });
    expect(percent(log)).toEqual(['2/4', '3/5']);
    claim(log, '/catalog', { to: 'catalog' });
    expect(percent(log)).toEqual(['4/4', '5/5']);
  });

  test('counts no target of an assertion about something else, or of an opposite', () => {
    const log = new CoverageLog();
    claim(log, '/products', { noTimeout: true });
    claim(log, '/products', { to: 'catalog' }, true);

    expect(percent(log)).toEqual(['2/4', '0/5']);
  });

  test('counts nothing of an assertion that fails', () => {
    const log = new CoverageLog();
    claim(log, '/products', { to: 'catalog' });

    expect(percent(log)).toEqual(['0/4', '0/5']);
  });

  test('remembers a mesh by its path, so that a program which is built anew is the same', () => {
    const log = new CoverageLog();
    claim(log, '/products', { split: { v1: 95, v2: 5 } });

    expect(log.measure(JSON.parse(JSON.stringify(program)) as TrafficModel).targets.untouched.length).toBe(2);
    expect(log.measure({ ...program, mesh: { ...program.mesh, origin: { path: 'Other/Mesh', type: 'Mesh' } } }).targets.untouched.length).toBe(5);
  });

  test('does not count a version that is only kept warm', () => {
    const warm = model({ services: [{ ...products, routes: [serviceRoute('split', http(), shares('shop/products', { v1: 100, v2: 0 }))] }] });

    expect(new CoverageLog().measure(warm).targets.all.length).toBe(1);
  });

  test('names what no test touched, with its place in the program', () => {
    const log = new CoverageLog();
    claim(log, '/products', { to: 'products' });

    expect(judgeCoverage(whole, { routes: 80, targets: 50 }, log)).toEqual({
      passes: false, message: `expected the tests of mesh 'Shop/Mesh' to touch more of it

                  expected         actual
  ✗ routes   at least 80 %  50 % (2 of 4)
  ✗ targets  at least 50 %  20 % (1 of 5)

  routes that took no request of a test
    'catalog' (/catalog/*) of gateway 'shop/gateway'
      at Shop/Mesh/gateway/catalog (GatewayRoute), match and to
    'split' (/*) of service 'shop/catalog'
      at Shop/Mesh/catalog (MeshService), addRoute('split')

  targets that no test names with their share
    shop/products@v1 (weight 95) of route 'split' of service 'shop/products'
      at Shop/Mesh/products (MeshService), addRoute('split')
    shop/products@v2 (weight 5) of route 'split' of service 'shop/products'
      at Shop/Mesh/products (MeshService), addRoute('split')`,
    });
  });

  test.each([[{}, false], [{ routes: 50 }, true], [{ targets: 20 }, true], [{ routes: 51 }, false], [{ routes: 50, targets: 21 }, false]])('with %j passes: %s', (wanted, passes) => {
    const log = new CoverageLog();
    claim(log, '/products', { to: 'products' });

    expect(judgeCoverage(whole, wanted, log).passes).toBe(passes);
  });

  test('counts at a gateway or service its own routes', () => {
    const log = new CoverageLog();
    claim(log, '/products', { to: 'products' });

    expect(judgeCoverage(gate, { routes: 50, targets: 50 }, log).passes).toBe(true);
    expect(judgeCoverage({ kind: 'service', model: program, id: 'shop/products' }, {}, log).message).toBe(`expected the tests of service 'shop/products' to touch more of it

                   expected          actual
    routes   at least 100 %  100 % (1 of 1)
  ✗ targets  at least 100 %    0 % (0 of 2)

  targets that no test names with their share
    shop/products@v1 (weight 95) of route 'split' of service 'shop/products'
      at Shop/Mesh/products (MeshService), addRoute('split')
    shop/products@v2 (weight 5) of route 'split' of service 'shop/products'
      at Shop/Mesh/products (MeshService), addRoute('split')`);
  });

  test('is what the matchers of this file have touched', () => {
    const own = new MeshHandle({ ...SHOP, mesh: { ...SHOP.mesh, origin: { path: 'Own/Mesh', type: 'Mesh' } } });
    expect(own.gateway()).toSplit([GET('/products'), POST('/products')], { v1: 95, v2: 5 });

    expect(own).toHaveRouteCoverage({ routes: 13 });
    expect(messageOf(() => expect(own).toHaveRouteCoverage())).toMatch(/✗ routes {3}at least 100 % {2}13.33 % \(2 of 15\)/);
  });
});

test('multiplies lists to cases with readable names', () => {
  const cases = requests({ method: ['GET', 'POST'], path: ['/a', '/b'], headers: [{}, { 'x-env': 'beta' }], host: 'api.example.com' });

  expect(cases.map(String)).toEqual([
    'GET api.example.com/a', 'GET api.example.com/a with x-env: beta', 'POST api.example.com/a', 'POST api.example.com/a with x-env: beta',
    'GET api.example.com/b', 'GET api.example.com/b with x-env: beta', 'POST api.example.com/b', 'POST api.example.com/b with x-env: beta',
  ]);
});

test('shows of a long table the routes that came close', () => {
  const routes = Array.from({ length: 40 }, (_, index) => gatewayRoute(`r${index}`, http(prefix(`/path-${index}`)), [to('shop/catalog')]));
  const beta = gatewayRoute('beta', http(prefix('/productz'), { headers: [BETA] }), [to('shop/products')]);
  const mesh = meshWith([...routes, beta, gatewayRoute('typo', http(prefix('/product')), [to('shop/products')])]);

  expect(messageOf(() => expect(mesh).toRoute(GET('/productz/7'), 'products'))).toBe(`expected GET /productz/7 at mesh 'Shop/Mesh' to go to shop/products

                                  expected  actual
  ✗ shop/products                    100 %     0 %
  ✗ 404, no route of the gateway       0 %   100 %

  GET /productz/7 at gateway shop/gateway
     x 'beta' (/productz/* with header x-env 'beta'): header x-env is missing  [Shop/Mesh/gateway/beta (GatewayRoute), match and to]
     x 'r10' (/path-10/*): path /productz/7 is not /path-10/*
     x 'r11' (/path-11/*): path /productz/7 is not /path-11/*
     x 'r12' (/path-12/*): path /productz/7 is not /path-12/*
       37 routes for other paths do not take it
     x 'typo' (/product/*): path /productz/7 only begins like /product; a prefix is read by whole segments  [Shop/Mesh/gateway/typo (GatewayRoute), match and to]
       no route of gateway shop/gateway takes the request, so it answers 404
    => 404, no route of the gateway`);
});
