/** Requests as Lambda and CloudFormation really send them: twice, late, overtaken, throttled, cancelled; and an API server that is not ready yet. */
import { GATED, Gate } from './webhook';
import { configMap, deployment, failing, namespace, reasonsOf, unit, until, World, type Units } from './world';
import type { KubeObject } from '../../../lib/kube/object';
import type { Ground } from '../../cluster-emulator/handwritten';

jest.setTimeout(600_000);

let world: World;
beforeAll(async () => { world = await World.create(); });
afterAll(async () => { await world?.end(); });

const inSpace = { DependsOn: ['Space'] };
const gated = (name: string, space: string): KubeObject => ({ ...configMap(name, space), metadata: { name, namespace: space, labels: GATED } });
const dataOf = async (name: string, space: string) => (await world.cluster.get('ConfigMap', name, space))?.data;

async function within<T>(options: Parameters<World['groundWith']>[0], act: (ground: Ground) => Promise<T>): Promise<T> {
  const ground = world.groundWith(options);
  try {
    return await act(ground);
  } finally {
    await ground.end();
  }
}

/** No function runs any more. */
const quiet = (ground: Ground) => until('the end of all executions', () => ground.emulator.executions.every(({ end }) => end !== undefined));

test.concurrent('events that come twice at once do what one does', async () => {
  await within({ lambda: { duplicates: 1 } }, async (ground) => {
    const units = (key: string): Units => ({ Space: unit([namespace('twice')]), Unit: unit([configMap('a', 'twice', { key }), deployment('cart', 'twice', { replicas: 2 })], {}, inSpace) });
    await world.mustDeploy({ Twice: units('1') }, ground);
    await world.mustDeploy({ Twice: units('2') }, ground);
    expect(await dataOf('a', 'twice')).toEqual({ key: '2' });
    const failed = await world.deploy({ Twice: { ...units('3'), Other: failing('Unit') } }, ground);
    expect(failed.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await dataOf('a', 'twice')).toEqual({ key: '2' });

    const deleted = await ground.emulator.delete(['Twice']);
    await quiet(ground);

    expect(deleted.ok).toBe(true);
    expect(await world.cluster.get('Namespace', 'twice')).toBeUndefined();
  });
});

test.concurrent('late copies of events change nothing', async () => {
  await world.cluster.create(namespace('late'));
  await within({ lambda: { duplicates: 1, duplicateAfterMs: 6_000 } }, async (ground) => {
    const units = (key: string): Units => ({ Unit: unit([configMap('a', 'late', { key })]), Goes: unit([configMap('goes', 'late')]) });
    await world.mustDeploy({ Late: units('1') }, ground);
    await world.mustDeploy({ Late: { Unit: units('2').Unit! } }, ground);
    const sent = ground.emulator.executions.length;
    expect(await dataOf('goes', 'late')).toBeUndefined();

    await until('all copies', () => ground.emulator.executions.length === 2 * sent);
    await quiet(ground);

    expect(await dataOf('a', 'late')).toEqual({ key: '2' });
    expect(await dataOf('goes', 'late')).toBeUndefined();
  });
});

test('an update that is cancelled in the middle changes nothing more', async () => {
  const units = (key: string, ...more: readonly KubeObject[]): Units => ({ Space: unit([namespace('cancelled')]), Unit: unit([configMap('a', 'cancelled', { key }), ...more], {}, inSpace) });
  await world.mustDeploy({ Cancelled: units('1') });
  const gate = await Gate.broken(world.plane);

  const update = world.deploy({ Cancelled: units('2', gated('gated', 'cancelled'), configMap('last', 'cancelled')) });
  await until('the first object', async () => (await dataOf('a', 'cancelled'))?.key === '2');
  world.emulator.cancel('Cancelled');
  const { stacks } = await update;
  await gate.close();
  await until('the end of all executions', () => world.emulator.executions.every(({ end }) => end !== undefined));

  expect(stacks[0]).toMatchObject({ status: 'UPDATE_ROLLBACK_COMPLETE', reason: 'User Initiated' });
  expect(await dataOf('a', 'cancelled')).toEqual({ key: '1' });
  expect(await dataOf('gated', 'cancelled')).toBeUndefined();
  expect(await dataOf('last', 'cancelled')).toBeUndefined();
  expect(world.emulator.lateResponses).toEqual([]);
});

test.concurrent('a roll-out that is cancelled goes back while it is still waited for', async () => {
  const units = (image: string): Units => ({ Space: unit([namespace('waits')]), Unit: unit([deployment('cart', 'waits', { image, replicas: 2 })], { Deadline: '600' }, inSpace) });
  await world.mustDeploy({ Waits: units('ready') });

  const update = world.deploy({ Waits: units('never') });
  await until('the new image', async () => (await world.cluster.read('Deployment', 'cart', 'waits')).spec.template.spec.containers[0].image === 'never');
  world.emulator.cancel('Waits');
  const { stacks } = await update;

  expect(stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await world.cluster.list('Pod', 'waits')).map(({ spec }) => spec.containers[0].image)).toEqual(['ready', 'ready']);
});

test('a Delete that overtakes its Create leaves nothing, though no id was ever returned', async () => {
  const gate = await Gate.broken(world.plane);
  const slow = unit([configMap('first', 'default'), gated('second', 'default'), configMap('third', 'default')], { Deadline: '20' });

  const result = await world.deploy({ Overtaken: { Slow: slow, Fails: failing() } });
  await gate.close();
  await until('the end of all executions', () => world.emulator.executions.every(({ end }) => end !== undefined));

  expect(result.stacks[0]!.status).toBe('ROLLBACK_COMPLETE');
  expect(result.timeline.filter(({ resource, verb }) => resource === 'Slow' && verb === 'Delete').map(({ id, status }) => [/^Overtaken-Slow-/.test(id), status])).toEqual([[true, 'complete']]);
  for (const name of ['first', 'second', 'third']) expect(await dataOf(name, 'default')).toBeUndefined();
});

test.concurrent('40 units come through a concurrency of 10', async () => {
  await within({ lambda: { concurrency: 10, idle: 10 } }, async (ground) => {
    const units = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`Unit${at}`, unit([deployment(`app-${at}`, 'throttled', { image: 'ready-after:300' })], { Deadline: '600' }, inSpace)]));

    const result = await world.mustDeploy({ Throttled: { Space: unit([namespace('throttled')]), ...units } }, ground);

    expect(ground.emulator.throttles).toBeGreaterThan(0);
    expect(result.timeline.filter(({ type, status }) => type === 'Custom::KubernetesObjects' && status === 'complete')).toHaveLength(41);
    expect((await world.cluster.list('Deployment', 'throttled')).filter(({ status }) => status.readyReplicas === 1)).toHaveLength(40);
  });
});

test.each([429, 500, 503])('status %s is "not yet"', async (code) => {
  const gate = await Gate.open(world.plane, { code, message: 'not now' }, { code, message: 'not now' }, { code: 200 });

  await world.mustDeploy({ [`Busy${code}`]: { Unit: unit([gated(`busy-${code}`, 'default')]) } });
  await gate.close();

  expect(await dataOf(`busy-${code}`, 'default')).toEqual({ key: 'value' });
});

test('a webhook that does not answer yet is waited for until it does', async () => {
  const broken = await Gate.broken(world.plane);
  const deploying = world.deploy({ Repaired: { Unit: unit([configMap('before-gate', 'default'), gated('repaired', 'default')]) } });
  await until('the object before', async () => await dataOf('before-gate', 'default') !== undefined);
  const gate = await Gate.open(world.plane, { code: 200 });
  const result = await deploying;
  await gate.close();
  await broken.close();

  expect(reasonsOf(result)).toEqual([]);
  expect(await dataOf('repaired', 'default')).toEqual({ key: 'value' });
});

test('what a webhook refuses is an error at once, in its words', async () => {
  const gate = await Gate.open(world.plane, { code: 403, message: 'images of strangers' });
  const result = await world.deploy({ Denied: { Unit: unit([gated('denied', 'default')]) } });
  await gate.close();

  expect(reasonsOf(result)).toEqual(['Unit: core/ConfigMap default/denied was refused: admission webhook "gate.example.com" denied the request: images of strangers']);
});

test('a webhook that never answers is named at the deadline', async () => {
  const gate = await Gate.broken(world.plane);
  const result = await world.deploy({ Silent: { Unit: unit([gated('silent', 'default')], { Deadline: '3' }) } });
  await gate.close();

  expect(reasonsOf(result)).toEqual(['Unit: core/ConfigMap default/silent was not written within 3 s: Internal error occurred: failed calling webhook "gate.example.com": '
    + 'failed to call webhook: Post "https://127.0.0.1:1/?timeout=5s": dial tcp 127.0.0.1:1: connect: connection refused']);
});

test('an access entry that is not known yet is waited for', async () => {
  // tokens of one second are equal, and the API server remembers good ones
  await new Promise((done) => setTimeout(done, 1_100));
  world.plane.refusedTokens = 3;

  // an environment that has served before goes on with its token
  await within({ lambda: { environments: 'fresh' } }, (ground) => world.mustDeploy({ Entry: { Unit: unit([configMap('entry', 'default')]) } }, ground));

  expect(world.plane.refusedTokens).toBeLessThanOrEqual(0);
});

test.concurrent('a later protocol is refused, and what it made can still be deleted', async () => {
  const result = await world.deploy({ Later: { Unit: unit([configMap('later', 'default')], { Protocol: '2' }) } });

  expect(reasonsOf(result)).toEqual(['Unit: the template speaks protocol 2, and this function 1: deploy the stack again, so that the function is updated first']);
  expect(result.stacks[0]!.leftovers).toEqual([]);
});

test.concurrent('nothing of a manifest is logged', async () => {
  await world.mustDeploy({ Quiet: { Unit: unit([configMap('quiet', 'default', { key: 'between-us' })]) } });
  await world.deploy({ Quiet: { Unit: unit([configMap('quiet', 'default', { 'key': 'between-us', 'not a key': 'between-us' })]) } });

  expect(world.logs).toContain('"LogicalResourceId":"Unit"');
  expect(world.logs).not.toContain('between-us');
});
