/** Logical ids are API: what is not touched keeps its id, wherever its construct sits. */
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { CanaryService, IstioDataPlane, Mesh, MeshGateway, MeshProvider, RouteMatch } from '../lib';
import { existingCluster, program, version } from './constructs/program';
import { objectsOfManifest } from './manifest-objects';

interface Shape {
  readonly services: readonly string[];
  /** Puts each service below a construct of this id. */
  readonly below?: string;
  readonly routeBuckets?: number;
}

/** Properties by logical id, for everything of the mesh. */
function resourcesOf({ services, below, routeBuckets }: Shape): { [logicalId: string]: unknown } {
  const { stack, mesh } = program({ quotas: { gatewayRoutesPerGateway: 50 } });
  const scope = below === undefined ? mesh : new Construct(mesh, below);
  const gateway = new MeshGateway(mesh, 'Gateway', routeBuckets === undefined ? {} : { routeBuckets });
  for (const id of services) {
    const service = new CanaryService(scope, id, { stable: version('v1'), canary: version('v2'), canaryPercent: 5 });
    gateway.addRoute(id, { match: RouteMatch.prefix(`/${id.toLowerCase()}`), to: service });
  }
  return propertiesOf(stack);
}

function propertiesOf(stack: Stack): { [logicalId: string]: unknown } {
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: { [id: string]: { Properties: unknown } } };
  return Object.fromEntries(Object.entries(Resources).map(([id, { Properties }]) => [id, Properties]));
}

/** Logical id of the gateway's routes, which are written together. */
const ROUTES = 'ShopGatewayRoutes27788a5b';

test('keeps every logical id, and every property but those of the gateway that leads there, when a service is added', () => {
  const { [ROUTES]: routesBefore, ...before } = resourcesOf({ services: ['Products', 'Cart'] });
  const { [ROUTES]: routesAfter, ...after } = resourcesOf({ services: ['Products', 'Cart', 'Basket'] });

  expect(Object.keys(after).length).toBe(Object.keys(before).length + 4);
  for (const [id, properties] of Object.entries(before)) expect(after[id]).toEqual(properties);
  const { Manifest: manifestBefore, ...othersBefore } = routesBefore as { readonly Manifest: unknown };
  const { Manifest: manifestAfter, ...othersAfter } = routesAfter as { readonly Manifest: unknown };
  expect(othersAfter).toEqual(othersBefore);
  const objects = [manifestBefore, manifestAfter].map((manifest) => objectsOfManifest(manifest, String));
  expect(objects[1]!.filter(({ metadata: { name } }) => name !== 'gateway-basket')).toEqual(objects[0]);
  expect(objects[1]).toHaveLength(3);
});

test('changes one bucket of routes when a service is added to a gateway that has several', () => {
  const services = Array.from({ length: 12 }, (_, at) => `Service${at}`);
  const before = resourcesOf({ services, routeBuckets: 4 });
  const after = resourcesOf({ services: [...services, 'Basket'], routeBuckets: 4 });

  const buckets = Object.keys(before).filter((id) => id.startsWith('ShopGatewayRoutes'));
  expect(buckets).toHaveLength(4);
  expect(buckets.filter((id) => JSON.stringify(after[id]) !== JSON.stringify(before[id]))).toHaveLength(1);
});

test('replaces only what belongs to a service that is renamed', () => {
  const before = resourcesOf({ services: ['Products', 'Cart'] });
  const after = resourcesOf({ services: ['Products', 'Basket'] });

  const gone = Object.keys(before).filter((id) => !(id in after));
  expect(gone.length).toBeGreaterThan(0);
  expect(gone.every((id) => /cart/i.test(id))).toBe(true);
});

test('changes nothing when a construct moves in the tree', () => {
  expect(resourcesOf({ services: ['Products'], below: 'Team' })).toEqual(resourcesOf({ services: ['Products'] }));
});

interface Home {
  /** Constructs from the stack down to the mesh. */
  readonly mesh: readonly string[];
  readonly cluster: string;
  readonly gateway: string;
  readonly service: string;
  /** Of a construct that has nothing to do with the mesh. */
  readonly other: string;
}

const PROVIDERS = { 'app-mesh': () => MeshProvider.appMesh(), 'istio': () => MeshProvider.istio(), 'istio ambient': () => MeshProvider.istio({ dataPlane: IstioDataPlane.AMBIENT }), 'envoy-gateway': () => MeshProvider.envoyGateway() };

/** Everything of a stack that is not the user's own, whose constructs have these ids. */
function builtIn(home: Home, provider: keyof typeof PROVIDERS): { [logicalId: string]: unknown } {
  const stack = new Stack(new App(), 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  new CfnResource(stack, home.other, { type: 'Test::Other' });
  const scope = home.mesh.slice(0, -1).reduce<Construct>((above, id) => new Construct(above, id), stack);
  const mesh = new Mesh(scope, home.mesh.at(-1)!, { cluster: existingCluster(stack, home.cluster), namespace: 'shop', meshName: 'shop', provider: PROVIDERS[provider]() });
  const service = new CanaryService(mesh, home.service, { serviceName: 'products', port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5 });
  new MeshGateway(mesh, home.gateway, { gatewayName: 'gateway' }).addRoute('Products', { match: RouteMatch.prefix('/products'), to: service });
  const { [home.other]: _, ...resources } = propertiesOf(stack);
  return resources;
}

describe.each(Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[])('on %s', (provider) => {
  const home: Home = { mesh: ['Mesh'], cluster: 'Cluster', gateway: 'Gateway', service: 'Products', other: 'Queue' };
  const before = builtIn(home, provider);

  test.each<[string, Partial<Home>]>([
    ['the mesh is moved', { mesh: ['Platform', 'Network', 'Mesh'] }],
    ['the mesh is renamed', { mesh: ['ServiceMesh'] }],
    ['the cluster is renamed', { cluster: 'Prod' }],
    ['gateway and service are renamed', { gateway: 'Edge', service: 'Shelf' }],
    ['other constructs are renamed', { other: 'Topic' }],
    ['all of that happens', { mesh: ['A', 'B'], cluster: 'C', gateway: 'D', service: 'E', other: 'F' }],
  ])('keeps function, charts, definitions, roles and objects, with all that they say, when %s', (_, moved) => {
    expect(builtIn({ ...home, ...moved }, provider)).toEqual(before);
  });

  test('knows no service token but that of the function of the stack, and that of the kubectl function', () => {
    expect(Object.keys(before)).toEqual(expect.arrayContaining(['MeshDeployer', 'MeshDeployerLog', 'MeshDeployerRole', 'MeshDeployerAccess']));
    const tokens = Object.values(before).map((properties) => (properties as { readonly ServiceToken?: unknown }).ServiceToken).filter((token) => token !== undefined);
    expect([...new Set(tokens.map((token) => JSON.stringify(token)))].sort()).toEqual([
      JSON.stringify('arn:aws:lambda:eu-west-1:111122223333:function:kubectl'), JSON.stringify({ 'Fn::GetAtt': ['MeshDeployer', 'Arn'] }),
    ]);
  });
});

test('says the same when the services are written in another order', () => {
  expect(resourcesOf({ services: ['Cart', 'Products'] })).toEqual(resourcesOf({ services: ['Products', 'Cart'] }));
});
