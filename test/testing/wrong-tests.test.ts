/** A test that is wrong itself never passes, and says what is wrong with it. */
import { messageOf, shop, SHOP } from './shop';
import { GET, grpc, meshIn, request, requests, type RouteExpectation } from '../../lib/testing/jest';

const edge = shop.gateway();
const products = GET('/products');

test.each<[string, RouteExpectation, string]>([
  ['an unknown service', { to: 'product' }, "the mesh has no service 'product'\n  fix  name one of 'shop/catalog', 'shop/front', 'shop/products', 'shop/thirds'"],
  ['a version alone', { to: 'v2' }, "the mesh has no service 'v2'\n  fix  name one of 'shop/catalog', 'shop/front', 'shop/products', 'shop/thirds'; a version is written 'products@v2'"],
  ['an unknown version', { to: 'products@v3' }, "service 'shop/products' has no version 'v3'\n  fix  name one of 'v1', 'v2'"],
  ['a version of a router', { to: 'front@v1' }, "'shop/front' is a router and has no version 'v1'\n  fix  name the version of the service that it leads to"],
  ['shares below 100', { split: { v1: 90, v2: 5 } }, 'the shares (v1 90 %, v2 5 %) add up to 95 %, not 100 %\n  fix  name every version that gets a share, with its percentage'],
  ['shares above 100', { split: { v1: 95, v2: 5.5 } }, 'the shares (v1 95 %, v2 5.5 %) add up to 100.5 %, not 100 %\n  fix  name every version that gets a share, with its percentage'],
  ['no share', { split: {} }, 'the shares (none) add up to 0 %, not 100 %\n  fix  name every version that gets a share, with its percentage'],
  ['a share that is no percentage', { split: { v1: 120, v2: -20 } }, "the share of 'v1' is 120, not a number from 0 to 100\n  fix  give percent"],
  ['a share of a version that nobody has', { split: { v1: 95, v3: 5 } }, "'v3' is neither a service nor a version of one that gets the request\n  fix  name one of 'products@v1', 'products@v2'"],
  ['a service beside its version', { split: { 'products': 95, 'products@v2': 5 } }, "'shop/products' and 'shop/products@v2' stand for the same requests\n  fix  name the service or its versions, not both"],
  ['a split of one version', { to: 'products@v2', split: { v1: 100 } }, "to names version 'v2', and split names versions as well\n  fix  name the service in to, or leave out split"],
  ['two endings', { to: 'products', unroutable: true }, 'the expectation says to and unroutable, but a request ends in one way\n  fix  keep one of them'],
  ['nothing', {}, "the expectation says nothing\n  fix  say where the request goes, for example { to: 'products' }"],
  ['a statement that is false', { blocked: false }, 'blocked is false\n  fix  leave blocked out, or say where the request goes'],
  ['a limit and none', { timeout: '1s', noTimeout: true }, 'the expectation says timeout and noTimeout\n  fix  keep one of them'],
  ['a time without unit', { timeout: '10' }, "timeout is '10', which is no span of time\n  fix  give a Duration above 0, or text such as '10s' or '1500ms'"],
  ['a time of 0', { idleTimeout: { toMilliseconds: () => 0 } }, "idleTimeout is 0 ms, which is no span of time\n  fix  give a Duration above 0, or text such as '10s' or '1500ms'"],
  ['a time as a number', { perTryTimeout: 5 as never }, "perTryTimeout is 5, which is no span of time\n  fix  give a Duration above 0, or text such as '10s' or '1500ms'"],
  ['half a try', { retryAttempts: 0.5 }, 'retryAttempts is 0.5, not an integer from 0\n  fix  give the number of tries after the first; 0 for none'],
  ['an unknown failure', { retryOn: ['5xx'] }, "there is no failure '5xx' to retry\n  fix  name some of 'server-error', 'gateway-error', 'client-error', 'stream-error', 'connection-error', 'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'"],
  ['no failure', { retryOn: [] }, 'retryOn is empty\n  fix  put something into retryOn, or leave it out'],
  ['an unknown gateway route', { gatewayRoute: 'product' }, "the mesh has no gateway route 'product'\n  fix  name one of 'products', 'both', 'thirds', 'front', 'changed', 'moved', 'health', 'api' and 1 more"],
  ['an unknown service route', { serviceRoute: 'products' }, "the mesh has no service route 'products'\n  fix  name one of 'split', 'calls', 'old', 'pin'"],
  ['an unknown host', { hostTable: 'api.example.com' }, "no route of a gateway names the host 'api.example.com'\n  fix  name one of '*', '*.example.com'; '*' are the routes without host"],
  ['an unknown stage', { unroutableAt: 'edge' as never }, "unroutableAt is 'edge'\n  fix  say 'gateway' or 'service', or leave it out"],
  ['a path with query', { path: '/products?x=1' }, "path is '/products?x=1', which no service sees\n  fix  begin it with '/', and leave out the query"],
  ['a path without slash', { path: 'products' }, "path is 'products', which no service sees\n  fix  begin it with '/', and leave out the query"],
  ['an unknown mirror', { mirrorTo: 'shadow' }, "the mesh has no service 'shadow'\n  fix  name one of 'shop/catalog', 'shop/front', 'shop/products', 'shop/thirds'"],
])('refuses %s', (_, expectation, text) => {
  expect(messageOf(() => expect(edge).toRoute(products, expectation))).toBe(text);
  expect(messageOf(() => expect(edge).not.toRoute(products, expectation))).toBe(text);
});

test('refuses a field that does not exist, and names those that do', () => {
  const text = messageOf(() => expect(edge).toRoute(products, { service: 'products' } as never));

  expect(text).toMatch(/^an expectation has no 'service'\n {2}fix {2}use to, split, unroutable, /);
});

test.each<[string, () => unknown, string]>([
  ['no request', () => expect(edge).toRoute([], 'products'), 'the list of requests is empty, so nothing is tested\n  fix  give at least one request'],
  ['something else than a request', () => expect(edge).toRoute('/products' as never, 'products'), "\"/products\" is no request\n  fix  write GET('/products'), or an object with a path"],
  ['a version of two services', () => expect(edge).toSplit(GET('/both'), { v1: 100 }), "'v1' is a version of 2 services that get the request\n  fix  write 'shop/products@v1', 'shop/catalog@v1'"],
  ['a path without slash', () => GET('products'), "'products' is neither a path nor a URL\n  fix  begin a path with '/', as in '/products'; write a call of another service as 'http://products/items'"],
  ['a matrix without path', () => requests({ method: 'GET' } as never), "a matrix of requests has no path\n  fix  give at least one path, for example path: ['/']"],
  ['a matrix with an empty list', () => requests({ path: ['/'], method: [] }), "the list 'method' of a matrix of requests is empty, so it makes no request\n  fix  put a value into 'method', or leave it out"],
  ['a matrix with a wrong name', () => requests({ paths: ['/'] } as never), "a matrix of requests has no 'paths'\n  fix  use path, method, host, headers, port, scheme, protocol"],
  ['a subject without routes', () => expect(5).toRoute(products, 'products'), "'5' has no routes\n  fix  expect a Mesh, a MeshGateway, a service, or meshIn('cdk.out')"],
  ['an object without routes', () => expect(new Date(0)).toRoute(products, 'products'), "an object of Date has no routes\n  fix  expect a Mesh, a MeshGateway, a service, or meshIn('cdk.out')"],
  ['an unknown gateway', () => shop.gateway('edge'), "the mesh has no gateway 'edge'\n  fix  name one of 'shop/gateway'"],
  ['an unknown service', () => shop.service('web'), "the mesh has no service 'web'\n  fix  name one of 'shop/catalog', 'shop/front', 'shop/products', 'shop/thirds'"],
  ['an unknown mesh', () => meshIn(SHOP, { mesh: 'other' }), "the program has no mesh 'other'\n  fix  name one of 'shop'"],
  ['a port that the gateway has not', () => expect(edge).toRoute(GET('/products', { port: 443 }), 'products'), "gateway 'shop/gateway' has no listener on port 443\n  fix  use one of its listeners: 80 (http), 9000 (grpc)"],
  ['a call of a router', () => expect(shop.service('front')).toBeBlocked(GET('http://catalog/')), "service 'shop/front' is a router, so nothing there calls others\n  fix  name a service with pods: 'shop/catalog', 'shop/products', 'shop/thirds'"],
  ['the opposite of a finding', () => expect(edge).not.toHaveNoShadowedRoutes(), '.not.toHaveNoShadowedRoutes says nothing that a program should keep to\n  fix  leave out .not, or expect of single requests what is meant'],
  ['a coverage that is no percentage', () => expect(shop).toHaveRouteCoverage({ routes: 120 }), 'the coverage of routes is 120, not a number from 0 to 100\n  fix  give percent'],
  ['no target', () => expect(edge).toRoute(products, undefined as never), "undefined is no target\n  fix  name a service, as in 'products', or a version, as in 'products@v2'"],
  ['a wrong name in a request', () => GET('/products', { header: { 'x-exp': 'b' } } as never), "a request has no 'header'\n  fix  use headers, host, port, scheme, client"],
  ['a wrong name in a redirect', () => expect(edge).toRedirect(products, { to: '/' } as never), "a redirect has no 'to'\n  fix  use status, location"],
  ['a wrong name in an answer', () => expect(edge).toRespond(products, { code: 200 } as never), "an answer has no 'code'\n  fix  use status, body"],
  ['a wrong name in an arrival', () => expect(edge).toArriveAs(products, { paths: '/' } as never), expect.stringMatching(/^an expectation has no 'paths'\n {2}fix {2}use to, /) as never],
  ['a wrong name in retries', () => expect(edge).toRetry(products, { attempt: 3 } as never), "a retry has no 'attempt'\n  fix  use attempts, perTry, on"],
  ['a wrong name in a copy', () => expect(edge).toMirror(products, { percentage: 3 } as never), "a copy has no 'percentage'\n  fix  use to, percent"],
  ['a wrong name in a fault', () => expect(edge).toInjectFault(products, { abort: 503 } as never), expect.stringMatching(/^an expectation has no 'abort'\n/) as never],
  ['a wrong name in routes', () => expect(edge).toUseRoute(products, { route: 'products' } as never), "a choice of routes has no 'route'\n  fix  use gateway, service, host"],
  ['a wrong name in a coverage', () => expect(shop).toHaveRouteCoverage({ route: 80 } as never), "a coverage has no 'route'\n  fix  use routes, targets"],
  ['a wrong name in an answer to everything', () => expect(shop).toAnswerEverything({ path: '/' } as never), "an answer to everything has no 'path'\n  fix  use below, host"],
  ['no header', () => expect(edge).toArriveAs(products, { headers: {} }), 'no header is named\n  fix  name a header with its value, or with null where it must not be'],
  ['a folder that is not there', () => meshIn('no-such-folder'), "there is no file or folder 'no-such-folder'\n  at   no-such-folder\n  fix  run npx cdk synth first, or name another folder or a model file (*.mesh.json)"],
])('refuses %s', (_, wrong, text) => {
  expect(messageOf(wrong)).toEqual(text);
});

describe('neither a fact nor its opposite', () => {
  test.each<[string, (e: jest.JestMatchers<unknown>) => unknown, string]>([
    ['a part of the requests goes to a version', (e) => e.not.toRoute(products, 'products@v2'), 'a part of the requests goes to shop/products@v2; say the shares with toSplit (hasSplit)'],
    ['a request that reaches no service has no timeout', (e) => e.not.toTimeOutAfter(GET('/health'), '10s'), 'not every request reaches a service, so nothing can be said about its timeout'],
    ['a request that reaches no service has no shares', (e) => e.not.toSplit(GET('/admin'), { v1: 50, v2: 50 }), 'the request reaches no service, so nothing can be said about its shares'],
    ['a part of the requests has retries', (e) => e.not.toRetry(GET('/both'), 3), 'this holds for a part of the requests only'],
  ])('is true where %s', (_, wrong, note) => {
    const message = messageOf(() => wrong(expect(edge) as never));

    expect(message.split('\n')).toContain(`    ${note}`);
  });

  test('is true of a gateway route of a call', () => {
    const message = messageOf(() => expect(shop.service('products')).not.toUseRoute(GET('http://catalog/items'), 'products'));

    expect(message.split('\n').slice(0, 5)).toEqual([
      "expected GET http://catalog/items at service 'shop/products' not to take gateway route 'products'",
      '',
      '                   expected      actual',
      '  ✗ gateway route  not products  none: a call between services',
      '    a call between services passes no gateway',
    ]);
  });
});

describe('the name of a request', () => {
  test.each([
    ['GET /products?tab=new with x-env: beta, x-b: c', GET('/products?tab=new', { headers: { 'x-env': 'beta', 'x-b': 'c' } })],
    ['GET /products over https on port 8443', GET('/products', { scheme: 'https', port: 8443 })],
    ['GET https://api.example.com:8443/', GET('https://api.example.com:8443')],
    ['GET http://catalog/?x=1', GET('http://catalog?x=1')],
    ['GET api.example.com/v1', GET('/v1', { host: 'api.example.com' })],
    ['PURGE /cache', request('PURGE', '/cache')],
    ['gRPC shop.v1.Catalog/GetItem with x-env: beta', grpc('shop.v1.Catalog/GetItem', { headers: { 'x-env': 'beta' } })],
    ['gRPC catalog:9090/shop.v1.Catalog/GetItem', grpc('grpc://catalog:9090/shop.v1.Catalog/GetItem')],
  ])('is %s', (name, one) => {
    expect(String(one)).toBe(name);
  });
});
