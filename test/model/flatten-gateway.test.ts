import type { Destination, Filters, HeaderChanges, Mirror, RouteAction, RoutePolicy } from '../../lib/model/action';
import { describeAction, describeMatch } from '../../lib/model/describe';
import type { Gateway, GatewayRoute, Listener } from '../../lib/model/gateway';
import { flattenGateway, type FlatGateway, type FlatGatewayRoute } from '../../lib/model/gateway-table/flatten-gateway';
import type { Match, PathMatch } from '../../lib/model/match';
import { hostTables } from '../../lib/model/precedence';
import type { Service, ServiceRoute } from '../../lib/model/service';
import * as build from '../model-builders';

const at = (kind: PathMatch['kind'], value: string, rest: Parameters<typeof build.http>[1] = {}) => build.http({ kind, value }, rest);
const below = (value: string, rest: Parameters<typeof build.http>[1] = {}) => at('prefix', value, rest);
const beta = build.header('x-env', { kind: 'exact', value: 'beta' });
const v = (version: string, weight = 1, service = 'shop/products'): Destination => ({ service, version, weight });
const changes = (some: Partial<HeaderChanges>): HeaderChanges => ({ set: [], add: [], remove: [], ...some });

/** A service `products` with two versions and the routes that a test is about. */
function products(...routes: readonly ServiceRoute[]): Service {
  return build.service('products', { versions: ['v1', 'v2'].map((name) => build.version('products', name)), routes });
}

function route(name: string, match: Match, to: RouteAction | readonly Destination[], filters: Filters = {}, policy: RoutePolicy = {}): ServiceRoute {
  const drafted = build.serviceRoute(name, match, [v('v1')], { filters, policy });
  return { ...drafted, action: 'kind' in to ? to : { kind: 'forward', destinations: to } };
}

const all = (...to: readonly Destination[]) => route('all', build.http(), to.length === 0 ? [v('v1')] : to);

interface Situation {
  readonly services?: readonly Service[];
  readonly listeners?: readonly Listener[];
  /** Whose host's table. */
  readonly table?: number;
}

function flatten(routes: readonly GatewayRoute[], { services = [products(all())], listeners = [build.listener()], table = 0 }: Situation = {}): FlatGateway {
  const gateway: Gateway = build.gateway(routes, { listeners });
  return flattenGateway({ model: build.model({ services, gateways: [gateway] }), gateway, listener: listeners[0]!, table: hostTables(gateway)[table]! });
}

function flat(routes: readonly GatewayRoute[], situation?: Situation): readonly FlatGatewayRoute[] {
  const result = flatten(routes, situation);
  if (result.kind === 'obstacles') throw new Error(result.obstacles.map(({ reason }) => reason).join('\n'));
  return result.routes;
}

/** Each route as one line: `/api/* -> 1 shop/products@v1:8080, rewritten to /`. */
function lines(routes: readonly GatewayRoute[], situation?: Situation): readonly string[] {
  return flat(routes, situation).map(({ match, action, filters: { rewritePath } }) =>
    `${describeMatch(match)} -> ${describeAction(action)}${rewritePath === undefined ? '' : `, ${rewritePath.kind} ${rewritePath.value}`}`);
}

const edge = (match: GatewayRoute['match'], filters: Filters = {}, rest: Partial<GatewayRoute> = {}): GatewayRoute =>
  ({ ...build.gatewayRoute('edge', match, [build.to('shop/products')], { filters }), ...rest });

const rewritten = (value: string, kind: 'prefix' | 'full' = 'prefix'): Filters => ({ rewritePath: { kind, value } });

const V1 = '1 shop/products@v1:8080';
const V2 = '1 shop/products@v2:8080';

describe('the order', () => {
  test('is gateway route, then service route, then 404 for what the service does not take', () => {
    const services = [products(route('cart', below('/api/cart'), [v('v2')]), route('items', below('/api/items'), [v('v1', 95), v('v2', 5)]))];
    const other = { ...build.gatewayRoute('other', build.http(), [v('v1')]) };

    expect(lines([other, edge(below('/api'))], { services })).toEqual([
      '/api/items/* -> 95 shop/products@v1:8080, 5 shop/products@v2:8080', `/api/cart/* -> ${V2}`, '/api/* -> answer 404', `/* -> ${V1}`,
    ]);
  });

  test('names the routes, and says which one closes', () => {
    const services = [products(route('cart', below('/api/cart'), [v('v2')]))];

    expect(flat([edge(below('/api'))], { services }).map(({ gatewayRoute, serviceRoutes, closes, origin, property }) => ({ gatewayRoute, serviceRoutes, closes, path: origin.path, property }))).toEqual([
      { gatewayRoute: 'edge', serviceRoutes: [{ service: 'shop/products', route: 'cart' }], closes: false, path: 'Shop/Mesh/gateway/edge', property: 'match' },
      { gatewayRoute: 'edge', serviceRoutes: [], closes: true, path: 'Shop/Mesh/gateway/edge', property: 'match' },
    ]);
  });

  test('has no 404 behind a service that takes everything the gateway route does', () => {
    expect(lines([edge(below('/api'))], { services: [products(route('api', at('raw-prefix', '/ap'), [v('v1')]))] })).toEqual([`/api/* -> ${V1}`]);
    expect(lines([edge(below('/api'))], { services: [products(route('api', at('raw-prefix', '/api/'), [v('v1')]))] })).toEqual([`/api/… -> ${V1}`, '/api/* -> answer 404']);
  });

  test('leaves out what is never reached, and keeps what only may be', () => {
    const services = [products(route('beta', build.http(undefined, { headers: [beta] }), [v('v2')]), all())];
    const first = { ...edge(below('/api')), name: 'first', priority: 1 };

    expect(lines([first, { ...edge(below('/api/x')), priority: 2 }], { services })).toEqual([`/api/* with header x-env 'beta' -> ${V2}`, `/api/* -> ${V1}`]);
    expect(lines([first, { ...edge(below('/ap')), priority: 2 }], { services })).toHaveLength(4);
  });

  test('knows routes of another port or protocol not, at both stages', () => {
    const services = [products(route('other', build.http(undefined, { port: 9999 }), [v('v2')]), route('calls', build.grpc(), [v('v2')]), route('own', build.http(undefined, { port: 8080 }), [v('v1')]))];
    const routes = [edge(below('/a', { port: 8443 })), { ...edge(below('/b', { port: 80 })), name: 'own' }, { ...edge(build.http()), name: 'calls', match: build.grpc() }];

    expect(lines(routes, { services })).toEqual([`/b/* -> ${V1}`]);
  });

  test('has a table for each host', () => {
    const named = edge(below('/named'), {}, { hosts: [{ kind: 'exact', value: 'api.test' }] });

    expect(lines([named, { ...edge(below('/rest')), name: 'rest' }], { table: 0 })).toEqual([`/named/* -> ${V1}`]);
    expect(lines([named, { ...edge(below('/rest')), name: 'rest' }], { table: 1 })).toEqual([`/rest/* -> ${V1}`]);
  });
});

describe('the match', () => {
  test.each<[string, GatewayRoute, Match, readonly string[]]>([
    ['an exact path is asked of the service', edge(at('exact', '/api/x')), at('regex', '/api/[a-z]'), [`/api/x -> ${V2}`]],
    ['an exact path that just misses', edge(at('exact', '/api/7')), at('regex', '/api/[a-z]'), ['/api/7 -> answer 404']],
    ['the longer of two prefixes', edge(below('/api')), below('/api/cart'), [`/api/cart/* -> ${V2}`, '/api/* -> answer 404']],
    ['prefixes that do not meet', edge(below('/api')), below('/apiary'), ['/api/* -> answer 404']],
    ['an expression behind everything', edge(build.http()), at('regex', '/v[0-9]+'), [`regex '/v[0-9]+' -> ${V2}`, '/* -> answer 404']],
    ['a whole path that is replaced', edge(at('regex', '/v[0-9]+'), rewritten('/x', 'full')), at('exact', '/x'), [`regex '/v[0-9]+' -> ${V2}, full /x`]],
    ['a whole path that is replaced by another', edge(at('regex', '/v[0-9]+'), rewritten('/x', 'full')), at('exact', '/x/'), ["regex '/v[0-9]+' -> answer 404"]],
    ['a prefix that is stripped', edge(below('/api'), rewritten('/')), below('/cart'), [`/api/cart/* -> ${V2}, prefix /cart`, '/api/* -> answer 404']],
    ['a prefix that is stripped to what the service does not take', edge(below('/api'), rewritten('/')), below('/api'), [`/api/api/* -> ${V2}, prefix /api`, '/api/* -> answer 404']],
    ['a stripped prefix of which only the root is taken', edge(below('/api'), rewritten('/')), at('exact', '/'), [`/api -> ${V2}, full /`, `/api/ -> ${V2}, full /`, '/api/* -> answer 404']],
    ['a replaced prefix of which only itself is taken', edge(below('/api'), rewritten('/v2')), at('exact', '/v2'), [`/api -> ${V2}, full /v2`, '/api/* -> answer 404']],
    ['a replaced prefix that is all that is taken', edge(below('/api'), rewritten('/v2/x')), below('/v2'), [`/api/* -> ${V2}, prefix /v2/x`]],
    ['a replaced prefix that only looks alike', edge(below('/api'), rewritten('/v2x')), below('/v2'), ['/api/* -> answer 404']],
    ['a raw prefix that is replaced', edge(at('raw-prefix', '/a'), rewritten('/b')), below('/bc'), [`/ac/* -> ${V2}, prefix /bc`, '/a… -> answer 404']],
    ['an expression that is one path, under a rewrite', edge(below('/api'), rewritten('/v2')), at('regex', '/v2/x'), [`/api/x -> ${V2}, full /v2/x`, '/api/* -> answer 404']],
    ['an expression that a rewrite never meets', edge(below('/api'), rewritten('/v2')), at('regex', '/w[0-9]+'), ['/api/* -> answer 404']],
    ['methods, schemes and queries of both', edge(below('/api', { method: 'GET', query: [{ name: 'q', match: { kind: 'present' } }] })),
      build.http(undefined, { scheme: 'https', headers: [beta] }), [`GET https /api/* with header x-env 'beta' and query q -> ${V2}`, 'GET /api/* with query q -> answer 404']],
    ['methods that do not meet', edge(below('/api', { method: 'GET' })), build.http(undefined, { method: 'PUT' }), ['GET /api/* -> answer 404']],
  ])('takes %s', (_, outer, inner, expected) => {
    expect(lines([outer], { services: [products(route('pin', inner, [v('v2')]))] })).toEqual(expected);
  });

  test('takes gRPC calls of both', () => {
    const ports = [{ port: 9090, targetPort: 9090, protocol: 'grpc' as const }];
    const pin = route('pin', build.grpc({ method: 'Get', metadata: [beta] }), [v('v2')]);
    const situation = { services: [{ ...products(pin, route('all', build.grpc(), [v('v1')])), ports }], listeners: [build.listener(9090, 9090, { protocol: 'grpc' })] };

    expect(lines([edge(build.grpc({ service: 'shop.Catalog' }))], situation)).toEqual([
      "gRPC calls of shop.Catalog/Get with header x-env 'beta' -> 1 shop/products@v2:9090", 'gRPC calls of shop.Catalog/* -> 1 shop/products@v1:9090',
    ]);
    expect(lines([edge(build.grpc({ method: 'List' }))], situation)).toEqual(['gRPC calls of */List -> 1 shop/products@v1:9090']);
  });
});

describe('headers that the gateway changes', () => {
  const absent = build.header('x-env', { kind: 'present' }, 'absent-or-different');
  const BETA = { name: 'x-env', value: 'beta' };

  test.each<[string, Partial<HeaderChanges>, typeof beta, readonly string[]]>([
    ['set to what the service wants', { set: [BETA] }, beta, [`/* -> ${V2}`]],
    ['set to something else', { set: [{ name: 'x-env', value: 'Beta' }] }, beta, [`/* -> ${V1}`]],
    ['set twice, the last counts', { set: [{ name: 'x-env', value: 'x' }, BETA] }, beta, [`/* -> ${V2}`]],
    ['set after it was removed', { set: [BETA], remove: ['x-env'] }, beta, [`/* -> ${V2}`]],
    ['removed, where the service wants none', { remove: ['x-env'] }, absent, [`/* -> ${V2}`]],
    ['removed, where the service wants one', { remove: ['x-env'] }, beta, [`/* -> ${V1}`]],
    ['set, where the service wants none', { set: [BETA] }, absent, [`/* -> ${V1}`]],
    ['left alone', { set: [{ name: 'x-other', value: 'beta' }], remove: ['x-more'], add: [{ name: 'x-third', value: 'c' }] }, beta, [`/* with header x-env 'beta' -> ${V2}`, `/* -> ${V1}`]],
  ])('are decided: %s', (_, some, condition, expected) => {
    const services = [products(route('pin', build.http(undefined, { headers: [condition] }), [v('v2')]), all())];

    expect(lines([edge(build.http(), { requestHeaders: changes(some) })], { services })).toEqual(expected);
  });

  test('do not matter where the service adds to what no route asks for', () => {
    const services = [products(route('pin', below('/other', { headers: [beta] }), [v('v2')]), all())];

    expect(lines([edge(below('/api'), { requestHeaders: changes({ add: [BETA] }) })], { services })).toEqual([`/api/* -> ${V1}`]);
  });
});

describe('what is changed', () => {
  const filtersOf = (outer: Filters, inner: Filters, service: Partial<Service> = {}) =>
    flat([edge(build.http(), outer)], { services: [{ ...products(route('all', build.http(), [v('v1')], inner)), ...service }] })[0]!.filters;

  test.each<[string, Filters, Filters, readonly string[]]>([
    ['one prefix after the other', rewritten('/v2'), rewritten('/w'), [`/api/* -> ${V1}, prefix /w`]],
    ['a whole path after a prefix', rewritten('/v2'), rewritten('/x', 'full'), [`/api/* -> ${V1}, full /x`]],
    ['a prefix after a whole path', rewritten('/v2/y', 'full'), rewritten('/w'), [`/api/* -> ${V1}, full /w/y`]],
    ['only that of the service', {}, {}, ['/api/* -> answer 404']],
  ])('of the path: %s', (_, outer, inner, expected) => {
    expect(lines([edge(below('/api'), outer)], { services: [products(route('v2', below('/v2'), [v('v1')], inner))] })).toEqual(expected);
  });

  test('of the path is said as two routes where a bare prefix becomes a slash in between', () => {
    const services = [products(route('all', build.http(), [v('v1')], rewritten('/w')))];

    expect(lines([edge(below('/api'), rewritten('/'))], { services })).toEqual([`/api -> ${V1}, full /w/`, `/api/… -> ${V1}, prefix /w/`]);
    expect(lines([edge(below('/api'), rewritten('/v'))], { services })).toEqual([`/api/* -> ${V1}, prefix /w/v`]);
  });

  test('of the path replaces a slash as text where the service does', () => {
    expect(lines([edge(build.http())], { services: [products(route('raw', at('raw-prefix', '/'), [v('v1')], rewritten('/w')))] })).toEqual([`/… -> ${V1}, prefix /w`]);
    expect(lines([edge(build.http())], { services: [products(route('all', build.http(), [v('v1')], rewritten('/w')))] })).toEqual([`/* -> ${V1}, prefix /w`]);
  });

  test('of headers is what both do, the second over the first', () => {
    const outer = changes({ set: [{ name: 'a', value: '1' }, { name: 'b', value: '1' }], add: [{ name: 'c', value: '1' }], remove: ['d', 'e'] });
    const inner = changes({ set: [{ name: 'b', value: '2' }, { name: 'e', value: '2' }], add: [{ name: 'a', value: '2' }, { name: 'd', value: '2' }], remove: ['c'] });

    expect(filtersOf({ requestHeaders: outer }, { requestHeaders: inner }).requestHeaders).toEqual(
      { set: [{ name: 'a', value: '1' }, { name: 'b', value: '2' }, { name: 'e', value: '2' }], add: [{ name: 'a', value: '2' }, { name: 'd', value: '2' }], remove: ['d', 'c'] });
  });

  test('of the answer is done by the service first', () => {
    const outer = changes({ set: [{ name: 'server', value: 'edge' }] });
    const inner = changes({ set: [{ name: 'server', value: 'products' }], add: [{ name: 'via', value: 'products' }] });

    expect(filtersOf({ responseHeaders: outer }, { responseHeaders: inner }).responseHeaders).toEqual(changes({ set: outer.set, add: inner.add }));
  });

  test.each<[string, Filters['rewriteHost'], Filters['rewriteHost'], Filters['rewriteHost']]>([
    ['that of the gateway', { kind: 'exact', value: 'a.test' }, undefined, { kind: 'exact', value: 'a.test' }],
    ['the last of both', { kind: 'exact', value: 'a.test' }, { kind: 'exact', value: 'b.test' }, { kind: 'exact', value: 'b.test' }],
    ['that of the service', { kind: 'service' }, undefined, { kind: 'service' }],
  ])('of the host is %s', (_, outer, inner, expected) => {
    expect(filtersOf(outer === undefined ? {} : { rewriteHost: outer }, inner === undefined ? {} : { rewriteHost: inner })).toEqual({ rewriteHost: expected });
  });

  test('of the host keeps the name of a router, whose versions are those of others', () => {
    const router = build.service('router', { kind: 'router', versions: [], routes: [route('all', build.http(), [v('v2')])] });
    const to = build.gatewayRoute('edge', build.http(), [build.to('shop/router')], { filters: { rewriteHost: { kind: 'service' } } });

    expect(flat([to], { services: [products(all()), router] })[0]!.filters).toEqual({ rewriteHost: { kind: 'exact', value: 'router.shop.svc.cluster.local' } });
  });

  test('arrives on the port of the same number as at the router', () => {
    const two = { ...products(all()), ports: [build.httpPort(8080), build.httpPort(8081)] };
    const toV2 = route('all', build.http(), [v('v2')], { mirrors: [{ service: 'shop/products', version: 'v1', percent: 1 }] });
    const router = build.service('router', { kind: 'router', versions: [], ports: [build.httpPort(8081)], routes: [toV2] });
    const to = build.gatewayRoute('edge', build.http(), [build.to('shop/router')], { filters: { mirrors: toV2.filters.mirrors! } });
    const [only] = flat([to], { services: [two, router] });

    expect(only!.action).toEqual({ kind: 'forward', destinations: [{ ...v('v2'), port: 8081 }] });
    expect(only!.filters.mirrors!.map(({ port }) => port)).toEqual([8080, 8081]);
  });

  test('unites mirrors and names their ports', () => {
    const mirror = (version: string): Mirror => ({ service: 'shop/products', version, percent: 10 });

    expect(filtersOf({ mirrors: [mirror('v1')] }, { mirrors: [mirror('v2')] }).mirrors).toEqual([{ ...mirror('v1'), port: 8080 }, { ...mirror('v2'), port: 8080 }]);
  });

  test('takes the only fault that does something', () => {
    const [none, some] = [{ abort: { status: 503, percent: 0 } }, { abort: { status: 503, percent: 1 } }];

    expect([filtersOf({ fault: some }, { fault: none }).fault, filtersOf({ fault: none }, { fault: some }).fault, filtersOf({}, { fault: none }).fault]).toEqual([some, some, none]);
  });

  test('lets the gateway have the last word on retries and limits, field by field', () => {
    const services = [products(route('all', build.http(), [v('v1')], {}, { retry: { attempts: 3, on: ['server-error'] }, timeouts: { requestMs: 9, idleMs: 7 } }))];

    expect(flat([edge(build.http(), {}, { policy: { timeouts: { requestMs: 5 } } })], { services })[0]!.policy)
      .toEqual({ retry: { attempts: 3, on: ['server-error'] }, timeouts: { requestMs: 5, idleMs: 7 } });
  });

  test('of a 404 is only what happens to an answer', () => {
    const own: Filters = { ...rewritten('/x'), requestHeaders: changes({ remove: ['a'] }), responseHeaders: changes({ remove: ['server'] }), fault: { delay: { ms: 5, percent: 50 } } };

    expect(flat([edge(build.http(), own)], { services: [products(route('y', at('exact', '/y'), [v('v1')]))] })).toMatchObject([
      { closes: true, filters: { responseHeaders: own.responseHeaders, fault: own.fault }, policy: {} },
    ]);
  });
});

describe('redirects and answers', () => {
  const redirect = (rest: Partial<Extract<RouteAction, { kind: 'redirect' }>> = {}): RouteAction => ({ kind: 'redirect', status: 302, ...rest });
  const actions = (outer: GatewayRoute, inner: ServiceRoute, situation: Situation = {}) =>
    flat([outer], { services: [products(inner)], ...situation }).map(({ match, action }) => [describeMatch(match), action]);
  const ownHost = { rewriteHost: { kind: 'service' } as const };

  test('of the gateway stay as they are', () => {
    const gone = edge(below('/api'), { responseHeaders: changes({ remove: ['server'] }) }, { action: { kind: 'respond', status: 410, body: 'gone' } });

    expect(flat([gone])).toMatchObject([{ match: gone.match, action: gone.action, filters: gone.filters, serviceRoutes: [], closes: false }]);
  });

  test('of the gateway are left out where they are never reached', () => {
    const gone = edge(below('/api/x'), {}, { action: { kind: 'respond', status: 410 }, priority: 2 });

    expect(lines([edge(below('/api'), {}, { name: 'first', priority: 1 }), gone])).toEqual([`/api/* -> ${V1}`]);
    expect(lines([edge(below('/api/x/y'), {}, { name: 'first', priority: 1 }), gone])).toEqual([`/api/x/y/* -> ${V1}`, '/api/x/* -> answer 410']);
  });

  test('of a service are given by the gateway', () => {
    expect(actions(edge(below('/api')), route('gone', build.http(), { kind: 'respond', status: 410 }))).toEqual([['/api/*', { kind: 'respond', status: 410 }]]);
    expect(actions(edge(below('/api')), route('moved', build.http(), redirect({ host: 'a.test' })))).toEqual([['/api/*', redirect({ host: 'a.test' })]]);
  });

  test('of a service name the path that the gateway has rewritten', () => {
    expect(actions(edge(below('/api'), rewritten('/v2')), route('moved', build.http(), redirect()))).toEqual([['/api/*', redirect({ path: { kind: 'prefix', value: '/v2' } })]]);
    expect(actions(edge(below('/api'), rewritten('/v2')), route('moved', below('/v2/x'), redirect({ path: { kind: 'prefix', value: '/y' } }))))
      .toEqual([['/api/x/*', redirect({ path: { kind: 'prefix', value: '/y' } })], ['/api/*', { kind: 'respond', status: 404 }]]);
  });

  test('of a service name the host that the gateway has rewritten, unless it is the one that was asked for', () => {
    const host = 'products.shop.svc.cluster.local';
    const asked = (value: string) => edge(build.http(), ownHost, { hosts: [{ kind: 'exact', value }] });

    expect(actions(asked('api.test'), route('moved', build.http(), redirect()))).toEqual([['/*', redirect({ host })]]);
    expect(actions(asked(host), route('moved', build.http(), redirect()))).toEqual([['/*', redirect()]]);
    expect(actions(edge(build.http(), ownHost, { hosts: [{ kind: 'suffix', value: '.test' }] }), route('moved', build.http(), redirect()))).toEqual([['/*', redirect({ host })]]);
    expect(actions(edge(build.http(), ownHost), route('moved', build.http(), redirect({ port: 8443 })))).toEqual([['/*', redirect({ port: 8443, host })]]);
    expect(actions(edge(build.http(), ownHost), route('moved', build.http(), redirect({ host: 'b.test' })))).toEqual([['/*', redirect({ host: 'b.test' })]]);
  });
});

describe('splits', () => {
  const catalog = (...routes: readonly ServiceRoute[]) => build.service('catalog', { routes });
  const toCatalog = route('all', build.http(), [v('v1', 1, 'shop/catalog')]);
  const split = (filters: Filters = {}, weights: readonly [number, number] = [1, 1]) =>
    edge(below('/api'), filters, { action: { kind: 'forward', destinations: [build.to('shop/products', weights[0]), build.to('shop/catalog', weights[1])] } });

  test('multiply exactly, in the client’s words', () => {
    const services = [products(route('beta', below('/v2/x'), [v('v2')]), all(v('v1', 95), v('v2', 5))), catalog(toCatalog)];

    expect(lines([split(rewritten('/v2'), [2, 1])], { services })).toEqual([
      '/api/x/* -> 2 shop/products@v2:8080, 1 shop/catalog@v1:8080, prefix /v2/x',
      '/api/* -> 19 shop/products@v1:8080, 1 shop/products@v2:8080, 10 shop/catalog@v1:8080, prefix /v2',
    ]);
  });

  test('keep versions of weight 0, whatever their own table says of requests that never come', () => {
    const services = [products(all()), catalog(route('x', at('regex', '/v[0-9]+'), [v('v1', 1, 'shop/catalog')], rewritten('/y', 'full')))];

    expect(lines([split({}, [1, 0])], { services })).toEqual([`/api/* -> ${V1}, 0 shop/catalog@v1:8080`]);
    expect(lines([edge(build.http(), {}, { action: { kind: 'forward', destinations: [v('v1', 3), v('v2', 0)] } })])).toEqual([`/* -> ${V1}, 0 shop/products@v2:8080`]);
  });

  test('keep the share of a version that another part of weight 0 names, too', () => {
    const twice = edge(build.http(), {}, { action: { kind: 'forward', destinations: [build.to('shop/products', 1), v('v1', 0)] } });

    expect(lines([twice])).toEqual([`/* -> ${V1}`]);
  });

  test('leave out a product that an earlier gateway route takes', () => {
    const first = { ...edge(build.http(undefined, { method: 'GET', headers: [beta] })), name: 'first', priority: 1 };
    const services = [products(route('get', build.http(undefined, { method: 'GET' }), [v('v2')]), all()), catalog(route('beta', build.http(undefined, { headers: [beta] }), [v('v1', 1, 'shop/catalog')]), toCatalog)];

    expect(lines([first, { ...split(), priority: 2 }], { services }).map((line) => line.replace(/ ->.*/, '')))
      .toEqual(["GET /* with header x-env 'beta'", 'GET /api/*', "/api/* with header x-env 'beta'", '/api/*']);
  });

  test('do not stumble over an expression behind a route that has taken everything', () => {
    const own = [products(route('pin', below('/v', { headers: [beta] }), [v('v2')]), all())];
    const behind = (first: Match) => catalog({ ...route('first', first, [v('v1', 1, 'shop/catalog')]), priority: 1 }, { ...route('b', at('regex', '.*b'), [v('v1', 1, 'shop/catalog')]), priority: 2 }, toCatalog);
    const whole = { ...split(), match: build.http() };

    expect(flatten([whole], { services: [...own, behind(build.http(undefined, { headers: [beta] }))] }).kind).toBe('flat');
    expect(flatten([whole], { services: [...own, behind(build.http(undefined, { method: 'GET', headers: [beta] }))] }).kind).toBe('obstacles');
  });

  test('know rewrites that do the same in other words', () => {
    const whole = { ...split(), match: build.http() };
    const raw = products(route('raw', at('raw-prefix', '/'), [v('v1')], rewritten('/w/')));
    const segments = (value: string) => catalog(route('all', build.http(), [v('v1', 1, 'shop/catalog')], rewritten(value)));

    expect(lines([whole], { services: [raw, segments('/w')] })).toEqual(['/… -> 1 shop/products@v1:8080, 1 shop/catalog@v1:8080, prefix /w/']);
    expect(flatten([whole], { services: [raw, segments('/w//')] }).kind).toBe('obstacles');
  });

  test('answer 404 where all services do', () => {
    const some = at('exact', '/api/x');
    const services = [products(route('x', some, [v('v1')])), catalog(route('x', some, [v('v1', 1, 'shop/catalog')]))];

    expect(lines([split()], { services })).toEqual(['/api/x -> 1 shop/products@v1:8080, 1 shop/catalog@v1:8080', '/api/* -> answer 404']);
  });

  test('need no total tables past what the gateway takes', () => {
    const services = [products(route('api', below('/api'), [v('v1')])), catalog(route('api', at('raw-prefix', '/a'), [v('v1', 1, 'shop/catalog')]))];

    expect(lines([split()], { services })).toEqual(['/api/* -> 1 shop/products@v1:8080, 1 shop/catalog@v1:8080']);
  });

  test.each<[string, ServiceRoute, Filters, string]>([
    ['a share of 404s', route('x', at('exact', '/api/x'), [v('v1')]), {}, "service 'shop/products' has no route for some requests of route 'edge' (/api/*) of gateway 'shop/gateway', so its share would be answered 404"],
    ['a share of redirects', route('all', build.http(), { kind: 'redirect', status: 302 }), {},
      "route 'all' (/*) of service 'shop/products' does not lead to a version, so it has no share of route 'edge' (/api/*) of gateway 'shop/gateway'"],
    ['different rewrites', route('all', build.http(), [v('v1')], rewritten('/x')), {}, "route 'all' (/*) of service 'shop/products' and route 'all' (/*) of service 'shop/catalog' have different path rewrites"],
    ['different retries', route('all', build.http(), [v('v1')], {}, { retry: { attempts: 2, on: ['server-error'] } }), {}, "route 'all' (/*) of service 'shop/products' and route 'all' (/*) of service 'shop/catalog' have different retries"],
  ])('are refused with %s', (_, own, filters, reason) => {
    expect(flatten([split(filters)], { services: [products(own), catalog(toCatalog)] })).toMatchObject({ kind: 'obstacles', obstacles: [{ reason }] });
  });
});

describe('no single table says', () => {
  const beginning = "route 'edge' (/api/*) of gateway 'shop/gateway'";
  const fault = { abort: { status: 503, percent: 10 } };

  test.each<[string, GatewayRoute, readonly ServiceRoute[], string]>([
    ['an expression and a longer prefix', edge(at('regex', '/a.*')), [route('pin', below('/api'), [v('v2')])],
      "route 'edge' (regex '/a.*') of gateway 'shop/gateway' and route 'pin' (/api/*) of service 'shop/products' overlap, but no single match says where"],
    ['two expressions', edge(at('regex', '/a.*')), [route('pin', at('regex', '.*b'), [v('v2')])],
      "route 'edge' (regex '/a.*') of gateway 'shop/gateway' and route 'pin' (regex '.*b') of service 'shop/products' overlap, but no single match says where"],
    ['an expression under a rewrite', edge(below('/api'), rewritten('/v')), [route('pin', at('regex', '/v/[0-9]+'), [v('v2')])],
      `${beginning} rewrites the path before route 'pin' (regex '/v/[0-9]+') of service 'shop/products' matches it by a regular expression, and no single match says which paths of clients fit`],
    ['a value that is added to a header of a match', edge(below('/api'), { requestHeaders: changes({ add: [{ name: 'x-env', value: 'b' }] }) }), [route('pin', build.http(undefined, { headers: [beta] }), [v('v2')])],
      `${beginning} adds a value to header x-env, on which route 'pin' (/* with header x-env 'beta') of service 'shop/products' has a condition, and meshes do not agree on what a list of values matches`],
    ['a prefix that is replaced in the match of an expression', edge(at('regex', '/api/[a-z]+')), [route('strip', below('/api'), [v('v1')], rewritten('/'))],
      "route 'strip' (/api/*) of service 'shop/products' replaces a prefix of paths that are matched by regex '/api/[a-z]+', and no rewrite of a regular expression's match does that"],
    ['faults of both stages', edge(below('/api'), { fault }), [route('slow', build.http(), [v('v1')], { fault: { delay: { ms: 5, percent: 1 } } })],
      `${beginning} and route 'slow' (/*) of service 'shop/products' both let requests fail or wait, and no single fault does the same`],
    ['a redirect whose port depends on the host that was asked for', edge(below('/api'), { rewriteHost: { kind: 'exact', value: 'b.test' } }), [route('moved', build.http(), { kind: 'redirect', status: 301 })],
      `${beginning} rewrites the host to b.test, to which route 'moved' (/*) of service 'shop/products' redirects: the port of clients who asked for b.test already would stay, that of others would not`],
    ['the same for a wildcard that takes it', edge(below('/api'), { rewriteHost: { kind: 'exact', value: 'b.test' } }, { hosts: [{ kind: 'suffix', value: '.test' }] }), [route('moved', build.http(), { kind: 'redirect', status: 301 })],
      "route 'edge' (/api/* on *.test) of gateway 'shop/gateway' rewrites the host to b.test, to which route 'moved' (/*) of service 'shop/products' redirects: the port of clients who asked for b.test already would stay, that of others would not"],
    ['weights of 0 alone', edge(below('/api'), {}, { action: { kind: 'forward', destinations: [v('v1', 0)] } }), [all()], `all weights of ${beginning} are 0`],
    ['weights of 0 alone at the service', edge(below('/api')), [all(v('v1', 0))], "all weights of route 'all' (/*) of service 'shop/products' are 0"],
    ['a service route without version', edge(below('/api')), [all({ service: 'shop/products', weight: 1 })], "route 'all' (/*) of service 'shop/products' leads to service 'shop/products' without naming a version"],
    ['a service that does not exist', edge(below('/api'), {}, { action: { kind: 'forward', destinations: [build.to('shop/none')] } }), [], "there is no service 'shop/none'"],
    ['shares that no integer holds', edge(below('/api'), {}, { action: { kind: 'forward', destinations: [build.to('shop/products', 2 ** 53 - 4), v('v2', 1)] } }), [all(v('v1', 2), v('v2', 1))],
      'the exact share would need the weight 18014398509481976, which is too large to be said'],
  ])('%s', (_, outer, routes, reason) => {
    expect(flatten([outer], { services: [products(...routes)] })).toEqual({ kind: 'obstacles', obstacles: [{ reason, origin: outer.origin, property: 'match' }] });
  });

  test.each([['PUT', 'obstacles'], ['GET', 'flat']] as const)('about an added value on %s where an earlier route takes GET', (method, kind) => {
    const services = [products(route('pin', build.http(undefined, { method, headers: [beta] }), [v('v2')]), all())];
    const first = { ...edge(build.http(undefined, { method: 'GET' })), name: 'first', priority: 1 };
    const adding = edge(below('/api'), { requestHeaders: changes({ add: [{ name: 'x-env', value: 'b' }] }) }, { priority: 2 });

    expect(flatten([first, adding], { services }).kind).toBe(kind);
  });

  test('lists all obstacles, and none for what is never reached', () => {
    const slow = [products(route('slow', build.http(), [v('v1')], { fault }))];
    const [first, again, other] = [edge(below('/a'), { fault }), edge(below('/a/b'), { fault }), edge(below('/b'), { fault })];
    const result = flatten([first, { ...again, priority: 9 }, other].map((one, index) => ({ ...one, name: `r${index}`, priority: index })), { services: slow });

    expect(result.kind === 'obstacles' && result.obstacles.map(({ reason }) => reason.slice(0, 10))).toEqual(["route 'r0'", "route 'r2'"]);
  });

  test.each<[string, Filters, readonly GatewayRoute[], readonly ServiceRoute[], FlatGateway['kind']]>([
    ['an expression whose requests an earlier gateway route takes', {}, [edge(build.http(undefined, { headers: [beta] }))], [], 'flat'],
    ['an expression of which an earlier gateway route takes a part', {}, [edge(build.http(undefined, { headers: [beta], method: 'GET' }))], [], 'obstacles'],
    ['an expression whose requests an earlier service route takes', {}, [], [route('beta', build.http(undefined, { headers: [beta] }), [v('v1')])], 'flat'],
    ['the same under a rewrite', rewritten('/w'), [], [route('beta', below('/w', { headers: [beta] }), [v('v1')])], 'flat'],
    ['an expression of which an earlier service route takes a part, under a rewrite', rewritten('/w'), [], [route('beta', below('/w/x', { headers: [beta] }), [v('v1')])], 'obstacles'],
  ])('about %s', (_, filters, first, earlier, kind) => {
    const pin = route('pin', at('regex', '.*b', { headers: [beta] }), [v('v2')]);
    const services = [products(...earlier.map((one) => ({ ...one, priority: 1 })), { ...pin, priority: 2 })];

    expect(flatten([...first.map((one) => ({ ...one, priority: 1, name: 'first' })), { ...edge(below('/v'), filters), priority: 2 }], { services }).kind).toBe(kind);
  });
});
