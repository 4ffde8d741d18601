/** Services that stay in the cluster when they leave a stack, and what resources are told of those of other stacks. */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { objectsOf } from './manifests';
import { errorOf, program, version } from './program';
import { MeshGateway, MeshProvider, MeshService, Rewrite, RouterService, RouteMatch, RouteTarget } from '../../lib';
import { manifestsOf } from '../outputs/templates';

const ENV = { account: '111122223333', region: 'eu-west-1' };
const PROVIDERS = [['app-mesh', () => MeshProvider.appMesh()], ['istio', () => MeshProvider.istio()], ['envoy-gateway', () => MeshProvider.envoyGateway()]] as const;

/** Units of the mesh itself; namespaces stay in any case, for what others have put into them. */
const ownUnitsOf = (stack: Stack) => Object.entries(manifestsOf(stack)).filter(([id]) => !id.startsWith('EnvoyGatewaySystemNamespace'));

/** Logical ids of a stack's units without their hashes, with what is said of their end. */
function endsIn(stack: Stack): { readonly [unit: string]: readonly unknown[] } {
  return Object.fromEntries(ownUnitsOf(stack).map(([id, { DeletionPolicy, UpdateReplacePolicy, Properties }]) => (
    [id.slice(0, -8), [DeletionPolicy, UpdateReplacePolicy, Properties.Retain]])));
}

const STAYS = ['RetainExceptOnCreate', 'Retain', true];
const GOES = [undefined, undefined, undefined];

/** A gateway that leads to products, which may stay, in one of two stacks, and to catalog. */
function shop(provider: MeshProvider, { removalPolicy, moved = false }: { readonly removalPolicy?: RemovalPolicy; readonly moved?: boolean }) {
  const { app, stack, mesh } = program({ provider });
  const team = new Stack(app, 'Team', { env: ENV });
  const products = new MeshService(moved ? team : stack, 'Products', { mesh, port: 8080, versions: [version('v1')], ...(removalPolicy && { removalPolicy }) });
  const catalog = new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1')] });
  const gateway = new MeshGateway(mesh, 'Gateway');
  gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products });
  gateway.addRoute('Catalog', { match: RouteMatch.prefix('/catalog'), to: catalog });
  app.synth();
  return { stack, team };
}

describe.each(PROVIDERS)('on %s', (_, provider) => {
  test('units of a service go with it, and those of one that is retained stay, with its routes at gateways alone', () => {
    const going = endsIn(shop(provider(), {}).stack);
    const staying = endsIn(shop(provider(), { removalPolicy: RemovalPolicy.RETAIN }).stack);

    const { ShopNamespace, ...others } = going;
    expect(ShopNamespace).toEqual(STAYS);
    expect(Object.values(others)).toEqual(Object.values(others).map(() => GOES));
    const kept = Object.keys(staying).filter((id) => staying[id]![2] === true).sort();
    expect(kept).toEqual([expect.stringMatching(/^ShopGatewayRoutes.+/), 'ShopNamespace', 'ShopProductsService', 'ShopProductsV1Version']);
    for (const id of kept) expect(staying[id]).toEqual(STAYS);
    expect(staying.ShopGatewayRoutes).toEqual(GOES);
  });

  test('a retained service that moves to another stack has the same resources there, and the same objects', () => {
    const before = shop(provider(), { removalPolicy: RemovalPolicy.RETAIN }).stack;
    const { stack, team } = shop(provider(), { removalPolicy: RemovalPolicy.RETAIN, moved: true });

    const kept = (one: Stack) => ownUnitsOf(one).filter(([id, { Properties }]) => Properties.Retain === true && !id.startsWith('ShopNamespace'));
    const contents = (one: Stack) => Object.fromEntries(kept(one).map(([id, { Properties: { Manifest } }]) => [id, JSON.stringify(Manifest)]));
    expect(kept(stack)).toEqual([]);
    expect(contents(team)).toEqual(contents(before));
    expect([...objectsOf(stack), ...objectsOf(team)].map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort()).toEqual(objectsOf(before).map(({ kind, metadata: { name } }) => `${kind} ${name}`).sort());
  });
});

test('a filter that routes of a retained service share with others is no object of two owners', () => {
  const { app, stack, mesh } = program({ provider: MeshProvider.envoyGateway() });
  const gateway = new MeshGateway(mesh, 'Gateway');
  for (const [id, removalPolicy] of [['Products', RemovalPolicy.RETAIN], ['Catalog', RemovalPolicy.DESTROY]] as const) {
    const to = new MeshService(mesh, id, { port: 8080, versions: [version('v1')], removalPolicy });
    gateway.addRoute(id, { match: RouteMatch.rawPrefix('/api', { hosts: [`${id.toLowerCase()}.example.com`] }), rewrite: Rewrite.prefix('/v1'), to });
  }
  app.synth();

  const holders = Object.entries(manifestsOf(stack)).filter(([, { Properties }]) => JSON.stringify(Properties.Manifest).includes('HTTPRouteFilter')).map(([id]) => id.slice(0, -8));
  expect(holders.sort()).toEqual(['ShopGatewayRoutes', expect.stringMatching(/^ShopGatewayRoutes.+/)]);
});

test('what else may happen to resources cannot happen to objects of a cluster', () => {
  const act = () => new MeshService(program().mesh, 'Products', { port: 8080, versions: [version('v1')], removalPolicy: RemovalPolicy.SNAPSHOT });

  expect(errorOf(act)).toBe("MESH111 objects of a cluster cannot be removed by 'snapshot'\n  at   Shop/Mesh/Products (MeshService), removalPolicy = 'snapshot'\n"
    + '  fix  choose RemovalPolicy.DESTROY or RemovalPolicy.RETAIN');
});

describe('what resources are told of others', () => {
  const told = (stack: Stack, property: 'Elsewhere' | 'Gateways') => Object.fromEntries(Object.entries(manifestsOf(stack))
    .filter(([, { Properties }]) => property in Properties).map(([id, { Properties }]) => [id.slice(0, -8), Properties[property]]));

  test('routes to services of other stacks know which Services may not be there yet', () => {
    const { app, stack, mesh } = program({ provider: MeshProvider.istio() });
    const team = new Stack(app, 'Team', { env: ENV });
    const orders = new MeshService(team, 'Orders', { mesh, port: 8080, versions: [version('v1'), version('v2')], weights: { v1: 90, v2: 10 } });
    const stock = new MeshService(mesh, 'Stock', { port: 8080, versions: [version('v1')] });
    const front = new RouterService(mesh, 'Front', { port: 8080 });
    front.addRoute('orders', { match: RouteMatch.prefix('/orders'), to: RouteTarget.version(orders, 'v2') });
    front.addRoute('all', { match: RouteMatch.any(), to: RouteTarget.version(stock, 'v1') });
    app.synth();

    expect(told(stack, 'Elsewhere')).toEqual({ ShopFrontService: ['shop/orders-v2'] });
    expect(told(team, 'Elsewhere')).toEqual({});
  });

  test.each([['istio', MeshProvider.istio(), 'istio'], ['envoy-gateway', MeshProvider.envoyGateway(), 'shop']] as const)('namespaces know the classes of their gateways, on %s', (_, provider, gatewayClass) => {
    const { stack, mesh } = program({ provider });
    for (const id of ['Gateway', 'Edge']) new MeshGateway(mesh, id).addRoute('All', { match: RouteMatch.any(), to: RouteTarget.redirect({ host: 'example.com' }) });

    expect(told(stack, 'Gateways')).toEqual({ ShopNamespace: [`shop/edge=${gatewayClass}`, `shop/gateway=${gatewayClass}`] });
  });
});
