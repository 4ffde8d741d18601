import { right, wrong } from './findings';
import { exact, gateway, gatewayRoute, header, http, program, regex, service, serviceRoute, to } from './programs';
import type { GatewayRoute, ServiceRoute } from '../../lib/model';
import { checkServiceRoute, validateModel } from '../../lib/model/validate';

const toV2 = { kind: 'forward', destinations: [to('v2')] } as const;
const all = serviceRoute('all');
const table = (...routes: ServiceRoute[]) => validateModel(program({ services: [service({ routes })] }));
const edge = (...routes: GatewayRoute[]) => validateModel(program({ services: [service({ routes: [all] })], gateways: [gateway({ routes })] }));
const elsewhere = { kind: 'respond', status: 404 } as const;

describe('ties', () => {
  wrong('two routes on different headers', () => table(all,
    serviceRoute('beta', { match: http('/', { headers: [header('x-env', 'beta')] }) }),
    serviceRoute('tester', { match: http('/', { headers: [header('x-user', 'tester')] }), action: toV2 })), [
    "MESH206 routes 'beta' (/* with header x-env 'beta') and 'tester' (/* with header x-user 'tester') of service 'shop/products' take the same request, and neither is more specific",
    "  at   Shop/Mesh/Products (MeshService), addRoute('tester').match",
    "  fix  give one of them a priority, for example priority: 10 for the route that is to be asked first; the other one is at Shop/Mesh/Products, addRoute('beta').match",
  ]);
  wrong('two different expressions, which may meet', () => table(all,
    serviceRoute('a', { match: http(regex('/v[0-9]+')) }), serviceRoute('b', { match: http(regex('/v[1-9]+')), action: toV2 })), [
    "MESH206 routes 'a' (regex '/v[0-9]+') and 'b' (regex '/v[1-9]+') of service 'shop/products' may take the same request, and neither is more specific",
    "  at   Shop/Mesh/Products (MeshService), addRoute('b').match",
    "  fix  give one of them a priority, for example priority: 10 for the route that is to be asked first; the other one is at Shop/Mesh/Products, addRoute('a').match",
    "MESH207 route 'a' (regex '/v[0-9]+') of service 'shop/products' is never reached, because 'all' (/*) takes everything before it",
    "  at   Shop/Mesh/Products (MeshService), addRoute('a').match",
    "  fix  narrow the earlier route, give this one a lower priority number, or remove it; the earlier one is at Shop/Mesh/Products, addRoute('all').match",
    "MESH207 route 'b' (regex '/v[1-9]+') of service 'shop/products' is never reached, because 'all' (/*) takes everything before it",
    "  at   Shop/Mesh/Products (MeshService), addRoute('b').match",
    "  fix  narrow the earlier route, give this one a lower priority number, or remove it; the earlier one is at Shop/Mesh/Products, addRoute('all').match",
  ]);
  wrong('two equal routes of a gateway', () => edge(gatewayRoute('a', { match: http('/api') }), gatewayRoute('b', { match: http('/api'), action: elsewhere })), [
    "MESH206 routes 'a' (/api/*) and 'b' (/api/*) of gateway 'shop/edge' take the same request, and neither is more specific",
    '  at   Shop/Mesh/Gateway/b (GatewayRoute), match',
    '  fix  give one of them a priority, for example priority: 10 for the route that is to be asked first; the other one is at Shop/Mesh/Gateway/a, match',
  ]);
  right('two values of one header', () => table(all,
    serviceRoute('beta', { match: http('/', { headers: [header('x-env', 'beta')] }) }),
    serviceRoute('alpha', { match: http('/', { headers: [header('x-env', 'alpha')] }), action: toV2 })));
  right('two routes that tie and do the same', () => table(all,
    serviceRoute('header', { match: http('/', { headers: [header('x-env', 'beta')] }), action: toV2 }),
    serviceRoute('user', { match: http('/', { headers: [header('x-user', 'tester')] }), action: toV2 })));
  right('a tie that a priority decides', () => table(all,
    serviceRoute('beta', { match: http('/', { headers: [header('x-env', 'beta')] }), priority: 10 }),
    serviceRoute('tester', { match: http('/', { headers: [header('x-user', 'tester')] }), action: toV2 })));
  right('equal routes of two hosts', () => edge(
    gatewayRoute('a', { hosts: [{ kind: 'exact', value: 'a.org' }] }), gatewayRoute('b', { hosts: [{ kind: 'exact', value: 'b.org' }], action: elsewhere })));
});

describe('priorities', () => {
  wrong('a priority over 1000', () => checkServiceRoute(serviceRoute('a', { priority: 1001 }), service()), [
    "MESH209 priority 1001 of route 'a' is not an integer from 0 to 1000",
    "  at   Shop/Mesh/Products (MeshService), addRoute('a').priority = 1001",
    '  fix  give a priority from 0 to 1000; the lowest number is asked first',
  ]);
  wrong('a priority below 0 at a gateway', () => edge(gatewayRoute('a', { priority: -1 })), [
    "MESH209 priority -1 of route 'a' is not an integer from 0 to 1000",
    '  at   Shop/Mesh/Gateway/a (GatewayRoute), priority = -1',
    '  fix  give a priority from 0 to 1000; the lowest number is asked first',
  ]);
  wrong('one priority of two routes that meet', () => table(all,
    serviceRoute('a', { match: http('/a'), priority: 5 }), serviceRoute('b', { match: http('/a/b'), priority: 5, action: toV2 })), [
    "MESH209 routes 'b' (/a/b/*) and 'a' (/a/*) of service 'shop/products' both have priority 5 and can take the same request",
    "  at   Shop/Mesh/Products (MeshService), addRoute('a').priority = 5",
    '  fix  give them different priorities; the lower number is asked first',
  ]);
  right('one priority of two routes that are disjoint', () => table(all,
    serviceRoute('a', { match: http('/a'), priority: 5 }), serviceRoute('b', { match: http('/b'), priority: 5, action: toV2 })));
  right('the priorities 0 and 1000', () => table(all,
    serviceRoute('a', { match: http('/a/b'), priority: 0 }), serviceRoute('b', { match: http('/a'), priority: 1000, action: toV2 })));
});

describe('shadowed routes', () => {
  wrong('a route behind everything', () => table(serviceRoute('first', { priority: 0 }), serviceRoute('never', { match: http(exact('/a')), action: toV2 })), [
    "MESH207 route 'never' (/a) of service 'shop/products' is never reached, because 'first' (/*) takes everything before it",
    "  at   Shop/Mesh/Products (MeshService), addRoute('never').match",
    "  fix  narrow the earlier route, give this one a lower priority number, or remove it; the earlier one is at Shop/Mesh/Products, addRoute('first').match",
  ]);
  wrong('a route that is shadowed at each of its hosts', () => edge(
    gatewayRoute('first', { priority: 1, hosts: ['a.org', 'b.org'].map((value) => ({ kind: 'exact', value })) }),
    gatewayRoute('never', { hosts: ['a.org', 'b.org'].map((value) => ({ kind: 'exact', value })), match: http('/a'), action: elsewhere })), [
    "MESH207 route 'never' (/a/* on a.org or b.org) of gateway 'shop/edge' is never reached, because 'first' (/* on a.org or b.org) takes everything before it",
    '  at   Shop/Mesh/Gateway/never (GatewayRoute), match',
    '  fix  narrow the earlier route, give this one a lower priority number, or remove it; the earlier one is at Shop/Mesh/Gateway/first, match',
  ]);
  right('a route that is shadowed at one of its hosts', () => edge(
    gatewayRoute('first', { priority: 1, hosts: [{ kind: 'exact', value: 'a.org' }] }),
    gatewayRoute('other', { hosts: ['a.org', 'b.org'].map((value) => ({ kind: 'exact', value })), match: http('/a'), action: elsewhere })));
  right('a route that a narrower one stands before', () => table(all, serviceRoute('a', { match: http('/a'), action: toV2 })));
});

describe('hosts that meet', () => {
  const host = [{ kind: 'exact', value: 'a.org' }] as const;
  wrong('a route without host beside one with host', () => edge(gatewayRoute('api', { hosts: host, match: http('/api') }), gatewayRoute('status', { match: http('/status') })), [
    "MESH208 route 'status' (/status/*) of gateway 'shop/edge' names no host, so it does not hold for a.org, which other routes name",
    '  at   Shop/Mesh/Gateway/status (GatewayRoute), match.hosts',
    '  fix  add those hosts to a copy of this route, or acknowledge the warning: requests for them that their own routes do not take are answered 404',
  ]);
  wrong('a catch-all without host that a host does not reach', () => edge(
    gatewayRoute('api', { hosts: [...host, { kind: 'suffix', value: '.b.org' }], match: http('/api') }), gatewayRoute('rest', { action: elsewhere })), [
    "MESH208 route 'rest' (/*) of gateway 'shop/edge' names no host, so it does not hold for a.org or *.b.org, which other routes name",
    '  at   Shop/Mesh/Gateway/rest (GatewayRoute), match.hosts',
    '  fix  add those hosts to a copy of this route, or acknowledge the warning: requests for them that their own routes do not take are answered 404',
  ]);
  right('a route without host whose requests the host answers itself', () => edge(gatewayRoute('site', { hosts: host }), gatewayRoute('status', { match: http('/status') })));
  right('routes that all have hosts', () => edge(gatewayRoute('site', { hosts: host }), gatewayRoute('other', { hosts: [{ kind: 'exact', value: 'b.org' }] })));
});

describe('catch-all', () => {
  const beta = serviceRoute('beta', { match: http('/', { headers: [header('x-env', 'beta')] }), action: toV2 });
  const ports = [{ port: 80, targetPort: 80, protocol: 'http' }, { port: 90, targetPort: 90, protocol: 'grpc' }] as const;
  wrong('two versions without a route for the rest', () => table(beta), [
    "MESH214 service 'shop/products' has 2 versions and routes, but no route takes every request on port 80 (http)",
    '  at   Shop/Mesh/Products (MeshService), routes',
    '  fix  add a route that takes everything, for example RouteMatch.any(), with the version that serves the rest',
  ]);
  wrong('a port that no route answers', () => validateModel(program({ services: [service({ ports, routes: [beta, all] })] })), [
    "MESH214 service 'shop/products' has 2 versions and routes, but no route takes every request on port 90 (grpc)",
    '  at   Shop/Mesh/Products (MeshService), routes',
    '  fix  add a route that takes everything, for example RouteMatch.any(), with the version that serves the rest',
  ]);
  right('a route for everything', () => table(beta, all));
  right('an expression for everything', () => table(serviceRoute('rest', { match: http(regex('.*')) })));
  right('a catch-all for each protocol', () => validateModel(program({ services: [service({ ports, routes: [all, serviceRoute('calls', { match: { kind: 'grpc', metadata: [] } })] })] })));
  right('versions that no route chooses between', () => table());
});
