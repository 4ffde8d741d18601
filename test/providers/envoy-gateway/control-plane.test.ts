import { envoyGatewayControlPlane } from '../../../lib/providers/envoy-gateway/control-plane';
import { model, service, version } from '../../model-builders';

const plain = model({ services: [service('products')] });

test('is the controller after all definitions, which its own chart does not bring again, and after its namespace', () => {
  const { claims, steps } = envoyGatewayControlPlane(plain);

  expect(steps.map(({ id, kind }) => ({ id, kind }))).toEqual([
    { id: 'gateway-api/definitions', kind: 'definitions' },
    { id: 'envoy-gateway-system/namespace', kind: 'namespace' },
    { id: 'envoy-gateway-system/envoy-gateway/chart', kind: 'chart' },
  ]);
  expect(steps[0]).toMatchObject({ files: ['experimental-gatewayapi-crds.yaml', 'generated/'] });
  expect(steps[1]).toMatchObject({ needs: [], name: 'envoy-gateway-system', labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } });
  expect(steps[2]).toEqual({
    kind: 'chart', id: 'envoy-gateway-system/envoy-gateway/chart', needs: ['gateway-api/definitions', 'envoy-gateway-system/namespace'],
    release: 'envoy-gateway', namespace: 'envoy-gateway-system', chart: 'gateway-helm', repository: 'oci://docker.io/envoyproxy/gateway-helm', version: 'v1.9.1',
    values: { crds: { enabled: false }, deployment: { replicas: 2 }, podDisruptionBudget: { minAvailable: 1 } }, timeoutSeconds: 600,
  });
  expect(claims.map(({ what }) => what)).toEqual(['Envoy Gateway', 'the Gateway API']);
});

test('brings its own definitions even where the cluster has those of the Gateway API', () => {
  const { claims, steps } = envoyGatewayControlPlane(plain, { gatewayApi: 'existing', gatewayApiRepository: 'oci://mirror.example.com/crds' });

  expect(steps[0]).toMatchObject({ id: 'envoy-gateway/definitions', repository: 'oci://mirror.example.com/crds', files: ['generated/'] });
  expect(claims.map(({ what }) => what)).toEqual(['Envoy Gateway']);
});

test('reads hosts outside of the mesh only where there are some', () => {
  const outside = model({ services: [service('pay', { versions: [version('pay', 'v1', { pods: { kind: 'external' } as never })] })] });
  const isRead = { config: { envoyGateway: { extensionApis: { enableBackend: true } } } };

  expect(envoyGatewayControlPlane(outside).steps.at(-1)).toMatchObject({ values: isRead });
  expect(envoyGatewayControlPlane(plain).steps.at(-1)).not.toMatchObject({ values: isRead });
});

test('takes chart and images from a mirror, and single values from the user', () => {
  const { steps } = envoyGatewayControlPlane(plain, {
    chartVersion: 'v1.9.2', chartRepository: 'oci://charts.example.com/gateway-helm', imageRegistry: 'mirror.example.com', values: { deployment: { replicas: 3 }, own: [1] },
  });

  expect(steps.at(-1)).toMatchObject({
    version: 'v1.9.2', repository: 'oci://charts.example.com/gateway-helm',
    values: { crds: { enabled: false }, deployment: { replicas: 3 }, global: { imageRegistry: 'mirror.example.com' }, own: [1] },
  });
});
