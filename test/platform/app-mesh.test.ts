import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { MeshCluster } from '../../lib/constructs/mesh-cluster';
import { installAppMeshController, type AppMeshInstallation } from '../../lib/platform';

const SITE = { origin: { path: 'Shop/Mesh', type: 'Mesh' }, property: 'provider' };

function newStack(region: string | undefined = 'eu-west-1'): Stack {
  return new Stack(new App(), 'Shop', region === 'unknown' ? {} : { env: { account: '123456789012', region } });
}

function newCluster(stack: Stack): MeshCluster {
  return MeshCluster.fromAttributes(stack, 'Cluster', {
    clusterName: 'prod',
    kubectlServiceToken: 'arn:kubectl',
    openIdConnectProviderArn: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC',
  });
}

function install(stack: Stack, options: Partial<AppMeshInstallation> = {}): CfnResource {
  return installAppMeshController(stack, newCluster(stack)._access, { site: SITE, meshes: [{ name: 'shop' }], ...options });
}

/** The logical ids of what is installed: they follow from namespace and name alone. */
const CHART = 'AppmeshSystemAppmeshControllerChartdd2d4350';
const READY = 'AppmeshSystemAppmeshControllerLeaderElectionReadya97c5e95';
const ROLE = 'AppmeshSystemAppmeshControllerRole0bdc6488';

function chartOf(stack: Stack): any {
  const [chart, ...more] = Object.values(Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-HelmChart'));
  expect(more).toEqual([]);
  return chart;
}

/** The chart's values; the role's ARN, a token, as the text `token`. */
function valuesOf(stack: Stack): any {
  const values = chartOf(stack).Properties.Values;
  return JSON.parse(typeof values === 'string' ? values : values['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : 'token').join(''));
}

function statementsOf(stack: Stack): any[] {
  return Template.fromStack(stack).toJSON().Resources[ROLE].Properties.Policies[0].PolicyDocument.Statement;
}

const sids = (stack: Stack): string[] => statementsOf(stack).map(({ Sid }) => Sid);

test('installs the pinned chart, waits for it, and takes a failed one back', () => {
  const stack = newStack();

  install(stack);

  expect(chartOf(stack)).toMatchObject({
    Type: 'Custom::AWSCDK-EKS-HelmChart',
    Properties: {
      ServiceToken: 'arn:kubectl',
      ClusterName: 'prod',
      Release: 'appmesh-controller',
      Chart: 'appmesh-controller',
      Version: '1.13.3',
      Repository: 'https://aws.github.io/eks-charts',
      Namespace: 'appmesh-system',
      CreateNamespace: true,
      Wait: true,
      Atomic: true,
      Timeout: '600s',
    },
  });
  expect(chartOf(stack).Properties).not.toHaveProperty('SkipCrds');
});

test('is there once the controller leads, and goes after everything that needs it, before its role', () => {
  const stack = newStack();

  const ready = install(stack);
  new CfnResource(stack, 'Object', { type: 'Custom::Manifest' }).addResourceDependency(ready);

  const { [READY]: signal, [CHART]: chart, Object: manifest } = Template.fromStack(stack).toJSON().Resources;
  expect(manifest.DependsOn).toEqual([READY]);
  expect(signal.DependsOn).toEqual([CHART]);
  expect(chart.DependsOn).toEqual([ROLE]);
  expect(signal).toMatchObject({
    Type: 'Custom::AWSCDK-EKS-KubernetesObjectValue',
    Properties: {
      ObjectType: 'lease.coordination.k8s.io',
      ObjectName: 'appmesh-controller-leader-election',
      ObjectNamespace: 'appmesh-system',
      JsonPath: '.spec.holderIdentity',
      TimeoutSeconds: 300,
    },
  });
});

test('gives the controller the region, the account, its role, and images of the region', () => {
  const stack = newStack();

  install(stack);

  const registry = '840364872350.dkr.ecr.eu-west-1.amazonaws.com';
  expect(valuesOf(stack)).toEqual({
    region: 'eu-west-1',
    accountId: '123456789012',
    replicaCount: 2,
    podDisruptionBudget: { maxUnavailable: 1 },
    image: { repository: `${registry}/amazon/appmesh-controller`, tag: 'v1.13.3' },
    init: { image: { repository: `${registry}/aws-appmesh-proxy-route-manager`, tag: 'v7-prod' } },
    xray: { image: { repository: 'public.ecr.aws/xray/aws-xray-daemon', tag: '3.3.11' } },
    serviceAccount: { create: true, name: 'appmesh-controller', annotations: { 'eks.amazonaws.com/role-arn': 'token' } },
    log: { level: 'info' },
    sidecar: {
      image: { repository: `${registry}/aws-appmesh-envoy`, tag: 'v1.29.12.3-prod' },
      logLevel: 'info',
      resources: { requests: { cpu: '100m', memory: '128Mi' } },
      waitUntilProxyReady: true,
      lifecycleHooks: { preStopDelay: 20, postStartInterval: 5, postStartTimeout: 180 },
    },
  });
});

test.each([
  ['me-south-1', '772975370895.dkr.ecr.me-south-1.amazonaws.com'],
  ['af-south-1', '924023996002.dkr.ecr.af-south-1.amazonaws.com'],
  ['unknown', '840364872350.dkr.ecr.us-west-2.amazonaws.com'],
])('takes the images of region %s from %s', (region, registry) => {
  const stack = newStack(region);

  install(stack);

  expect(JSON.stringify(chartOf(stack).Properties.Values)).toContain(`${registry}/aws-appmesh-envoy`);
});

test('refuses a partition that has no images, unless a registry is named', () => {
  expect(() => install(newStack('cn-north-1'))).toThrow([
    "MESH603 no registry of App Mesh's images is known in region 'cn-north-1'",
    '  at   Shop/Mesh (Mesh), provider',
    '  fix  copy the images into a registry of your own and name it with imageRegistry',
  ].join('\n'));
  expect(() => install(newStack('cn-north-1'), { imageRegistry: 'registry.example' })).not.toThrow();
});

test.each([['x-ray', 2000], ['jaeger', 9411], ['datadog', 8126]] as const)('sends spans of %s to port %d', (kind, port) => {
  const stack = newStack();

  install(stack, { tracing: { kind, samplingRate: 0.1 } });

  expect(valuesOf(stack).tracing).toEqual({ enabled: true, provider: kind, port, samplingRate: 0.1 });
});

test('says SDS, statsd, the cluster and limits only when asked', () => {
  const stack = newStack();

  install(stack, {
    sdsSocket: '/run/agent.sock',
    statsd: { address: '127.0.0.1', port: 8125 },
    readsIpFamily: true,
    sidecar: { limits: { cpu: '1', memory: '256Mi' }, waitUntilProxyReady: false, preStopDelaySeconds: 0 },
  });

  expect(valuesOf(stack)).toMatchObject({
    sds: { enabled: true, udsPath: '/run/agent.sock' },
    stats: { tagsEnabled: true, statsdEnabled: true, statsdAddress: '127.0.0.1', statsdPort: 8125 },
    clusterName: 'prod',
    sidecar: { resources: { limits: { cpu: '1', memory: '256Mi' } }, waitUntilProxyReady: false, lifecycleHooks: { preStopDelay: 0 } },
  });
  expect(sids(stack)).toContain('ReadCluster');
});

test('lets the user change chart, registry and single values', () => {
  const stack = newStack();

  install(stack, {
    chartVersion: '1.13.4', chartRepository: 'https://charts.example', imageRegistry: 'registry.example', replicas: 1, namespace: 'mesh-system',
    values: { sidecar: { logLevel: 'debug' }, tolerations: [{ key: 'system' }], log: null },
  });

  expect(chartOf(stack).Properties).toMatchObject({ Version: '1.13.4', Repository: 'https://charts.example', Namespace: 'mesh-system' });
  const values = valuesOf(stack);
  expect(values).toMatchObject({ replicaCount: 1, log: null, tolerations: [{ key: 'system' }] });
  expect(values.sidecar).toMatchObject({ logLevel: 'debug', waitUntilProxyReady: true, image: { repository: 'registry.example/aws-appmesh-envoy' } });
  expect(values).not.toHaveProperty('podDisruptionBudget');
});

test('may touch its own meshes alone', () => {
  const stack = newStack();

  install(stack, { meshes: [{ name: 'shop' }, { name: 'shared', owner: '999988887777' }] });

  expect(sids(stack)).toEqual(['ListMeshes', 'ManageMesh', 'CreateServiceLinkedRole']);
  const [list, manage] = statementsOf(stack);
  expect(list).toMatchObject({ Action: ['appmesh:ListMeshes'], Resource: ['*'] });
  expect(manage.Resource.map((arn: any) => arn['Fn::Join'][1][2])).toEqual([
    ':appmesh:eu-west-1:123456789012:mesh/shop', ':appmesh:eu-west-1:123456789012:mesh/shop/*',
    ':appmesh:eu-west-1:999988887777:mesh/shared', ':appmesh:eu-west-1:999988887777:mesh/shared/*',
  ]);
  expect(manage.Action).toHaveLength(6 + 4 * 7);
  expect(manage.Action).toEqual(expect.arrayContaining(['appmesh:DescribeMesh', 'appmesh:DeleteGatewayRoute', 'appmesh:ListVirtualNodes']));
});

test('has rights on certificates and Cloud Map only where the program uses them', () => {
  const stack = newStack();

  install(stack, { certificateArns: ['arn:certificate'], certificateAuthorityArns: ['arn:authority'], usesCloudMap: true });

  expect(sids(stack).slice(3)).toEqual([
    'ListCertificates', 'DescribeCertificates', 'ListCertificateAuthorities', 'DescribeCertificateAuthorities', 'CloudMap', 'CloudMapDns',
  ]);
  const byId = new Map(statementsOf(stack).map((statement) => [statement.Sid, statement]));
  expect(byId.get('DescribeCertificates')).toMatchObject({ Action: ['acm:DescribeCertificate'], Resource: ['arn:certificate'] });
  expect(byId.get('DescribeCertificateAuthorities')).toMatchObject({ Resource: ['arn:authority'] });
});

test('can be assumed by the service account of the controller alone', () => {
  const stack = newStack();

  install(stack);

  const { AssumeRolePolicyDocument } = Template.fromStack(stack).toJSON().Resources[ROLE].Properties;
  expect(AssumeRolePolicyDocument.Statement).toEqual([{
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC' },
    Condition: {
      StringEquals: {
        'oidc.eks.eu-west-1.amazonaws.com/id/ABC:aud': 'sts.amazonaws.com',
        'oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub': 'system:serviceaccount:appmesh-system:appmesh-controller',
      },
    },
  }]);
});

test('keeps its logical ids wherever the construct that installs it stands', () => {
  const [first, second] = [newStack(), newStack()];
  const installation = { site: SITE, meshes: [{ name: 'shop' }] };

  installAppMeshController(new Construct(first, 'Mesh'), newCluster(first)._access, installation);
  installAppMeshController(new Construct(new Construct(second, 'Platform'), 'Renamed'), newCluster(second)._access, installation);

  expect(Template.fromStack(second).toJSON()).toEqual(Template.fromStack(first).toJSON());
});

test('stands on two clusters of one stack, in another namespace or in the same', () => {
  const stack = newStack();
  const clusters = ['First', 'Second', 'Third'].map((id) => MeshCluster.fromAttributes(stack, id, {
    clusterName: id, kubectlServiceToken: 'arn:kubectl', openIdConnectProviderArn: 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC',
  })._access);
  const namespaces = ['appmesh-system', 'appmesh-system', 'mesh-system'];

  clusters.forEach((cluster, at) => installAppMeshController(stack, cluster, { site: SITE, meshes: [{ name: 'shop' }], namespace: namespaces[at]! }));

  const charts = Template.fromStack(stack).findResources('Custom::AWSCDK-EKS-HelmChart');
  expect(Object.keys(charts)[0]).toBe(CHART);
  expect(Object.values(charts).map(({ Properties: { ClusterName, Namespace } }) => [ClusterName, Namespace])).toEqual([['First', 'appmesh-system'], ['Second', 'appmesh-system'], ['Third', 'mesh-system']]);
});

test('refuses a second controller on one cluster', () => {
  const stack = newStack();
  const cluster = newCluster(stack)._access;
  installAppMeshController(stack, cluster, { site: SITE, meshes: [{ name: 'shop' }] });
  const second = { origin: { path: 'Shop/Other', type: 'Mesh' }, property: 'provider' };

  expect(() => installAppMeshController(stack, cluster, { site: second, meshes: [{ name: 'other' }] })).toThrow([
    "MESH111 two meshes install the App Mesh controller on one cluster: 'Shop/Mesh' and 'Shop/Other'",
    '  at   Shop/Other (Mesh), provider',
    '  fix  one controller serves all meshes of a cluster: let one mesh install it, with alsoForMeshes for the other, which says existing: true',
  ].join('\n'));
});
