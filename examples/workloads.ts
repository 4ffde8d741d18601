/** Workloads that are written with cdk8s: a Deployment of cdk8s-plus-28 with its HorizontalPodAutoscaler is a version of a service, and a chart carries its settings. */
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Stack, aws_eks_v2 as eks } from 'aws-cdk-lib';
import { ApiObject, App as Cdk8sApp, Chart, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { GatewayLoadBalancer, HealthCheck, HostRewrite, Mesh, MeshCluster, MeshGateway, MeshService, RouteMatch, ServiceVersion } from '../lib';
import { meshOf } from './mesh-choice';
import { acknowledgeFindings } from './review/acknowledged-findings';

export function build(app = new App()): App {
  const stack = new Stack(app, 'Shop');
  const cluster = new MeshCluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_35,
    kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'),
  });
  const mesh = new Mesh(stack, 'Mesh', { cluster, namespace: 'shop', provider: meshOf(app) });

  // any chart of cdk8s goes along with the mesh
  const settings = new Chart(new Cdk8sApp(), 'settings', { namespace: 'shop' });
  const stars = new kplus.ConfigMap(settings, 'Stars', { metadata: { name: 'reviews' }, data: { STARS: '5' } });
  mesh.addChart('Settings', settings);

  const chart = new Chart(new Cdk8sApp(), 'reviews', { namespace: 'shop' });
  const deployment = new kplus.Deployment(chart, 'Deployment', { metadata: { name: 'reviews-v1' } });
  deployment.addContainer({
    name: 'app', image: 'shop/reviews:1.0.0', portNumber: 8080, readiness: kplus.Probe.fromHttpGet('/ping', { port: 8080 }),
    envVariables: { STARS: kplus.EnvValue.fromConfigMap(stars, 'STARS') },
    resources: { cpu: { request: kplus.Cpu.millis(50) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) } },
    securityContext: { user: 65532, readOnlyRootFilesystem: true },
  });
  // a pod that leaves serves on until every proxy knows; the mesh adds this to pods that it makes from an image, not to workloads of your own
  ApiObject.of(deployment).addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/lifecycle', { preStop: { sleep: { seconds: 15 } } }));
  new kplus.HorizontalPodAutoscaler(chart, 'Autoscaler', {
    metadata: { name: 'reviews-v1' }, target: deployment, minReplicas: 2, maxReplicas: 6, metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(60))],
  });
  mesh.addChart('Reviews', chart);

  // the Deployment becomes a version: it gets the labels, the service account and the place in the order of the mesh
  const reviews = new MeshService(mesh, 'Reviews', {
    port: 8080, versions: [ServiceVersion.fromWorkload('v1', deployment, { healthCheck: HealthCheck.http('/ping') })],
  });

  const gateway = new MeshGateway(mesh, 'Gateway', { loadBalancer: GatewayLoadBalancer.internetFacing() });
  gateway.addRoute('Reviews', { match: RouteMatch.prefix('/reviews'), to: reviews, hostRewrite: HostRewrite.toService() });
  acknowledgeFindings(cluster, mesh);
  return app;
}

if (require.main === module) build().synth();
