import { opaque } from '../../lib/model/opaque';
import { mergedDocument, serviceAccount, versionDeployment, type PodAdditions } from '../../lib/providers/workload';
import { imagePods, service, version } from '../model-builders';

const wanted: PodAdditions = { labels: { a: '1' }, annotations: { b: '2' }, serviceAccount: 'products', fsGroup: 1337, probes: () => 'plain' };

test.each(['Deployment', 'StatefulSet', 'DaemonSet', 'Rollout'])('adds to the pods of a %s without losing what the user set', (kind) => {
  const document = { apiVersion: 'x/v1', kind, metadata: { name: 'w' }, spec: { template: { metadata: { labels: { own: 'x' } }, spec: { containers: [], securityContext: { fsGroup: 7 } } } } };

  const merged = mergedDocument(document, wanted);

  expect(merged).toEqual({
    kind: 'merged',
    object: {
      apiVersion: 'x/v1', kind, metadata: { name: 'w' },
      spec: {
        template: {
          metadata: { labels: { own: 'x', a: '1' }, annotations: { b: '2' } },
          spec: { containers: [], securityContext: { fsGroup: 7 }, serviceAccountName: 'products' },
        },
      },
    },
  });
  expect(document.spec.template.metadata.labels).toEqual({ own: 'x' });
});

test.each([
  ['a label', { metadata: { labels: { a: '9' } } }, "spec.template.metadata.labels['a']", '9', '1'],
  ['an annotation', { metadata: { annotations: { b: '9' } } }, "spec.template.metadata.annotations['b']", '9', '2'],
  ['the service account', { spec: { serviceAccountName: 'own' } }, 'spec.template.spec.serviceAccountName', 'own', 'products'],
])('reports a conflict of %s instead of overwriting it', (_what, template, field, got, ours) => {
  expect(mergedDocument({ spec: { template } }, wanted)).toEqual({ kind: 'conflict', field, got, wanted: ours });
});

test('leaves the number of replicas to an autoscaler', () => {
  const pods = imagePods({ scale: { kind: 'auto', minReplicas: 2, maxReplicas: 4, cpuPercent: 60 } });

  const { spec } = versionDeployment(service('products'), version('products', 'v1', { pods }), pods, wanted) as unknown as { spec: object };

  expect(spec).not.toHaveProperty('replicas');
});

test('annotates a service account with its role only where it has one', () => {
  expect(serviceAccount('a', 'n', opaque('arn:role')).metadata.annotations).toEqual({ 'eks.amazonaws.com/role-arn': 'arn:role' });
  expect(serviceAccount('a', 'n', undefined).metadata).not.toHaveProperty('annotations');
});
