/**
 * The colour app: one service in five colours, chosen by header or by path, behind one gateway.
 * The same routing as the "ingress gateway" walkthrough that AWS published for App Mesh on EKS.
 */
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Duration, Stack, aws_eks_v2 as eks } from 'aws-cdk-lib';
import {
  Egress, GatewayListener, GatewayLoadBalancer, HeaderMatch, HealthCheck, HostRewrite, Mesh, MeshCluster, MeshGateway, MeshService,
  Rewrite, RouteMatch, RouterService, RouteTarget, ServiceVersion,
} from '../lib';
import { meshOf } from './mesh-choice';
import { acknowledgeFindings } from './review/acknowledged-findings';

const COLORS = ['white', 'blue', 'red', 'yellow', 'green'];

export function build(app = new App()): App {
  const stack = new Stack(app, 'ColorApp');
  const cluster = new MeshCluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_35,
    kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'),
  });
  const mesh = new Mesh(stack, 'Mesh', { cluster, namespace: 'color-app', meshName: 'color-mesh', egress: Egress.ANY, provider: meshOf(app) });

  const color = new MeshService(mesh, 'Color', {
    port: 8080,
    versions: COLORS.map((name) => ServiceVersion.fromImage(name, {
      image: 'color-app/color:1.0.0',
      env: { COLOR: name },
      healthCheck: HealthCheck.http('/ping', { interval: Duration.seconds(5), timeout: Duration.seconds(2), healthyThreshold: 2, unhealthyThreshold: 2 }),
    })),
  });

  const headers = new RouterService(mesh, 'ColorHeaders', { port: 8080 });
  const byHeader = (name: string, priority: number, match: HeaderMatch) => headers.addRoute(name, {
    priority, match: RouteMatch.any({ headers: { color_header: match } }), to: RouteTarget.version(color, name),
  });
  byHeader('blue', 10, HeaderMatch.exactly('blue'));
  byHeader('green', 20, HeaderMatch.regex('.*green.*'));
  byHeader('red', 30, HeaderMatch.startsWith('red'));
  byHeader('yellow', 40, HeaderMatch.present());
  headers.addRoute('white', { match: RouteMatch.any(), to: RouteTarget.version(color, 'white') });

  const paths = new RouterService(mesh, 'ColorPaths', { port: 8080 });
  for (const name of ['blue', 'green', 'red', 'yellow']) {
    paths.addRoute(name, { match: RouteMatch.prefix(`/${name}`), to: RouteTarget.version(color, name) });
  }
  paths.addRoute('white', {
    match: RouteMatch.any(),
    to: RouteTarget.split({ target: RouteTarget.version(color, 'white'), weight: 90 }, { target: RouteTarget.version(color, 'blue'), weight: 10 }),
  });

  const gateway = new MeshGateway(mesh, 'IngressGw', {
    listeners: [GatewayListener.http({ port: 80 })],
    loadBalancer: GatewayLoadBalancer.internetFacing(),
  });
  for (const router of [headers, paths]) {
    const prefix = router.serviceName.replace('color-', '/');
    gateway.addRoute(router.node.id, { match: RouteMatch.prefix(prefix), to: router, rewrite: Rewrite.prefix('/'), hostRewrite: HostRewrite.toService() });
  }
  acknowledgeFindings(cluster, mesh);
  return app;
}

if (require.main === module) build().synth();
