/** What is waited for, when waiting ends early, and the words of both. */
import { configMap, deployment, failing, namespace, reasonsOf, unit, World, type Units } from './world';
import type { KubeObject } from '../../../lib/kube/object';

jest.setTimeout(600_000);

let world: World;
beforeAll(async () => { world = await World.create(); });
afterAll(async () => { await world?.end(); });

const inSpace = { DependsOn: ['Space'] };
const units = (space: string, objects: readonly KubeObject[], properties: Parameters<typeof unit>[1] = {}): Units => ({
  Space: unit([namespace(space)]), Unit: unit(objects, properties, inSpace),
});
const podsOf = async (space: string) => (await world.cluster.list('Pod', space)).map(({ spec, status }) => `${spec.containers[0].image} ${status.conditions?.find(({ type }: { type: string }) => type === 'Ready')?.status}`);

// first, because a missing image is looked at for a minute
const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'few', namespace: 'early-quota' }, spec: { hard: { pods: '0' } } };
const hopeless: readonly (readonly [string, readonly KubeObject[], Parameters<typeof unit>[1], string])[] = [
  ['missing', [deployment('cart', 'early-missing', { image: 'missing' })], { Deadline: '600' },
    '0 of 1 pods are ready; pod cart-POD: container app: ErrImagePull: manifest unknown; last event: Failed: Failed to pull image "missing": manifest unknown'],
  ['invalid', [deployment('cart', 'early-invalid', { image: 'invalid' })], { Deadline: '600' },
    '0 of 1 pods are ready; pod cart-POD: container app: InvalidImageName: couldn\'t parse image name "invalid": invalid reference format'],
  ['crash', [deployment('cart', 'early-crash', { image: 'crash' })], { Deadline: '600' },
    '0 of 1 pods are ready; pod cart-POD: container app crashes, 3 restarts (exit code 137 OOMKilled)'],
  ['quota', [quota, deployment('cart', 'early-quota')], { Deadline: '600' },
    '0 of 1 pods are ready; pods cannot be created: FailedCreate: pods "cart-POD" is forbidden: exceeded quota: few, requested: pods=1, used: pods=0, limited: pods=0'],
  ['progress', [deployment('cart', 'early-progress', { image: 'never', progressDeadlineSeconds: 3 })], { Deadline: '600' },
    '0 of 1 pods are ready; progress deadline exceeded; pod cart-POD: container app is not ready'],
];

test.concurrent.each(hopeless)('what will not mend fails early: %s', async (name, objects, properties, text) => {
  const result = await world.deploy({ [`Early-${name}`]: units(`early-${name}`, objects, properties) });

  expect(reasonsOf(result)).toEqual([`Unit: apps/Deployment early-${name}/cart: ${text}`]);
});

test.concurrent('a roll-out is over when all pods are new and ready, and none is old', async () => {
  await world.mustDeploy({ Rolls: units('rolls', [deployment('cart', 'rolls', { image: 'ready-after:800', replicas: 3 })]) });
  expect(await podsOf('rolls')).toEqual(Array(3).fill('ready-after:800 True'));

  await world.mustDeploy({ Rolls: units('rolls', [deployment('cart', 'rolls', { image: 'ready-after:900', replicas: 3 })]) });

  expect(await podsOf('rolls')).toEqual(Array(3).fill('ready-after:900 True'));
});

test.concurrent('a unit that does not wait is made with pods that are not ready', async () => {
  await world.mustDeploy({ Hasty: units('hasty', [deployment('cart', 'hasty', { image: 'never' })], { Wait: 'none' }) });

  expect((await world.cluster.read('Deployment', 'cart', 'hasty')).status.readyReplicas).toBeUndefined();
});

test.concurrent.each([
  ['never', 'pod cart-POD: container app is not ready'],
  ['nowhere', 'pod cart-POD is not scheduled: Unschedulable: 0/3 nodes are available: 3 Insufficient cpu.'],
])('pods of image %s are waited for until the deadline', async (image, text) => {
  const result = await world.deploy({ [`Deadline-${image}`]: units(`deadline-${image}`, [deployment('cart', `deadline-${image}`, { image })], { Deadline: '4' }) });

  expect(reasonsOf(result)).toEqual([`Unit: not ready after 4 s: apps/Deployment deadline-${image}/cart: 0 of 1 pods are ready; ${text}`]);
});

test.concurrent('a text is cut to what CloudFormation takes', async () => {
  const many = Array.from({ length: 30 }, (_, at) => deployment(`app-with-a-long-name-${at}`, 'long', { image: 'never' }));

  const result = await world.deploy({ Long: units('long', many, { Deadline: '6' }) });

  const [reason] = result.stacks[0]!.failures.map((failure) => failure.reason.match(/Message returned: ([\s\S]*) \(RequestId: [^)]+\)$/)![1]!);
  expect(Buffer.byteLength(reason!)).toBe(1_800);
  expect(reason).toMatch(/^not ready after 6 s: apps\/Deployment long\/app-with-a-long-name-0: .*\.\.\.$/s);
});

test.concurrent('a bad new version leaves the running one, and its objects alone', async () => {
  await world.mustDeploy({ Keeps: units('keeps', [deployment('v1', 'keeps', { replicas: 2 }), configMap('a', 'keeps')]) });
  const uids = (await world.cluster.list('Pod', 'keeps')).map(({ metadata }) => metadata.uid).sort();

  const failed = await world.deploy({ Keeps: units('keeps', [deployment('v2', 'keeps', { image: 'crash' }), configMap('a', 'keeps', { key: 'v2' })]) });

  expect(failed.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await world.cluster.list('Pod', 'keeps')).map(({ metadata }) => metadata.uid).sort()).toEqual(uids);
  expect((await world.cluster.list('Deployment', 'keeps')).map(({ metadata }) => metadata.name)).toEqual(['v1']);
  expect((await world.cluster.read('ConfigMap', 'a', 'keeps')).data).toEqual({ key: 'value' });
});

test.concurrent('a roll-back does not fail on pods', async () => {
  await world.mustDeploy({ Goes: units('goes', [deployment('cart', 'goes', { image: 'ready:old' })]) });
  // the old image is gone from its registry meanwhile
  world.plane.kubelet.instead.set('ready:old', 'invalid');

  const failed = await world.deploy({ Goes: { ...units('goes', [deployment('cart', 'goes', { image: 'ready:new' })]), Other: failing('Unit') } });

  expect(failed.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect((await world.cluster.read('Deployment', 'cart', 'goes')).spec.template.spec.containers[0].image).toBe('ready:old');
});

test.concurrent('a job is waited for, and its failure is an error', async () => {
  const job: KubeObject = {
    apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'migrate', namespace: 'jobs' },
    spec: { backoffLimit: 0, activeDeadlineSeconds: 2, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'app', image: 'never' }] } } },
  };

  const result = await world.deploy({ Jobs: units('jobs', [job], { Deadline: '60' }) });

  expect(reasonsOf(result)).toEqual(['Unit: batch/Job jobs/migrate failed: Job was active longer than specified deadline']);
});

test.concurrent('the same objects are applied again where the program asks for it', async () => {
  const drifting = (properties: Parameters<typeof unit>[1]) => units('drifts', [configMap('a', 'drifts')], properties);
  await world.mustDeploy({ Drifts: drifting({}) });
  await world.cluster.patch('ConfigMap', ['drifts', 'a'], { data: { key: 'drifted' } });

  await world.mustDeploy({ Drifts: drifting({}) });
  expect((await world.cluster.read('ConfigMap', 'a', 'drifts')).data).toEqual({ key: 'drifted' });
  await world.mustDeploy({ Drifts: drifting({ Redeploy: 'against drift' }) });

  expect((await world.cluster.read('ConfigMap', 'a', 'drifts')).data).toEqual({ key: 'value' });
});
