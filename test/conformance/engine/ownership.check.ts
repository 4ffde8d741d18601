/** Whose objects are they: foreign ones, those of other stacks, adopted ones, retained ones. */
import type { Living } from './kube-client';
import { configMap, deployment, failing, namespace, reasonsOf, service, unit, World } from './world';
import { OWNER_PREFIX } from '../../../lib/outputs/cloudformation/protocol';

jest.setTimeout(600_000);

let world: World;
beforeAll(async () => { world = await World.create(); });
afterAll(async () => { await world?.end(); });

/** What must not change: all of an object but its version, and of its managers all but the moment. */
function exactly({ metadata: { resourceVersion, generation, managedFields = [], ...metadata }, status, ...content }: Living): object {
  const managers = managedFields.filter(({ subresource }) => subresource === undefined).map(({ manager, operation, fieldsV1 }) => ({ manager, operation, fieldsV1 }));
  return { ...content, metadata, managers: managers.sort((a, b) => a.manager < b.manager ? -1 : 1) };
}

const read = async (kind: string, name: string, inNamespace?: string) => exactly(await world.cluster.read(kind, name, inNamespace));
const labelsOf = async (name: string) => {
  const { 'kubernetes.io/metadata.name': _, ...labels } = (await world.cluster.read('Namespace', name)).metadata.labels ?? {};
  return labels;
};

/** Physical ids hold hashes. */
const masked = (reasons: readonly string[]) => reasons.map((reason) => reason.replace(/-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}/g, '-ID'));

const RETAINED = { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' };

test.concurrent('a label of a namespace that another stack gives another value is refused, and the text names the stack', async () => {
  await world.cluster.create(namespace('labelled'));
  const wants = (value: string) => ({ Space: unit([namespace('labelled', { mesh: value })], { Foreign: 'existing' as const }) });
  await world.mustDeploy({ LabelsFirst: wants('one') });

  const result = await world.deploy({ LabelsSecond: wants('two') });

  expect(reasonsOf(result)[0]).toMatch(/^Space: core\/Namespace labelled was refused: .*\.metadata\.labels\.mesh; the field is owned by stack LabelsFirst, resource Space-[-0-9a-f]+: set the same value in both stacks$/);
  expect((await world.cluster.read('Namespace', 'labelled')).metadata.labels).toMatchObject({ mesh: 'one' });
});

test.concurrent('a foreign object is refused before anything of the unit changes', async () => {
  await world.cluster.create({ ...configMap('theirs', 'default', { key: 'theirs' }) });
  await world.cluster.patch('ConfigMap', ['default', 'theirs'], { data: { more: 'x' } }, { manager: 'helm' });
  const before = await read('ConfigMap', 'theirs', 'default');

  const result = await world.deploy({ Foreign: { Unit: unit([configMap('mine', 'default'), configMap('theirs', 'default')]) } });

  expect(reasonsOf(result)).toEqual(['Unit: core/ConfigMap default/theirs exists already and was not made by this stack (managers: helm, unknown); nothing was changed. '
    + 'Delete it, rename yours, or set adoptExisting to add to it']);
  expect(await world.cluster.get('ConfigMap', 'mine', 'default')).toBeUndefined();
  expect(await read('ConfigMap', 'theirs', 'default')).toEqual(before);
});

test.each([undefined, 'add'] as const)('an object of another stack is refused, also with Foreign: %s', async (foreign) => {
  await world.mustDeploy({ Holder: { Unit: unit([configMap('held', 'default')]) } });
  const before = await read('ConfigMap', 'held', 'default');

  const result = await world.deploy({ [`Wants${foreign ?? 'None'}`]: { Unit: unit([configMap('wanted', 'default'), configMap('held', 'default', { key: 'other' })], foreign === undefined ? {} : { Foreign: foreign }) } });

  expect(masked(reasonsOf(result))).toEqual(['Unit: core/ConfigMap default/held belongs to stack Holder, resource Unit-ID; nothing was changed']);
  expect(await world.cluster.get('ConfigMap', 'wanted', 'default')).toBeUndefined();
  expect(await read('ConfigMap', 'held', 'default')).toEqual(before);
});

test.concurrent('what is adopted is added to, and given back as it was', async () => {
  await world.cluster.apply(namespace('adopted', { 'pod-security.kubernetes.io/enforce': 'baseline' }), 'platform-team');
  const before = await read('Namespace', 'adopted');

  await world.mustDeploy({ Adopts: { Unit: unit([namespace('adopted', { mesh: 'on' })], { Foreign: 'add' }) } });
  expect(await labelsOf('adopted')).toEqual({ 'mesh': 'on', 'pod-security.kubernetes.io/enforce': 'baseline' });
  await world.mustDeploy({ Adopts: { Unit: unit([namespace('adopted', { mesh: 'off' })], { Foreign: 'add' }) } });
  expect(await labelsOf('adopted')).toEqual({ 'mesh': 'off', 'pod-security.kubernetes.io/enforce': 'baseline' });
  await world.mustDelete('Adopts');

  expect(await read('Namespace', 'adopted')).toEqual(before);
});

test.concurrent('what is adopted is never forced', async () => {
  await world.cluster.apply(namespace('unforced', { mesh: 'theirs' }), 'platform-team');
  const before = await read('Namespace', 'unforced');

  const result = await world.deploy({ Forces: { Unit: unit([namespace('unforced', { mesh: 'ours' })], { Foreign: 'add' }) } });

  expect(reasonsOf(result)).toEqual(['Unit: core/Namespace unforced was refused: Apply failed with 1 conflict: conflict with "platform-team": .metadata.labels.mesh']);
  expect(await read('Namespace', 'unforced')).toEqual(before);
});

test.concurrent('an existing namespace is used by two stacks and stays theirs who made it', async () => {
  await world.cluster.create(namespace('existing', { theirs: 'yes' }));
  const before = await read('Namespace', 'existing');
  const uses = (label: string) => ({ Space: unit([namespace('existing', { [label]: 'on' })], { Foreign: 'existing' }) });

  await world.mustDeploy({ UsesA: uses('a') });
  await world.mustDeploy({ UsesB: uses('b') });
  expect(await labelsOf('existing')).toEqual({ theirs: 'yes', a: 'on', b: 'on' });
  await world.mustDelete('UsesA');
  expect(await labelsOf('existing')).toEqual({ theirs: 'yes', b: 'on' });
  await world.mustDelete('UsesB');

  expect(await read('Namespace', 'existing')).toEqual(before);
});

test.concurrent('a namespace that should exist and does not is an error', async () => {
  const result = await world.deploy({ Absent: { Space: unit([namespace('absent')], { Foreign: 'existing' }) } });

  expect(reasonsOf(result)).toEqual(['Space: core/Namespace absent does not exist, and the program says that it does: create it first, or let the mesh create it']);
});

test.concurrent('a creation that fails leaves what was there before exactly as it was', async () => {
  await world.cluster.apply(namespace('before', { theirs: 'yes' }), 'platform-team');
  const before = await read('Namespace', 'before');

  const result = await world.deploy({ Before: { Space: unit([namespace('before', { mesh: 'on' })], { Foreign: 'add' }), Unit: unit([configMap('a', 'before')], {}, { DependsOn: ['Space'] }), Other: failing('Unit') } });

  expect(result.stacks[0]!.status).toBe('ROLLBACK_COMPLETE');
  expect(await read('Namespace', 'before')).toEqual(before);
  expect(await world.cluster.get('ConfigMap', 'a', 'before')).toBeUndefined();
});

test.concurrent('a first deployment that fails removes its namespace, and the second one makes it again', async () => {
  const space = unit([namespace('second')], { Retain: 'true' }, RETAINED);

  const failed = await world.deploy({ Second: { Space: space, Other: failing('Space') } });
  expect(failed.stacks[0]!.status).toBe('ROLLBACK_COMPLETE');
  expect(await world.cluster.get('Namespace', 'second')).toBeUndefined();

  await world.mustDeploy({ Second: { Space: space } });
  await world.mustDelete('Second');
  expect(await world.cluster.get('Namespace', 'second')).toBeDefined();
});

describe('retained objects', () => {
  const space = (label: string, mesh = 'mesh') => unit([namespace('retained', { label })], { Retain: 'true', Mesh: mesh }, RETAINED);

  beforeAll(async () => {
    await world.mustDeploy({ First: { Space: space('first') } });
    await world.mustDelete('First');
  });

  test('are refused to another mesh', async () => {
    const result = await world.deploy({ Stranger: { Space: space('first', 'other') } });

    expect(masked(reasonsOf(result))).toEqual(['Space: core/Namespace retained belongs to stack First, resource Space-ID and is retained for mesh \'mesh\'; nothing was changed']);
  });

  test('are given back by a deployment that fails, and taken by the next one', async () => {
    const before = await read('Namespace', 'retained');

    const failed = await world.deploy({ Next: { Space: space('next'), Other: failing('Space') } });
    expect(failed.stacks[0]!.status).toBe('ROLLBACK_COMPLETE');
    expect(await read('Namespace', 'retained')).toEqual(before);

    await world.mustDeploy({ Next: { Space: space('next') } });
    expect(await labelsOf('retained')).toEqual({ label: 'next' });
    expect(Object.keys((await world.cluster.read('Namespace', 'retained')).metadata.annotations!).filter((name) => name.startsWith(OWNER_PREFIX))).toHaveLength(1);
    await world.mustDeploy({ Next: { Space: space('changed') } });
    expect(await labelsOf('retained')).toEqual({ label: 'changed' });
    await world.mustDelete('Next');
    expect(await labelsOf('retained')).toEqual({ label: 'changed' });
  });
});

describe('a service that moves to another stack', () => {
  const space = { Space: unit([namespace('moving')]) };
  const moving = (retain: boolean, replicas: number, name = 'Version') => ({
    [name]: unit([deployment('cart', 'moving', { replicas }), service('cart', 'moving')], retain ? { Retain: 'true' } : {}, { ...(retain ? RETAINED : {}) }),
  });
  const uids = async () => [(await world.cluster.read('Deployment', 'cart', 'moving')).metadata.uid, ...(await world.cluster.list('Pod', 'moving')).map(({ metadata }) => metadata.uid).sort()];

  test('keeps its pods, goes back when the move fails, and goes with its new stack', async () => {
    await world.mustDeploy({ Ground: space });
    await world.mustDeploy({ Old: moving(false, 2) });
    await world.mustDeploy({ Old: moving(true, 2) });
    const before = await read('Deployment', 'cart', 'moving');
    const pods = await uids();

    const failed = await world.deploy({ New: { ...moving(false, 2, 'Moved'), Other: failing('Moved') } });
    expect(failed.stacks[0]!.status).toBe('ROLLBACK_COMPLETE');
    expect(await read('Deployment', 'cart', 'moving')).toEqual(before);
    expect(await uids()).toEqual(pods);

    await world.mustDeploy({ New: moving(false, 2, 'Moved') });
    await world.mustDeploy({ Old: { Rest: unit([configMap('rest', 'moving')]) } });
    expect(await uids()).toEqual(pods);

    await world.mustDelete('New');
    expect(await world.cluster.get('Deployment', 'cart', 'moving')).toBeUndefined();
    expect(await world.cluster.get('Service', 'cart', 'moving')).toBeUndefined();
  });
});
