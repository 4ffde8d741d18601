/** Meshes over stacks, stages and clusters. */
import { App, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { namesOf, objectsOf } from './manifests';
import { errorOf, existingCluster, program, version } from './program';
import { CanaryService, GatewayRoute, HostRewrite, Mesh, MeshGateway, MeshProvider, MeshService, RouteMatch, type IMesh } from '../../lib';
import { circleIn, edgesOf, resourcesOf } from '../outputs/templates';
import { openShop, single } from '../wrong-programs/shop';

const ENV = { account: '111122223333', region: 'eu-west-1' };

/** A shop whose gateway leads to a canary in the stack of another team. */
function withTeam() {
  const parts = openShop();
  const team = new Stack(parts.app, 'Team', { env: ENV });
  const orders = new CanaryService(team, 'Orders', {
    mesh: parts.mesh, port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, calls: [parts.catalog],
  });
  parts.gateway.addRoute('Orders', { match: RouteMatch.prefix('/orders'), to: orders, hostRewrite: HostRewrite.toService() });
  return { ...parts, team };
}

function imported(stack: Stack): IMesh {
  return Mesh.fromMeshAttributes(stack, 'Mesh', { meshName: 'shop', namespace: 'shop', cluster: existingCluster(stack), provider: MeshProvider.appMesh() });
}

describe('a second stack of one stage', () => {
  test("holds the service's own objects, its route at the gateway, and its role", () => {
    const { team } = withTeam();

    expect(namesOf(team)).toEqual([
      'Deployment orders-v1', 'Deployment orders-v2', 'GatewayRoute gateway-orders', 'PodDisruptionBudget orders-v1', 'PodDisruptionBudget orders-v2',
      'Service orders', 'Service orders-v1', 'Service orders-v2', 'ServiceAccount orders',
      'VirtualNode orders-v1', 'VirtualNode orders-v2', 'VirtualRouter orders', 'VirtualService orders',
    ]);
    expect(Object.keys(Template.fromStack(team).findResources('AWS::IAM::Role')).sort()).toEqual(['MeshDeployerRole', expect.stringMatching(/^ShopOrdersRole/)]);
  });

  test('is deployed after the stack of the mesh, which does not wait for it', () => {
    const { app } = withTeam();

    const stacks = app.synth().stacks.map(({ stackName, dependencies }) => [stackName, dependencies.map(({ id }) => id).filter((id) => !id.endsWith('.assets'))]);

    expect(Object.fromEntries(stacks)).toEqual({ Shop: [], Team: ['Shop'] });
  });

  test('refers to nothing outside, and no template has a circle', () => {
    const { stack, team } = withTeam();

    const templates = [stack, team].map(resourcesOf);

    for (const resources of templates) {
      expect(circleIn(resources)).toBeUndefined();
      expect(Object.values(resources).flatMap(edgesOf).filter((id) => !(id in resources) && !id.startsWith('AWS::'))).toEqual([]);
    }
  });

  test('takes the gateway route with it, so that shares come with the versions, and leaves the gateway in its stack', () => {
    const { stack } = withTeam();

    const names = namesOf(stack);
    expect(names).not.toContain('GatewayRoute gateway-orders');
    expect(names).toEqual(expect.arrayContaining(['GatewayRoute gateway-catalog', 'VirtualGateway gateway']));
  });
});

test.each([
  ['app-mesh', () => MeshProvider.appMesh(), 'GatewayRoute'], ['istio', () => MeshProvider.istio(), 'HTTPRoute'], ['envoy-gateway', () => MeshProvider.envoyGateway(), 'HTTPRoute'],
] as const)('routes of one gateway stay in the stacks that they are written for, whose ids may be the same, on %s', (_, provider, kind) => {
  const { app, stack, mesh } = program({ provider: provider() });
  const gateway = new MeshGateway(mesh, 'Gateway');
  const teams = ['Blue', 'Green'].map((name) => {
    const team = new Stack(new Construct(app, name), 'Team', { env: ENV });
    const service = new MeshService(team, name, { mesh, port: 8080, versions: [version('v1')] });
    new GatewayRoute(team, `${name}Route`, { gateway, match: RouteMatch.prefix(`/${name.toLowerCase()}`), to: service });
    return team;
  });
  app.synth();

  const routesIn = (one: Stack) => JSON.stringify(objectsOf(one).filter((object) => object.kind === kind && !object.metadata.name.endsWith('8080')));
  expect([stack, ...teams].map((one) => ['/blue', '/green'].filter((path) => routesIn(one).includes(path)))).toEqual([[], ['/blue'], ['/green']]);
});

describe('a mesh that is made elsewhere', () => {
  test('gets the services, but no mesh, namespace or controller', () => {
    const stack = new Stack(new Stage(new App(), 'Prod'), 'Team', { env: ENV });
    new MeshService(stack, 'Reviews', { mesh: imported(stack), port: 8080, versions: [version('v1')] });

    expect(namesOf(stack)).toEqual([
      'Deployment reviews-v1', 'PodDisruptionBudget reviews-v1', 'Service reviews', 'Service reviews-v1', 'ServiceAccount reviews',
      'VirtualNode reviews-v1', 'VirtualRouter reviews', 'VirtualService reviews',
    ]);
    Template.fromStack(stack).resourceCountIs('Custom::AWSCDK-EKS-HelmChart', 0);
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Role')).sort()).toEqual(['MeshDeployerRole', expect.stringMatching(/^ShopReviewsRole/)]);
  });

  test('gets gateways with routes to services of its own program', () => {
    const stack = new Stack(new App(), 'Team', { env: ENV });
    const mesh = imported(stack) as Mesh;
    const gateway = new MeshGateway(mesh, 'Gateway');
    gateway.addRoute('Reviews', { match: RouteMatch.any(), to: single(mesh, 'Reviews'), hostRewrite: HostRewrite.toService() });

    expect(namesOf(stack).filter((name) => /Gateway/.test(name))).toEqual(['GatewayRoute gateway-reviews', 'VirtualGateway gateway']);
    expect(circleIn(resourcesOf(stack))).toBeUndefined();
  });

  test('does not take a service of another stage either', () => {
    const app = new App();
    const mesh = imported(new Stack(app, 'Team', { env: ENV }));

    const act = () => new MeshService(new Stack(new Stage(app, 'Prod'), 'Other'), 'Reviews', { mesh, versions: [version('v1')] });

    expect(errorOf(act)).toBe("MESH105 mesh 'Team/Mesh' belongs to another stage\n"
      + "  at   Prod/Other/Reviews (MeshService), mesh = 'Team/Mesh'\n"
      + '  fix  join it with Mesh.fromMeshAttributes(): values cannot cross from one stage to another');
  });
});

describe('several meshes', () => {
  test('share a cluster when one controller serves both', () => {
    const stack = new Stack(new App(), 'Shop', { env: ENV });
    const cluster = existingCluster(stack);
    const first = new Mesh(stack, 'First', { cluster, namespace: 'first', provider: MeshProvider.appMesh({ controller: { alsoForMeshes: ['shop-second'] } }) });
    const second = new Mesh(stack, 'Second', { cluster, namespace: 'second', provider: MeshProvider.appMesh({ controller: { existing: true } }) });
    single(first, 'Stock');
    single(second, 'Stock');

    const template = Template.fromStack(stack);

    template.resourceCountIs('Custom::AWSCDK-EKS-HelmChart', 1);
    const [controller] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow' }] } } }))
      .map((role) => JSON.stringify(role)).filter((role) => role.includes('appmesh-controller'));
    expect(controller).toContain('mesh/shop-first');
    expect(controller).toContain('mesh/shop-second');
    expect(namesOf(stack).filter((name) => name.startsWith('Mesh '))).toEqual(['Mesh shop-first', 'Mesh shop-second']);
  });

  test('stand on two clusters in one stack, in namespaces of their own', () => {
    const stack = new Stack(new App(), 'Shop', { env: ENV });
    for (const name of ['first', 'second']) {
      const mesh = new Mesh(stack, `${name}Mesh`, { cluster: existingCluster(stack, `${name}Cluster`), namespace: name, provider: MeshProvider.appMesh() });
      single(mesh, 'Stock');
    }

    Template.fromStack(stack).resourceCountIs('Custom::AWSCDK-EKS-HelmChart', 2);
    expect(namesOf(stack).filter((name) => name === 'VirtualService stock')).toHaveLength(2);
  });

  test('stand on two clusters in two stacks with the same names', () => {
    const app = new App();
    const stacks = ['Europe', 'America'].map((name) => {
      const stack = new Stack(app, name, { env: ENV });
      single(new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', meshName: 'shop', provider: MeshProvider.appMesh() }), 'Stock');
      return stack;
    });

    const [europe, america] = stacks.map((stack) => Object.keys(Template.fromStack(stack).toJSON().Resources));

    expect(europe).toEqual(america);
  });

  test('are each synthesized in their own stage', () => {
    const app = new App();
    for (const name of ['Test', 'Prod']) {
      const stack = new Stack(new Stage(app, name), 'Shop', { env: ENV });
      single(new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', provider: MeshProvider.appMesh() }), 'Stock');
    }

    const assembly = app.synth();

    const counts = assembly.nestedAssemblies.map(({ nestedAssembly }) => Object.keys(nestedAssembly.stacks[0].template.Resources).length);
    expect(counts[0]).toBeGreaterThan(5);
    expect(counts).toEqual([counts[0], counts[0]]);
  });
});

test('a service is found by its mesh in whatever construct of the stage it stands', () => {
  const { stack, mesh } = program();
  const team = new Stack(stack, 'Nested', { env: ENV });

  new MeshService(team, 'Reviews', { mesh, versions: [version('v1')] });

  expect(mesh.buildModel().services.map(({ id }: { id: string }) => id)).toEqual(['shop/reviews']);
});
