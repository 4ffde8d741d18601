import { App, CfnParameter, CfnResource, Lazy, Stack, Stage } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { circleIn, clusterPort, edgesOf, resourcesOf } from './templates';
import { logicalIdOf } from '../../lib/outputs/cloudformation/logical-id';
import { MANIFEST_TYPE } from '../../lib/outputs/cloudformation/manifest';
import { LANES, writeManifests, type ManifestTarget } from '../../lib/outputs/cloudformation/manifests';
import { Wave, type Unit } from '../../lib/plan/unit';
import { configMap, MESH_UNITS, serviceUnits, unit } from '../plan/units';

const SERVICES = Array.from({ length: 30 }, (_, index) => serviceUnits(index)).flat();

function written(units: readonly Unit[], target: Partial<ManifestTarget> = {}) {
  const stack = new Stack(new App(), 'Main');
  const mesh = new Construct(stack, 'Mesh');
  const byUnit = writeManifests(units, { cluster: clusterPort(), scopeOf: () => mesh, adoptExisting: false, ...target });
  return { stack, mesh, byUnit, resources: resourcesOf(stack) };
}

test('a unit becomes one resource with exactly the properties that the kubectl function reads', () => {
  const { resources } = written([unit('shop/products/v1-node', { objects: [configMap('a'), configMap('b')] })]);

  expect(resources).toEqual({
    ShopProductsV1Node85581165: {
      Type: MANIFEST_TYPE,
      Properties: {
        ServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl',
        ClusterName: 'prod',
        Manifest: JSON.stringify([configMap('a'), configMap('b')]),
      },
    },
  });
});

test('a cluster of aws-eks gives its role, an adopting mesh applies, a kept unit is retained', () => {
  const { resources } = written([unit('shop/namespace', { retain: true })], { cluster: clusterPort([], 'arn:role'), adoptExisting: true });

  expect(Object.values(resources)).toEqual([expect.objectContaining({
    DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: expect.objectContaining({ RoleArn: 'arn:role', Overwrite: true }),
  })]);
});

test('a token inside of a manifest is resolved, quotes and newlines around it survive', () => {
  const stack = new Stack(new App(), 'Main');
  const image = new CfnParameter(stack, 'Image');
  const objects = [configMap('a', { text: `"${image.valueAsString}"\n`, late: Lazy.string({ produce: () => 'late' }) })];

  writeManifests([unit('shop/a/b', { objects })], { cluster: clusterPort(), scopeOf: () => stack, adoptExisting: false });

  const [manifest] = Object.values(resourcesOf(stack)).map(({ Properties }) => Properties.Manifest as { readonly 'Fn::Join': readonly [string, readonly unknown[]] });
  const parts = manifest!['Fn::Join'][1].map((part) => typeof part === 'string' ? part : 'shop/web:1');
  expect(manifest!['Fn::Join'][1]).toContainEqual({ Ref: 'Image' });
  expect(JSON.parse(parts.join(''))).toEqual([configMap('a', { text: '"shop/web:1"\n', late: 'late' })]);
});

test('metadata that somebody else adds may speak of another stack', () => {
  const app = new App();
  const [topic, stack] = [new CfnResource(new Stack(app, 'Topics'), 'Topic', { type: 'AWS::SNS::Topic' }), new Stack(app, 'Main')];
  writeManifests([unit('shop/a/b')], { cluster: clusterPort(), scopeOf: () => stack, adoptExisting: false });
  const [manifest] = stack.node.findAll().filter((one): one is CfnResource => CfnResource.isCfnResource(one));
  manifest!.addMetadata('owner', { topic: topic.ref });

  expect(Object.values(resourcesOf(stack))).toEqual([expect.objectContaining({ Metadata: { owner: { topic: { 'Fn::ImportValue': expect.stringMatching(/^Topics:/) } } } })]);
});

test('logical ids do not depend on where the construct sits', () => {
  const units = [...MESH_UNITS, ...SERVICES];
  const moved = new Stack(new App(), 'Other');
  const deep = new Construct(new Construct(moved, 'Platform'), 'Renamed');
  writeManifests(units, { cluster: clusterPort(), scopeOf: () => deep, adoptExisting: false });

  expect(resourcesOf(moved)).toEqual(written(units).resources);
});

test('adding a service changes no other resource but the places in its lanes', () => {
  const before = written([...MESH_UNITS, ...SERVICES]).resources;
  const after = written([...MESH_UNITS, ...SERVICES, ...serviceUnits(999)]).resources;

  for (const [id, { Type, Properties }] of Object.entries(before)) expect(after[id]).toMatchObject({ Type, Properties });
  expect(Object.keys(after).filter((id) => before[id] === undefined)).toHaveLength(10);
});

test('renaming a service replaces its resources alone', () => {
  const before = Object.keys(written([...MESH_UNITS, ...SERVICES]).resources);
  const renamed = [...MESH_UNITS, ...SERVICES.filter(({ shard }) => shard !== 'service:service-7'), ...serviceUnits(700)];
  const after = new Set(Object.keys(written(renamed).resources));

  expect(before.filter((id) => !after.has(id)).every((id) => id.startsWith('ShopService7'))).toBe(true);
  expect(before.filter((id) => !after.has(id))).toHaveLength(10);
});

test('needs become dependencies, and there is no circle', () => {
  const units = [...MESH_UNITS, ...SERVICES];
  const { resources, byUnit, stack } = written(units);
  const idOf = (id: string) => stack.resolve(byUnit.get(id)!.id) as string;

  for (const { id, needs } of units) expect(edgesOf(resources[idOf(id)]!)).toEqual(expect.arrayContaining(needs.map(idOf)));
  expect(circleIn(resources)).toBeUndefined();
});

test('as many chains as lanes, so that no more functions than lanes run at once', () => {
  const independent = Array.from({ length: 200 }, (_, index) => unit(`shop/part-${index}/object`));
  const { resources } = written(independent);

  const heads = Object.values(resources).filter((resource) => edgesOf(resource).length === 0);
  const followed = Object.values(resources).flatMap(edgesOf);
  expect(heads).toHaveLength(LANES);
  expect(new Set(followed).size).toBe(followed.length);
});

test('barriers and other dependencies are waited for once per lane, by the first that needs them', () => {
  const stack = new Stack(new App(), 'Main');
  const barrier = new CfnResource(stack, 'Barrier', { type: 'Test::Barrier' });
  const chart = new CfnResource(stack, 'Chart', { type: 'Test::Chart' });
  const units = [...MESH_UNITS, ...SERVICES];
  writeManifests(units, {
    cluster: clusterPort([barrier]), scopeOf: () => stack, adoptExisting: false, dependenciesOf: ({ wave }) => wave >= Wave.MESH ? [chart] : [],
  });
  const resources = resourcesOf(stack);

  const waitsFor = (from: string, wanted: string): boolean => edgesOf(resources[from]!).some((next) => next === wanted || waitsFor(next, wanted));
  const manifests = Object.keys(resources).filter((id) => resources[id]!.Type === MANIFEST_TYPE);
  expect(manifests.every((id) => waitsFor(id, 'Barrier'))).toBe(true);
  expect(manifests.filter((id) => !waitsFor(id, 'Chart'))).toEqual([logicalIdOf('shop/namespace')]);
  expect(manifests.filter((id) => edgesOf(resources[id]!).includes('Chart')).length).toBeLessThanOrEqual(LANES);
  expect(circleIn(resources)).toBeUndefined();
});

test('no dependency crosses from one stack of a stage to another', () => {
  const stage = new Stage(new App(), 'Prod');
  const main = new Stack(stage, 'Main');
  const team = new Stack(stage, 'Team');
  const units = [...MESH_UNITS, ...serviceUnits(1, 'Prod/Team')];

  writeManifests(units, { cluster: clusterPort(), scopeOf: ({ owner }) => owner === 'Prod/Team' ? team : main, adoptExisting: false });

  expect(team.dependencies).toEqual([]);
  expect(main.dependencies).toEqual([]);
  expect(Object.keys(resourcesOf(team))).toHaveLength(10);
  expect(circleIn(resourcesOf(team))).toBeUndefined();
});

test('logical ids are readable, short enough and told apart by their hash', () => {
  expect(logicalIdOf('shop/products/v1-node')).toBe('ShopProductsV1Node85581165');
  expect(logicalIdOf('shop/a-b')).not.toBe(logicalIdOf('shop/a/b'));
  expect(logicalIdOf('shop/a', 'east')).not.toBe(logicalIdOf('shop/a', 'west'));
  expect(logicalIdOf('shop/a', 'east').slice(0, -8)).toBe('ShopA');
  expect(logicalIdOf('2048/game')).toMatch(/^N2048Game[0-9a-f]{8}$/);
  expect(logicalIdOf(`shop/${'x'.repeat(300)}`)).toMatch(/^Shop[A-Za-z0-9]{251}$/);
});
