/** The few words that generated programs and requests are made of: few, so that they meet, and near to each other, so that they just miss. */

/** Hosts of exact matches. */
export const HOSTS: readonly string[] = ['example.com', 'api.example.com', 'www.example.com', 'shop.example.org', 'a.api.example.com'];

/** Endings of wildcards. */
export const SUFFIXES: readonly string[] = ['.example.com', '.api.example.com', '.org', '.com'];

/** Hosts of requests beside those that routes name. */
export const OTHER_HOSTS: readonly string[] = [
  'x.example.com', 'x.y.example.com', 'b.api.example.com', 'example.org', 'apiexample.com', 'other.test', 'localhost', 'api.example.com.', 'com', '10.0.0.1',
];

/** Paths of exact and prefix matches; none ends in a slash but `/`. */
export const PATHS: readonly string[] = [
  '/', '/api', '/api/v1', '/api/v1/items', '/apiary', '/a', '/a/b', '/a/b/c', '/API', '/a%2Fb', '/v2', '/items/7', '/x.y', '/a+b', '/a~b', '/$', '/é'.replace('é', '%C3%A9'),
];

/** Endings that are hung on a path. */
export const TAILS: readonly string[] = ['', '', '', '/', '/x', '/x/', '/b', '/b/c', '/v1', '/v1/items', '/items/7', 'ary', '%2Fb', '/7', '.json', ';p=1', '/%41', '/a b'.replace(' ', '%20')];

/** Targets of rewrites. */
export const REWRITES: readonly string[] = ['/', '/v2', '/v2/', '/a/b', '/api', '/items', '/x%2Fy', '/a\\1b', '/a//b', '/a/../b', '/$1', '/%25'];

/** An expression with texts that it takes and that it just misses. */
export interface Expression {
  readonly source: string;
  readonly hits: readonly string[];
  readonly misses: readonly string[];
}

/** Expressions on paths. */
export const PATH_EXPRESSIONS: readonly Expression[] = [
  { source: '/api/v[0-9]+', hits: ['/api/v1', '/api/v22'], misses: ['/api/v', '/api/v1/', '/api/v1x'] },
  { source: '^/items/\\d{1,3}$', hits: ['/items/7', '/items/123'], misses: ['/items/1234', '/items/', '/items/7/'] },
  { source: '/a(/.*)?', hits: ['/a', '/a/', '/a/b/c'], misses: ['/ab', '/A'] },
  { source: '(?i)/API(/v1)?', hits: ['/api', '/Api/V1'], misses: ['/api/v2', '/api/'] },
  { source: '/(api|a)/[^/]+', hits: ['/api/x', '/a/b'], misses: ['/api/', '/a/b/c', '/b/x'] },
  { source: '.*\\.json', hits: ['/x.json', '/api/.json'], misses: ['/xjson', '/x.json/'] },
  { source: '/\\pL+', hits: ['/abc'], misses: ['/a1', '/'] },
  { source: '\\A/\\Qa+b\\E\\z', hits: ['/a+b'], misses: ['/aab', '/a+b/'] },
  { source: '/[[:alpha:]]{2,4}/.*', hits: ['/api/', '/ab/x'], misses: ['/a/x', '/apiary/x'] },
  { source: '/a%2[Ff]b', hits: ['/a%2Fb', '/a%2fb'], misses: ['/a/b'] },
  { source: '/(?:v1|v2)?/?', hits: ['/', '/v1', '/v2/'], misses: ['/v3'] },
];

/** Expressions on values of headers and query parameters. */
export const VALUE_EXPRESSIONS: readonly Expression[] = [
  { source: 'b.*', hits: ['b', 'beta'], misses: ['', 'ab', 'Beta'] },
  { source: '.*', hits: ['', 'x'], misses: [] },
  { source: '^[a-z]+$', hits: ['abc'], misses: ['', 'a1', 'Abc'] },
  { source: '(?i)beta', hits: ['BETA', 'Beta'], misses: ['beta2'] },
  { source: '\\d+', hits: ['7', '007'], misses: ['', '-7', '7a'] },
  { source: 'a|b', hits: ['a', 'b'], misses: ['ab', ''] },
  { source: '(.*; ?)?session=b(;.*)?', hits: ['session=b', 'x=1; session=b', 'session=b;y=2'], misses: ['xsession=b', 'session=ba'] },
  { source: '', hits: [''], misses: ['a'] },
  { source: '\\w+-\\w*', hits: ['a-b', 'a-'], misses: ['-b', 'ab'] },
];

/** Names of headers in conditions, requests and changes. */
export const HEADERS: readonly string[] = ['x-a', 'x-b', 'x-env', 'cookie', 'x_u', 'user-agent'];

/** Names of answers' headers. */
export const ANSWER_HEADERS: readonly string[] = ['x-a', 'x-base', 'x-other', 'cache-control'];

/** Values of headers. */
export const VALUES: readonly string[] = ['a', 'b', 'beta', 'Beta', 'alpha', 'ab', '', '7', '10', '007', '-3', '+7', '1.5', '100%', '%20x', 'a,b', 'session=b', 'x=1; session=b', 'a b'];

/** Names of query parameters. */
export const PARAMETERS: readonly string[] = ['q', 'Q', 'tab', 'a', 'x-y', 'q%20'];

/** Values of query parameters, raw. */
export const PARAMETER_VALUES: readonly string[] = ['', '1', 'b', 'beta', '%31', 'a+b', 'a%20b', '7', 'a=b', 'B'];

/** Names of gRPC services and methods. */
export const GRPC_SERVICES: readonly string[] = ['shop.v1.Catalog', 'shop.v1.Cart', 'Catalog'];

/** Names of gRPC methods. */
export const GRPC_METHODS: readonly string[] = ['GetItem', 'ListItems', 'Get'];

/** Headers that are not tried with an empty value: HTTP/2 carries no cookie of nothing, and Envoy keeps the others apart and adds no comma to nothing. */
const NEVER_EMPTY: readonly string[] = ['cookie', 'user-agent', 'cache-control'];

/** Values that a header is tried with. */
export function valuesOf(header: string): readonly string[] {
  return NEVER_EMPTY.includes(header) ? VALUES.filter((value) => value !== '') : VALUES;
}
