/** Takes a unit's objects out of the cluster: last first, each gone before the next; what was adopted is given back, what others hold too is let go. */
import { ApiError, UnknownKind, type Api } from './api';
import { letGo, type Work } from './apply';
import { Refusal } from './event';
import { ownerMark, ownersOf } from './identity';
import type { Leftover } from './lease';
import { isOver, patiently, pause, pauseBetweenLooks } from './patience';
import { isWorkload } from './readiness';
import { settleReplicas } from './replicas';
import { giveBack } from './taken';
import { keyOf, type KubeObject } from '../../../kube/object';

/** What is removed, and how. */
export interface Removal {
  readonly objects: readonly KubeObject[];
  /** Only what bears it is touched. */
  readonly physicalId: string;
  /** How long a workload stays after the routes have left it, and a gateway with its routes after clients have. */
  readonly settleMs: number;
  /** Whether the unit goes, and not only some of its objects. */
  readonly isWhole: boolean;
  /** Whether the creation of the unit is taken back: then what it took from others goes back to them. */
  readonly isTakenBack: boolean;
}

/** Removes what bears the physical id. Throws a `Refusal` that names the finalizer where an object does not go. */
export async function removeAll(work: Work, removal: Removal): Promise<void> {
  const { objects, physicalId, settleMs, isWhole } = removal;
  let isSettled = settleMs === 0;
  for (const object of [...objects].reverse()) {
    await work.lease.requireHeld();
    const living = await bearing(work, object, physicalId);
    if (living === undefined) continue;
    if (!isSettled && (isWorkload(living) || (isWhole && isEntry(living)))) {
      // proxies may still send requests by a route that they have known for a moment longer
      await pause(settleMs, work.deadline);
      isSettled = true;
    }
    await removeOne(work, living, removal);
  }
}

/** What clients of a gateway use. */
function isEntry({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion.startsWith('gateway.networking.k8s.io/') && (kind === 'Gateway' || kind.endsWith('Route'));
}

/** The living object if it bears the mark of this unit and id; a kind that is gone holds nothing. */
async function bearing({ api, unit, deadline }: Work, object: KubeObject, physicalId: string): Promise<KubeObject | undefined> {
  try {
    const living = await patiently(deadline, () => api.get(object));
    return living !== undefined && ownersOf(living).some(({ mark }) => mark === ownerMark(unit, physicalId)) ? living : undefined;
  } catch (error) {
    if (error instanceof UnknownKind) return undefined;
    throw error;
  }
}

async function removeOne(work: Work, living: KubeObject, { physicalId, isTakenBack }: Pick<Removal, 'physicalId' | 'isTakenBack'>): Promise<void> {
  const { api, unit, deadline } = work;
  const owners = ownersOf(living);
  const own = owners.find(({ unitKey }) => unitKey === unit.key)!;
  if (own.found === 'taken' && isTakenBack) await patiently(deadline, () => giveBack(api, living, unit));
  if (own.found === 'adopted' || (own.found === 'taken' && isTakenBack) || owners.some(({ unitKey, found }) => unitKey !== unit.key && found !== 'adopted')) {
    await patiently(deadline, () => letGo(api, living, unit.manager));
    return;
  }
  await untilDeleted(work, living, physicalId);
  if (living.kind === 'HorizontalPodAutoscaler') await patiently(deadline, () => settleReplicas(api, unit, living));
}

async function untilDeleted(work: Work, first: KubeObject, physicalId: string): Promise<void> {
  const { api, lease, deadline } = work;
  // pods go before what they need
  const propagation = isWorkload(first) || first.kind === 'Job' ? 'Foreground' : 'Background';
  const began = Date.now();
  let living: KubeObject | undefined = first;
  while (living !== undefined) {
    await lease.requireHeld();
    if (!isTerminating(living)) await patiently(deadline, () => deleteAsRead(work, first, physicalId, propagation));
    living = await patiently(deadline, () => api.get(first));
    if (living === undefined || uidOf(living) !== uidOf(first)) return;
    if (await isInDyingNamespace(api, living)) return;
    if (isOver(deadline)) throw new Refusal(`${keyOf(living)} is still there after ${deadline.seconds} s: ${whyTerminating(living)}`);
    await pauseBetweenLooks(began, deadline);
  }
}

/** Deletes the object as it is now; a change in between, for example of its status, is read again. */
async function deleteAsRead(work: Work, first: KubeObject, physicalId: string, propagation: 'Foreground' | 'Background'): Promise<void> {
  const living = await bearing(work, first, physicalId);
  if (living === undefined || uidOf(living) !== uidOf(first) || isTerminating(living)) return;
  try {
    await work.api.remove(living, propagation);
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) throw new ApiError(409, 'Conflict', 'the object has been modified');
    throw error;
  }
}

/** A namespace that is being deleted takes its objects along. */
async function isInDyingNamespace(api: Api, { metadata: { namespace } }: KubeObject): Promise<boolean> {
  if (namespace === undefined) return false;
  const found = await api.get({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  return found === undefined || isTerminating(found);
}

function isTerminating({ metadata }: KubeObject): boolean {
  return (metadata as { deletionTimestamp?: string }).deletionTimestamp !== undefined;
}

function uidOf({ metadata }: KubeObject): unknown {
  return (metadata as { uid?: string }).uid;
}

function whyTerminating({ metadata, spec, status }: KubeObject): string {
  const { finalizers = (spec as { finalizers?: string[] } | undefined)?.finalizers ?? [] } = metadata as { finalizers?: string[] };
  const { conditions = [] } = (status ?? {}) as { conditions?: { type: string; status: string; message?: string }[] };
  const remaining = conditions.filter((one) => ['NamespaceContentRemaining', 'NamespaceFinalizersRemaining'].includes(one.type) && one.status === 'True').map(({ message }) => message);
  // set by the deletion itself, until what belongs to the object is gone
  const foreign = finalizers.filter((finalizer) => finalizer !== 'foregroundDeletion');
  const waits = foreign.length === 0 ? 'its pods have not ended' : `it waits for its finalizers ${foreign.join(', ')}, which whoever set them has to remove`;
  return [waits, ...remaining].join('; ');
}

/** What is left of a removal that failed, for the next deployment. */
export async function leftoversOf(work: Work, { objects, physicalId }: Pick<Removal, 'objects' | 'physicalId'>): Promise<readonly Leftover[]> {
  const found: Leftover[] = [];
  for (const object of objects) {
    const living = await bearing(work, object, physicalId).catch(() => undefined);
    if (living === undefined) continue;
    found.push(leftoverOf(object, physicalId));
  }
  return found;
}

/** What names an object that should be gone. */
export function leftoverOf({ apiVersion, kind, metadata: { name, namespace } }: KubeObject, physicalId: string): Leftover {
  return { physicalId, apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
}
