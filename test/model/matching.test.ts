import { right, wrong } from './findings';
import { exact, gateway, gatewayRoute, header, http, raw, regex, service, serviceRoute } from './programs';
import type { Filters, GatewayRoute, HeaderMatch, Match, ValueMatch } from '../../lib/model';
import { checkGatewayRoute, checkServiceRoute } from '../../lib/model/validate';

const GRPC = { ports: [{ port: 80, targetPort: 8080, protocol: 'grpc' }] } as const;
const checkMatch = (match: Match) => checkServiceRoute(serviceRoute('one', { match }), service(match.kind === 'grpc' ? GRPC : {}));
const checkEdge = (rest: Partial<GatewayRoute>) => checkGatewayRoute(gatewayRoute('one', rest), gateway());
const checkFilters = (filters: Filters, match: Match = http('/api')) => checkServiceRoute(serviceRoute('one', { match, filters }), service());
const condition = (match: ValueMatch, inversion: HeaderMatch['inversion'] = 'none'): HeaderMatch => ({ name: 'x-env', match, inversion });

describe('paths', () => {
  wrong('a path without slash', () => checkMatch(http('api')), [
    "MESH201 path 'api' does not start with '/'",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.path = 'api'",
    "  fix  write '/api'",
  ]);
  wrong('a path with a query', () => checkMatch(http(exact('/api?x=1'))), [
    "MESH201 path '/api?x=1' holds '?' or '#', which are never part of a path",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.path = '/api?x=1'",
    '  fix  match query parameters by their own condition',
  ]);
  wrong('a path with a space', () => checkMatch(http(exact('/my file'))), [
    "MESH201 path '/my file' holds white space",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.path = '/my file'",
    '  fix  write it percent-encoded, as it stands in the request',
  ]);
  wrong('a path with an empty segment', () => checkMatch(http(raw('/api//x'))), [
    "MESH201 path '/api//x' holds an empty segment, and requests have their slashes merged",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.path = '/api//x'",
    "  fix  write '/api/x'",
  ]);
  wrong('a path with dot segments', () => checkMatch(http(exact('/api/../x'))), [
    "MESH201 path '/api/../x' holds a '.' or '..' segment, and requests have them resolved",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.path = '/api/../x'",
    '  fix  write the resolved path',
  ]);
  wrong('a segment prefix that ends in a slash', () => checkMatch(http('/api/')), [
    "MESH201 path '/api/' ends in '/', and a prefix is read by whole segments",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.path = '/api/'",
    "  fix  write '/api'",
  ]);
  wrong('a gateway path by its own property', () => checkEdge({ match: http('api') }), [
    "MESH201 path 'api' does not start with '/'",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), match.path = 'api'",
    "  fix  write '/api'",
  ]);
  right('an exact path that ends in a slash', () => checkMatch(http(exact('/api/'))));
  right('a raw prefix that ends in a slash', () => checkMatch(http(raw('/api/'))));
  right('the root', () => checkMatch(http('/')));
  right('a dot inside of a segment', () => checkMatch(http(exact('/.well-known/a..b'))));
});

describe('regexes', () => {
  wrong('a look-ahead in a path', () => checkMatch(http(regex('/(?!admin).*'))), [
    "MESH202 '/(?!admin).*' is not an RE2 expression: invalid or unsupported Perl syntax: `(?!`; RE2 has no look-ahead and no look-behind",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.path = '/(?!admin).*'",
    '  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax',
  ]);
  wrong('a bad expression in a header', () => checkMatch(http('/', { headers: [condition({ kind: 'regex', value: '(' })] })), [
    "MESH202 '(' is not an RE2 expression: missing closing ): `(`",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.headers['x-env'] = '('",
    '  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax',
  ]);
  wrong('a bad expression in a query', () => checkMatch(http('/', { query: [{ name: 'q', match: { kind: 'regex', value: '(a)\\1' } }] })), [
    'MESH202 \'(a)\\1\' is not an RE2 expression: invalid escape sequence: `\\1`; RE2 has no back-references',
    '  at   Shop/Mesh/Products (MeshService), addRoute(\'one\').match.query[\'q\'] = \'(a)\\1\'',
    '  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax',
  ]);
  wrong('a bad expression in metadata', () => checkMatch({ kind: 'grpc', metadata: [condition({ kind: 'regex', value: '[^]' })] }), [
    "MESH202 '[^]' is not an RE2 expression: missing closing ]: `[^]`; RE2 has no empty class, (?s:.) is any character",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.metadata['x-env'] = '[^]'",
    '  fix  write it in RE2, which every mesh reads alike: https://github.com/google/re2/wiki/Syntax',
  ]);
  right('an RE2 expression that JavaScript reads otherwise', () => checkMatch(http(regex('\\A/\\pL+\\z'))));
});

describe('hosts', () => {
  wrong('a host with scheme', () => checkEdge({ hosts: [{ kind: 'exact', value: 'https://a.org' }] }), [
    "MESH210 'https://a.org' is not a host name without scheme and port",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), match.hosts = 'https://a.org'",
    "  fix  write a name such as 'api.example.com', or '*.example.com' for every name below",
  ]);
  wrong('a host with port', () => checkEdge({ hosts: [{ kind: 'exact', value: 'a.org:443' }] }), [
    "MESH210 'a.org:443' is not a host name without scheme and port",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), match.hosts = 'a.org:443'",
    "  fix  write a name such as 'api.example.com', or '*.example.com' for every name below",
  ]);
  wrong('a wildcard inside of a name', () => checkEdge({ hosts: [{ kind: 'exact', value: 'a.*.org' }] }), [
    "MESH210 'a.*.org' is not a host name without scheme and port",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), match.hosts = 'a.*.org'",
    "  fix  write a name such as 'api.example.com', or '*.example.com' for every name below",
  ]);
  wrong('a host that is named twice', () => checkEdge({ hosts: [{ kind: 'exact', value: 'a.org' }, { kind: 'exact', value: 'a.org' }] }), [
    "MESH102 route 'one' names host 'a.org' twice",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), match.hosts = 'a.org'",
    '  fix  name it once',
  ]);
  wrong('a host rewrite to an address with path', () => checkEdge({ filters: { rewriteHost: { kind: 'exact', value: 'a.org/x' } } }), [
    "MESH210 'a.org/x' is not a host name without scheme and port",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), hostRewrite = 'a.org/x'",
    "  fix  write a name such as 'api.example.com', or '*.example.com' for every name below",
  ]);
  wrong('a redirect to a host in capitals', () => checkEdge({ action: { kind: 'redirect', status: 301, host: 'A.org' } }), [
    "MESH210 'A.org' is not a host name without scheme and port",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), to.host = 'A.org'",
    "  fix  write a name such as 'api.example.com', or '*.example.com' for every name below",
  ]);
  right('a name and a wildcard', () => checkEdge({ hosts: [{ kind: 'exact', value: 'a.org' }, { kind: 'suffix', value: '.a.org' }] }));
});

describe('conditions', () => {
  wrong('a pseudo header', () => checkMatch(http('/', { headers: [header(':path', '/a')] })), [
    "MESH211 ':path' is not a header name",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.headers[':path']",
    "  fix  use letters, digits and '-', for example 'x-env'; path, method and host have conditions of their own",
  ]);
  wrong('an empty range', () => checkMatch(http('/', { headers: [condition({ kind: 'range', start: 5, end: 5 })] })), [
    "MESH211 the range of header 'x-env' from 5 to below 5 holds no integer",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.headers['x-env']",
    '  fix  give two integers, the first below the second; the second is not part of the range',
  ]);
  wrong('a prefix without text', () => checkMatch(http('/', { headers: [condition({ kind: 'prefix', value: '' })] })), [
    "MESH211 the condition on header 'x-env' has an empty text, which every value fits",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.headers['x-env']",
    '  fix  use HeaderMatch.present()',
  ]);
  wrong('a line break in a header', () => checkMatch(http('/', { headers: [condition({ kind: 'exact', value: 'a\nb' })] })), [
    "MESH211 the condition on header 'x-env' holds a line break, which no header value has",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.headers['x-env']",
    '  fix  leave out the line break',
  ]);
  wrong('conditions that exclude each other', () => checkMatch(http('/', { headers: [header('x-env', 'a'), header('x-env', 'b')] })), [
    "MESH211 no request has header x-env 'a' and header x-env 'b'",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.headers['x-env']",
    '  fix  leave out a condition, or split the route in two',
  ]);
  wrong('a header that is there and is not', () => checkMatch(http('/', { headers: [condition({ kind: 'present' }, 'present-and-different')] })), [
    'MESH211 no request has an impossible header x-env',
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.headers['x-env']",
    '  fix  leave out a condition, or split the route in two',
  ]);
  wrong('a query parameter with an equals sign', () => checkMatch(http('/', { query: [{ name: 'q=1', match: { kind: 'present' } }] })), [
    "MESH211 'q=1' is not the name of a query parameter",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.query['q=1']",
    "  fix  write the name as it stands in the request, without '&', '=', '#' and white space",
  ]);
  wrong('a gRPC service with a slash', () => checkMatch({ kind: 'grpc', service: '/shop.v1.Catalog', metadata: [] }), [
    "MESH211 '/shop.v1.Catalog' is not the full name of a gRPC service",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.service = '/shop.v1.Catalog'",
    "  fix  write package and service, for example 'shop.v1.Catalog'",
  ]);
  wrong('a gRPC method with its service', () => checkMatch({ kind: 'grpc', service: 'shop.v1.Catalog', method: 'Catalog/GetItem', metadata: [] }), [
    "MESH211 'Catalog/GetItem' is not the name of a gRPC method",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match.method = 'Catalog/GetItem'",
    "  fix  write the method alone, for example 'GetItem'",
  ]);
  right('a range of one number', () => checkMatch(http('/', { headers: [condition({ kind: 'range', start: 5, end: 6 })] })));
  right('two conditions that can hold together', () => checkMatch(http('/', { headers: [condition({ kind: 'prefix', value: 'a' }), condition({ kind: 'suffix', value: 'z' })] })));
  right('a gRPC service and method', () => checkMatch({ kind: 'grpc', service: 'shop.v1.Catalog', method: 'GetItem', metadata: [] }));
});

describe('protocols', () => {
  wrong('a gRPC match on an http service', () => checkServiceRoute(serviceRoute('one', { match: { kind: 'grpc', metadata: [] } }), service()), [
    "MESH213 route 'one' matches grpc requests, but service 'shop/products' speaks http",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match = 'grpc'",
    "  fix  match what the port speaks, or give service 'shop/products' a port of protocol grpc",
  ]);
  wrong('an http match on a port that speaks gRPC', () => checkServiceRoute(serviceRoute('one', { match: http('/', { port: 90 }) }), service({
    ports: [{ port: 80, targetPort: 80, protocol: 'http' }, { port: 90, targetPort: 90, protocol: 'grpc' }],
  })), [
    "MESH213 route 'one' matches http requests, but port 90 of service 'shop/products' speaks grpc",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').match = 'http'",
    "  fix  match what the port speaks, or give service 'shop/products' a port of protocol http",
  ]);
  wrong('a gRPC match at an http gateway', () => checkEdge({ match: { kind: 'grpc', metadata: [] } }), [
    "MESH213 route 'one' matches grpc requests, but gateway 'shop/edge' speaks http",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), match = 'grpc'",
    "  fix  match what the port speaks, or give gateway 'shop/edge' a port of protocol grpc",
  ]);
  wrong('a rewrite of connections', () => checkServiceRoute(serviceRoute('one', { match: { kind: 'tcp' }, filters: { requestHeaders: { set: [], add: [], remove: ['x'] } } }),
    service({ ports: [{ port: 5432, targetPort: 5432, protocol: 'tcp' }] })), [
    "MESH213 requestHeaders stands on TCP route 'one', whose connections hold no request that could be changed",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').requestHeaders",
    '  fix  leave out requestHeaders, or give the port protocol http',
  ]);
  wrong('a connection that is answered with HTTP', () => checkServiceRoute(serviceRoute('one', { match: { kind: 'tcp' }, action: { kind: 'respond', status: 503 } }),
    service({ ports: [{ port: 5432, targetPort: 5432, protocol: 'tcp' }] })), [
    "MESH213 TCP route 'one' answers with HTTP",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one') = 'respond'",
    '  fix  forward the connections to a version',
  ]);
  right('an http match on an http2 port', () => checkServiceRoute(serviceRoute('one'), service({ ports: [{ port: 80, targetPort: 80, protocol: 'http2' }] })));
});

describe('rewrites', () => {
  wrong('a prefix rewrite of an exact path', () => checkFilters({ rewritePath: { kind: 'prefix', value: '/' } }, http(exact('/api'))), [
    "MESH212 route 'one' replaces a prefix, but its match is an exact path",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').rewrite = '/'",
    '  fix  replace the full path, or match a prefix',
  ]);
  wrong('a prefix rewrite of a regex', () => checkEdge({ match: http(regex('/v[0-9]+')), filters: { rewritePath: { kind: 'prefix', value: '/' } } }), [
    "MESH212 route 'one' replaces a prefix, but its match is a regex",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), rewrite = '/'",
    '  fix  replace the full path, or match a prefix',
  ]);
  wrong('a rewrite to no path', () => checkFilters({ rewritePath: { kind: 'full', value: 'api' } }), [
    "MESH212 route 'one' rewrites the path to 'api', which is no path",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').rewrite = 'api'",
    "  fix  write a path that starts with '/' and has no query; '/' strips a prefix",
  ]);
  wrong('a path rewrite of gRPC calls', () => checkServiceRoute(serviceRoute('one', { match: { kind: 'grpc', metadata: [] }, filters: { rewritePath: { kind: 'full', value: '/' } } }), service(GRPC)), [
    "MESH212 route 'one' rewrites the path of gRPC calls, which names service and method",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').rewrite = '/'",
    '  fix  leave out the rewrite',
  ]);
  wrong('a redirect by status 200', () => checkEdge({ action: { kind: 'redirect', status: 200 } }), [
    "MESH111 route 'one' redirects with status 200",
    '  at   Shop/Mesh/Gateway/one (GatewayRoute), to.status = 200',
    '  fix  use one of 301, 302, 303, 307, 308',
  ]);
  wrong('a redirect that replaces a prefix of an exact path', () => checkEdge({ match: http(exact('/a')), action: { kind: 'redirect', status: 301, path: { kind: 'prefix', value: '/b' } } }), [
    "MESH212 route 'one' replaces a prefix, but its match is an exact path",
    "  at   Shop/Mesh/Gateway/one (GatewayRoute), to.path = '/b'",
    '  fix  replace the full path, or match a prefix',
  ]);
  wrong('an answer by status 99', () => checkEdge({ action: { kind: 'respond', status: 99 } }), [
    "MESH111 route 'one' answers with status 99",
    '  at   Shop/Mesh/Gateway/one (GatewayRoute), to.status = 99',
    '  fix  use a status from 200 to 599',
  ]);
  wrong('a change of the host header', () => checkFilters({ requestHeaders: { set: [{ name: 'host', value: 'a' }], add: [], remove: [] } }), [
    "MESH211 'host' is not a header that can be changed",
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').requestHeaders = 'host'",
    "  fix  use letters, digits and '-'; path and host have rewrites of their own",
  ]);
  right('a prefix rewrite of a prefix', () => checkFilters({ rewritePath: { kind: 'prefix', value: '/' } }));
  right('a full rewrite of an exact path', () => checkFilters({ rewritePath: { kind: 'full', value: '/b' } }, http(exact('/a'))));
  right('a redirect and an answer', () => [...checkEdge({ action: { kind: 'redirect', status: 308 } }), ...checkEdge({ action: { kind: 'respond', status: 404 } })]);
});
