/** Stacks of units, deployed by the function as it is bundled, through the emulator of CloudFormation, on a control plane without nodes. */
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { ControlPlane } from './control-plane';
import type { KubeClient } from './kube-client';
import type { KubeObject } from '../../../lib/kube/object';
import { DEFINITIONS_TYPE, OBJECTS_TYPE, PROTOCOL, type DefinitionsProperties, type ObjectsProperties } from '../../../lib/outputs/cloudformation/protocol';
import { GATEWAY_API } from '../../../lib/providers/gateway-api/definitions';
import { aFunction, Ground, type WrittenStack } from '../../cluster-emulator/handwritten';
import type { CloudFormationOptions, DeployResult, Emulator, EmulatorOptions, TimelineEntry } from '../cluster/emulator';
import { NODE } from '../cluster/versions';
import { ROOT } from '../tools';

/** Where `npx projen bundle` puts the function. */
const BUNDLE = join(ROOT, 'dist-lib/outputs/cloudformation/engine/index.js');

type Written = { readonly [key: string]: unknown };

/** What a stack is made of. */
export type Units = { readonly [logicalId: string]: object };

/** A unit's resource. */
export function unit(objects: readonly KubeObject[], properties: Partial<Omit<ObjectsProperties, 'Manifest'>> = {}, more: Written = {}): object {
  return {
    Type: OBJECTS_TYPE,
    Properties: {
      ServiceToken: { 'Fn::GetAtt': ['Deployer', 'Arn'] }, Protocol: PROTOCOL, ClusterName: NODE.name, Mesh: 'mesh', Settle: '0', Deadline: '60',
      Manifest: JSON.stringify(objects, null, 1).split(/(?<=\n)/), ...properties,
    },
    ...more,
  };
}

/** The definitions of the Gateway API, as the library installs them. */
export function definitions(properties: Partial<DefinitionsProperties> = {}): object {
  const { repository, chartVersion, files, digests } = GATEWAY_API;
  return {
    Type: DEFINITIONS_TYPE,
    Properties: {
      ServiceToken: { 'Fn::GetAtt': ['Deployer', 'Arn'] }, Protocol: PROTOCOL, ClusterName: NODE.name, Mesh: 'mesh',
      Repository: repository, Version: chartVersion, Files: [files.gatewayApi], Digest: digests.gatewayApi, ...properties,
    },
  };
}

/** A unit that fails on its first event, after whatever it depends on. */
export function failing(...after: readonly string[]): object {
  return unit([configMap('failing', 'default', { 'not a key': '' })], {}, { DependsOn: after });
}

/** A stack with the function and units. */
export function stackOf(units: Units): WrittenStack {
  return { template: { Resources: { Deployer: aFunction({ Timeout: 900, MemorySize: 512 }), ...units } } };
}

/** A control plane with an emulator. */
export class World {
  static async create(options: Partial<EmulatorOptions> = {}, withoutControllers: readonly string[] = []): Promise<World> {
    if (!existsSync(BUNDLE)) throw new Error('the deployment function is not there: run npx projen bundle');
    return new World(await ControlPlane.start(withoutControllers), options);
  }

  readonly cluster: KubeClient;
  private readonly ground: Ground;

  private constructor(readonly plane: ControlPlane, options: Partial<EmulatorOptions>) {
    this.cluster = plane.client;
    this.ground = this.groundWith(options);
  }

  /** What functions have written to their logs. */
  get logs(): string {
    const folder = join(this.ground.folder, 'state/logs');
    return readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8')).join('');
  }

  get emulator(): Emulator {
    return this.ground.emulator;
  }

  /** Deploys stacks by name; the result is not judged. */
  async deploy(stacks: { readonly [name: string]: Units }, ground = this.ground): Promise<DeployResult> {
    const written = Object.fromEntries(Object.entries(stacks).map(([name, units]) => [name, stackOf(units)]));
    return ground.emulator.deploy(ground.assembly(written, { 'function.zip': { 'index.js': readFileSync(BUNDLE, 'utf8') } }));
  }

  /** Deploys stacks; a failure is an error. */
  async mustDeploy(stacks: { readonly [name: string]: Units }, ground?: Ground): Promise<DeployResult> {
    const result = await this.deploy(stacks, ground);
    if (!result.ok) throw new Error(`the deployment failed:\n${reasonsOf(result).join('\n')}`);
    return result;
  }

  /** Deletes stacks; a failure is an error. */
  async mustDelete(...names: readonly string[]): Promise<DeployResult> {
    const result = await this.emulator.delete(names);
    if (!result.ok) throw new Error(`the deletion failed:\n${reasonsOf(result).join('\n')}`);
    return result;
  }

  /** Another account with an emulator of its own, on the same cluster; whoever makes it ends it. */
  groundWith(options: Partial<EmulatorOptions>): Ground {
    const ground = new Ground({ kubeconfig: this.plane.kubeconfig, clusterName: NODE.name, scale: { waits: 0.01 }, ...options });
    return ground;
  }

  async end(): Promise<void> {
    await this.ground.end();
    await this.plane.stop();
  }
}

/** All combinations of what AWS does not document. */
export const UNDOCUMENTED: readonly Partial<CloudFormationOptions>[] = (['new', 'old'] as const).flatMap((rollBackId) => (['kept', 'taken'] as const).flatMap((failedUpdateId) =>
  (['overtake', 'await'] as const).map((onFailure) => ({ rollBackId, failedUpdateId, onFailure }))));

/** Why resources failed, in the function's own words: names of pods and moments are masked. */
export function reasonsOf({ stacks }: DeployResult): readonly string[] {
  return stacks.flatMap(({ failures, reason }) => failures.length === 0 && reason !== undefined ? [reason] : failures.map((failure) => `${failure.resource}: ${wordsOf(failure.reason)}`));
}

/** A response's reason without what CloudFormation adds. */
export function wordsOf(reason: string): string {
  const [, words = reason] = reason.match(/Message returned: ([\s\S]*) \(RequestId: [^)]+\)$/) ?? [];
  return words.replace(/\b([a-z0-9-]+?)-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g, '$1-POD').replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'MOMENT');
}

/** A stack's entries of units as short texts, `forward Create Thing complete`: other tests deploy at the same time. */
export function shortOf(timeline: readonly TimelineEntry[], stack: string): readonly string[] {
  return timeline.filter((entry) => entry.type === OBJECTS_TYPE && entry.stack === stack).map(({ phase, verb, resource, status }) => `${phase} ${verb} ${resource} ${status}`);
}

export function namespace(name: string, labels?: { readonly [name: string]: string }): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(labels === undefined ? {} : { labels }) } };
}

export function configMap(name: string, inNamespace: string, data: { readonly [key: string]: string } = { key: 'value' }): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: inNamespace }, data };
}

export function serviceAccount(name: string, inNamespace: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: inNamespace } };
}

/** A Deployment; the image says what becomes of its pods, see `fake-kubelet.ts`. */
export function deployment(name: string, inNamespace: string, { image = 'ready', replicas, ...spec }: { readonly image?: string; readonly replicas?: number; readonly [field: string]: unknown } = {}): KubeObject {
  return {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: inNamespace },
    spec: {
      ...(replicas === undefined ? {} : { replicas }), selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } }, ...spec,
    },
  };
}

export function service(name: string, inNamespace: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: inNamespace }, spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] } };
}

/** Waits until something holds. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !await holds(); await new Promise((done) => setTimeout(done, 50))) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
  }
}
