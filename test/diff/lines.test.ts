/** One line for each kind of request, and none for what no request notices. */
import { describeChange, describeDiff, describeUnproven, diffMarkdown, diffModels } from '../../lib/diff';
import type { GatewayRoute } from '../../lib/model/gateway';
import type { Service } from '../../lib/model/service';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { gateway, gatewayRoute, grpc, header, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const products = service('products');
const cart = service('cart');

function shop(routes: readonly GatewayRoute[], services: readonly Service[] = [products, cart]): TrafficModel {
  return model({ services, gateways: [gateway(routes)] });
}

function lines(before: TrafficModel, after: TrafficModel): readonly string[] {
  const { changes, unproven } = diffModels(before, after);
  return [...changes.map(describeChange), ...unproven.map(describeUnproven)];
}

const api = gatewayRoute('api', http(prefix('/api')), [to('shop/products')]);

describe('a line says', () => {
  test('that a path of one host is closed', () => {
    const hosts = [{ kind: 'exact' as const, value: 'api.x' }];
    const v1 = gatewayRoute('v1', http(prefix('/v1')), [to('shop/products')], { hosts });
    const other = gatewayRoute('v2', http(prefix('/v2')), [to('shop/products')], { hosts });

    expect(lines(shop([v1, other]), shop([other]))).toEqual(['host api.x /v1/*: was shop/products, is now 404']);
  });

  test('the same change of several hosts once', () => {
    const hosts = [{ kind: 'exact' as const, value: 'a.x' }, { kind: 'suffix' as const, value: '.b.x' }];
    const route = (target: string) => gatewayRoute('all', http(), [to(target)], { hosts });

    expect(lines(shop([route('shop/products')]), shop([route('shop/cart')]))).toEqual(['hosts a.x, *.b.x /*: was shop/products, is now shop/cart']);
  });

  test('what a service without routes does with requests on a port for gRPC', () => {
    const stock = (stickiness?: { readonly cookie: string; readonly ttlMs: number }) => service('stock', {
      ports: [{ port: 9000, targetPort: 9000, protocol: 'grpc' }], routes: [], versions: [version('stock', 'v1', stickiness === undefined ? {} : { stickiness })],
    });
    const led = (one: Service) => shop([gatewayRoute('stock', http(prefix('/stock')), [to('shop/stock')])], [one]);

    expect(lines(led(stock()), led(stock({ cookie: 'c', ttlMs: 0 })))).toEqual(['/stock/*: shop/stock@v1, stays at no pod -> shop/stock@v1, stays at a pod by cookie c']);
  });

  test('that a route asks for something else', () => {
    const asking = (guards: GatewayRoute['guards']) => shop([{ ...api, guards }]);

    expect(lines(shop([api]), asking({ clients: ['10.0.0.0/8'] }))).toEqual(['/api/*: asks for none -> clients of 10.0.0.0/8']);
    expect(lines(asking({ clients: ['10.0.0.0/8'] }), asking({ clients: ['10.0.0.0/8'], rateLimit: { requests: 5, per: 'second' } })))
      .toEqual(['/api/*: asks for clients of 10.0.0.0/8 -> clients of 10.0.0.0/8 and at most 5 requests per second and proxy']);
    expect(lines(asking({ clients: ['10.0.0.0/8'] }), asking({ clients: ['10.0.0.0/8'] }))).toEqual([]);
  });

  test('that a role lets pods out to less', () => {
    const granted = (...names: readonly string[]) => model({ services: [service('cart', { aws: { services: names.map((name) => ({ name, regions: [] })) } })] });

    expect(lines(granted('s3', 'sqs'), granted('s3'))).toEqual(['calls from shop/cart to sqs.eu-west-1.amazonaws.com: was let out of the mesh, is now 502, not declared']);
    expect(lines(granted('s3'), granted('s3'))).toEqual([]);
  });

  test('that an answer asks for something else', () => {
    const answer = (guards: GatewayRoute['guards']): GatewayRoute => ({ ...gatewayRoute('a', http(prefix('/a')), []), action: { kind: 'respond', status: 200 }, guards });

    expect(lines(shop([answer(undefined)]), shop([answer({ clients: ['10.0.0.0/8'] })]))).toEqual(['/a/*: asks for none -> clients of 10.0.0.0/8']);
  });

  test('that retries, timeouts, rewrites, headers, mirrors and faults change', () => {
    const after = gatewayRoute('api', http(prefix('/api')), [to('shop/products')], {
      policy: { retry: { attempts: 2, on: ['server-error'] }, timeouts: { requestMs: 1500 } },
      filters: {
        rewritePath: { kind: 'prefix', value: '/' }, rewriteHost: { kind: 'service' }, requestHeaders: { set: [{ name: 'x-a', value: '1' }], add: [], remove: ['x-b'] },
        mirrors: [{ service: 'shop/cart', percent: 10 }], fault: { abort: { status: 503, percent: 1 } },
      },
    });

    expect(lines(shop([api]), shop([after]))).toEqual(['/api/*: path rewrite none -> /api to /, host rewrite none -> to the service, '
      + 'request headers none -> (remove x-b; set x-a: 1), mirror none -> 10 % shop/cart, fault none -> answer 503 for 1 %, timeout none -> 1500 ms, retries none -> 2 on server-error']);
  });

  test("that a version's own limit changes, which no route says", () => {
    const limited = (requestMs: number) => service('products', { versions: [version('products', 'v1', { timeouts: { requestMs } })] });

    expect(lines(shop([api], [limited(1000), cart]), shop([api], [limited(2000), cart]))).toEqual(['/api/*: shop/products@v1, timeout 1 s -> shop/products@v1, timeout 2 s']);
  });

  test('that a version keeps its clients at pods, which no route says', () => {
    const sticky = (cookie: string, ttlMs = 0) => service('products', { versions: [version('products', 'v1', { stickiness: { cookie, ttlMs } })] });

    expect(lines(shop([api]), shop([api], [sticky('a'), cart]))).toEqual(['/api/*: shop/products@v1, stays at no pod -> shop/products@v1, stays at a pod by cookie a']);
    expect(lines(shop([api], [sticky('a'), cart]), shop([api], [sticky('b', 60_000), cart])))
      .toEqual(['/api/*: shop/products@v1, stays at a pod by cookie a -> shop/products@v1, stays at a pod by cookie b for 60 s']);
    expect(lines(shop([api], [sticky('a'), cart]), shop([api], [sticky('a'), cart]))).toEqual([]);
  });

  test('that a redirect takes over, and what answers', () => {
    const redirect: GatewayRoute = { ...api, action: { kind: 'redirect', status: 301, scheme: 'https' } };
    const respond: GatewayRoute = { ...api, action: { kind: 'respond', status: 503, body: 'soon' } };

    expect(lines(shop([api]), shop([redirect]))).toEqual(['/api/*: was shop/products, is now redirect 301 to scheme https']);
    expect(lines(shop([redirect]), shop([respond]))).toEqual(["/api/*: was redirect 301 to scheme https, is now answer 503 'soon'"]);
  });

  test('which gRPC calls go elsewhere', () => {
    const rpc = (target: string): TrafficModel => model({
      services: ['catalog', 'other'].map((name) => service(name, { ports: [{ port: 9090, targetPort: 9090, protocol: 'grpc' }], routes: [serviceRoute('all', grpc(), shares(`shop/${name}`, { v1: 1 }))] })),
      gateways: [gateway([gatewayRoute('get', grpc({ service: 'shop.Catalog', method: 'Get' }), [to(target)])], { listeners: [listener(9090, 9090, { protocol: 'grpc' })] })],
    });

    expect(lines(rpc('shop/catalog'), rpc('shop/other'))).toEqual(['gRPC calls of shop.Catalog/Get: was shop/catalog, is now shop/other']);
  });

  test('that a route moved behind another one', () => {
    const beta = (priority: number) => gatewayRoute('beta', http(prefix('/'), { headers: [header('x-beta', { kind: 'present' })] }), [to('shop/cart')], { priority });
    const first = gatewayRoute('api', http(prefix('/api')), [to('shop/products')], { priority: 10 });

    expect(lines(shop([first, beta(5)]), shop([first, beta(20)]))).toEqual(['/api/* with header x-beta: was shop/cart, is now shop/products']);
  });

  test('which calls are refused now', () => {
    const web = service('web', { calls: [{ service: 'shop/products' }] });

    expect(lines(model({ services: [web, products] }), model({ services: [{ ...web, calls: [] }, products] })))
      .toEqual(['calls from shop/web to products.shop.svc.cluster.local: was shop/products, is now 502, not declared']);
  });

  test('that a port or a gateway is closed or new', () => {
    const more = model({ services: [products], gateways: [gateway([api], { listeners: [listener(), listener(8443, 8443)] })] });
    const less = model({ services: [products], gateways: [gateway([api])] });

    expect(lines(more, less)).toEqual(['requests on port 8443 (http): the port is closed']);
    expect(lines(less, model({ services: [products] }))).toEqual(['requests on port 80 (http): the gateway is closed']);
    expect(diffModels(less, more).changes[0]!.witness).toMatchObject({ before: 'nobody listens', after: 'shop/products@v1' });
  });

  test('which gateway, where there are several', () => {
    const two = (target: string) => model({ services: [products, cart], gateways: [gateway([api]), gateway([{ ...api, action: { kind: 'forward', destinations: [to(target)] } }], { id: 'shop/other', name: 'other' })] });

    expect(lines(two('shop/products'), two('shop/cart'))).toEqual(['gateway shop/other: /api/*: was shop/products, is now shop/cart']);
  });

  test('several routes of a service that change alike once', () => {
    const slow = (requestMs: number) => service('products', {
      versions: [version('products', 'v1'), version('products', 'v2')],
      routes: [
        serviceRoute('pin', http(prefix('/'), { headers: [header('x', { kind: 'present' })] }), shares('shop/products', { v2: 1 }), { policy: { timeouts: { requestMs } } }),
        serviceRoute('all', http(), shares('shop/products', { v1: 1 }), { policy: { timeouts: { requestMs } } }),
      ],
    });

    expect(lines(shop([api], [slow(1000), cart]), shop([api], [slow(2000), cart]))).toEqual(['/api/* with header x and /api/* without header x: shop/products timeout 1 s -> 2 s']);
  });
});

describe('no line says', () => {
  test('what nobody notices: names, weights of the same proportion, versions of weight 0, covered policies', () => {
    const split = (name: string, weights: { readonly [version: string]: number }) => service('products', {
      versions: [version('products', 'v1'), version('products', 'v2')], routes: [serviceRoute(name, http(), shares('shop/products', weights))],
    });

    expect(lines(shop([api], [split('a', { v1: 95, v2: 5 }), cart]), shop([{ ...api, name: 'renamed' }], [split('b', { v1: 19, v2: 1 }), cart]))).toEqual([]);
    expect(lines(shop([api], [split('a', { v1: 95, v2: 0 }), cart]), shop([api], [split('a', { v1: 1 }), cart]))).toEqual([]);
  });

  test('that a service changes where no request comes', () => {
    const hidden = (target: string) => service('products', {
      versions: [version('products', 'v1'), version('products', 'v2')],
      routes: [serviceRoute('admin', http(prefix('/admin')), shares('shop/products', { [target]: 1 })), serviceRoute('all', http(), shares('shop/products', { v1: 1 }))],
    });

    expect(lines(shop([api], [hidden('v1'), cart]), shop([api], [hidden('v2'), cart]))).toEqual([]);
  });

  test('that a gateway repeats what the service does anyway', () => {
    const policy = { timeouts: { requestMs: 5000 } };
    const own = service('products', { routes: [serviceRoute('all', http(), shares('shop/products', { v1: 1 }), { policy })] });

    expect(lines(shop([api], [own, cart]), shop([{ ...api, policy }], [own, cart]))).toEqual([]);
  });
});

describe('a rewrite on the way', () => {
  const inner = (target: string) => service('products', {
    versions: [version('products', 'v1'), version('products', 'v2')],
    routes: [serviceRoute('deep', http({ kind: 'exact', value: '/deep' }), shares('shop/products', { [target]: 1 })), serviceRoute('all', http(), shares('shop/products', { v1: 1 }))],
  });

  test('is gone back for the witness', () => {
    const rewriting = { ...api, filters: { rewritePath: { kind: 'prefix' as const, value: '/' } } };
    const [change] = diffModels(shop([rewriting], [inner('v1'), cart]), shop([rewriting], [inner('v2'), cart])).changes;

    expect(change).toMatchObject({ requests: 'requests for shop/products /deep', effect: 'was shop/products@v1, is now shop/products@v2', witness: { request: { path: '/api/deep' } } });
  });
});

describe('what cannot be decided', () => {
  const regex = (name: string, value: string, target: string) => gatewayRoute(name, http({ kind: 'regex', value }), [to(target)], { priority: name === 'a' ? 1 : 2 });

  test('is said, with both routes', () => {
    const hard = '(?:a|\\pL)+[[:digit:]]{3}';
    const before = shop([regex('a', `/${hard}`, 'shop/products'), regex('b', '/.*x', 'shop/cart')]);
    const after = shop([regex('a', `/${hard}y`, 'shop/products'), regex('b', '/.*x', 'shop/cart')]);

    expect(describeDiff(diffModels(before, after)).some((line) => line.startsWith("cannot prove equal: shop/gateway, before 'a' (regex '/(?:a|\\pL)+[[:digit:]]{3}')"))).toBe(true);
  });

  test('is not said of expressions that did not change', () => {
    const same = [regex('a', '/[a-z]+', 'shop/products'), regex('b', '/.*x', 'shop/cart')];

    expect(lines(shop([...same, api]), shop([...same, { ...api, match: http(prefix('/api2')) }])).filter((line) => line.includes('cannot'))).toEqual([]);
  });
});

test('markdown leaves nothing for a pull request to read as markup', () => {
  const nasty = (value: string) => shop([gatewayRoute('api', http(prefix('/api'), { headers: [header('x', { kind: 'exact', value })] }), [to('shop/products')])]);
  const text = diffMarkdown(diffModels(nasty('<b>|*'), shop([])), 'shop');

  expect(text).toContain("/api/\\* with header x '\\<b\\>\\|\\*'");
  expect(diffMarkdown(diffModels(shop([]), shop([])), 'shop')).toBe('### Traffic of shop\n\nNo request is treated differently.\n');
});
