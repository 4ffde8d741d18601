/**
 * Measures the wall time of a deployment: canary services by the library's function, beside one KubernetesManifest per service by the CDK's.
 * Both run in the emulator of CloudFormation against a real API server; pods and routes are ready at once, because nothing runs them.
 * Run: npx projen bundle && npx ts-node -T --project test/tsconfig.json test/bench/deployment.ts [services] [concurrency,...]
 */
import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Stack, aws_eks as eks } from 'aws-cdk-lib';
import type { KubeObject } from '../../lib/kube/object';
import { charts } from '../conformance/cluster/charts';
import { Emulator, type EmulatorOptions } from '../conformance/cluster/emulator';
import { NODE } from '../conformance/cluster/versions';
import { FakeGateways } from '../conformance/engine/fake-gateways';
import { definitions, deployment, namespace, service, serviceAccount, unit, World, type Units } from '../conformance/engine/world';
import { CACHE } from '../conformance/tools';

/** What `aws eks update-kubeconfig` takes in the CDK's function. */
const AWS_SECONDS = '1.9';
const COLD_START_MS = 2_000;

/** Objects of one canary service: two versions, and the routes between them. */
interface Objects {
  readonly versions: readonly (readonly KubeObject[])[];
  readonly routes: readonly KubeObject[];
}

function objectsOf(name: string, space: string): Objects {
  const versions = ['v1', 'v2'].map((version) => [serviceAccount(`${name}-${version}`, space), deployment(`${name}-${version}`, space), service(`${name}-${version}`, space)]);
  const route: KubeObject = {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name, namespace: space },
    spec: {
      parentRefs: [{ group: '', kind: 'Service', name, port: 80 }],
      rules: [{ backendRefs: [{ name: `${name}-v1`, port: 80, weight: 95 }, { name: `${name}-v2`, port: 80, weight: 5 }] }],
    },
  };
  return { versions, routes: [service(name, space), route] };
}

function unitsOf(count: number, space: string): Units {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => objectsOf(`svc-${at}`, space)).flatMap(({ versions: [v1, v2], routes }, at) => [
    [`Svc${at}V1`, unit(v1!)], [`Svc${at}V2`, unit(v2!)], [`Svc${at}Routes`, unit(routes, {}, { DependsOn: [`Svc${at}V1`, `Svc${at}V2`] })],
  ] as const));
}

/** One manifest per service, as the CDK's documentation writes it. */
function cdkAssembly(count: number, space: string, outdir: string): string {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Cdk');
  const cluster = eks.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: NODE.name, kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'), kubectlRoleArn: 'arn:aws:iam::123456789012:role/kubectl',
  });
  for (let at = 0; at < count; at++) {
    const { versions, routes } = objectsOf(`svc-${at}`, space);
    new eks.KubernetesManifest(stack, `Svc${at}`, { cluster, manifest: [...versions.flat(), ...routes] as unknown as Record<string, unknown>[] });
  }
  return app.synth().directory;
}

async function seconds(work: () => Promise<{ readonly ok: boolean; readonly stacks: readonly object[] }>): Promise<number> {
  const began = performance.now();
  const { ok, stacks } = await work();
  if (!ok) throw new Error(`the deployment failed: ${JSON.stringify(stacks).slice(0, 2_000)}`);
  return (performance.now() - began) / 1000;
}

async function main(count: number, concurrencies: readonly number[]): Promise<void> {
  const world = await World.create({ charts: charts() });
  const gateways = FakeGateways.start(world.cluster);
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await world.mustDeploy({ Definitions: { Definitions: definitions() } });
    console.log('| concurrency | library, s | one manifest per service, s | ratio |\n| --- | --- | --- | --- |');
    for (const concurrency of concurrencies) {
      const options: Partial<EmulatorOptions> = { lambda: { concurrency, coldStartMs: COLD_START_MS, idle: 1_000 }, environment: { EMULATOR_AWS_SECONDS: AWS_SECONDS }, scale: { waits: 1 } };
      const [ours, theirs] = [`ours-${concurrency}`, `theirs-${concurrency}`];
      await world.mustDeploy({ [`Spaces${concurrency}`]: { Spaces: unit([namespace(ours), namespace(theirs)]) } });
      const ground = world.groundWith(options);
      const library = await seconds(() => world.deploy({ Ours: unitsOf(count, ours) }, ground)).finally(() => ground.end());
      const emulator = new Emulator({
        stateDir: join(folder, `state-${concurrency}`), kubeconfig: world.plane.kubeconfig, clusterName: NODE.name, layersRoot: join(CACHE, 'layers'), ...options,
      });
      const assembly = cdkAssembly(count, theirs, join(folder, `cdk-${concurrency}`));
      const cdk = await seconds(() => emulator.deploy(assembly)).finally(() => emulator.close());
      console.log(`| ${concurrency.toLocaleString('en')} | ${library.toFixed(0)} | ${cdk.toFixed(0)} | ${(library / cdk).toFixed(2)}x |`);
    }
  } finally {
    await gateways.stop();
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [count = '100', concurrencies = '10,1000'] = process.argv.slice(2);
main(Number(count), concurrencies.split(',').map(Number)).catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
