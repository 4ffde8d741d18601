import { right, wrong } from './findings';
import { gateway, gatewayRoute, header, http, program, service, serviceRoute, to } from './programs';
import type { Filters, GatewayRoute, Service } from '../../lib/model';
import { validateModel } from '../../lib/model/validate';

const B = header('x-exp', 'b');
const pin = serviceRoute('pin', { property: 'pins[0]', match: http('/', { headers: [B] }), action: { kind: 'forward', destinations: [to('v2')] } });
const split = serviceRoute('split', { property: 'canaryPercent' });
const products = service({ routes: [pin, split] });
const other = service({
  id: 'shop/other', name: 'other', host: 'other.shop.svc.cluster.local', versions: [{ ...products.versions[0]!, resourceName: 'other-v1', pods: { kind: 'existing', labels: { app: 'other' } } }],
});
const toProducts = { kind: 'forward', destinations: [{ service: 'shop/products', weight: 100 }] } as const;
const toOther = { kind: 'forward', destinations: [{ service: 'shop/other', weight: 100 }] } as const;
const front = (routes: readonly GatewayRoute[], services: readonly Service[] = [products, other], mesh: object = {}) => {
  const whole = program({ services: [...services], gateways: [gateway({ routes: [...routes] })] });
  return validateModel({ ...whole, mesh: { ...whole.mesh, ...mesh } });
};
const changed = (requestHeaders: Filters['requestHeaders']) => gatewayRoute('products', { action: toProducts, filters: { requestHeaders } });
const nothing = { set: [], add: [], remove: [] };
const FIX = '  fix  let a gateway route lead to the service itself with the requests of the pin or preview, or leave the pin or preview out';
const AT = '  at   Shop/Mesh/Products (MeshService), pins[0]';

describe('previews', () => {
  wrong('a pin whose requests another gateway route takes', () => front([
    gatewayRoute('products', { match: http('/p'), action: toProducts }), gatewayRoute('experiment', { match: http('/p', { headers: [B] }), action: toOther }),
  ]), [
    "MESH216 no request reaches 'pin' (/* with header x-exp 'b') of service 'shop/products': gateway route 'experiment' (/p/* with header x-exp 'b') takes them before gateway route 'products' (/p/*)",
    AT, FIX,
  ]);
  wrong('a pin behind routes that name the version themselves', () => front([
    gatewayRoute('v1', { match: http('/p'), action: { kind: 'forward', destinations: [to('v1')] } }), gatewayRoute('v2', { match: http('/q'), action: { kind: 'forward', destinations: [to('v2')] } }),
  ]), [
    "MESH216 no request reaches 'pin' (/* with header x-exp 'b') of service 'shop/products': gateway route 'v1' (/p/*) names the version itself, past the service's own table, and so on for 1 more",
    AT, FIX,
  ]);
  wrong('a pin on a header that the gateway takes away', () => front([changed({ ...nothing, remove: ['x-exp'] })]), [
    "MESH216 no request reaches 'pin' (/* with header x-exp 'b') of service 'shop/products': gateway route 'products' (/*) changes the headers that it asks for", AT, FIX,
  ]);
  wrong('a pin on a header that the gateway sets otherwise', () => front([changed({ ...nothing, set: [{ name: 'x-exp', value: 'a' }] })]), [
    "MESH216 no request reaches 'pin' (/* with header x-exp 'b') of service 'shop/products': gateway route 'products' (/*) changes the headers that it asks for", AT, FIX,
  ]);
  wrong('a pin behind a route that asks for the opposite', () => front([
    gatewayRoute('products', { match: http('/', { headers: [{ ...B, inversion: 'absent-or-different' }] }), action: toProducts }),
  ]), [
    "MESH216 no request reaches 'pin' (/* with header x-exp 'b') of service 'shop/products': gateway route 'products' (/* with no header x-exp 'b') takes only others", AT, FIX,
  ]);

  right('a pin that the gateway route leads to', () => front([gatewayRoute('products', { action: toProducts })]));
  right('a pin that one of two gateway routes leads to', () => front([
    gatewayRoute('products', { match: http('/p'), action: toProducts }), gatewayRoute('open', { match: http('/q'), action: toProducts }),
    gatewayRoute('experiment', { match: http('/p', { headers: [B] }), action: toOther }),
  ]));
  right('a pin on a header that the gateway sets', () => front([changed({ ...nothing, set: [{ name: 'x-exp', value: 'b' }] })]));
  right('a pin on a header that the gateway adds to', () => front([changed({ ...nothing, add: [{ name: 'x-exp', value: 'a' }] })]));
  right('a pin that a caller reaches, whatever the gateway does', () => front(
    [gatewayRoute('v1', { action: { kind: 'forward', destinations: [to('v1')] } })], [products, { ...other, calls: [{ service: 'shop/products' }] }]));
  wrong('a pin that callers would reach, on a mesh that routes no calls', () => front(
    [gatewayRoute('v1', { action: { kind: 'forward', destinations: [to('v1')] } })], [products, { ...other, calls: [{ service: 'shop/products' }] }],
    { serviceToService: { routes: 'ignored', undeclaredCalls: 'allowed' } }), [
    "MESH216 no request reaches 'pin' (/* with header x-exp 'b') of service 'shop/products': gateway route 'v1' (/*) names the version itself, past the service's own table", AT, FIX,
  ]);
  right('a pin on a mesh that refuses no call', () => front(
    [gatewayRoute('v1', { action: { kind: 'forward', destinations: [to('v1')] } })], [products, other], { serviceToService: { routes: 'applied', undeclaredCalls: 'allowed' } }));
  right('a pin where every service may call every other', () => front(
    [gatewayRoute('v1', { action: { kind: 'forward', destinations: [to('v1')] } })], [products, other], { egress: 'any' }));
  right('a pin of a service that nothing leads to yet', () => front([gatewayRoute('other', { action: toOther })]));
  right('a pin of two forms, of which one is reached', () => front([gatewayRoute('products', { action: toProducts })], [{
    ...products,
    ports: [...products.ports, { port: 90, targetPort: 90, protocol: 'grpc' }],
    routes: [...products.routes, serviceRoute('pin-grpc', { property: 'pins[0]', match: { kind: 'grpc', metadata: [B] } }), serviceRoute('split-grpc', { match: { kind: 'grpc', metadata: [] } })],
  }, other]));
  right('a condition that is no pin', () => front([gatewayRoute('v1', { action: { kind: 'forward', destinations: [to('v1')] } })], [{ ...products, routes: [{ ...pin, property: "addRoute('pin')" }, split] }, other]));
});

describe('chosen', () => {
  const toV2 = { kind: 'forward', destinations: [to('v2')] } as const;
  const chosen = gatewayRoute('beta', { match: http('/p', { headers: [B] }), action: toV2 });
  const everybody = [
    "MESH217 route 'beta' (/p/* with header x-exp 'b') of gateway 'shop/edge' chooses versions for some requests, and no route takes the others (/p/*), so they are answered 404",
    '  at   Shop/Mesh/Gateway/beta (GatewayRoute), match',
    '  fix  add a route without the condition for everybody else, or acknowledge the warning',
  ];
  const plain = service({ routes: [split] });

  wrong('a version for chosen requests, and none for the others', () => front([chosen], [plain]), everybody);
  wrong('a split for chosen requests, and nothing for the others', () => front([{ ...chosen, action: { kind: 'forward', destinations: [to('v1', 50), to('v2', 50)] } }], [plain]), everybody);
  wrong('others that have a route on another path only', () => front([chosen, gatewayRoute('rest', { match: http('/q'), action: toProducts })], [plain]), everybody);
  wrong('a version by a query parameter', () => front([gatewayRoute('beta', { match: http('/p', { query: [{ name: 'beta', match: { kind: 'present' } }] }), action: toV2 })], [plain]), [
    "MESH217 route 'beta' (/p/* with query beta) of gateway 'shop/edge' chooses versions for some requests, and no route takes the others (/p/*), so they are answered 404",
    ...everybody.slice(1),
  ]);

  right('a version for chosen requests beside a route for everybody', () => front([chosen, gatewayRoute('rest', { match: http('/p'), action: toProducts })], [plain]));
  right('a version for chosen requests below a route for everything', () => front([chosen, gatewayRoute('rest', { action: toProducts })], [plain]));
  right('a whole service behind a header, which may be a lock', () => front([gatewayRoute('locked', { match: http('/p', { headers: [B] }), action: toProducts })], [plain]));
  right('the only version of a service behind a header', () => front(
    [gatewayRoute('locked', { match: http('/p', { headers: [B] }), action: { kind: 'forward', destinations: [{ service: 'shop/other', version: 'v1', weight: 100 }] } })], [plain, other]));
  right('a split without a condition', () => front([gatewayRoute('split', { match: http('/p'), action: { kind: 'forward', destinations: [to('v1', 50), to('v2', 50)] } })], [plain]));
});
