/** One request, from its event to its outcome: make or change a unit's objects, or remove them. */
import type { Api } from './api';
import { applyAll, readIfKnown, releaseOthers, survey, type Placed, type Work } from './apply';
import { Refusal, type CloudFormationEvent, type Outcome } from './event';
import { digits, identityOf, isOwnId, ownersOf, physicalIdOf } from './identity';
import { Lease, Superseded, type Leftover } from './lease';
import { finishEarlier, removeLeftovers } from './leftovers';
import { patiently, type Deadline } from './patience';
import { leftoverOf, leftoversOf, removeAll } from './removal';
import { growthOf, untilServed } from './shares';
import { untilReady } from './waiting';
import { keyOf, type KubeObject } from '../../../kube/object';
import { DEFAULT_SETTLE_SECONDS, type ObjectsProperties } from '../protocol';

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
  /** Digest of the manifest's text. */
  readonly digest: string;
}

/** The objects of an event, checked for what cannot be right. */
export function wantedOf(event: CloudFormationEvent<ObjectsProperties>): Wanted {
  const text = event.ResourceProperties.Manifest.join('');
  const objects = JSON.parse(text) as KubeObject[];
  const keys = objects.map(keyOf);
  const twice = keys.find((key, at) => keys.indexOf(key) !== at);
  if (twice !== undefined) throw new Refusal(`${twice} is twice in the manifest`);
  return { event, objects, digest: digits(text) };
}

/** Creates or updates. Returns the physical id; throws a `Refusal`. */
export async function put({ event, objects, digest }: Wanted, surroundings: Surroundings): Promise<Outcome> {
  const { api, deadline } = surroundings;
  const unit = identityOf(event);
  const physicalId = physicalIdOf(unit, objects);
  const lease = await Lease.take(api, unit, event, deadline);
  const work: Work = { api, unit, lease, deadline };
  if (event.RequestType === 'Create') await requireWanted(lease, surroundings);
  const isRollBack = event.RequestType === 'Update' && await isRollingBack(lease, digest, surroundings);
  const properties = event.ResourceProperties;
  const placed = await survey(work, objects, {
    unit, mesh: properties.Mesh, foreign: properties.Foreign, isCreate: event.RequestType === 'Create',
  });
  await requireClasses(work, properties.Gateways ?? []);
  await lease.note({ physicalId, state: 'applying', attempted: [...lease.known.attempted ?? [], ...broughtIn(work, placed, physicalId)] });
  try {
    const elsewhere = new Set(properties.Elsewhere ?? []);
    // what was there before is not asked for pods, and may lead to Services that are not there yet
    const absent = isRollBack ? elsewhere : await untilServed({ api, deadline, elsewhere }, growthOf(placed));
    await applyAll(work, placed, { physicalId, ...(properties.Retain === 'true' ? { retainedFor: properties.Mesh } : {}) });
    await waitFor(work, placed, { isRollBack, absent, waits: properties.Wait !== 'none' });
    await releaseOthers(work, placed);
  } catch (error) {
    await lease.note({ state: 'failed' }).catch(() => undefined);
    throw error;
  }
  const { applied, leftovers = [] } = lease.known;
  const stray = await removeAttempted(work, physicalId);
  await lease.note({
    state: 'ready', applied: digest, ...(applied === undefined || applied === digest ? {} : { previous: applied }), attempted: [], leftovers: [...leftovers, ...stray],
  });
  await finishEarlier(work);
  return { Status: 'SUCCESS', PhysicalResourceId: physicalId };
}

/** A unit that is gone is made anew only while its stack is made or changed: else the request is a copy that comes late, or was overtaken by its own Delete. */
async function requireWanted({ known: { state } }: Lease, { stackStatus }: Surroundings): Promise<void> {
  if (state !== 'ended') return;
  const status = await stackStatus();
  if (status !== undefined && !/^(CREATE|UPDATE|IMPORT)_IN_PROGRESS$/.test(status)) throw new Superseded('the request is an old one');
}

/** The objects that were not the unit's before. */
function broughtIn({ unit }: Work, placed: readonly Placed[], physicalId: string): readonly Leftover[] {
  const isNew = ({ living }: Placed) => living === undefined || ownersOf(living).every(({ unitKey }) => unitKey !== unit.key);
  return placed.filter(isNew).map(({ object }) => leftoverOf(object, physicalId));
}

/** Takes back what earlier requests brought in before they failed, where this one does without it. Returns what does not go. */
async function removeAttempted(work: Work, physicalId: string): Promise<readonly Leftover[]> {
  const attempted = (work.lease.known.attempted ?? []).filter((one) => one.physicalId !== physicalId);
  const deadline = { end: Math.min(work.deadline.end, Date.now() + ROLL_BACK_MS), seconds: ROLL_BACK_MS / 1000 };
  return removeLeftovers({ ...work, deadline }, attempted);
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
  const { known } = lease;
  const isWhole = known.physicalId === undefined || known.physicalId === physicalId;
  const isTakenBack = known.state !== 'ready' || (await stackStatus() ?? 'ROLLBACK').includes('ROLLBACK');
  const removal = { objects, physicalId, settleMs: await settleTime(event, isWhole, stackStatus), isWhole, isTakenBack };
  const others = (known.leftovers ?? []).filter((one) => one.physicalId !== physicalId);
  try {
    await removeAll(work, removal);
  } catch (error) {
    if (error instanceof Refusal) await lease.note({ leftovers: [...others, ...await leftoversOf(work, removal)] });
    throw error;
  }
  if (!isWhole || others.length > 0) await lease.note({ leftovers: others });
  else await lease.end(await stackStatus() === 'DELETE_IN_PROGRESS');
  return { Status: 'SUCCESS', PhysicalResourceId: event.PhysicalResourceId ?? physicalId };
}

/** Nobody sends requests any more to a stack that goes as a whole. */
async function settleTime({ ResourceProperties: { Settle = String(DEFAULT_SETTLE_SECONDS) } }: Wanted['event'], isWhole: boolean, stackStatus: Surroundings['stackStatus']): Promise<number> {
  const seconds = Number(Settle);
  return seconds === 0 || (isWhole && await stackStatus() === 'DELETE_IN_PROGRESS') ? 0 : seconds * 1000;
}
