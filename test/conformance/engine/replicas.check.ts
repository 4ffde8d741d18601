/** The number of pods never jumps when it changes hands between a manifest and an autoscaler; a caBundle of another writer stays. */
import { configMap, deployment, failing, namespace, unit, until, World, type Units } from './world';
import type { KubeObject } from '../../../lib/kube/object';

jest.setTimeout(600_000);

let world: World;
/** Numbers of wanted pods that were seen, in their order. */
const seen = new Map<string, number[]>();
let isWatching = true;
let watching: Promise<void>;

beforeAll(async () => {
  world = await World.create();
  watching = watch();
});
afterAll(async () => {
  isWatching = false;
  await watching;
  await world?.end();
});

async function watch(): Promise<void> {
  while (isWatching) {
    for (const { metadata: { name, namespace: space }, spec } of await world.cluster.list('Deployment')) {
      const numbers = seen.get(`${space}/${name}`) ?? [];
      if (numbers.at(-1) !== spec.replicas) numbers.push(spec.replicas);
      seen.set(`${space}/${name}`, numbers);
    }
    await new Promise((done) => setTimeout(done, 15));
  }
}

function autoscaler(space: string, minReplicas: number, maxReplicas: number): KubeObject {
  return {
    apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'cart', namespace: space },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'cart' }, minReplicas, maxReplicas,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 50 } } }],
    },
  };
}

const units = (space: string, version: readonly KubeObject[], more: Units = {}): Units => ({ Space: unit([namespace(space)]), Version: unit(version, {}, { DependsOn: 'Space' }), ...more });
const replicasIn = async (space: string) => (await world.cluster.read('Deployment', 'cart', space)).spec.replicas as number;

test.concurrent('10 pods stay 10 under an autoscaler from 10 to 20, and the number of the program comes back when it goes', async () => {
  await world.mustDeploy({ Hands: units('hands', [deployment('cart', 'hands', { replicas: 10 })]) });
  await world.mustDeploy({ Hands: units('hands', [deployment('cart', 'hands'), autoscaler('hands', 10, 20)]) });
  await world.mustDeploy({ Hands: units('hands', [deployment('cart', 'hands', { image: 'ready:2' }), autoscaler('hands', 10, 20)]) });
  expect(seen.get('hands/cart')).toEqual([10]);

  // what an autoscaler does under load
  await world.cluster.send('PATCH', '/apis/apps/v1/namespaces/hands/deployments/cart/scale?fieldManager=kube-controller-manager', { spec: { replicas: 14 } }, 'application/merge-patch+json');
  await world.mustDeploy({ Hands: units('hands', [deployment('cart', 'hands', { image: 'ready:3' }), autoscaler('hands', 10, 20)]) });
  expect(await replicasIn('hands')).toBe(14);

  await world.mustDeploy({ Hands: units('hands', [deployment('cart', 'hands', { replicas: 3 })]) });
  await until('the last number', () => seen.get('hands/cart')!.at(-1) === 3);
  expect(seen.get('hands/cart')).toEqual([10, 14, 3]);
  expect(await world.cluster.get('HorizontalPodAutoscaler', 'cart', 'hands')).toBeUndefined();

  await world.mustDeploy({ Hands: units('hands', [deployment('cart', 'hands', { replicas: 4 })]) });
  expect(await replicasIn('hands')).toBe(4);
});

test.concurrent('a new workload under an autoscaler starts at its minimum', async () => {
  await world.mustDeploy({ Starts: units('starts', [deployment('cart', 'starts'), autoscaler('starts', 4, 9)]) });

  // an object without the number is given one by the API server; it is never seen
  expect(seen.get('starts/cart')).toEqual([4]);
});

test.concurrent.each([
  ['of an autoscaler that is added', 'added', [deployment('cart', 'added', { replicas: 6 })], [deployment('cart', 'added'), autoscaler('added', 6, 9)]],
  ['of an autoscaler that is removed', 'removed', [deployment('cart', 'removed'), autoscaler('removed', 6, 9)], [deployment('cart', 'removed', { replicas: 2 })]],
] as const)('a roll-back %s keeps the number', async (_, space, before, after) => {
  await world.mustDeploy({ [`Back${space}`]: units(space, before) });
  const failed = await world.deploy({ [`Back${space}`]: units(space, after, { Other: failing('Version') }) });

  expect(failed.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(seen.get(`${space}/cart`)).toEqual([6]);
  expect(await world.cluster.get('HorizontalPodAutoscaler', 'cart', space) === undefined).toBe(space === 'added');
});

test.concurrent('an autoscaler whose own unit fails to become ready is taken back with its number', async () => {
  await world.mustDeploy({ Unready: units('unready', [deployment('cart', 'unready', { replicas: 5 })]) });
  const failed = await world.deploy({ Unready: units('unready', [deployment('cart', 'unready', { image: 'invalid' }), autoscaler('unready', 5, 9)]) });

  expect(failed.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(seen.get('unready/cart')).toEqual([5]);
  expect(await world.cluster.get('HorizontalPodAutoscaler', 'cart', 'unready')).toBeUndefined();
  await world.mustDeploy({ Unready: units('unready', [deployment('cart', 'unready', { replicas: 1 })]) });
  expect(await replicasIn('unready')).toBe(1);
});

describe('an autoscaler comes to a workload of others', () => {
  /** A Deployment that another manager writes, with a number of pods or without. */
  const making = (space: string, ownerReferences: readonly object[]) => (replicas?: number) => {
    const { metadata, ...rest } = deployment('cart', space, replicas === undefined ? {} : { replicas });
    const body = { ...rest, metadata: { ...metadata, ownerReferences } };
    return world.cluster.send('PATCH', `/apis/apps/v1/namespaces/${space}/deployments/cart?fieldManager=maker&force=true`, body, 'application/apply-patch+yaml');
  };
  const managersOf = async (space: string) => (await world.cluster.read('Deployment', 'cart', space)).metadata.managedFields!.map(({ manager }) => manager);

  test.concurrent('of a controller: the number stays when the controller lets it go', async () => {
    await world.mustDeploy({ Made: units('made', [configMap('owner', 'made')]) });
    const { metadata: { name, uid } } = await world.cluster.read('ConfigMap', 'owner', 'made');
    const make = making('made', [{ apiVersion: 'v1', kind: 'ConfigMap', name, uid }]);
    await make(5);
    await world.mustDeploy({ Made: units('made', [configMap('owner', 'made'), autoscaler('made', 3, 9)]) });
    await make();

    await until('the number is seen', () => seen.has('made/cart'));
    expect(await replicasIn('made')).toBe(5);
    expect(seen.get('made/cart')).toEqual([5]);
  });

  test.concurrent('of somebody else: nothing of it is written', async () => {
    await world.mustDeploy({ Theirs: units('theirs', []) });
    await making('theirs', [])(5);
    await world.mustDeploy({ Theirs: units('theirs', [autoscaler('theirs', 3, 9)]) });

    expect(await managersOf('theirs')).not.toContain('cdk-eks-mesh-handover');
  });
});

test.concurrent('a caBundle that another writer has filled in stays', async () => {
  const webhook = (failurePolicy: string): KubeObject => ({
    apiVersion: 'admissionregistration.k8s.io/v1', kind: 'ValidatingWebhookConfiguration', metadata: { name: 'bundles' },
    webhooks: [{
      name: 'a.example.com', admissionReviewVersions: ['v1'], sideEffects: 'None', failurePolicy, rules: [],
      clientConfig: { service: { name: 'none', namespace: 'default' } },
    }],
  });
  const caBundle = Buffer.from('-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----').toString('base64');
  await world.mustDeploy({ Bundles: { Unit: unit([webhook('Ignore')]) } });
  await world.cluster.send('PATCH', '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/bundles?fieldManager=cainjector',
    [{ op: 'add', path: '/webhooks/0/clientConfig/caBundle', value: caBundle }], 'application/json-patch+json');

  await world.mustDeploy({ Bundles: { Unit: unit([webhook('Fail')]) } });

  expect((await world.cluster.read('ValidatingWebhookConfiguration', 'bundles')).webhooks[0]).toMatchObject({ failurePolicy: 'Fail', clientConfig: { caBundle } });
  await world.mustDelete('Bundles');
});
