import { opaque } from '../../lib/model/opaque';
import type { HealthCheck } from '../../lib/model/resilience';
import { mergedDocument, serviceAccount, versionDeployment, type PodAdditions } from '../../lib/providers/workload';
import { imagePods, service, version } from '../model-builders';

const wanted: PodAdditions = { labels: { a: '1' }, annotations: { b: '2' }, serviceAccount: 'products', fsGroup: 1337, probes: 'plain' };

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

function probesOf(health: Partial<HealthCheck>, probes: PodAdditions['probes'] = 'plain') {
  const one = version('products', 'v1', { health: { protocol: 'http', path: '/ping', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 3, ...health } });
  const deployment = versionDeployment(service('products'), one, imagePods(), { ...wanted, probes });
  const { spec } = deployment as unknown as { spec: { template: { spec: { containers: { [probe in 'readinessProbe' | 'livenessProbe']: { [key: string]: unknown } }[] } } } };
  return spec.template.spec.containers[0]!;
}

function readiness(health: Partial<HealthCheck>, probes: PodAdditions['probes']): object {
  const { httpGet, tcpSocket, grpc } = probesOf(health, probes).readinessProbe;
  return JSON.parse(JSON.stringify({ httpGet, tcpSocket, grpc })) as object;
}

test('checks pods as asked where the port takes plain text', () => {
  expect(readiness({}, 'plain')).toEqual({ httpGet: { path: '/ping', port: 8080 } });
  expect(readiness({ protocol: 'grpc' }, 'plain')).toEqual({ grpc: { port: 8080 } });
  expect(readiness({ protocol: 'http2' }, 'plain')).toEqual({ tcpSocket: { port: 8080 } });
});

test('checks pods over TLS where the port takes TLS only', () => {
  expect(readiness({}, 'tls')).toEqual({ httpGet: { path: '/ping', port: 8080, scheme: 'HTTPS' } });
  expect(readiness({ protocol: 'grpc' }, 'tls')).toEqual({ tcpSocket: { port: 8080 } });
});

test('checks pods by connecting where the port asks for a certificate', () => {
  expect(readiness({}, 'connection')).toEqual({ tcpSocket: { port: 8080 } });
});

test('takes pods in and out of the balance after as many answers as asked, and kills them later', () => {
  const { readinessProbe, livenessProbe } = probesOf({ intervalMs: 7000, timeoutMs: 3000, healthyThreshold: 4, unhealthyThreshold: 5 });

  expect(readinessProbe).toMatchObject({ periodSeconds: 7, timeoutSeconds: 3, successThreshold: 4, failureThreshold: 5 });
  // the API server takes no other number of successes here
  expect(livenessProbe).toMatchObject({ periodSeconds: 7, timeoutSeconds: 3, successThreshold: 1, failureThreshold: 15 });
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
