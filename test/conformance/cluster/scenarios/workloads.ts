/** Objects of cdk8s, and the layer that the library was first used with. */
import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { ApiObject, App as Cdk8sApp, Chart, JsonPatch, Size } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { late, type ShopParts } from './shop';
import { field, type Group, type Stage } from './stage';
import { failuresOf } from './world';
import { build } from '../../../../examples/workloads';
import { HealthCheck, HostRewrite, MeshService, RouteMatch, ServiceVersion } from '../../../../lib';

export const workloads: Group = {
  name: 'workloads and layers',
  scenarios: [
    { name: 'examples/workloads.ts serves, with the settings of its chart', fresh: true, run: example },
    {
      name: 'a Deployment and a HorizontalPodAutoscaler of cdk8s-plus-28 serve, change and go',
      fresh: true,
      run: async (stage) => {
        await stage.begin();
        await stage.change([{ more: reviews('1.0.0') }]);
        stage.serves(`shop/reviews:${late('1.0.0')}`, '/reviews');
        stage.expect(field('hpa', 'reviews', '.spec.maxReplicas') === '3', 'there is no autoscaler of the chart');
        await stage.change([{ more: reviews('1.1.0') }], { path: '/reviews' });
        stage.serves(`shop/reviews:${late('1.1.0')}`, '/reviews');
        await stage.change([{}]);
        stage.expect(field('deployment', 'reviews', '.metadata.name') === '', 'the Deployment of the chart is there');
        stage.expect(field('hpa', 'reviews', '.metadata.name') === '', 'the autoscaler of the chart is there');
      },
    },
    {
      name: 'with kubectl and helm of the v28 layer: deployed, changed, deleted',
      fresh: true,
      run: async (stage) => {
        await stage.begin({ layer: 'v28' });
        stage.serves(`shop/products:${late('1.8.2')}`);
        await stage.change([{ layer: 'v28', canary: '2.0.0', canaryPercent: 50 }, { layer: 'v28', stable: '1.9.0', stableName: 'v3' }]);
        stage.serves(`shop/products:${late('1.9.0')}`);
        const { ok } = await stage.world.emulator.delete();
        stage.expect(ok, 'the stack could not be deleted');
      },
    },
  ],
};

async function example(stage: Stage): Promise<void> {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'workloads-')), context: { 'mesh': stage.mesh, 'aws:cdk:disable-asset-staging': false } });
  const result = await stage.world.deployAssembly(build(app).synth().directory);
  stage.expect(result.ok, failuresOf(result).join('\n'));
  stage.serves('shop/reviews:1.0.0', '/reviews');
  stage.expect(field('hpa', 'reviews-v1', '.spec.minReplicas') === '2', 'there is no autoscaler of the chart');
  stage.expect(field('configmap', 'reviews', '.data.STARS') === '5', 'there is no ConfigMap of the chart');
  stage.expect((await stage.world.emulator.delete()).ok, 'the stack could not be deleted');
}

/** A chart with a Deployment, which becomes a version, and its autoscaler, which the mesh deploys. */
function reviews(tag: string): (parts: ShopParts) => void {
  return ({ mesh, gateway }) => {
    const chart = new Chart(new Cdk8sApp(), 'reviews', { namespace: 'shop' });
    const deployment = new kplus.Deployment(chart, 'deployment', { metadata: { name: 'reviews' } });
    deployment.addContainer({
      name: 'app', image: `shop/reviews:${late(tag)}`, portNumber: 8080, readiness: kplus.Probe.fromHttpGet('/ping', { port: 8080 }),
      resources: { cpu: { request: kplus.Cpu.millis(50) }, memory: { request: Size.mebibytes(64), limit: Size.mebibytes(128) } },
      securityContext: { user: 65532, readOnlyRootFilesystem: true },
    });
    // it serves on until all proxies know that it leaves
    ApiObject.of(deployment).addJsonPatch(JsonPatch.add('/spec/template/spec/containers/0/lifecycle', { preStop: { sleep: { seconds: 15 } } }));
    new kplus.HorizontalPodAutoscaler(chart, 'autoscaler', {
      metadata: { name: 'reviews' }, target: deployment, minReplicas: 2, maxReplicas: 3, metrics: [kplus.Metric.resourceCpu(kplus.MetricTarget.averageUtilization(60))],
    });
    mesh.addChart('Reviews', chart);
    const service = new MeshService(mesh, 'Reviews', {
      port: 8080, versions: [ServiceVersion.fromWorkload('v1', deployment, { healthCheck: HealthCheck.http('/ping') })],
    });
    gateway.addRoute('Reviews', { match: RouteMatch.prefix('/reviews'), to: service, hostRewrite: HostRewrite.toService() });
  };
}
