/**
 * Definitions from a chart. No Helm release can hold those of the Gateway API: its Secret may have one MiB. So the chart is pulled, and its definitions are applied one by one.
 * Newer ones stay, also those of another stack of ours; older ones of somebody else are an error; ours are kept when the stack goes, because with them every object of their kinds would go.
 */
import { createHash } from 'crypto';
import { load } from 'js-yaml';
import { applyAll, readIfKnown, type Placed, type Work } from './apply';
import { filesOfChart, pullChart } from './chart';
import type { Surroundings } from './deployment';
import { Refusal, type CloudFormationEvent, type Outcome } from './event';
import { identityOf, ownersOf, physicalIdOf, type UnitIdentity } from './identity';
import { Lease } from './lease';
import { patiently } from './patience';
import { keyOf, type KubeObject } from '../../../kube/object';
import type { DefinitionsProperties } from '../protocol';

type Event = CloudFormationEvent<DefinitionsProperties>;

/** Annotation of the Gateway API's definitions: the release that they belong to, for example `v1.6.1`. */
const BUNDLE_VERSION = 'gateway.networking.k8s.io/bundle-version';

/** Pulls the chart and applies its definitions, all but those that somebody newer has installed. */
export async function deployDefinitions(event: Event, { api, deadline }: Surroundings): Promise<Outcome> {
  const { Repository, Version, Files, Digest, Mesh } = event.ResourceProperties;
  const chart = await patiently(deadline, () => pullChart(Repository, Version));
  const definitions = definitionsOf(await filesOfChart(chart), Files);
  const digest = digestOf(definitions);
  if (Digest !== undefined && Digest !== digest) {
    throw new Refusal(`the definitions of ${Repository} ${Version} have the digest ${digest}, not ${Digest}: the chart is not the one that this library was tested with`);
  }
  const unit = identityOf(event);
  const lease = await Lease.take(api, unit, event, deadline);
  const work: Work = { api, unit, lease, deadline };
  const placed: Placed[] = [];
  for (const object of definitions.map(withoutDescriptions)) {
    const living = await patiently(deadline, () => readIfKnown(api, object));
    if (isKept(object, living, unit)) continue;
    placed.push({ object, living, standing: { kind: living === undefined ? 'new' : 'own' } });
  }
  const physicalId = physicalIdOf(unit, definitions);
  await lease.note({ physicalId, state: 'applying' });
  await applyAll(work, placed, { physicalId, retainedFor: Mesh });
  await lease.note({ state: 'ready', applied: digest.slice(0, 8) });
  return { Status: 'SUCCESS', PhysicalResourceId: physicalId };
}

/** The definitions stay. */
export function keepDefinitions(event: Event): Promise<Outcome> {
  return Promise.resolve({ Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId ?? event.LogicalResourceId });
}

/** The definitions in files of a chart. Its templates hold nothing of Helm but a condition around each file. */
export function definitionsOf(files: ReadonlyMap<string, string>, wanted: readonly string[]): readonly KubeObject[] {
  const paths = [...files.keys()].filter((path) => wanted.some((one) => one.endsWith('/') ? path.startsWith(one) : path === one)).sort();
  const missing = wanted.find((one) => !paths.some((path) => one.endsWith('/') ? path.startsWith(one) : path === one));
  if (missing !== undefined) throw new Refusal(`the chart has no templates/${missing}`);
  return paths.flatMap((path) => documentsOf(path, files.get(path)!)).sort((a, b) => a.metadata.name < b.metadata.name ? -1 : 1);
}

function documentsOf(path: string, text: string): readonly KubeObject[] {
  const lines = text.split('\n').filter((line) => !/^\{\{-? *(if|end)\b.*\}\}$/.test(line.trim()));
  const templated = lines.find((line) => line.startsWith('{{'));
  if (templated !== undefined) throw new Refusal(`templates/${path} of the chart is not plain: ${templated.slice(0, 80)}`);
  const documents = lines.join('\n').split(/^---.*$/m).map((document) => load(document) as KubeObject | undefined | null);
  return documents.filter((document): document is KubeObject => document !== undefined && document !== null);
}

/** SHA-256 of the definitions as JSON with sorted keys: the same however a chart is packed. */
export function digestOf(definitions: readonly KubeObject[]): string {
  return createHash('sha256').update(JSON.stringify(definitions.map(sorted))).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([key, entry]) => [key, sorted(entry)]));
}

/** Texts of a schema are two thirds of it, and etcd takes 1.5 MiB of an object. */
function withoutDescriptions(object: KubeObject): KubeObject {
  return strip(object) as KubeObject;
}

function strip(value: unknown, isSchema = false): unknown {
  if (Array.isArray(value)) return value.map((entry) => strip(entry, isSchema));
  if (typeof value !== 'object' || value === null) return value;
  const record = value as { readonly [key: string]: unknown };
  // `properties` maps names of fields to schemas: there a field may well be called description
  return Object.fromEntries(Object.entries(record).filter(([key, entry]) => !(isSchema && key === 'description' && typeof entry === 'string'))
    .map(([key, entry]) => [key, key === 'properties' && isSchema ? mapValues(entry, (one) => strip(one, true)) : strip(entry, isSchema || key === 'openAPIV3Schema')]));
}

function mapValues(value: unknown, change: (value: unknown) => unknown): unknown {
  return Object.fromEntries(Object.entries(value as object).map(([key, entry]) => [key, change(entry)]));
}

/** True for one that is newer, or as new and somebody else's; throws for an older one of somebody else. What this unit alone has written may become older: a roll-back does that. */
function isKept(object: KubeObject, living: KubeObject | undefined, unit: UnitIdentity): boolean {
  if (living === undefined) return false;
  const owners = ownersOf(living);
  const theirs = bundleOf(living), ours = bundleOf(object);
  const isNewer = (least: number) => ours !== undefined && theirs !== undefined && compare(theirs, ours) >= least;
  if (owners.length > 0) return owners.some(({ unitKey }) => unitKey !== unit.key) && isNewer(1);
  if (isNewer(0)) return true;
  throw new Refusal(`${keyOf(living)} was installed by somebody else in release ${theirs ?? 'unknown'}, which is ${ours === undefined ? 'not comparable' : `older than ${ours}`}: let them update it, or remove it, or say gatewayApi: GatewayApiInstall.EXISTING`);
}

function bundleOf({ metadata: { annotations = {} } }: KubeObject): string | undefined {
  return annotations[BUNDLE_VERSION];
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.replace(/^v/, '').split(/[.-]/).slice(0, 3).map(Number));
  for (const at of [0, 1, 2]) {
    const difference = (left![at] ?? 0) - (right![at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
