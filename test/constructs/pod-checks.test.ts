/** Readiness, liveness and start of pods made from an image, as a program declares them, on every mesh; and who waits before SIGTERM. */
import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';
import { App, CfnParameter, aws_eks as eksV1, aws_eks_v2 as eks, aws_ec2 as ec2, Duration, Stack } from 'aws-cdk-lib';
import { objectOf } from './manifests';
import { errorOf } from './program';
import { HealthCheck, Mesh, MeshCluster, MeshProvider, MeshService, ServiceToService, ServiceVersion, type ImageVersionOptions } from '../../lib';

const PROVIDERS = {
  'App Mesh': () => MeshProvider.appMesh(),
  'Istio': () => MeshProvider.istio(),
  'Envoy Gateway': () => MeshProvider.envoyGateway({ serviceToService: ServiceToService.EDGE_ONLY }),
};

const imported = (stack: Stack, kubernetesVersion?: string) => MeshCluster.fromAttributes(stack, 'Cluster', {
  clusterName: 'prod', kubectlServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl',
  openIdConnectProviderArn: 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC', kubernetesVersion,
});

function containerOf(options: Partial<ImageVersionOptions>, provider = MeshProvider.istio(), clusterOf: (stack: Stack) => MeshCluster = imported): any {
  const stack = new Stack(new App(), 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const mesh = new Mesh(stack, 'Mesh', { cluster: clusterOf(stack), namespace: 'shop', provider });
  new MeshService(mesh, 'Products', { port: 8080, versions: [ServiceVersion.fromImage('v1', { image: 'shop/products:1', ...options })] });
  return objectOf(stack, 'Deployment', 'products-v1').spec.template.spec.containers[0];
}

describe.each(Object.entries(PROVIDERS))('on %s', (_, provider) => {
  test('gives a container five minutes to start, and restarts it for nothing that readiness checks', () => {
    const container = containerOf({ healthCheck: HealthCheck.http('/ping') }, provider());

    expect(container.startupProbe).toEqual({ tcpSocket: { port: 8080 }, periodSeconds: 2, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 150 });
    expect(container.readinessProbe).toEqual({ httpGet: { path: '/ping', port: 8080 }, periodSeconds: 5, timeoutSeconds: 2, successThreshold: 2, failureThreshold: 3 });
    expect(container.livenessProbe).toEqual({ tcpSocket: { port: 8080 }, periodSeconds: 10, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 6 });
    expect(container.lifecycle).toEqual({ preStop: { sleep: { seconds: 15 } } });
  });

  test('checks what the program asks for', () => {
    const container = containerOf({ healthCheck: HealthCheck.http('/ready'), livenessCheck: HealthCheck.http('/live', { port: 9000 }), startupTimeout: Duration.minutes(20) }, provider());

    expect(container.startupProbe).toEqual({ httpGet: { path: '/live', port: 9000 }, periodSeconds: 2, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 600 });
    expect(container.livenessProbe).toMatchObject({ httpGet: { path: '/live', port: 9000 }, failureThreshold: 6 });
  });

  test('leaves out what the program wants not to be checked', () => {
    const container = containerOf({ healthCheck: HealthCheck.none(), livenessCheck: HealthCheck.none() }, provider());

    expect(container).not.toHaveProperty('readinessProbe');
    expect(container).not.toHaveProperty('livenessProbe');
    expect(container.startupProbe).toMatchObject({ tcpSocket: { port: 8080 } });
  });

  test.each([['1.29', { exec: { command: ['sleep', '15'] } }], ['1.30', { sleep: { seconds: 15 } }], [undefined, { sleep: { seconds: 15 } }]])(
    'waits before SIGTERM as Kubernetes %s can', (kubernetesVersion, preStop) => {
      expect(containerOf({}, provider(), (stack) => imported(stack, kubernetesVersion)).lifecycle).toEqual({ preStop });
    });
});

const layer = (stack: Stack) => new KubectlV28Layer(stack, 'Layer');

test.each<[string, (stack: Stack) => MeshCluster, object]>([
  ['made here', (stack) => new MeshCluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_28 }), { exec: { command: ['sleep', '15'] } }],
  ['made here, a living version', (stack) => new MeshCluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_34, kubectlLayer: layer(stack) }), { sleep: { seconds: 15 } }],
  ['of aws-eks-v2', (stack) => MeshCluster.fromEksV2(stack, 'Mine', new eks.Cluster(stack, 'Eks', {
    version: eks.KubernetesVersion.V1_29, kubectlProviderOptions: { kubectlLayer: layer(stack) },
  })), { exec: { command: ['sleep', '15'] } }],
  ['of aws-eks', (stack) => MeshCluster.fromEks(stack, 'Mine', new eksV1.Cluster(stack, 'Eks', {
    version: eksV1.KubernetesVersion.V1_29, kubectlLayer: layer(stack), vpc: new ec2.Vpc(stack, 'Vpc'),
  })), { exec: { command: ['sleep', '15'] } }],
  ['of a version known only at deployment', (stack) => MeshCluster.fromEksV2(stack, 'Mine', new eks.Cluster(stack, 'Eks', {
    version: eks.KubernetesVersion.of(new CfnParameter(stack, 'Version').valueAsString), kubectlProviderOptions: { kubectlLayer: layer(stack) },
  })), { sleep: { seconds: 15 } }],
])('knows the version of a cluster %s', (_, clusterOf, preStop) => {
  expect(containerOf({}, MeshProvider.istio(), clusterOf).lifecycle).toEqual({ preStop });
});

const PLACE = 'at   Shop/Mesh/Products (MeshService), versions[0]';

test.each<[string, Partial<ImageVersionOptions>, string]>([
  ['more than one success of a liveness check', { livenessCheck: HealthCheck.http('/live', { healthyThreshold: 2 }) },
    `MESH302 healthyThreshold of the liveness check is 2, and Kubernetes allows 1 alone\n  ${PLACE}.livenessCheck.healthyThreshold = 2\n  fix  leave healthyThreshold out`],
  ['a liveness check of a path without slash', { livenessCheck: HealthCheck.http('live') },
    `MESH302 the http health check has the path 'live', which does not start with '/'\n  ${PLACE}.livenessCheck.path = 'live'\n  fix  give a path, for example '/ping'`],
  ['a liveness check of no port', { livenessCheck: HealthCheck.tcp({ port: 70_000 }) },
    `MESH108 port 70000 is not an integer from 1 to 65535\n  ${PLACE}.livenessCheck.port = 70000\n  fix  choose a port from 1 to 65535`],
  ['no time to start', { startupTimeout: Duration.millis(0) },
    `MESH302 startupTimeout is 0 ms, and the kubelet counts whole seconds\n  ${PLACE}.startupTimeout = '0 ms'\n  fix  give at least Duration.seconds(1)`],
])('refuses %s', (_, options, message) => {
  expect(errorOf(() => containerOf(options))).toBe(message);
});
