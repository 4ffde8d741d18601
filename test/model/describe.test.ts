import { exact, gatewayRoute, header, http, raw, regex, serviceRoute, to } from './programs';
import type { Match, RouteAction } from '../../lib/model';
import { describeAction, describeHeader, describeHosts, describeMatch, describeRoute } from '../../lib/model/describe';

test.each<[Match, string]>([
  [http('/products', { method: 'GET', headers: [header('x-env', 'beta')] }), "GET /products/* with header x-env 'beta'"],
  [http('/'), '/*'],
  [http(exact('/a'), { scheme: 'https', port: 443 }), 'https /a on port 443'],
  [http(raw('/a')), '/a…'],
  [http(regex('/v[0-9]+')), "regex '/v[0-9]+'"],
  [http('/', { query: [{ name: 'q', match: { kind: 'exact', value: '1' } }, { name: 'r', match: { kind: 'present' } }] }), "/* with query q '1' and query r"],
  [{ kind: 'grpc', metadata: [] }, 'gRPC calls of */*'],
  [{ kind: 'grpc', service: 'shop.v1.Catalog', method: 'GetItem', metadata: [header('x', 'a')] }, "gRPC calls of shop.v1.Catalog/GetItem with header x 'a'"],
  [{ kind: 'tcp', port: 5432 }, 'TCP connections on port 5432'],
])('describes match %#', (match, text) => {
  expect(describeMatch(match)).toBe(text);
});

test.each([
  [{ kind: 'prefix', value: 'b' }, 'none', "header x starting with 'b'"],
  [{ kind: 'suffix', value: 'b' }, 'present-and-different', "header x other than ending with 'b'"],
  [{ kind: 'regex', value: 'b+' }, 'absent-or-different', "no header x matching 'b+'"],
  [{ kind: 'range', start: 1, end: 5 }, 'none', 'header x from 1 to below 5'],
  [{ kind: 'present' }, 'none', 'header x'],
  [{ kind: 'present' }, 'absent-or-different', 'no header x'],
] as const)('describes header condition %#', (match, inversion, text) => {
  expect(describeHeader({ name: 'x', match, inversion })).toBe(text);
});

test('describes a route by name, match and hosts', () => {
  const hosts = [{ kind: 'exact', value: 'a.org' }, { kind: 'suffix', value: '.b.org' }] as const;

  expect(describeRoute(gatewayRoute('api', { hosts, match: http('/api') }))).toBe("'api' (/api/* on a.org or *.b.org)");
  expect(describeRoute(serviceRoute('all'))).toBe("'all' (/*)");
  expect(describeHosts([])).toBe('every host that no other route names');
});

test.each<[RouteAction, string]>([
  [{ kind: 'forward', destinations: [to('v1', 95), { service: 'shop/carts', port: 80, weight: 5 }] }, '95 shop/products@v1, 5 shop/carts:80'],
  [{ kind: 'redirect', status: 301 }, 'redirect 301'],
  [{ kind: 'respond', status: 404 }, 'answer 404'],
])('describes action %#', (action, text) => {
  expect(describeAction(action)).toBe(text);
});
