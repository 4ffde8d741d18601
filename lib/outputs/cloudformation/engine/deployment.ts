/** One request, from its event to its outcome: make or change a unit's objects, or remove them. */
import type { Api } from './api';
import { applyAll, readIfKnown, releaseOthers, survey, type Placed, type Work } from './apply';
import { Refusal, type CloudFormationEvent, type Outcome } from './event';
import { identityOf, isOwnId, ownerMark, ownersOf, physicalIdOf } from './identity';
import { digestOfManifest, Lease, recordOf, type Leftover } from './lease';
import { patiently, type Deadline } from './patience';
import { briefly, leftoversOf, pendingOf, removeAll } from './removal';
import { growthOf, untilServed } from './shares';
import { untilReady } from './waiting';
import { keyOf, type KubeObject } from '../../../kube/object';
import { DEFAULT_SETTLE_SECONDS, DOMAIN, type ObjectsProperties } from '../protocol';

/** What a request is carried out with. */
export interface Surroundings {
  readonly api: Api;
  readonly deadline: Deadline;
  /** The state of the stack, asked only where it decides something. */
  readonly stackStatus: () => Promise<string | undefined>;
}

/** A unit's objects with their properties. */
export interface Wanted {
  readonly event: CloudFormationEvent<ObjectsProperties>;
  readonly objects: readonly KubeObject[];
  /** Digest of everything that the resource says. */
  readonly digest: string;
}

/** The objects of an event, checked for what cannot be right. */
export function wantedOf(event: CloudFormationEvent<ObjectsProperties>): Wanted {
  const text = event.ResourceProperties.Manifest.join('');
  const objects = JSON.parse(text) as KubeObject[];
  const keys = objects.map(keyOf);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) throw new Refusal(`${twice} is twice in the manifest`);
  return { event, objects, digest: digestOfManifest(text) };
}

/** Creates or updates. Returns the physical id; throws a `Refusal`. */
export async function put({ event, objects, digest }: Wanted, surroundings: Surroundings): Promise<Outcome> {
  const { api, deadline } = surroundings;
  const unit = identityOf(event);
  const physicalId = physicalIdOf(unit, objects);
  const lease = await Lease.take(api, unit, event, deadline);
  const work: Work = { api, unit, lease, deadline };
  const isRollBack = event.RequestType === 'Update' && await isRollingBack(lease, digest, surroundings);
  const properties = event.ResourceProperties;
  const placed = await survey(work, objects, {
    unit, mesh: properties.Mesh, foreign: properties.Foreign, isCreate: event.RequestType === 'Create',
  });
  await requireClasses(work, properties.Gateways ?? []);
  await lease.note({ physicalId, state: 'applying' });
  try {
    const absent = isRollBack ? new Set<string>() : await untilServed({ api, deadline, elsewhere: new Set(properties.Elsewhere ?? []) }, growthOf(placed));
    await applyAll(work, placed, { physicalId, ...(properties.Retain === 'true' ? { retainedFor: properties.Mesh } : {}) });
    await waitFor(work, placed, { isRollBack, absent, waits: properties.Wait !== 'none' });
    await releaseOthers(work, placed);
  } catch (error) {
    await lease.note({ state: 'failed' }).catch(() => undefined);
    throw error;
  }
  const { applied } = lease.known;
  await lease.note({ state: 'ready', applied: digest, ...(applied === undefined || applied === digest ? {} : { previous: applied }) });
  await finishEarlier(work);
  return { Status: 'SUCCESS', PhysicalResourceId: physicalId };
}

/** A class is a mesh: its proxies, and the load balancer in front of them, would be replaced under running requests. */
async function requireClasses({ api, deadline }: Work, gateways: readonly string[]): Promise<void> {
  for (const gateway of gateways) {
    const [, namespace = '', name = '', wanted = ''] = gateway.match(/^([^/]+)\/([^=]+)=(.*)$/) ?? [];
    const living = await patiently(deadline, () => readIfKnown(api, { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name, namespace } }));
    const found = (living?.spec as { gatewayClassName?: string } | undefined)?.gatewayClassName;
    if (found === undefined || found === wanted) continue;
    throw new Refusal(`gateway ${namespace}/${name} is of class '${found}', and the program wants class '${wanted}': its proxies and its load balancer would be replaced under running requests; nothing was changed. `
      + 'Give the gateway another gatewayName in this deployment: the new one is programmed before the old one goes, which rollout.settleTime delays until clients have followed DNS');
  }
}

/** How long a roll-back waits for pods; it goes on without them, because it must not fail. */
const ROLL_BACK_MS = 120_000;

interface WaitOptions {
  readonly isRollBack: boolean;
  readonly absent: ReadonlySet<string>;
  readonly waits: boolean;
}

async function waitFor(work: Work, placed: readonly Placed[], { isRollBack, absent, waits }: WaitOptions): Promise<void> {
  if (!waits) return;
  const objects = placed.map(({ object }) => object);
  if (!isRollBack) return untilReady(work, objects, { absent });
  const end = Math.min(work.deadline.end, Date.now() + ROLL_BACK_MS);
  await untilReady({ api: work.api, deadline: { end, seconds: ROLL_BACK_MS / 1000 } }, objects, { absent }).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

/** An update to what was there before is a roll-back if CloudFormation says so, or cannot be asked. */
async function isRollingBack({ known }: Lease, digest: string, { stackStatus }: Surroundings): Promise<boolean> {
  const isKnown = digest === known.previous || (digest === known.applied && known.state !== 'ready');
  if (!isKnown) return false;
  return (await stackStatus() ?? 'ROLLBACK').includes('ROLLBACK');
}

/** Removes what bears the physical id. */
export async function remove({ event, objects }: Wanted, { api, deadline, stackStatus }: Surroundings): Promise<Outcome> {
  const unit = identityOf(event);
  // an id that no response of ours has named: what the manifest would have been
  const physicalId = isOwnId(unit, event.PhysicalResourceId) ? event.PhysicalResourceId : physicalIdOf(unit, objects);
  const lease = await Lease.take(api, unit, event, deadline);
  const work: Work = { api, unit, lease, deadline };
  const isWhole = lease.known.physicalId === undefined || lease.known.physicalId === physicalId;
  const removal = { objects, physicalId, settleMs: await settleTime(event, isWhole, stackStatus), isWhole };
  try {
    await removeAll(work, removal);
  } catch (error) {
    if (error instanceof Refusal) await lease.note({ leftovers: [...lease.known.leftovers ?? [], ...await leftoversOf(work, removal)] });
    throw error;
  }
  if (isWhole) await lease.end();
  return { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId ?? physicalId };
}

/** Nobody sends requests any more to a stack that goes as a whole. */
async function settleTime({ ResourceProperties: { Settle = String(DEFAULT_SETTLE_SECONDS) } }: Wanted['event'], isWhole: boolean, stackStatus: Surroundings['stackStatus']): Promise<number> {
  const seconds = Number(Settle);
  return seconds === 0 || (isWhole && await stackStatus() === 'DELETE_IN_PROGRESS') ? 0 : seconds * 1000;
}

/** What earlier clean-ups of the stack could not remove is tried again, for a moment. */
async function finishEarlier(work: Work): Promise<void> {
  const deadline = briefly(work.deadline);
  const pending = await patiently(deadline, () => pendingOf(work)).catch(() => []);
  for (const { lease, leftovers } of pending) {
    const left = await stillThere({ ...work, deadline }, leftovers);
    if (left.length === leftovers.length) continue;
    const record = JSON.stringify({ ...recordOf(lease), leftovers: left });
    await work.api.merge(lease, { metadata: { annotations: { [`${DOMAIN}/record`]: record } } }, work.unit.manager).catch(() => undefined);
  }
}

async function stillThere(work: Work, leftovers: readonly Leftover[]): Promise<readonly Leftover[]> {
  const left: Leftover[] = [];
  for (const leftover of leftovers) {
    const { physicalId, apiVersion, kind, name, namespace } = leftover;
    const reference = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
    const living = await work.api.get(reference).catch(() => undefined);
    const bears = living !== undefined && ownersOf(living).some(({ mark }) => mark === ownerMark(work.unit, physicalId));
    if (!bears) continue;
    await work.api.remove(living, 'Background').catch(() => undefined);
    if (await work.api.get(reference).catch(() => living) !== undefined) left.push(leftover);
  }
  return left;
}
