import type { KubeObject } from '../../../lib/kube/object';
import { unreadyReason } from '../../../lib/outputs/cloudformation/engine/readiness';

const living = (apiVersion: string, kind: string, content: object, generation = 2): KubeObject => ({ apiVersion, kind, metadata: { name: 'one', namespace: 'shop', generation }, ...content });
const condition = (type: string, status: string, more: object = {}) => ({ type, status, ...more });

describe('a Deployment', () => {
  const rolledOut = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
  const deployment = (status: object, replicas: number | undefined = 3) => living('apps/v1', 'Deployment', { spec: { replicas }, status });

  test.each([
    ['is ready with all pods new and available', rolledOut, undefined],
    ['waits for the controller', { ...rolledOut, observedGeneration: 1 }, 'the controller has not seen the change yet'],
    ['waits for new pods', { ...rolledOut, updatedReplicas: 1 }, '1 of 3 pods are ready'],
    ['waits for available pods', { ...rolledOut, availableReplicas: 2 }, '2 of 3 pods are ready'],
    ['waits for the end of old pods', { ...rolledOut, replicas: 5 }, '2 pods of the old revision are left'],
    ['waits without a status', {}, 'the controller has not seen the change yet'],
  ])('%s', (_, status, reason) => {
    expect(unreadyReason(deployment(status))).toBe(reason);
  });

  test('of no pods is ready', () => {
    expect(unreadyReason(deployment({ observedGeneration: 2 }, 0))).toBeUndefined();
  });
});

test.each([
  ['waits for one pod on every node', { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 2, numberAvailable: 3 }, '2 of 3 pods are ready'],
  ['is ready', { observedGeneration: 2, desiredNumberScheduled: 3, updatedNumberScheduled: 3, numberAvailable: 3 }, undefined],
])('a DaemonSet %s', (_, status, reason) => {
  expect(unreadyReason(living('apps/v1', 'DaemonSet', { spec: {}, status }))).toBe(reason);
});

test('a StatefulSet that is updated by hand is not waited for until it is', () => {
  const status = { observedGeneration: 2, replicas: 2, updatedReplicas: 0, availableReplicas: 2 };
  const set = (type: string) => living('apps/v1', 'StatefulSet', { spec: { replicas: 2, updateStrategy: { type } }, status });

  expect(unreadyReason(set('OnDelete'))).toBeUndefined();
  expect(unreadyReason(set('RollingUpdate'))).toBe('0 of 2 pods are ready');
});

describe('a route', () => {
  const parentRef = { name: 'edge', sectionName: 'http' };
  const accepted = [condition('Accepted', 'True', { observedGeneration: 2 }), condition('ResolvedRefs', 'True', { observedGeneration: 2 })];
  const route = (parents: object[], parentRefs: object[] = [parentRef]) => living('gateway.networking.k8s.io/v1', 'HTTPRoute', { spec: { parentRefs }, status: { parents } });

  test.each([
    ['is ready when every controller accepts it', [{ parentRef, conditions: accepted }], undefined],
    ['waits for a controller', [], 'no controller has accepted it for parent Gateway \'edge\' yet'],
    ['waits for the listener that it names', [{ parentRef: { name: 'edge', sectionName: 'https' }, conditions: accepted }], 'no controller has accepted it for parent Gateway \'edge\' yet'],
    ['waits for its references', [{ parentRef, conditions: [accepted[0], condition('ResolvedRefs', 'False', { reason: 'BackendNotFound', message: 'no Service' })] }],
      'parent Gateway \'edge\': ResolvedRefs is False: BackendNotFound no Service'],
    ['waits for the second of two controllers', [{ parentRef, conditions: accepted }, { parentRef, conditions: [] }], 'parent Gateway \'edge\': no condition Accepted yet'],
    ['does not take an older generation for this one', [{ parentRef, conditions: [condition('Accepted', 'True', { observedGeneration: 1 }), accepted[1]] }], 'parent Gateway \'edge\': Accepted is of an older generation'],
  ])('%s', (_, parents, reason) => {
    expect(unreadyReason(route(parents as object[]))).toBe(reason);
  });

  test('waits for all of its parents', () => {
    expect(unreadyReason(route([{ parentRef, conditions: accepted }], [parentRef, { kind: 'Service', name: 'cart' }]))).toBe('no controller has accepted it for parent Service \'cart\' yet');
  });
});

test.each([
  ['CustomResourceDefinition', 'apiextensions.k8s.io/v1', 'Established'], ['APIService', 'apiregistration.k8s.io/v1', 'Available'],
  ['GatewayClass', 'gateway.networking.k8s.io/v1', 'Accepted'], ['Gateway', 'gateway.networking.k8s.io/v1', 'Programmed'], ['Job', 'batch/v1', 'Complete'],
])('a %s is ready when it is %s of %s', (kind, apiVersion, type) => {
  expect(unreadyReason(living(apiVersion, kind, { status: { conditions: [condition(type, 'True')] } }))).toBeUndefined();
  expect(unreadyReason(living(apiVersion, kind, { status: { conditions: [condition(type, 'False', { reason: 'Why', message: 'because' })] } }))).toBe(`${type} is False: Why because`);
  expect(unreadyReason(living(apiVersion, kind, {}))).toBe(`no condition ${type} yet`);
});

test('a Gateway whose certificate is missing is not ready', () => {
  const status = { conditions: [condition('Accepted', 'True'), condition('Programmed', 'True')], listeners: [{ name: 'https', conditions: [condition('ResolvedRefs', 'False', { reason: 'InvalidCertificateRef' })] }] };

  expect(unreadyReason(living('gateway.networking.k8s.io/v1', 'Gateway', { status }))).toBe('listener \'https\': ResolvedRefs is False: InvalidCertificateRef');
});

test('a policy of Envoy Gateway waits for its ancestors, one of TLS to backends does not', () => {
  const policy = (kind: string) => living(kind === 'BackendTLSPolicy' ? 'gateway.networking.k8s.io/v1' : 'gateway.envoyproxy.io/v1alpha1', kind, {});

  expect(unreadyReason(policy('SecurityPolicy'))).toBe('no controller has accepted it yet');
  expect(unreadyReason(policy('BackendTLSPolicy'))).toBeUndefined();
});

test('kinds without a sign of readiness are ready when they are there', () => {
  expect(unreadyReason(living('v1', 'Service', {}))).toBeUndefined();
  expect(unreadyReason(living('serving.knative.dev/v1', 'Job', {}))).toBeUndefined();
});
