import { App, CfnParameter, CfnResource, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { circleIn, clusterPort, edgesOf, manifestsOf, resourcesOf } from './templates';
import { LANES, MAX_WITHOUT_LANES } from '../../lib/outputs/cloudformation/lanes';
import { logicalIdOf } from '../../lib/outputs/cloudformation/logical-id';
import { manifestLines } from '../../lib/outputs/cloudformation/manifest-lines';
import { writeManifests, type ManifestTarget, type UnitRollout } from '../../lib/outputs/cloudformation/manifests';
import { Wave, type Unit } from '../../lib/plan/unit';
import { configMap, MESH_UNITS, serviceUnits, unit } from '../plan/units';

const SERVICES = Array.from({ length: 30 }, (_, index) => serviceUnits(index)).flat();

/** As many as need no lanes. */
const FEW = SERVICES.slice(0, 33);

const TARGET = { cluster: clusterPort(), mesh: 'shop', adoptExisting: false };

function written(units: readonly Unit[], target: Partial<ManifestTarget> = {}) {
  const stack = new Stack(new App(), 'Main');
  const mesh = new Construct(stack, 'Mesh');
  const byUnit = writeManifests(units, { ...TARGET, cluster: clusterPort(), scopeOf: () => mesh, ...target });
  return { stack, mesh, byUnit, resources: manifestsOf(stack) };
}

test('a unit becomes one resource with exactly the properties that the deployment function reads', () => {
  const { resources } = written([unit('shop/products/v1/version', { objects: [configMap('a'), configMap('b')] })]);

  expect(resources).toEqual({
    ShopProductsV1Version16f76c39: {
      Type: 'Custom::KubernetesObjects',
      Properties: {
        ServiceToken: { 'Fn::GetAtt': ['MeshDeployer', 'Arn'] },
        Protocol: '1',
        ClusterName: 'prod',
        Mesh: 'shop',
        Manifest: manifestLines([configMap('a'), configMap('b')]),
      },
    },
  });
});

test('a cluster of aws-eks gives its role, an adopting mesh adds to objects of others, a kept unit outlives its stack', () => {
  const { resources } = written([unit('shop/namespace', { retain: true })], { cluster: clusterPort([], 'arn:role'), adoptExisting: true });

  expect(Object.values(resources)).toEqual([expect.objectContaining({
    DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain', Properties: expect.objectContaining({ RoleArn: 'arn:role', Foreign: 'add', Retain: true }),
  })]);
});

test.each([true, false])('objects that have to be there are never retained, adopting or not: %p', (adoptExisting) => {
  const [[, resource]] = Object.entries(written([unit('shop/namespace', { foreign: 'existing' })], { adoptExisting }).resources) as [[string, object]];

  expect(resource).toMatchObject({ Properties: { Foreign: 'existing' } });
  expect(resource).not.toHaveProperty('DeletionPolicy');
  expect(resource).not.toHaveProperty('Properties.Retain');
});

test('how a unit is rolled out becomes its properties, and only what was chosen', () => {
  const chosen: { readonly [id: string]: UnitRollout } = {
    'shop/a': { deadlineSeconds: 840, settleSeconds: 0, waits: false, redeploy: 'again', elsewhere: ['team/orders'] },
    'shop/b': { waits: true, elsewhere: [] },
  };
  const { resources } = written([unit('shop/a'), unit('shop/b')], { rolloutOf: ({ id }) => chosen[id]! });

  const [a, b] = ['shop/a', 'shop/b'].map((id) => resources[logicalIdOf(id)]!.Properties);
  expect(a).toMatchObject({ Deadline: 840, Settle: 0, Wait: 'none', Redeploy: 'again', Elsewhere: ['team/orders'] });
  expect(Object.keys(b!).sort()).toEqual(['ClusterName', 'Manifest', 'Mesh', 'Protocol', 'ServiceToken']);
});

type Line = string | { readonly 'Fn::Join': readonly [string, readonly unknown[]] };

test('a token inside of a manifest is resolved, quotes and newlines around it survive', () => {
  const stack = new Stack(new App(), 'Main');
  const image = new CfnParameter(stack, 'Image');
  const objects = [configMap('a', { text: `"${image.valueAsString}"\n`, late: Lazy.string({ produce: () => 'late' }) })];

  writeManifests([unit('shop/a/b', { objects })], { ...TARGET, scopeOf: () => stack });

  const [lines] = Object.values(manifestsOf(stack)).map(({ Properties }) => Properties.Manifest as readonly Line[]);
  const texts = lines!.map((line) => typeof line === 'string' ? line : line['Fn::Join'][1].map((part) => typeof part === 'string' ? part : 'shop/web:1').join(''));
  const withToken = lines!.filter((line) => typeof line !== 'string');
  expect(withToken).toEqual([{ 'Fn::Join': ['', expect.arrayContaining([{ Ref: 'Image' }])] }]);
  expect(JSON.parse(texts.join(''))).toEqual([configMap('a', { text: '"shop/web:1"\n', late: 'late' })]);
});

test('metadata that somebody else adds may speak of another stack', () => {
  const app = new App();
  const [topic, stack] = [new CfnResource(new Stack(app, 'Topics'), 'Topic', { type: 'AWS::SNS::Topic' }), new Stack(app, 'Main')];
  writeManifests([unit('shop/a/b')], { ...TARGET, scopeOf: () => stack });
  const [manifest] = stack.node.findAll().filter((one): one is CfnResource => CfnResource.isCfnResource(one) && one.cfnResourceType === 'Custom::KubernetesObjects');
  manifest!.addMetadata('owner', { topic: topic.ref });

  expect(Object.values(manifestsOf(stack))).toEqual([expect.objectContaining({ Metadata: { owner: { topic: { 'Fn::ImportValue': expect.stringMatching(/^Topics:/) } } } })]);
});

test('logical ids do not depend on where the construct sits', () => {
  const units = [...MESH_UNITS, ...SERVICES];
  const moved = new Stack(new App(), 'Main');
  const deep = new Construct(new Construct(moved, 'Platform'), 'Renamed');
  writeManifests(units, { ...TARGET, scopeOf: () => deep });

  expect(resourcesOf(moved)).toEqual(resourcesOf(written(units).stack));
});

test('adding a service changes no other resource', () => {
  const before = resourcesOf(written([...MESH_UNITS, ...FEW]).stack);
  const after = resourcesOf(written([...MESH_UNITS, ...FEW, ...serviceUnits(999)]).stack);

  for (const [id, resource] of Object.entries(before)) expect(after[id]).toEqual(resource);
  expect(Object.keys(after).filter((id) => before[id] === undefined)).toHaveLength(3);
});

test('adding a service to many changes of other resources only whom the neighbours in its lanes wait for', () => {
  const before = resourcesOf(written([...MESH_UNITS, ...SERVICES]).stack);
  const after = resourcesOf(written([...MESH_UNITS, ...SERVICES, ...serviceUnits(999)]).stack);

  const changed = Object.keys(before).filter((id) => JSON.stringify(after[id]) !== JSON.stringify(before[id]));
  expect(changed.length).toBeLessThanOrEqual(3);
  for (const [id, { DependsOn: _, ...resource }] of Object.entries(before)) expect(after[id]).toMatchObject(resource);
});

test('renaming a service replaces its resources alone', () => {
  const before = Object.keys(written([...MESH_UNITS, ...SERVICES]).resources);
  const renamed = [...MESH_UNITS, ...SERVICES.filter(({ shard }) => shard !== 'service:service-7'), ...serviceUnits(700)];
  const after = new Set(Object.keys(written(renamed).resources));

  expect(before.filter((id) => !after.has(id)).every((id) => id.startsWith('ShopService7'))).toBe(true);
  expect(before.filter((id) => !after.has(id))).toHaveLength(3);
});

test('needs become dependencies, nothing else is waited for but the function, and there is no circle', () => {
  const units = [...MESH_UNITS, ...FEW];
  const { resources, byUnit, stack } = written(units);
  const idOf = (id: string) => stack.resolve(byUnit.get(id)!.id) as string;

  for (const { id, needs } of units) {
    expect(resources[idOf(id)]!.DependsOn ?? []).toEqual(needs.map(idOf).sort());
    expect(edgesOf(resources[idOf(id)]!)).toEqual([...needs.map(idOf).sort(), 'MeshDeployer']);
  }
  expect(circleIn(resourcesOf(stack))).toBeUndefined();
});

test('units that need nothing of each other do not wait for each other', () => {
  const independent = Array.from({ length: MAX_WITHOUT_LANES }, (_, index) => unit(`shop/part-${index}/object`));
  const { resources } = written(independent);

  expect(Object.values(resources).flatMap(({ DependsOn = [] }) => DependsOn)).toEqual([]);
});

describe('units of a large stack', () => {
  test('stand in lanes, so that no more of them start at once', () => {
    const independent = Array.from({ length: 200 }, (_, index) => unit(`shop/part-${index}/object`));
    const { resources, stack } = written(independent);

    const waited = Object.values(resources).flatMap(({ DependsOn = [] }) => DependsOn);
    expect(Object.values(resources).filter(({ DependsOn = [] }) => DependsOn.length === 0)).toHaveLength(LANES);
    expect(new Set(waited).size).toBe(waited.length);
    expect(circleIn(resourcesOf(stack))).toBeUndefined();
  });

  test('have a place in no lane where the program itself orders something after them, nor have those that they need', () => {
    const stack = new Stack(new App(), 'Main');
    const services = Array.from({ length: 30 }, (_, index) => new Construct(stack, `Service${index}`));
    const scopeOf = ({ shard }: Unit) => services[Number(shard.split('-')[1] ?? 0)]!;
    services[0]!.node.addDependency(services[29]!);

    writeManifests(SERVICES.map((one) => ({ ...one, needs: one.needs.filter((need) => !need.startsWith('shop/mesh') && !need.startsWith('shop/namespace')) })), { ...TARGET, scopeOf });

    const resources = resourcesOf(stack);
    const ids = ['v1/version', 'v2/version', 'service'].map((part) => logicalIdOf(`shop/service-29/${part}`));
    expect(circleIn(resources)).toBeUndefined();
    for (const id of ids) expect(edgesOf(resources[id]!).filter((edge) => edge !== 'MeshDeployer' && !ids.includes(edge))).toEqual([]);
    expect(edgesOf(resources[logicalIdOf('shop/service-0/v1/version')]!)).toEqual(expect.arrayContaining(ids));
  });
});

test('barriers are waited for by the function, and other dependencies by those that need them first', () => {
  const stack = new Stack(new App(), 'Main');
  const barrier = new CfnResource(stack, 'Barrier', { type: 'Test::Barrier' });
  const chart = new CfnResource(stack, 'Chart', { type: 'Test::Chart' });
  const units = [...MESH_UNITS, ...SERVICES];
  writeManifests(units, { ...TARGET, cluster: clusterPort([barrier]), scopeOf: () => stack, dependenciesOf: ({ wave }) => wave >= Wave.MESH ? [chart] : [] });
  const resources = resourcesOf(stack);

  const waitsFor = (from: string, wanted: string): boolean => edgesOf(resources[from]!).some((next) => next === wanted || (next in resources && waitsFor(next, wanted)));
  const manifests = Object.keys(manifestsOf(stack));
  expect(manifests.every((id) => waitsFor(id, 'Barrier'))).toBe(true);
  expect(Object.keys(resources).filter((id) => edgesOf(resources[id]!).includes('Barrier'))).toEqual(['MeshDeployer']);
  expect(manifests.filter((id) => !waitsFor(id, 'Chart'))).toEqual([logicalIdOf('shop/namespace')]);
  expect(manifests.filter((id) => edgesOf(resources[id]!).includes('Chart'))).toEqual([logicalIdOf('shop/mesh')]);
  expect(circleIn(resources)).toBeUndefined();
});

test('no dependency crosses from one stack of a stage to another', () => {
  const stage = new Stage(new App(), 'Prod');
  const main = new Stack(stage, 'Main');
  const team = new Stack(stage, 'Team');
  const units = [...MESH_UNITS, ...serviceUnits(1, 'Prod/Team')];

  writeManifests(units, { ...TARGET, scopeOf: ({ owner }) => owner === 'Prod/Team' ? team : main });

  expect(team.dependencies).toEqual([]);
  expect(main.dependencies).toEqual([]);
  expect(Object.keys(manifestsOf(team))).toHaveLength(3);
  for (const stack of [main, team]) {
    const resources = resourcesOf(stack);
    expect(circleIn(resources)).toBeUndefined();
    expect(Object.values(resources).flatMap(edgesOf).filter((id) => !(id in resources) && !id.startsWith('AWS::'))).toEqual([]);
  }
});

test('logical ids are readable, short enough and told apart by their hash', () => {
  expect(logicalIdOf('shop/products/v1-node')).toBe('ShopProductsV1Node85581165');
  expect(logicalIdOf('shop/a-b')).not.toBe(logicalIdOf('shop/a/b'));
  expect(logicalIdOf('shop/a', 'east')).not.toBe(logicalIdOf('shop/a', 'west'));
  expect(logicalIdOf('shop/a', 'east').slice(0, -8)).toBe('ShopA');
  expect(logicalIdOf('2048/game')).toMatch(/^N2048Game[0-9a-f]{8}$/);
  expect(logicalIdOf(`shop/${'x'.repeat(300)}`)).toMatch(/^Shop[A-Za-z0-9]{251}$/);
});
