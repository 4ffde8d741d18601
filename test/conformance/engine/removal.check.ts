/** Removal: in reverse order, each gone before the next; what hangs is named, recorded, and finished by the next deployment; what is gone already is success. */
import type { Living } from './kube-client';
import { configMap, deployment, failing, namespace, reasonsOf, service, shortOf, unit, until, wordsOf, World, type Units } from './world';
import type { KubeObject } from '../../../lib/kube/object';
import { identityOf } from '../../../lib/outputs/cloudformation/engine/identity';

jest.setTimeout(600_000);

let world: World;
beforeAll(async () => { world = await World.create({ cloudFormation: { cleanUpAttempts: 1 } }); });
afterAll(async () => { await world?.end(); });

const inSpace = { DependsOn: ['Space'] };
const held = (name: string, space: string): KubeObject => ({ ...configMap(name, space), metadata: { name, namespace: space, finalizers: ['example.com/holds'] } });
const free = async (name: string, space: string) => world.cluster.patch('ConfigMap', [space, name], { metadata: { finalizers: null } });

const leaseOf = async (stack: string, logicalId: string) => {
  const StackId = world.emulator.describe(stack)!.id;
  return world.cluster.get('Lease', `cdk-eks-mesh-${identityOf({ StackId, LogicalResourceId: logicalId }).key}`, 'kube-system');
};
const recordOf = (lease: Living | undefined) => JSON.parse(lease!.metadata.annotations!['deploy.cdk-eks-mesh.dev/record']!) as { leftovers?: { name: string }[] };

test.concurrent('the last object goes first, and each is gone before the next', async () => {
  const order: string[] = [];
  await world.mustDeploy({ Order: { Space: unit([namespace('order')]), Unit: unit([held('a', 'order'), held('b', 'order'), held('c', 'order')], {}, inSpace) } });

  const deleting = world.mustDelete('Order');
  for (const name of ['c', 'b', 'a']) {
    await until(`the deletion of ${name}`, async () => (await world.cluster.get('ConfigMap', name, 'order'))?.metadata.deletionTimestamp !== undefined);
    const living = (await world.cluster.list('ConfigMap', 'order')).filter(({ metadata }) => metadata.deletionTimestamp !== undefined).map(({ metadata }) => metadata.name);
    order.push(living.join());
    await free(name, 'order');
  }
  await deleting;

  expect(order).toEqual(['c', 'b', 'a']);
});

test.concurrent('pods are gone before what they need', async () => {
  await world.mustDeploy({ Pods: { Space: unit([namespace('pods')]), Unit: unit([configMap('settings', 'pods'), deployment('cart', 'pods', { replicas: 2 })], {}, inSpace) } });
  let podsWithout = 0;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const settings = await world.cluster.get('ConfigMap', 'settings', 'pods');
      if (settings === undefined) podsWithout = Math.max(podsWithout, (await world.cluster.list('Pod', 'pods')).length);
      await new Promise((done) => setTimeout(done, 20));
    }
  })();

  await world.mustDeploy({ Pods: { Space: unit([namespace('pods')]) } });
  isOver = true;
  await watching;

  expect(await world.cluster.list('Pod', 'pods')).toEqual([]);
  expect(podsWithout).toBe(0);
});

test.concurrent('a finalizer that hangs in a clean-up is named and recorded, and the next deployment finishes', async () => {
  await world.cluster.apply(namespace('theirs'), 'platform-team');
  const theirs = { ...configMap('theirs', 'theirs'), metadata: { name: 'theirs', namespace: 'theirs' } };
  await world.cluster.apply(theirs, 'platform-team');
  const units = (version: string): Units => ({ Space: unit([namespace('hangs')]), Stays: unit([configMap('stays', 'hangs', { version })], {}, inSpace) });
  // the adopted object comes after the one that hangs
  await world.mustDeploy({ Hangs: { ...units('1'), Unit: unit([{ ...theirs, data: { ours: 'x' } }, configMap('a', 'hangs'), held('b', 'hangs')], { Deadline: '2', Foreign: 'add' }, inSpace) } });

  const { timeline, stacks } = await world.deploy({ Hangs: units('2') });

  expect(stacks[0]!.status).toBe('UPDATE_COMPLETE');
  expect(stacks[0]!.leftovers.map(({ resource, reason }) => [resource, wordsOf(reason)])).toEqual([
    ['Unit', 'core/ConfigMap hangs/b is still there after 2 s: it waits for its finalizers example.com/holds, which whoever set them has to remove'],
  ]);
  expect(shortOf(timeline, 'Hangs')).toContain('clean-up Delete Unit failed');
  expect(recordOf(await leaseOf('Hangs', 'Unit')).leftovers!.map(({ name }) => name)).toEqual(['theirs', 'a', 'b']);
  expect((await world.cluster.read('ConfigMap', 'b', 'hangs')).metadata.finalizers).toEqual(['example.com/holds']);

  await free('b', 'hangs');
  await world.mustDeploy({ Hangs: units('3') });
  expect((await world.cluster.list('ConfigMap', 'hangs')).map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt')).toEqual(['stays']);
  expect((await world.cluster.read('ConfigMap', 'theirs', 'theirs')).data).toEqual({ key: 'value' });
  expect(recordOf(await leaseOf('Hangs', 'Unit')).leftovers).toEqual([]);
});

test.concurrent('a roll-back is not held up by what hangs, which the next deployment finishes', async () => {
  const units = (...objects: readonly KubeObject[]): Units => ({ Space: unit([namespace('back')]), Unit: unit([configMap('stays', 'back'), ...objects], { Deadline: '2' }, inSpace) });
  await world.mustDeploy({ Back: units() });

  const failed = await world.deploy({ Back: units(held('comes', 'back'), configMap('bad', 'back', { 'not a key': '' })) });
  expect(failed.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await world.cluster.read('ConfigMap', 'comes', 'back')).metadata.deletionTimestamp).toBeDefined();

  await free('comes', 'back');
  await world.mustDeploy({ Back: { ...units(), Other: unit([configMap('other', 'back')], {}, inSpace) } });
  expect(recordOf(await leaseOf('Back', 'Unit')).leftovers).toEqual([]);
});

test.concurrent('a namespace that is deleted already takes its objects along', async () => {
  await world.mustDeploy({ Dying: { Space: unit([namespace('dying')]), Unit: unit([configMap('a', 'dying'), held('b', 'dying')], { Deadline: '5' }, inSpace) } });
  await world.cluster.remove('Namespace', 'dying');
  await until('the end of the namespace', async () => (await world.cluster.get('Namespace', 'dying'))?.metadata.deletionTimestamp !== undefined);

  const refused = await world.deploy({ Refused: { Space: unit([namespace('dying')]) } });
  expect(reasonsOf(refused)).toEqual(['Space: core/Namespace dying is being deleted since MOMENT']);

  const deleting = world.mustDelete('Dying');
  await until('the end of the unit', () => world.emulator.timeline.some(({ stack, resource, verb, status }) => `${stack} ${resource} ${verb} ${status}` === 'Dying Unit Delete complete'));
  expect((await world.cluster.read('ConfigMap', 'b', 'dying')).metadata.finalizers).toEqual(['example.com/holds']);
  await free('b', 'dying');
  await deleting;
});

test.concurrent('a namespace with a hanging object in it names the finalizer', async () => {
  await world.mustDeploy({ Names: { Space: unit([namespace('names')], { Deadline: '8' }) } });
  await world.cluster.create(held('b', 'names'));

  const result = await world.emulator.delete(['Names']);

  expect(result.stacks[0]!.failures.map(({ reason }) => wordsOf(reason))).toEqual([expect.stringMatching(
    /^core\/Namespace names is still there after 8 s: it waits for its finalizers kubernetes, which whoever set them has to remove; Some resources are remaining: configmaps\. has 1 resource instances; Some content in the namespace has finalizers remaining: example\.com\/holds in 1 resource instances$/)]);
  await free('b', 'names');
  await world.mustDelete('Names');
});

test.concurrent('a kind that is gone is success', async () => {
  const definition = (): KubeObject => ({
    apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'widgets.example.com' },
    spec: {
      group: 'example.com', scope: 'Namespaced', names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' } } } } } } }],
    },
  });
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'one', namespace: 'default' }, spec: { size: 1 } };
  await world.mustDeploy({ Kinds: { Unit: unit([definition(), widget]) } });
  await world.cluster.remove('CustomResourceDefinition', 'widgets.example.com');
  await until('the end of the kind', async () => await world.cluster.get('CustomResourceDefinition', 'widgets.example.com') === undefined);

  await world.mustDelete('Kinds');

  const missing = await world.deploy({ Missing: { Unit: unit([widget]) } });
  expect(reasonsOf(missing)).toEqual(['Unit: example.com/Widget default/one cannot be written: the cluster has no kind Widget in example.com/v1; its definition has to be installed before']);
});

test.concurrent('a cluster that is gone is success for deletions alone', async () => {
  await world.mustDeploy({ Gone: { Unit: unit([configMap('gone', 'default')]) } });
  // the same unit, whose cluster is not there any more
  const elsewhere = { Gone: { Unit: unit([configMap('gone', 'default')], { ClusterName: 'no-such-cluster' }) } };

  const result = await world.deploy(elsewhere);

  expect(reasonsOf(result)).toEqual(['Unit: there is no cluster \'no-such-cluster\'']);
  const created = await world.deploy({ Never: { Unit: unit([configMap('never', 'default')], { ClusterName: 'no-such-cluster' }), Other: failing('Unit') } });
  expect(created.stacks[0]!.status).toBe('ROLLBACK_COMPLETE');
  expect(created.stacks[0]!.leftovers).toEqual([]);
});

test.concurrent('what somebody else has made under the name meanwhile stays', async () => {
  await world.mustDeploy({ Replaced: { Unit: unit([configMap('replaced', 'default'), service('replaced', 'default')]) } });
  await world.cluster.remove('ConfigMap', 'replaced', 'default');
  await world.cluster.create(configMap('replaced', 'default', { key: 'theirs' }));

  await world.mustDelete('Replaced');

  expect((await world.cluster.read('ConfigMap', 'replaced', 'default')).data).toEqual({ key: 'theirs' });
  expect(await world.cluster.get('Service', 'replaced', 'default')).toBeUndefined();
});
