/** A shop on EKS: a canary behind a gateway, and a checkout that is switched between blue and green. */
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Duration, Stack, aws_eks_v2 as eks } from 'aws-cdk-lib';
import {
  BlueGreenRoute, CanaryService, Color, GatewayLoadBalancer, HeaderMatch, HealthCheck, HostRewrite, Mesh, MeshCluster, MeshGateway,
  MeshService, Pin, Preview, RetryOn, RetryPolicy, RouteMatch, ServiceVersion,
} from '../lib';
import { meshOf } from './mesh-choice';
import { acknowledgeFindings } from './review/acknowledged-findings';

export function build(app = new App()): App {
  const stack = new Stack(app, 'Shop');
  const cluster = new MeshCluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_35,
    kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'),
  });
  const mesh = new Mesh(stack, 'Mesh', { cluster, namespace: 'shop', provider: meshOf(app) });

  const version = (name: string, image: string) => ServiceVersion.fromImage(name, { image, healthCheck: HealthCheck.http('/ping') });
  const catalog = new MeshService(mesh, 'Catalog', { port: 8080, versions: [version('v1', 'shop/catalog:1.4.0')] });

  // 5 of 100 requests reach v2; requests of the experiment always do
  const products = new CanaryService(mesh, 'Products', {
    port: 8080,
    stable: version('v1', 'shop/products:1.8.2'),
    canary: version('v2', 'shop/products:2.0.0'),
    canaryPercent: 5,
    pins: [Pin.header('x-experiment-id', HeaderMatch.exactly('b'))],
    calls: [catalog],
    retries: RetryPolicy.of({ attempts: 3, perTryTimeout: Duration.millis(1500), on: [RetryOn.SERVER_ERROR] }),
    timeout: Duration.seconds(10),
  });

  const gateway = new MeshGateway(mesh, 'Gateway', { loadBalancer: GatewayLoadBalancer.internetFacing() });
  gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products, hostRewrite: HostRewrite.toService() });

  // changing BLUE to GREEN is the cut-over, changing it back the rollback
  new BlueGreenRoute(gateway, 'Checkout', {
    match: RouteMatch.prefix('/checkout'),
    blue: new MeshService(mesh, 'CheckoutBlue', { port: 8080, versions: [version('v1', 'shop/checkout:3.1.0')] }),
    green: new MeshService(mesh, 'CheckoutGreen', { port: 8080, versions: [version('v1', 'shop/checkout:3.2.0')] }),
    active: Color.BLUE,
    preview: Preview.header('x-preview', HeaderMatch.exactly('green')),
    hostRewrite: HostRewrite.toService(),
  });
  acknowledgeFindings(cluster, mesh);
  return app;
}

if (require.main === module) build().synth();
