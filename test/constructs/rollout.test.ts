/** How deployments wait: what is chosen for the mesh, a service and a gateway reaches their resources, and wrong times are refused at once. */
import { CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { errorOf, program, version } from './program';
import { CanaryService, MeshGateway, MeshProvider, MeshService, MeshShards, RouteMatch, RouteTarget, type MeshGatewayProps, type MeshProps, type RolloutOptions } from '../../lib';
import { manifestsOf } from '../outputs/templates';

interface Choice {
  readonly mesh?: RolloutOptions;
  readonly service?: RolloutOptions;
  readonly gateway?: RolloutOptions;
}

/** What each resource says of its roll-out, by the start of its logical id. */
function rolloutIn(stack: Stack): { readonly [unit: string]: { readonly [property: string]: unknown } } {
  return Object.fromEntries(Object.entries(manifestsOf(stack)).map(([id, { Properties }]) => {
    const { ServiceToken, Protocol, ClusterName, RoleArn, Mesh, Manifest, Foreign, Retain, ...rollout } = Properties;
    return [id.slice(0, -8), rollout];
  }));
}

function shop({ mesh: rollout, service, gateway }: Choice, props: Partial<MeshProps> = {}) {
  const { stack, mesh } = program({ ...props, ...(rollout && { rollout }) });
  const products = new CanaryService(mesh, 'Products', { port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, ...(service && { rollout: service }) });
  const catalog = new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1')] });
  const front = new MeshGateway(mesh, 'Gateway', gateway === undefined ? {} : { rollout: gateway });
  front.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products });
  front.addRoute('Catalog', { match: RouteMatch.prefix('/catalog'), to: catalog });
  return rolloutIn(stack);
}

const UNITS = ['ShopNamespace', 'ShopMesh', 'ShopProductsV1Version', 'ShopProductsV2Version', 'ShopProductsService', 'ShopCatalogV1Version', 'ShopCatalogService', 'ShopGatewayGateway', 'ShopGatewayRoutes'];
const ALL: RolloutOptions = { deadline: Duration.minutes(14), settleTime: Duration.seconds(0), waitForRollout: false, redeploy: '2026-11-28' };
const ALL_PROPERTIES = { Deadline: 840, Settle: 0, Wait: 'none', Redeploy: '2026-11-28' };

test('nothing is said where nothing is chosen', () => {
  const rollout = shop({});

  expect(Object.keys(rollout).sort()).toEqual([...UNITS].sort());
  expect(Object.values(rollout)).toEqual(UNITS.map(() => ({})));
  expect(Object.values(shop({ mesh: { waitForRollout: true } }))).toEqual(UNITS.map(() => ({})));
});

test('what the mesh says holds for everything in it', () => {
  expect(Object.values(shop({ mesh: ALL }))).toEqual(UNITS.map(() => ALL_PROPERTIES));
});

test('a service says it for its versions and its routes, a gateway for itself and its routes', () => {
  const rollout = shop({ service: ALL, gateway: { deadline: Duration.seconds(30) } });

  const said = Object.fromEntries(Object.entries(rollout).filter(([, properties]) => Object.keys(properties).length > 0));
  expect(said).toEqual({
    ShopProductsV1Version: ALL_PROPERTIES, ShopProductsV2Version: ALL_PROPERTIES, ShopProductsService: ALL_PROPERTIES,
    ShopGatewayGateway: { Deadline: 30 }, ShopGatewayRoutes: { Deadline: 30 },
  });
});

test('a service replaces field by field what the mesh says, also by what is said when nothing is', () => {
  const rollout = shop({ mesh: { ...ALL, redeploy: 'mesh' }, service: { waitForRollout: true, deadline: Duration.seconds(90.4) } });

  expect(rollout.ShopProductsV1Version).toEqual({ Deadline: 90, Settle: 0, Redeploy: 'mesh' });
  expect(rollout.ShopCatalogV1Version).toEqual({ Deadline: 840, Settle: 0, Wait: 'none', Redeploy: 'mesh' });
});

test('a field of a service that is undefined leaves that of the mesh', () => {
  const rollout = shop({ mesh: ALL, service: { deadline: undefined, redeploy: undefined } as unknown as RolloutOptions });

  expect(rollout.ShopProductsService).toEqual(ALL_PROPERTIES);
});

test.each([1, 2])('routes of a gateway are rolled out as it is, with %d routes, wherever they were written', (count) => {
  const { stack, mesh } = program();
  const catalog = new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1')] });
  const gateway = new MeshGateway(mesh, 'Gateway', { rollout: ALL });
  for (let number = 0; number < count; number++) gateway.addRoute(`Catalog${number}`, { match: RouteMatch.prefix(`/c${number}`), to: catalog });

  expect(rolloutIn(stack).ShopGatewayRoutes).toEqual(ALL_PROPERTIES);
});

test('it reaches shards, nested or not', () => {
  for (const shards of [MeshShards.nested(1), MeshShards.stacks(1)]) {
    const { app, stack, mesh } = program({ shards, rollout: ALL });
    new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1')] });
    app.synth();

    const inside = stack.node.root.node.findAll().filter((one): one is Stack => Stack.isStack(one) && one !== stack);
    expect(inside.map(rolloutIn)).toEqual([{ ShopCatalogV1Version: ALL_PROPERTIES, ShopCatalogService: ALL_PROPERTIES }]);
  }
});

test('a text that is known only at deployment may say that all is applied again, in the stack of the mesh and in nested ones', () => {
  for (const shards of [undefined, MeshShards.nested(1)]) {
    const { app, stack, mesh } = program(shards === undefined ? {} : { shards });
    const redeploy = new CfnParameter(stack, 'Redeploy').valueAsString;
    new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1')], rollout: { redeploy } });
    app.synth();

    const [place] = stack.node.findAll().filter((one): one is Stack => Stack.isStack(one)).reverse();
    const { ShopCatalogService } = rolloutIn(place!);
    const { Ref } = ShopCatalogService!.Redeploy as { readonly Ref: string };
    expect(Ref).toMatch(/Redeploy/);
    expect(Object.keys(Template.fromStack(place!).toJSON().Parameters as object)).toContain(Ref);
  }
});

describe('times out of range are refused where they are written', () => {
  const seconds = (deadline: number): RolloutOptions => ({ deadline: Duration.seconds(deadline) });
  const makers: readonly (readonly [string, string, (rollout: RolloutOptions) => Construct])[] = [
    ['Shop/Mesh', 'Mesh', (rollout) => program({ rollout }).mesh],
    ['Shop/Mesh/Products', 'CanaryService', (rollout) => new CanaryService(program().mesh, 'Products', { port: 8080, stable: version('v1'), rollout })],
    ['Shop/Mesh/Catalog', 'MeshService', (rollout) => new MeshService(program().mesh, 'Catalog', { port: 8080, versions: [version('v1')], rollout })],
    ['Shop/Mesh/Gateway', 'MeshGateway', (rollout) => new MeshGateway(program().mesh, 'Gateway', { rollout })],
  ];

  test.each(makers)('at %s', (path, type, make) => {
    const deadline = (value: string) => `MESH111 the deadline is ${value} s, not between 30 s and 840 s\n  at   ${path} (${type}), rollout.deadline = '${value} s'\n`
      + '  fix  give a time in that range; left out, it is 600 s. Pods that need longer can be rolled out with waitForRollout: false';

    expect(errorOf(() => make(seconds(29.9)))).toBe(deadline('29.9'));
    expect(errorOf(() => make(seconds(0)))).toBe(deadline('0'));
    expect(errorOf(() => make({ deadline: Duration.minutes(15) }))).toBe(deadline('900'));
    expect(errorOf(() => make({ settleTime: Duration.seconds(301) }))).toBe(
      `MESH111 the settle time is 301 s, more than 300 s\n  at   ${path} (${type}), rollout.settleTime = '301 s'\n`
      + '  fix  give a shorter time: it only has to cover the moment until every proxy knows the new routes');
    for (const good of [seconds(30), seconds(840), { settleTime: Duration.minutes(5) }, { settleTime: Duration.millis(0) }, {}]) expect(() => make(good)).not.toThrow();
  });

  test.each(['deadline', 'settleTime'])('a %s that is known only at deployment', (property) => {
    const later = Duration.seconds(new CfnParameter(program().stack, 'Later', { type: 'Number' }).valueAsNumber);

    expect(errorOf(() => program({ rollout: { [property]: later } }))).toBe(
      `MESH109 rollout.${property} must be known at synthesis, but is a token\n  at   Shop/Mesh (Mesh), rollout.${property}\n`
      + `  fix  give rollout.${property} a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`);
  });
});

describe('buckets of routes', () => {
  const refused = (routeBuckets: number) => errorOf(() => new MeshGateway(program().mesh, 'Gateway', { routeBuckets }));

  test.each([0, 101, 1.5, -1])('%p of them are refused', (routeBuckets) => {
    expect(refused(routeBuckets)).toBe(`MESH203 routeBuckets is ${routeBuckets}, not an integer from 1 to 100\n  at   Shop/Mesh/Gateway (MeshGateway), routeBuckets = ${routeBuckets}\n`
      + '  fix  give routeBuckets an integer from 1 to 100');
  });

  test.each([
    ['app-mesh', MeshProvider.appMesh()], ['istio', MeshProvider.istio()], ['envoy-gateway', MeshProvider.envoyGateway()],
  ] as const)('spread the routes of one gateway alone, and answers that several routes share are no objects of two owners, on %s', (name, provider) => {
    const { stack, mesh } = program({ provider, quotas: { gatewayRoutesPerGateway: 100 } });
    const catalog = new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1')] });
    for (const [id, props] of [['Gateway', { routeBuckets: 4 }], ['Edge', {}]] as readonly (readonly [string, MeshGatewayProps])[]) {
      const gateway = new MeshGateway(mesh, id, props);
      for (let number = 0; number < 20; number++) {
        const hosts = [`h${number}.example.com`];
        gateway.addRoute(`Route${number}`, { match: RouteMatch.prefix(`/r${number}`, { hosts }), to: catalog });
        if (name === 'envoy-gateway') gateway.addRoute(`Gone${number}`, { match: RouteMatch.prefix('/gone', { hosts }), to: RouteTarget.respond(410) });
      }
    }

    const ids = Object.keys(rolloutIn(stack)).filter((id) => id.includes('Routes')).sort();

    expect(ids).toEqual(['ShopEdgeRoutes', 'ShopGatewayRoutes1', 'ShopGatewayRoutes2', 'ShopGatewayRoutes3', 'ShopGatewayRoutes4']);
  });
});
