/** The class for other languages: the same assertions, as methods that throw. */
import { Duration } from 'aws-cdk-lib';
import { errorOf, program, version } from './program';
import {
  CanaryService, HeaderMatch, HostRewrite, MeshGateway, MeshService, Pin, RetryOn, RetryPolicy, RouteMatch, RouteStage, RoutingRequest, RoutingTest, Scheme,
} from '../../lib';

const { app, mesh } = program();
const catalog = new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1')] });
const products = new CanaryService(mesh, 'Products', {
  port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, pins: [Pin.header('x-exp', HeaderMatch.exactly('b'))], calls: [catalog],
  retries: RetryPolicy.of({ attempts: 3, perTryTimeout: Duration.millis(1500), on: [RetryOn.SERVER_ERROR] }), timeout: Duration.seconds(10),
});
const gateway = new MeshGateway(mesh, 'Gateway');
gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products, hostRewrite: HostRewrite.toService() });

const get = RoutingRequest.get('/products/7');

test('passes where the mesh does what is said', () => {
  const edge = RoutingTest.fromGateway(gateway);

  edge.hasSplit(get, { v1: 95, v2: 5 });
  edge.hasRoute(get, {
    to: 'products', path: '/products/7', host: products.host, timeout: Duration.seconds(10), noIdleTimeout: true, retryAttempts: 3, perTryTimeout: Duration.millis(1500),
    retryOn: [RetryOn.SERVER_ERROR], mirrored: false, faulty: false, gatewayRoute: 'products', serviceRoute: 'split', hostTable: '*',
  });
  edge.hasRoute(RoutingRequest.get('/products', { headers: { 'X-Exp': 'b' }, host: 'shop.example.com', scheme: Scheme.HTTP, port: 80 }), { to: 'products@v2' });
  edge.hasNoSuchRoute(get, { to: 'catalog' });
  edge.isUnroutable(RoutingRequest.matrix({ paths: ['/', '/admin'], methods: ['GET', 'POST'], hosts: ['a.example.com'], headers: [{}, { 'x-exp': 'b' }] }));
  edge.hasRoute(RoutingRequest.post('/'), { unroutable: true, unroutableAt: RouteStage.GATEWAY });
  edge.isUnroutable(RoutingRequest.of('PURGE', '/'));
  edge.hasNoShadowedRoutes();
  edge.hasNoUnreachablePreviews();
  edge.hasAnswerForEverything({ below: '/products', host: 'shop.example.com' });
});

test('asks a service about its calls and about what it gets', () => {
  RoutingTest.fromService(products).hasRoute(RoutingRequest.get('http://catalog/items'), { to: 'catalog@v1', port: 8080 });
  RoutingTest.fromService(catalog).isBlocked(RoutingRequest.get('http://products/'));
  RoutingTest.fromService(products).hasSplit(RoutingRequest.get('/'), { v1: 95, v2: 5 });
  RoutingTest.fromMesh(mesh).service('catalog').isBlocked(RoutingRequest.tcp('database:5432'));
});

test.each<[string, () => void, string]>([
  ['hasSplit', () => RoutingTest.fromMesh(mesh).hasSplit(get, { v1: 90, v2: 10 }), `expected GET /products/7 at mesh 'Shop/Mesh' to be split into v1 90 %, v2 10 %

                      expected  actual
  ✗ shop/products@v1      90 %    95 %
  ✗ shop/products@v2      10 %     5 %

  gateway route 'products' (/products/*)
    at Shop/Mesh/Gateway/Products (GatewayRoute), match and to
  service route 'split' (/*)
    at Shop/Mesh/Products (CanaryService), canaryPercent

  GET /products/7 at gateway shop/gateway
    -> 'products' (/products/*): takes it (asked first), and leads to shop/products
       service shop/products gets it with host products.shop.svc.cluster.local
     x 'pin-header-x-exp' (/* with header x-exp 'b'): header x-exp is missing  [Shop/Mesh/Products (CanaryService), pins[0]]
    -> 'split' (/*): takes it (the first that fits), and leads to 95 % shop/products@v1, 5 % shop/products@v2
    => 95 % shop/products@v1, 5 % shop/products@v2`],
  ['isBlocked', () => RoutingTest.fromService(products).isBlocked(RoutingRequest.get('http://catalog/items')), `expected GET http://catalog/items at service 'shop/products' to end with 502, the call is not declared

               expected                       actual
  ✗ ends with  502, the call is not declared  shop/catalog@v1

  service route 'split' (/*)
    at Shop/Mesh/Catalog (MeshService), weights

  GET http://catalog:8080/items in a call from shop/products
       catalog is shop/catalog
    -> 'split' (/*): takes it (asked first), and leads to shop/catalog@v1
    => shop/catalog@v1`],
  ['a wrong test', () => RoutingTest.fromMesh(mesh).hasRoute(get, { to: 'product' }), "the mesh has no service 'product'\n  fix  name one of 'shop/catalog', 'shop/products'"],
  ['hasAnswerForEverything', () => RoutingTest.fromMesh(mesh).hasAnswerForEverything(), "expected mesh 'Shop/Mesh' to answer every request\n\n  GET <any other host>:80/ is answered 404, no route of the gateway"],
  ['hasRouteCoverage', () => RoutingTest.fromMesh(mesh).hasRouteCoverage({ routes: 1 }), `expected the tests of mesh 'Shop/Mesh' to touch more of it

                expected        actual
  ✗ routes  at least 1 %  0 % (0 of 4)

  routes that took no request of a test
    'products' (/products/*) of gateway 'shop/gateway'
      at Shop/Mesh/Gateway/Products (GatewayRoute), match and to
    'split' (/*) of service 'shop/catalog'
      at Shop/Mesh/Catalog (MeshService), weights
    'pin-header-x-exp' (/* with header x-exp 'b') of service 'shop/products'
      at Shop/Mesh/Products (CanaryService), pins[0]
    'split' (/*) of service 'shop/products'
      at Shop/Mesh/Products (CanaryService), canaryPercent`],
])('throws the text of %s', (_, wrong, text) => {
  expect(errorOf(wrong)).toBe(text);
});

test('counts what is asserted at its gateways and services', () => {
  const whole = RoutingTest.fromMesh(mesh);
  whole.gateway().hasRoute(RoutingRequest.get('/products', { headers: { 'x-exp': 'b' } }), { to: 'products@v2' });
  whole.gateway('gateway').hasSplit(get, { v1: 95, v2: 5 });
  whole.service('shop/products').hasRoute(RoutingRequest.get('http://catalog/'), { to: 'catalog' });

  whole.hasRouteCoverage();
});

test('names requests, and gives those of a matrix singly', () => {
  const matrix = RoutingRequest.matrix({ paths: ['/a', '/b'], methods: ['GET', 'POST'] });

  expect(matrix.each().map((request) => request.description)).toEqual(['GET /a', 'POST /a', 'GET /b', 'POST /b']);
  expect(RoutingRequest.grpc('shop.v1.Catalog/GetItem', { headers: { 'x-env': 'beta' } }).description).toBe('gRPC shop.v1.Catalog/GetItem with x-env: beta');
});

test('explains where a request goes', () => {
  expect(RoutingTest.fromMesh(mesh).explain(RoutingRequest.get('/admin'))).toBe(`GET /admin at gateway shop/gateway
   x 'products' (/products/*): path /admin is not /products/*  [Shop/Mesh/Gateway/Products (GatewayRoute), match and to]
     no route of gateway shop/gateway takes the request, so it answers 404
  => 404, no route of the gateway`);
});

test('says the same of the synthesized mesh', () => {
  const { directory } = app.synth();

  RoutingTest.fromAssembly(directory, { mesh: 'shop' }).hasSplit(get, { v1: 95, v2: 5 });
  RoutingTest.fromAssembly(directory).service('catalog').isBlocked(RoutingRequest.get('http://products/'));
});
