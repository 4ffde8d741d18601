/** A program of the library on the living node: synthesized as `cdk synth` does it, executed by the emulator of CloudFormation, with the addresses to send requests to. */
import { existsSync, mkdtempSync } from 'fs';
import { createRequire } from 'module';
import { tmpdir } from 'os';
import { join } from 'path';
import { charts } from './charts';
import { access, kubectl } from './node';
import { NODE_FOLDER } from './versions';
import { CACHE, mustRun, ROOT } from '../tools';

/** What the emulator is told, see `emulator/options.ts`. */
export interface DeployOptions {
  readonly stateDir: string;
  readonly kubeconfig: string;
  readonly charts: string;
  readonly layersRoot: string;
  readonly clusterName: string;
  readonly log: (line: string) => void;
}

/** What the emulator says at the end. */
export interface DeployResult {
  readonly ok: boolean;
  readonly stacks: readonly {
    readonly name: string;
    readonly status: string;
    readonly reason?: string;
    readonly failures: readonly { readonly resource: string; readonly reason: string }[];
  }[];
}

/** What this folder needs of `./emulator`. */
export interface CloudFormation {
  deploy(assemblyDir: string, options: DeployOptions): Promise<DeployResult>;
  destroy(options: DeployOptions): Promise<DeployResult>;
}

/** The emulator, loaded when it is needed: the node alone does without. */
export function cloudFormation(): CloudFormation {
  const path = join(__dirname, 'emulator');
  if (!existsSync(join(path, 'index.ts'))) throw new Error('the emulator of CloudFormation (test/conformance/cluster/emulator) is not in this checkout');
  return createRequire(__filename)(path) as CloudFormation;
}

/** Options for the emulator on this node. Its state lies in the node's folder: it goes when the node goes. */
export function emulatorOptions(log: (line: string) => void): DeployOptions {
  const { cluster, kubeconfig } = access();
  return { stateDir: join(NODE_FOLDER, 'stacks'), kubeconfig, charts: charts(), layersRoot: join(CACHE, 'layers'), clusterName: cluster, log };
}

/** Runs a program of the CDK with context values like `mesh=istio`. Returns the folder of the assembly. */
export function synthesize(program: string, context: readonly string[]): string {
  const output = mkdtempSync(join(tmpdir(), 'cluster-assembly-'));
  const values = context.flatMap(value => ['-c', value]);
  mustRun('npx', ['cdk', 'synth', '--quiet', '--no-notices', '--output', output, '--app', `ts-node -T --project test/tsconfig.json ${program}`, ...values], {
    cwd: ROOT, env: { ...process.env, CDK_VALIDATION: 'false', JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' },
  });
  return output;
}

/** What can be asked from outside: the URL of each path of each route, by the address of its gateway. */
export function entryPoints(): string[] {
  const routes = objects<Route>('httproutes.gateway.networking.k8s.io');
  const gateways = new Map(objects<Gateway>('gateways.gateway.networking.k8s.io').map(({ metadata, status }) => [`${metadata.namespace}/${metadata.name}`, status?.addresses?.[0]?.value]));
  const urls = routes.flatMap(({ metadata, spec }) => (spec.parentRefs ?? []).flatMap(parent => {
    const address = gateways.get(`${parent.namespace ?? metadata.namespace}/${parent.name}`);
    const paths = (spec.rules ?? []).flatMap(({ matches = [] }) => matches.flatMap(({ path }) => path?.value ?? '/'));
    const host = spec.hostnames?.[0] === undefined ? '' : ` -H 'host: ${spec.hostnames[0]}'`;
    return address === undefined ? [] : paths.map(path => `http://${address}${path}${host}`);
  }));
  return [...new Set(urls)].sort();
}

interface Named {
  readonly metadata: { readonly namespace: string; readonly name: string };
}

interface Gateway extends Named {
  readonly status?: { readonly addresses?: readonly { readonly value: string }[] };
}

interface Route extends Named {
  readonly spec: {
    readonly hostnames?: readonly string[];
    readonly parentRefs?: readonly { readonly namespace?: string; readonly name: string }[];
    readonly rules?: readonly { readonly matches?: readonly { readonly path?: { readonly value?: string } }[] }[];
  };
}

/** All objects of a kind; none where the cluster does not know it. */
function objects<T>(kind: string): readonly T[] {
  if (kubectl(['get', 'customresourcedefinition', kind, '--ignore-not-found', '-o', 'name']) === '') return [];
  return (JSON.parse(kubectl(['get', kind, '-A', '-o', 'json'])) as { readonly items: readonly T[] }).items;
}
