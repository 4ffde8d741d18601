/** Live constructs of every kind, in several stacks, namespaces and protocols, and the same mesh after synthesis. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { messageOf } from './shop';
import {
  BlueGreenRoute, BlueGreenScope, CanaryService, Color, Egress, ExternalService, GatewayListener, HeaderMatch, Mesh, MeshGateway, MeshNamespace, MeshService, Pin, Preview, Protocol,
  RetryOn, RetryPolicy, RouteMatch, RouterService, RouteTarget,
} from '../../lib';
import { GET, grpc, meshIn, tcp } from '../../lib/testing/jest';
import { existingCluster, program, version } from '../constructs/program';

/** Two gateways, two namespaces, three protocols, two stacks. */
function wideProgram() {
  const { app, stack, mesh } = program({ namespaces: [MeshNamespace.create('orders')] });
  const team = new Stack(app, 'Team', { env: { account: stack.account, region: stack.region } });
  const database = new MeshService(mesh, 'Database', { port: 5432, protocol: Protocol.TCP, versions: [version('v1', { healthCheck: undefined })] });
  const catalog = new MeshService(mesh, 'Catalog', { port: 9090, protocol: Protocol.GRPC, versions: [version('v1', { healthCheck: undefined })] });
  const products = new CanaryService(mesh, 'Products', {
    port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, pins: [Pin.header('x-exp', HeaderMatch.exactly('b'))], calls: [catalog, database],
    retries: RetryPolicy.of({ attempts: 2, on: [RetryOn.SERVER_ERROR] }), timeout: Duration.seconds(10),
  });
  const orders = new MeshService(team, 'Orders', { mesh, namespace: 'orders', port: 8081, protocol: Protocol.HTTP2, versions: [version('v1')], calls: [products] });
  const paths = new RouterService(team, 'Paths', { mesh, port: 8080 });
  paths.addRoute('new', { match: RouteMatch.prefix('/new'), to: RouteTarget.version(products, 'v2') });
  paths.addRoute('rest', { match: RouteMatch.any(), to: RouteTarget.split({ target: RouteTarget.version(products, 'v1'), weight: 3 }, { target: RouteTarget.version(products, 'v2'), weight: 1 }) });
  const outer = new MeshGateway(mesh, 'Outer', { listeners: [GatewayListener.http({ port: 80 }), GatewayListener.grpc({ port: 9000 })] });
  outer.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products, timeout: Duration.seconds(3) });
  outer.addRoute('Calls', { match: RouteMatch.grpc({ service: 'shop.v1.Catalog' }), to: catalog });
  const inner = new MeshGateway(team, 'Inner', { mesh, namespace: 'orders' });
  inner.addRoute('Orders', { match: RouteMatch.any({ hosts: ['*.internal.example.com'] }), to: orders });
  inner.addRoute('Paths', { match: RouteMatch.prefix('/paths', { hosts: ['paths.example.com'] }), to: paths });
  return { app, mesh, database, catalog, products, orders, paths, outer, inner };
}

const wide = wideProgram();

test('asks each gateway about its own routes', () => {
  expect(wide.outer).toSplit(GET('/products/7'), { v1: 95, v2: 5 });
  expect(wide.outer).toBeUnroutable(GET('/orders', { host: 'a.internal.example.com' }), 'gateway');
  expect(wide.inner).toRoute(GET('http://a.internal.example.com/orders'), wide.orders);
  expect(wide.inner).toUseRoute(GET('http://a.internal.example.com/orders'), { gateway: 'orders', host: '*.internal.example.com' });
  expect(wide.inner).toSplit(GET('http://paths.example.com/paths/x'), { v1: 75, v2: 25 });
  expect(wide.inner).toBeUnroutable(GET('http://other.example.com/'));
});

test('routes gRPC by service and method', () => {
  expect(wide.outer).toRoute(grpc('shop.v1.Catalog/GetItem'), 'catalog@v1');
  expect(wide.outer).toBeUnroutable(grpc('shop.v1.Orders/List'));
});

test("takes the gateway's timeout and the service's retries", () => {
  expect(wide.outer).toTimeOutAfter(GET('/products'), Duration.seconds(3));
  expect(wide.outer).toRetry(GET('/products'), 2);
});

test('takes a service and a version of one as a target', () => {
  expect(wide.outer).toRoute(GET('/products', { headers: { 'x-exp': 'b' } }), RouteTarget.version(wide.products, 'v2'));
  expect(wide.outer).toRoute(GET('/products'), wide.products);
});

describe('a service', () => {
  test('makes the calls that name a host, as far as it declares them', () => {
    expect(wide.products).toRoute(grpc('grpc://catalog/shop.v1.Catalog/GetItem'), wide.catalog);
    expect(wide.products).toRoute(tcp('database:5432'), 'database@v1');
    expect(wide.orders).toSplit(GET('http://products.shop/'), { v1: 95, v2: 5 });
    expect(wide.orders).toTimeOutAfter(GET('http://products.shop.svc.cluster.local:8080/'), '10s');
    expect(wide.orders).toBeBlocked([GET('http://catalog.shop/'), GET('https://example.com/')]);
  });

  test('gets the requests that name none, whoever may call it', () => {
    expect(wide.products).toSplit(GET('/'), { v1: 95, v2: 5 });
    expect(wide.products).toRoute(GET('/', { headers: { 'x-exp': 'b' } }), 'products@v2');
    expect(wide.paths).toSplit(GET('/'), { v1: 75, v2: 25 });
    expect(wide.paths).toRoute(GET('/new/x'), { to: 'paths', split: { v2: 100 } });
    expect(wide.catalog).toRoute(grpc('any.Service/Method'), 'catalog');
    expect(wide.database).toRoute(tcp(), 'database');
  });

  test('says so in a failure', () => {
    expect(messageOf(() => expect(wide.products).toSplit(GET('/'), { v1: 100 })).split('\n').slice(-5)).toEqual([
      '  GET http://products.shop.svc.cluster.local:8080/ in a call from (any caller)',
      '       products.shop.svc.cluster.local is shop/products',
      "     x 'pin-header-x-exp' (/* with header x-exp 'b'): header x-exp is missing  [Shop/Mesh/Products (CanaryService), pins[0]]",
      "    -> 'split' (/*): takes it (the first that fits), and leads to 95 % shop/products@v1, 5 % shop/products@v2",
      '    => 95 % shop/products@v1, 5 % shop/products@v2',
    ]);
  });
});

test('lets calls out of an open mesh', () => {
  const { mesh } = program({ egress: Egress.ANY });
  const web = new MeshService(mesh, 'Web', { versions: [version('v1')] });
  const payments = new ExternalService(mesh, 'Payments', { host: 'pay.example.com', protocol: Protocol.HTTP });

  expect(web).toLeaveTheMesh(GET('https://example.com/'));
  expect(web).not.toLeaveTheMesh(GET('http://pay.example.com/'));
  expect(web).toRoute(GET('http://pay.example.com/'), payments);
  expect(messageOf(() => expect(web).toLeaveTheMesh(GET('http://pay.example.com/')))).toMatch(/✗ ends with {2}outside of the mesh {2}shop\/payments@external/);
});

test('follows a switch for all callers, and its preview', () => {
  const { mesh } = program();
  const side = (id: string) => new MeshService(mesh, id, { port: 8080, versions: [version('v1')] });
  const gateway = new MeshGateway(mesh, 'Gateway');
  const route = new BlueGreenRoute(gateway, 'Cart', {
    match: RouteMatch.prefix('/cart'), blue: side('Blue'), green: side('Green'), active: Color.GREEN, appliesTo: BlueGreenScope.ALL_CALLERS,
    preview: Preview.header('x-preview', HeaderMatch.present()),
  });
  const web = new MeshService(mesh, 'Web', { versions: [version('v1')], calls: [route.service!] });

  for (const [subject, target] of [[gateway, '/cart'], [web, 'http://cart:8080/']] as const) {
    expect(subject).toRoute(GET(target), 'green');
    expect(subject).toRoute(GET(target, { headers: { 'x-preview': '1' } }), 'blue');
  }
  expect(mesh).toHaveNoUnreachablePreviews();
});

test('sees what is added after a first question', () => {
  const { mesh } = program();
  const gateway = new MeshGateway(mesh, 'Gateway');
  const web = new MeshService(mesh, 'Web', { versions: [version('v1')] });
  gateway.addRoute('Web', { match: RouteMatch.prefix('/web'), to: web });
  expect(mesh).toBeUnroutable(GET('/late'));

  gateway.addRoute('Late', { match: RouteMatch.prefix('/late'), to: web });

  expect(mesh).toRoute(GET('/late'), web);
  expect(gateway).toRoute(GET('/late'), web);
});

describe('after synthesis', () => {
  const assembly = wide.app.synth();

  test.each([['its folder', assembly.directory], ['the assembly', assembly], ['the app', wide.app]] as const)('the same answers come from %s', (_, source) => {
    const mesh = meshIn(source);

    expect(mesh.gateway('outer')).toSplit(GET('/products/7'), { v1: 95, v2: 5 });
    expect(mesh.gateway('orders/inner')).toRoute(GET('http://a.internal.example.com/orders'), 'orders/orders');
    expect(mesh.service('orders')).toBeBlocked(GET('http://catalog.shop/'));
  });

  test('the constructs themselves still answer', () => {
    expect(wide.outer).toRoute(GET('/products'), wide.products);
  });

  test('a mesh with several gateways needs one that is asked', () => {
    expect(messageOf(() => expect(meshIn(assembly)).toBeUnroutable(GET('/')))).toBe("the mesh has 2 gateways\n  fix  name one of 'orders/inner', 'shop/outer'");
    expect(messageOf(() => meshIn(assembly).gateway())).toBe("mesh 'shop' has 2 gateways\n  fix  name one of 'orders/inner', 'shop/outer'");
  });
});

test('a program of several meshes needs the name of one', () => {
  const app = new App();
  for (const name of ['first', 'second']) {
    const stack = new Stack(app, name, { env: { account: '111122223333', region: 'eu-west-1' } });
    const mesh = new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: name, meshName: name, provider: program().mesh._props.provider });
    new MeshGateway(mesh, 'Gateway').addRoute('Web', { match: RouteMatch.any(), to: new MeshService(mesh, `Web-${name}`, { versions: [version('v1')] }) });
  }

  expect(meshIn(app, { mesh: 'second' })).toRoute(GET('/'), 'web-second');
  expect(messageOf(() => meshIn(app))).toBe("the program has 2 meshes\n  fix  name one of 'first', 'second'");
  const { directory } = app.synth();
  expect(meshIn(directory, { mesh: 'first' })).toRoute(GET('/'), 'web-first');
  expect(messageOf(() => meshIn(directory))).toBe(`'${directory}' has 2 meshes\n  fix  name one of 'first', 'second'`);
});

test('refuses constructs that are no place where requests come in', () => {
  const { mesh, stack } = program();
  const route = new MeshGateway(mesh, 'Gateway').addRoute('Web', { match: RouteMatch.any(), to: new MeshService(mesh, 'Web', { versions: [version('v1')] }) });

  expect(messageOf(() => expect(route).toRoute(GET('/'), 'web'))).toBe("construct 'Shop/Mesh/Gateway/Web' is neither a Mesh nor a gateway or service of one"
    + '\n  fix  expect a Mesh, a MeshGateway or a service; the routes of a BlueGreenRoute are those of its gateway');
  expect(messageOf(() => meshIn(new Stack(stack, 'Empty')))).toBe('the program has no mesh\n  fix  give a program with a Mesh');
});
