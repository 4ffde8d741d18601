/** One route: match, changes, limits, in Envoy's words. */
import { lower, routesOf, type LoweredRoute } from './lowered';
import type { Filters, PathRewrite, RetryEvent, RouteAction } from '../../../lib/model/action';
import type { HeaderMatch, HttpMatch, PathMatch, QueryMatch } from '../../../lib/model/match';
import * as build from '../../model-builders';

const EDGE = 'gateway/shop/gateway:80';

function routesFor(match: HttpMatch, draft: { readonly filters?: Filters; readonly action?: RouteAction } = {}): readonly LoweredRoute[] {
  const route = { ...build.gatewayRoute('one', match, [build.to('shop/products')]), ...draft };
  return routesOf(lower(build.model({ services: [build.service('products')], gateways: [build.gateway([route])] })), EDGE, '*');
}

const matchOf = (match: HttpMatch) => routesFor(match).map((route) => route.match);

describe('a path', () => {
  test.each<[string, PathMatch, object]>([
    ['exact', { kind: 'exact', value: '/api/' }, { path: '/api/' }],
    ['by segments', { kind: 'prefix', value: '/api' }, { path_separated_prefix: '/api' }],
    ['every one', { kind: 'prefix', value: '/' }, { prefix: '/' }],
    ['by raw text', { kind: 'raw-prefix', value: '/api' }, { prefix: '/api' }],
    ['by expression', { kind: 'regex', value: '/v\\d+' }, { safe_regex: { regex: '/v\\d+' } }],
    ['by the empty expression, which Envoy refuses', { kind: 'regex', value: '' }, { safe_regex: { regex: '^$' } }],
  ])('%s', (_what, path, expected) => {
    expect(matchOf(build.http(path))).toEqual([expected]);
  });
});

describe('a header condition', () => {
  const different = { name: 'x-env', string_match: { exact: 'b' }, invert_match: true };
  const absent = { name: 'x-env', present_match: true, invert_match: true };

  test.each<[string, HeaderMatch, readonly (readonly object[])[]]>([
    ['exact', build.header('x-env', { kind: 'exact', value: 'b' }), [[{ name: 'x-env', string_match: { exact: 'b' } }]]],
    ['prefix', build.header('x-env', { kind: 'prefix', value: 'b' }), [[{ name: 'x-env', string_match: { prefix: 'b' } }]]],
    ['suffix', build.header('x-env', { kind: 'suffix', value: 'b' }), [[{ name: 'x-env', string_match: { suffix: 'b' } }]]],
    ['expression', build.header('x-env', { kind: 'regex', value: 'b+' }), [[{ name: 'x-env', string_match: { safe_regex: { regex: 'b+' } } }]]],
    ['range', build.header('x-env', { kind: 'range', start: -1, end: 7 }), [[{ name: 'x-env', range_match: { start: -1, end: 7 } }]]],
    ['present', build.header('x-env', { kind: 'present' }), [[{ name: 'x-env', present_match: true }]]],
    ['absent', build.header('x-env', { kind: 'present' }, 'absent-or-different'), [[absent]]],
    ['present and different', build.header('x-env', { kind: 'exact', value: 'b' }, 'present-and-different'), [[different]]],
    ['absent or different', build.header('x-env', { kind: 'exact', value: 'b' }, 'absent-or-different'), [[{ ...different, treat_missing_header_as_empty: true }]]],
    ['absent or different from nothing is two routes', build.header('x-env', { kind: 'exact', value: '' }, 'absent-or-different'),
      [[absent], [{ ...different, string_match: { exact: '' } }]]],
    ['absent or different from an expression that takes nothing is two routes', build.header('x-env', { kind: 'regex', value: 'b*' }, 'absent-or-different'),
      [[absent], [{ ...different, string_match: { safe_regex: { regex: 'b*' } } }]]],
  ])('%s', (_what, header, alternatives) => {
    expect(matchOf(build.http(undefined, { headers: [header] }))).toEqual(alternatives.map((headers) => ({ prefix: '/', headers })));
  });

  test('that needs two routes gives both the same action', () => {
    const [first, second] = routesFor(build.http(undefined, { headers: [build.header('x-env', { kind: 'regex', value: '.*' }, 'absent-or-different')] }));

    expect({ ...first, match: undefined }).toEqual({ ...second, match: undefined });
  });

  test('stands after method and scheme', () => {
    const match = build.http(undefined, { method: 'GET', scheme: 'https', headers: [build.header('x-env', { kind: 'present' })] });

    expect(matchOf(match)[0]!.headers).toEqual([
      { name: ':method', string_match: { exact: 'GET' } }, { name: ':scheme', string_match: { exact: 'https' } }, { name: 'x-env', present_match: true },
    ]);
  });
});

test.each<[QueryMatch['match'], object]>([
  [{ kind: 'exact', value: '' }, { name: 'q', string_match: { exact: '' } }],
  [{ kind: 'regex', value: 'a|b' }, { name: 'q', string_match: { safe_regex: { regex: 'a|b' } } }],
  [{ kind: 'present' }, { name: 'q', present_match: true }],
])('a query condition %j', (match, expected) => {
  expect(matchOf(build.http(undefined, { query: [{ name: 'q', match }] }))).toEqual([{ prefix: '/', query_parameters: [expected] }]);
});

test.each<[object, object]>([
  [{}, { prefix: '/' }],
  [{ service: 'shop.v1.Catalog', method: 'Get' }, { path: '/shop.v1.Catalog/Get' }],
  [{ service: 'shop.v1.Catalog' }, { safe_regex: { regex: '/shop\\.v1\\.Catalog/[^/]+' } }],
  [{ method: 'Get' }, { safe_regex: { regex: '/[^/]+/Get' } }],
])('a gRPC match %j', (call, expected) => {
  const edge = build.gateway([build.gatewayRoute('one', build.grpc(call), [build.to('shop/products')])], { listeners: [build.listener(80, 8080, { protocol: 'grpc' })] });

  expect(routesOf(lower(build.model({ services: [build.service('products')], gateways: [edge] })), EDGE, '*').map(({ match }) => match)).toEqual([expected]);
});

describe('a rewrite', () => {
  const everything = (substitution: string) => ({ regex_rewrite: { pattern: { regex: '^.*$' }, substitution } });

  test.each<[PathMatch, PathRewrite, object]>([
    [build.prefix('/api'), { kind: 'prefix', value: '/v2' }, { prefix_rewrite: '/v2' }],
    [build.prefix('/api'), { kind: 'prefix', value: '/v2/' }, { prefix_rewrite: '/v2' }],
    [build.prefix('/a.b'), { kind: 'prefix', value: '/' }, { regex_rewrite: { pattern: { regex: '^/a\\.b/?' }, substitution: '/' } }],
    [build.prefix('/'), { kind: 'prefix', value: '/v2' }, { prefix_rewrite: '/v2/' }],
    [build.prefix('/'), { kind: 'prefix', value: '/' }, { prefix_rewrite: '/' }],
    [{ kind: 'raw-prefix', value: '/api' }, { kind: 'prefix', value: '/v2' }, { prefix_rewrite: '/v2' }],
    [build.prefix('/api'), { kind: 'full', value: '/a\\1' }, everything('/a\\\\1')],
    [{ kind: 'exact', value: '/api' }, { kind: 'full', value: '/v2' }, everything('/v2')],
  ])('of %j by %j', (path, rewritePath, expected) => {
    const [route] = routesFor(build.http(path), { filters: { rewritePath } });

    expect(route!.route).toMatchObject(expected);
  });
});

test('header changes are made in the order remove, set, add, and their values are texts', () => {
  const changes = { set: [{ name: 'x-a', value: '100%' }], add: [{ name: 'x-b', value: '' }], remove: ['x-c'] };
  const [route] = routesFor(build.http(), { filters: { requestHeaders: changes, responseHeaders: changes } });
  const added = [
    { header: { key: 'x-a', value: '100%%' }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' },
    { header: { key: 'x-b', value: '' }, append_action: 'APPEND_IF_EXISTS_OR_ADD', keep_empty_value: true },
  ];

  expect(route).toMatchObject({ request_headers_to_add: added, request_headers_to_remove: ['x-c'], response_headers_to_add: added, response_headers_to_remove: ['x-c'] });
});

test.each<[RouteAction, object]>([
  [{ kind: 'redirect', status: 308, scheme: 'https', host: 'new.test', port: 8443, path: { kind: 'prefix', value: '/new' } },
    { redirect: { response_code: 'PERMANENT_REDIRECT', scheme_redirect: 'https', host_redirect: 'new.test', port_redirect: 8443, prefix_rewrite: '/new' } }],
  [{ kind: 'redirect', status: 303 }, { redirect: { response_code: 'SEE_OTHER' } }],
  [{ kind: 'respond', status: 410, body: 'gone' }, { direct_response: { status: 410, body: { inline_string: 'gone' } } }],
  [{ kind: 'respond', status: 200 }, { direct_response: { status: 200 } }],
  [{ kind: 'respond', status: 204, body: 'Envoy would send this' }, { direct_response: { status: 204 } }],
])('an ending %j', (action, expected) => {
  expect(routesFor(build.http(build.prefix('/old')), { action })).toEqual([{ name: 'shop/gateway one', match: { path_separated_prefix: '/old' }, ...expected }]);
});

test('a long answer raises the limit of 4096 bytes', () => {
  const action: RouteAction = { kind: 'respond', status: 200, body: 'x'.repeat(5000) };
  const edge = build.gateway([{ ...build.gatewayRoute('one', build.http(), []), action }]);
  const { routes } = lower(build.model({ services: [build.service('products')], gateways: [edge] }));

  expect(routes.map(({ name, max_direct_response_body_size_bytes: limit }) => [name, limit])).toEqual([[EDGE, 15_000], ['receivers', undefined], ['services', undefined]]);
});

describe('a policy', () => {
  function innerRoute(policy: object): LoweredRoute {
    const products = build.service('products', { routes: [build.serviceRoute('split', build.http(), build.shares('shop/products', { v1: 1 }), { policy })] });
    const edge = build.gateway([build.gatewayRoute('one', build.http(), [build.to('shop/products')])]);
    return routesOf(lower(build.model({ services: [products], gateways: [edge] })), 'services', 'shop/products:8080')[0]!;
  }

  test('that says nothing switches the hidden limits off', () => {
    expect(innerRoute({}).route).toMatchObject({ timeout: '0s', idle_timeout: '0s' });
    expect(innerRoute({}).route).not.toHaveProperty('retry_policy');
  });

  test('is written in seconds', () => {
    expect(innerRoute({ timeouts: { requestMs: 1500, idleMs: 60_000 } }).route).toMatchObject({ timeout: '1.5s', idle_timeout: '60s' });
  });

  test.each<[readonly RetryEvent[], string, boolean]>([
    [['server-error'], 'gateway-error,retriable-status-codes', true],
    [['server-error', 'gateway-error'], 'gateway-error,retriable-status-codes', true],
    [['client-error', 'stream-error', 'connection-error'], 'retriable-4xx,refused-stream,connect-failure', false],
    [['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'], 'cancelled,deadline-exceeded,internal,resource-exhausted,unavailable', false],
  ])('that retries on %j', (on, retryOn, hasStatuses) => {
    expect(innerRoute({ retry: { attempts: 3, perTryTimeoutMs: 250, on } }).route!.retry_policy).toEqual({
      retry_on: retryOn, num_retries: 3, per_try_timeout: '0.25s', ...(hasStatuses ? { retriable_status_codes: [500, 501, 505, 506, 507, 508, 510, 511] } : {}),
    });
  });
});

test('faults are filters of their route, in millionths', () => {
  const [route] = routesFor(build.http(), { filters: { fault: { delay: { ms: 250, percent: 0.5 }, abort: { status: 503, percent: 100 } } } });

  expect(route!.typed_per_filter_config).toEqual({
    'envoy.filters.http.fault': {
      '@type': 'type.googleapis.com/envoy.extensions.filters.http.fault.v3.HTTPFault',
      'delay': { fixed_delay: '0.25s', percentage: { numerator: 5000, denominator: 'MILLION' } },
      'abort': { http_status: 503, percentage: { numerator: 1_000_000, denominator: 'MILLION' } },
    },
  });
});
