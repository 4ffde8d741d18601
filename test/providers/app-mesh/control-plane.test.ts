import { opaque } from '../../../lib/model/opaque';
import type { MeshSettings } from '../../../lib/model/traffic-model';
import type { ChartStep, RoleStep } from '../../../lib/plan/control-plane';
import { appMeshControlPlane, type AppMeshControlPlaneSettings } from '../../../lib/providers/app-mesh/control-plane';
import { appMeshRegistry } from '../../../lib/providers/app-mesh/images';
import { gateway, listener, model, service, version } from '../../model-builders';

const PLACE = { partition: 'aws', region: 'eu-west-1', account: '123456789012', clusterName: 'prod', clusterArn: 'arn:cluster' };
const REGISTRY = '840364872350.dkr.ecr.eu-west-1.amazonaws.com';

const plain = model({});

interface Plan {
  readonly role: RoleStep;
  readonly chart: ChartStep;
}

function planOf(program = plain, settings: Partial<AppMeshControlPlaneSettings> = {}): Plan {
  const [role, chart] = appMeshControlPlane(program, { place: PLACE, imageRegistry: REGISTRY, ...settings }).steps;
  return { role: role as RoleStep, chart: chart as ChartStep };
}

const ofMesh = (mesh: Partial<MeshSettings>) => model({ mesh });
const sidsOf = ({ role }: Plan) => role.permissions.map(({ sid }) => sid);

test('is the pinned chart with its role, and is ready once one of the controllers leads', () => {
  const { claims, steps } = appMeshControlPlane(plain, { place: PLACE, imageRegistry: REGISTRY });

  expect(claims.map(({ what }) => what)).toEqual(['the App Mesh controller']);
  const [role, chart, leader] = steps;
  expect(role).toMatchObject({ kind: 'role', id: 'appmesh-system/appmesh-controller/role', needs: [], namespace: 'appmesh-system', serviceAccount: 'appmesh-controller' });
  expect(chart).toMatchObject({
    kind: 'chart', id: 'appmesh-system/appmesh-controller/chart', needs: ['appmesh-system/appmesh-controller/role'], release: 'appmesh-controller', namespace: 'appmesh-system',
    chart: 'appmesh-controller', repository: 'https://aws.github.io/eks-charts', version: '1.13.3', timeoutSeconds: 600,
  });
  expect(leader).toEqual({
    kind: 'readiness', id: 'appmesh-system/appmesh-controller-leader-election/ready', needs: ['appmesh-system/appmesh-controller/chart'],
    objectType: 'lease.coordination.k8s.io', name: 'appmesh-controller-leader-election', namespace: 'appmesh-system', jsonPath: '.spec.holderIdentity', timeoutSeconds: 300,
  });
});

test('gives the controller the region, the account, its role, and images of the registry', () => {
  expect(planOf().chart.values).toEqual({
    region: 'eu-west-1',
    accountId: '123456789012',
    replicaCount: 2,
    podDisruptionBudget: { maxUnavailable: 1 },
    image: { repository: `${REGISTRY}/amazon/appmesh-controller`, tag: 'v1.13.3' },
    init: { image: { repository: `${REGISTRY}/aws-appmesh-proxy-route-manager`, tag: 'v7-prod' } },
    xray: { image: { repository: 'public.ecr.aws/xray/aws-xray-daemon', tag: '3.3.11' } },
    serviceAccount: { create: true, name: 'appmesh-controller', annotations: { 'eks.amazonaws.com/role-arn': { roleArnOf: 'appmesh-system/appmesh-controller/role' } } },
    log: { level: 'info' },
    sidecar: {
      image: { repository: `${REGISTRY}/aws-appmesh-envoy`, tag: 'v1.29.12.3-prod' },
      logLevel: 'info',
      resources: { requests: { cpu: '100m', memory: '128Mi' } },
      waitUntilProxyReady: true,
      lifecycleHooks: { preStopDelay: 20, postStartInterval: 5, postStartTimeout: 180 },
    },
  });
});

test.each([['x-ray', 2000], ['jaeger', 9411], ['datadog', 8126]] as const)('sends spans of %s to port %d', (kind, port) => {
  expect(planOf(ofMesh({ tracing: { kind, samplingRate: 0.1 } })).chart.values.tracing).toEqual({ enabled: true, provider: kind, port, samplingRate: 0.1 });
});

test('traces one request of twenty where the program names no rate', () => {
  expect(planOf(ofMesh({ tracing: { kind: 'jaeger', address: 'jaeger', port: 9412 } })).chart.values.tracing).toEqual(
    { enabled: true, provider: 'jaeger', address: 'jaeger', port: 9412, samplingRate: 0.05 });
});

test('configures SDS and the cluster only where they are used', () => {
  const plan = planOf(ofMesh({ ipPreference: 'ipv6-only' }), { sdsSocket: '/run/agent.sock' });

  expect(plan.chart.values).toMatchObject({ sds: { enabled: true, udsPath: '/run/agent.sock' }, clusterName: 'prod' });
  expect(plan.role.permissions.at(-1)).toEqual({ sid: 'ReadCluster', actions: ['eks:DescribeCluster'], resources: ['arn:cluster'] });
});

test('lets the user change chart, registry and single values', () => {
  const { chart } = planOf(plain, {
    chartVersion: '1.13.4', chartRepository: 'https://charts.example', imageRegistry: 'registry.example',
    values: { sidecar: { logLevel: 'debug' }, tolerations: [{ key: 'system' }], log: null, serviceAccount: { annotations: { own: 'yes' } } },
  });

  expect(chart).toMatchObject({ version: '1.13.4', repository: 'https://charts.example' });
  expect(chart.values).toMatchObject({
    log: null, tolerations: [{ key: 'system' }],
    sidecar: { logLevel: 'debug', waitUntilProxyReady: true, image: { repository: 'registry.example/aws-appmesh-envoy' } },
    serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': { roleArnOf: 'appmesh-system/appmesh-controller/role' }, 'own': 'yes' } },
  });
});

test('may touch its own meshes alone', () => {
  const plan = planOf(ofMesh({ owner: '999988887777' }), { alsoForMeshes: ['other'] });

  expect(sidsOf(plan)).toEqual(['ListMeshes', 'ManageMesh', 'CreateServiceLinkedRole']);
  const [list, manage, linked] = plan.role.permissions;
  expect(list).toEqual({ sid: 'ListMeshes', actions: ['appmesh:ListMeshes'], resources: ['*'] });
  expect(manage!.resources).toEqual([
    'arn:aws:appmesh:eu-west-1:999988887777:mesh/shop', 'arn:aws:appmesh:eu-west-1:999988887777:mesh/shop/*',
    'arn:aws:appmesh:eu-west-1:123456789012:mesh/other', 'arn:aws:appmesh:eu-west-1:123456789012:mesh/other/*',
  ]);
  expect(manage!.actions).toHaveLength(6 + 4 * 7);
  expect(manage!.actions).toEqual(expect.arrayContaining(['appmesh:DescribeMesh', 'appmesh:DeleteGatewayRoute', 'appmesh:ListVirtualNodes']));
  expect(linked!.conditions).toEqual({ StringEquals: { 'iam:AWSServiceName': 'appmesh.amazonaws.com' } });
});

test('has rights on certificates and Cloud Map only where the program uses them, on each certificate once', () => {
  const certificate = { kind: 'acm', arn: opaque('arn:certificate') } as const;
  const trust = { kind: 'acm', arns: [opaque('arn:authority')] } as const;
  const program = model({
    mesh: { clientTls: { enforce: true, validation: { trust, subjectAltNames: [] } }, listenerTls: { mode: 'strict', certificate, clients: { trust, subjectAltNames: [] } } },
    services: [service('products', { versions: [version('products', 'v1', { discovery: { kind: 'cloud-map', namespace: 'shop', service: 'products', attributes: [] } })] })],
    gateways: [gateway([], { listeners: [listener(443, 8443, { tls: { mode: 'strict', certificate } })] })],
  });

  const plan = planOf(program);

  expect(sidsOf(plan).slice(3)).toEqual([
    'ListCertificates', 'DescribeCertificates', 'ListCertificateAuthorities', 'DescribeCertificateAuthorities', 'CloudMap', 'CloudMapDns',
  ]);
  const byId = new Map(plan.role.permissions.map((permission) => [permission.sid, permission]));
  expect(byId.get('DescribeCertificates')).toMatchObject({ actions: ['acm:DescribeCertificate'], resources: ['arn:certificate'] });
  expect(byId.get('DescribeCertificateAuthorities')).toMatchObject({ resources: ['arn:authority'] });
});

test.each([
  ['eu-west-1', REGISTRY],
  ['me-south-1', '772975370895.dkr.ecr.me-south-1.amazonaws.com'],
  ['af-south-1', '924023996002.dkr.ecr.af-south-1.amazonaws.com'],
  ['cn-north-1', undefined],
  ['us-gov-west-1', undefined],
])('the images of region %s are in %s', (region, registry) => {
  expect(appMeshRegistry(region)).toBe(registry);
});
