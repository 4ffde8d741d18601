/** Who serves the metrics API that autoscalers read. */
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { Annotations as Warnings, App, aws_eks as eksV1, aws_eks_v2 as eks, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { existingCluster, version } from './program';
import { GatewayLoadBalancer, Mesh, MeshCluster, MeshGateway, MeshProvider, MeshService, RouteMatch } from '../../lib';

const newStack = () => new Stack(new App(), 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });

const newCluster = (stack: Stack, installMetricsServer?: boolean) => new MeshCluster(stack, 'Cluster', {
  version: eks.KubernetesVersion.V1_35, kubectlLayer: new KubectlV35Layer(stack, 'Layer'), ...(installMetricsServer === undefined ? {} : { installMetricsServer }),
});

const scaling = { minReplicas: 2, maxReplicas: 5, cpuPercent: 60 };

function autoscale(stack: Stack, cluster: MeshCluster): Mesh {
  const mesh = new Mesh(stack, 'Mesh', { cluster, namespace: 'shop', provider: MeshProvider.istio() });
  const products = new MeshService(mesh, 'Products', { port: 8080, versions: [version('v1', { autoscaling: scaling } as object)] });
  const gateway = new MeshGateway(mesh, 'Gateway', { autoscaling: scaling, loadBalancer: GatewayLoadBalancer.none() });
  gateway.addRoute('Products', { match: RouteMatch.any(), to: products });
  return mesh;
}

const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('MESH604'));

test('a new cluster gets the metrics server once it has nodes, and loses it with the cluster', () => {
  const stack = newStack();
  newCluster(stack);

  const [addon] = Object.values(Template.fromStack(stack).findResources('AWS::EKS::Addon'));

  expect(addon.Properties).toEqual({ AddonName: 'metrics-server', ClusterName: { Ref: expect.stringMatching(/Cluster/) }, PreserveOnDelete: false });
  expect(addon.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/Nodegroup/)]));
});

test('a new cluster leaves it to others where the program says so, and autoscaling there warns of nothing', () => {
  const stack = newStack();
  autoscale(stack, newCluster(stack, false));

  Template.fromStack(stack).resourceCountIs('AWS::EKS::Addon', 0);
  expect(warnings(stack)).toEqual([]);
});

test('autoscaling on a new cluster warns of nothing', () => {
  const stack = newStack();
  autoscale(stack, newCluster(stack));

  expect(warnings(stack)).toEqual([]);
});

test('autoscaling on a cluster that was adopted warns once, with all that autoscale', () => {
  const stack = newStack();
  autoscale(stack, existingCluster(stack));

  expect(warnings(stack).map(({ entry }) => entry.data)).toEqual([
    `MESH604 service 'shop/products', gateway 'shop/gateway' autoscale, and nothing in this program serves the metrics API on cluster 'prod', without which no pod is added
  at   Shop/Mesh (Mesh), cluster
  fix  install the EKS add-on 'metrics-server', or acknowledge this with Annotations.of(mesh).acknowledgeWarning('cdk-eks-mesh:MESH604') where the cluster has it [ack: cdk-eks-mesh:MESH604]`,
  ]);
});

test.each<[string, (stack: Stack, mesh: Mesh) => void]>([
  ['acknowledges it', (_, mesh) => Warnings.of(mesh).acknowledgeWarning('cdk-eks-mesh:MESH604')],
  ['installs the add-on', (stack) => new eksV1.CfnAddon(stack, 'Metrics', { addonName: 'metrics-server', clusterName: 'prod' })],
  ['installs the chart', (stack) => new eksV1.HelmChart(stack, 'Metrics', {
    chart: 'metrics-server', repository: 'https://kubernetes-sigs.github.io/metrics-server/', cluster: eksV1.Cluster.fromClusterAttributes(stack, 'Same', {
      clusterName: 'prod', kubectlRoleArn: 'arn:aws:iam::111122223333:role/kubectl', kubectlLayer: new KubectlV35Layer(stack, 'Layer'),
    }),
  })],
])('autoscaling on a cluster that was adopted warns of nothing where the program %s', (_, act) => {
  const stack = newStack();
  act(stack, autoscale(stack, existingCluster(stack)));

  expect(warnings(stack)).toEqual([]);
});

test('a program without autoscaling warns of nothing', () => {
  const stack = newStack();
  const mesh = new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', provider: MeshProvider.istio() });
  new MeshService(mesh, 'Products', { port: 8080, versions: [version('v1')] });

  expect(warnings(stack)).toEqual([]);
});
