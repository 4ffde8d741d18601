/** Warnings about pins that nobody reaches and about requests that a choice between versions forgets, as a user of the CDK sees them. */
import { Annotations } from 'aws-cdk-lib';
import { Annotations as Warnings, Match } from 'aws-cdk-lib/assertions';
import { program, version } from './program';
import { CanaryService, HeaderMatch, HostRewrite, MeshGateway, MeshService, Pin, RouteMatch, RouteTarget } from '../../lib';

function pinnedShop() {
  const parts = program();
  const products = new CanaryService(parts.mesh, 'Products', {
    port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, pins: [Pin.header('x-exp', HeaderMatch.exactly('b'))],
  });
  return { ...parts, products, gateway: new MeshGateway(parts.mesh, 'Gateway') };
}

/** What the synthesis warns of, without the notice that every program with App Mesh gets. */
function warningsOf({ app, stack }: Pick<ReturnType<typeof program>, 'app' | 'stack'>): readonly string[] {
  app.synth();
  return Warnings.fromStack(stack).findWarning('*', Match.anyValue()).map(({ id, entry }) => `${id}: ${String(entry.data)}`).filter((text) => /MESH21/.test(text));
}

test('warns of a pin that the gateway goes past', () => {
  const shop = pinnedShop();
  shop.gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: RouteTarget.version(shop.products, 'v1'), hostRewrite: HostRewrite.toService() });

  expect(warningsOf(shop)).toEqual([
    "/Shop/Mesh/Products: MESH216 no request reaches 'pin-header-x-exp' (/* with header x-exp 'b') of service 'shop/products': "
    + "gateway route 'products' (/products/*) names the version itself, past the service's own table\n"
    + '  at   Shop/Mesh/Products (CanaryService), pins[0]\n'
    + '  fix  let a gateway route lead to the service itself with the requests of the pin or preview, or leave the pin or preview out [ack: cdk-eks-mesh:MESH216]',
  ]);
});

test('warns of requests without a header that a choice between versions forgets', () => {
  const shop = pinnedShop();
  const orders = new MeshService(shop.mesh, 'Orders', { port: 8080, versions: [version('v1'), version('v2')], weights: { v1: 100, v2: 0 } });
  shop.gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: shop.products, hostRewrite: HostRewrite.toService() });
  shop.gateway.addRoute('Beta', {
    match: RouteMatch.prefix('/orders', { headers: { 'x-env': HeaderMatch.exactly('beta') } }), to: RouteTarget.version(orders, 'v2'), hostRewrite: HostRewrite.toService(),
  });

  expect(warningsOf(shop)).toEqual([
    "/Shop/Mesh/Gateway/Beta: MESH217 route 'beta' (/orders/* with header x-env 'beta') of gateway 'shop/gateway' chooses versions for some requests, "
    + 'and no route takes the others (/orders/*), so they are answered 404\n'
    + '  at   Shop/Mesh/Gateway/Beta (GatewayRoute), match\n'
    + '  fix  add a route without the condition for everybody else, or acknowledge the warning [ack: cdk-eks-mesh:MESH217]',
  ]);
});

test('is silent about a warning that is acknowledged, and about a program that is right', () => {
  const past = pinnedShop();
  past.gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: RouteTarget.version(past.products, 'v1'), hostRewrite: HostRewrite.toService() });
  Annotations.of(past.products).acknowledgeWarning('cdk-eks-mesh:MESH216', 'the experiment is over');
  const right = pinnedShop();
  right.gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: right.products, hostRewrite: HostRewrite.toService() });

  expect(warningsOf(past)).toEqual([]);
  expect(warningsOf(right)).toEqual([]);
});
