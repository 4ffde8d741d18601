/**
 * Measures the wall time of a deployment: canary services by the library's function, beside one KubernetesManifest per service by the CDK's.
 * Both run in the emulator of CloudFormation against a real API server; pods and routes are ready at once, see `fake-readiness.ts`.
 * Run: npx projen bundle && npx ts-node -T --project test/tsconfig.json test/bench/deployment.ts [services] [concurrency,...]
 */
import { existsSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Stack, aws_eks as eks } from 'aws-cdk-lib';
import { CONTROLLERS_IN_THE_WAY, fakeReadiness } from './fake-readiness';
import type { KubeObject } from '../../lib/kube/object';
import { neighboursOf } from '../../lib/outputs/cloudformation/lanes';
import { isKubernetesBuilt } from '../conformance/cluster/build';
import { charts } from '../conformance/cluster/charts';
import { Emulator, type EmulatorOptions } from '../conformance/cluster/emulator';
import { DEBIAN, NODE } from '../conformance/cluster/versions';
import { definitions, deployment, namespace, service, serviceAccount, unit, World, type Units } from '../conformance/engine/world';
import { CACHE } from '../conformance/tools';

/** What `aws eks update-kubeconfig` takes in the CDK's function. */
const AWS_SECONDS = '1.9';
const COLD_START_MS = 2_000;
/** Executions that one manifest of the CDK holds at once: its provider framework waits for its handler, and fails where Lambda refuses it. So the program lets no more begin than get through. */
const EXECUTIONS = 2;

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

/** Units with the lanes that the library lays. */
function unitsOf(count: number, space: string): Units {
  const names = Array.from({ length: count }, (_, at) => `svc-${at}`);
  const versions = names.flatMap((name) => objectsOf(name, space).versions.map((objects, at) => ({ id: `${name}/v${at + 1}`, objects, needs: [] as readonly string[] })));
  const routes = names.map((name) => ({ id: name, objects: objectsOf(name, space).routes, needs: [`${name}/v1`, `${name}/v2`] }));
  const units = [...versions, ...routes];
  const neighbours = neighboursOf(units, ({ id }) => id);
  const logicalIdOf = (id: string) => id.replace(/[^a-z0-9]/g, '');
  return Object.fromEntries(units.map((one) => {
    const ahead = neighbours.get(one);
    return [logicalIdOf(one.id), unit(one.objects, {}, { DependsOn: [...one.needs, ...(ahead === undefined ? [] : [ahead.id])].map(logicalIdOf) })];
  }));
}

/** One manifest per service, as the CDK's documentation writes it; `atOnce`: each waits for the one so many places before. */
function cdkAssembly(count: number, space: string, { outdir, atOnce }: { readonly outdir: string; readonly atOnce: number }): string {
  const app = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(app, 'Cdk');
  const cluster = eks.Cluster.fromClusterAttributes(stack, 'Cluster', {
    clusterName: NODE.name, kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'), kubectlRoleArn: 'arn:aws:iam::123456789012:role/kubectl',
  });
  const manifests = Array.from({ length: count }, (_, at) => {
    const { versions, routes } = objectsOf(`svc-${at}`, space);
    return new eks.KubernetesManifest(stack, `Svc${at}`, { cluster, manifest: [...versions.flat(), ...routes] as unknown as Record<string, unknown>[] });
  });
  manifests.slice(atOnce).forEach((manifest, at) => manifest.node.addDependency(manifests[at]!));
  return app.synth().directory;
}

async function seconds(work: () => Promise<{ readonly ok: boolean; readonly stacks: readonly object[] }>): Promise<number> {
  const began = performance.now();
  const { ok, stacks } = await work();
  if (!ok) throw new Error(`the deployment failed: ${JSON.stringify(stacks).slice(0, 2_000)}`);
  return (performance.now() - began) / 1000;
}

/** What is missing to measure. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux') return 'Kubernetes is built and run on Linux alone';
  const missing = Object.values(DEBIAN).filter((path) => !existsSync(path));
  return missing.length === 0 || process.getuid?.() === 0 ? undefined : `${missing.join(', ')} not there, and only root can install it`;
}

async function main(count: number, concurrencies: readonly number[]): Promise<void> {
  const missing = obstacle();
  if (missing !== undefined) return console.log(`deployments are not measured here: ${missing}`);
  if (!isKubernetesBuilt()) console.log('Kubernetes is built first, which takes some eleven minutes of CPU');
  const world = await World.create({ charts: charts() }, CONTROLLERS_IN_THE_WAY);
  let end: (() => void) | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await world.mustDeploy({ Definitions: { Definitions: definitions() } });
    end = fakeReadiness(world.cluster);
    console.log(`${count} canary services, deployed`);
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
      const assembly = cdkAssembly(count, theirs, { outdir: join(folder, `cdk-${concurrency}`), atOnce: Math.floor(concurrency / EXECUTIONS) });
      const cdk = await seconds(() => emulator.deploy(assembly)).finally(() => emulator.close());
      console.log(`| ${concurrency.toLocaleString('en')} | ${library.toFixed(0)} | ${cdk.toFixed(0)} | ${(library / cdk).toFixed(2)}x |`);
    }
  } finally {
    end?.();
    await world.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

const [count = '25', concurrencies = '10,1000'] = process.argv.slice(2);
main(Number(count), concurrencies.split(',').map(Number)).catch((error: Error) => {
  console.error(error);
  process.exitCode = 1;
});
