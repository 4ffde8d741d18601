/** Writes a unit's objects by server-side apply, each bearing the unit's mark; nothing is deleted here. */
import { ApiError, UnknownKind, type Api } from './api';
import { Refusal } from './event';
import { managerOf, ownerMark, ownersOf, type UnitIdentity } from './identity';
import { forget, type Lease } from './lease';
import { standingOf, type Claim, type Standing } from './ownership';
import { isOver, isTransient, patiently, pause, type Deadline } from './patience';
import { unreadyReason } from './readiness';
import { autoscalersIn, handOver, isScaled, planReplicas, scales, targetOf } from './replicas';
import { beforeMark } from './taken';
import { keyOf, type KubeObject } from '../../../kube/object';
import { ADOPTED_PREFIX, OWNER_PREFIX, RETAINED } from '../protocol';

/** What a request works with. */
export interface Work {
  readonly api: Api;
  readonly unit: UnitIdentity;
  readonly lease: Pick<Lease, 'requireHeld' | 'note' | 'known'>;
  readonly deadline: Deadline;
}

/** An object of the manifest, what is there, and how it may be written. */
export interface Placed {
  readonly object: KubeObject;
  readonly living: KubeObject | undefined;
  readonly standing: Standing;
}

/** Reads what is there and asks whose it is, before anything is changed. Kinds that the cluster does not know yet hold nothing. */
export async function survey({ api, deadline }: Work, objects: readonly KubeObject[], claim: Claim): Promise<readonly Placed[]> {
  const found = await Promise.all(objects.map((object) => patiently(deadline, () => readIfKnown(api, object))));
  return objects.map((object, at) => ({ object, living: found[at], standing: standingOf(object, found[at], claim) }));
}

/** What is there under a name; nothing where the kind is not known. */
export async function readIfKnown(api: Api, object: KubeObject): Promise<KubeObject | undefined> {
  try {
    return await api.get(object);
  } catch (error) {
    if (error instanceof UnknownKind) return undefined;
    throw error;
  }
}

/** How objects are marked. */
export interface Marking {
  readonly physicalId: string;
  /** Name of the mesh, where the objects outlive the stack. */
  readonly retainedFor?: string;
}

/** Applies all objects in their order. Definitions are waited for before what follows them. */
export async function applyAll(work: Work, placed: readonly Placed[], marking: Marking): Promise<void> {
  const scalers = placed.map(({ object }) => object).filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
  for (const one of placed) {
    await applyOne(work, one, { marking, scalers });
    if (one.object.kind === 'CustomResourceDefinition') await untilEstablished(work, one.object);
  }
}

interface Surroundings {
  readonly marking: Marking;
  /** Autoscalers of the same manifest. */
  readonly scalers: readonly KubeObject[];
}

async function applyOne(work: Work, { object, living, standing }: Placed, { marking, scalers }: Surroundings): Promise<void> {
  const { api, unit, lease, deadline } = work;
  const marked = markedObject(object, unit, standing, { ...marking, ...(standing.kind === 'taken' ? { before: beforeMark(living!, unit) } : {}) });
  const isForced = standing.kind !== 'adopted';
  // asked at each attempt: a newer request may have taken over while a webhook did not answer
  const write = (attempt: () => Promise<void>) => patiently(deadline, async () => {
    await lease.requireHeld();
    await attempt();
  });
  const apply = (one: KubeObject) => write(() => applyOrRefuse(api, one, unit.manager, { isForced, living })).catch((error: unknown) => {
    if (!(error instanceof ApiError)) throw error;
    throw new Refusal(`${keyOf(object)} was not written within ${deadline.seconds} s: ${error.message}`);
  });
  if (object.kind === 'HorizontalPodAutoscaler' && living === undefined) await holdNumber(work, object, write);
  if (!isScaled(object)) return void await apply(marked);
  const running = living === undefined ? [] : await patiently(deadline, () => autoscalersIn(api, object.metadata.namespace ?? 'default'));
  const plan = planReplicas(marked, { living, scaler: running.find((one) => scales(one, object)), wanted: scalers.find((one) => scales(one, object)) });
  if (plan.handOver !== undefined) {
    if (living === undefined) await apply({ ...plan.object, spec: { ...plan.object.spec as object, replicas: plan.handOver } });
    await write(() => handOver(api, plan.object, plan.handOver!));
  }
  await apply(plan.object);
}

/**
 * A new autoscaler of a running workload that a controller makes, such as a gateway's proxies: the controller may let go of the number, and it stays. A workload that nobody's
 * object owns is somebody else's, or of this manifest, and is left alone here.
 */
async function holdNumber({ api, deadline }: Work, scaler: KubeObject, write: (attempt: () => Promise<void>) => Promise<void>): Promise<void> {
  const target = targetOf(scaler);
  const workload = isScaled(target) ? await patiently(deadline, () => api.get(target)) : undefined;
  const { ownerReferences = [] } = (workload?.metadata ?? {}) as { ownerReferences?: readonly object[] };
  const number = (workload?.spec as { replicas?: number } | undefined)?.replicas;
  if (number !== undefined && ownerReferences.length > 0) await write(() => handOver(api, target, number));
}

interface Target {
  readonly isForced: boolean;
  readonly living: KubeObject | undefined;
}

async function applyOrRefuse(api: Api, object: KubeObject, manager: string, { isForced, living }: Target): Promise<void> {
  try {
    await api.apply(object, manager, isForced);
  } catch (error) {
    throw explained(error, object, living);
  }
}

/** Names the object; what can mend by itself keeps its type. */
function explained(error: unknown, object: KubeObject, living: KubeObject | undefined): unknown {
  if (error instanceof UnknownKind) return new Refusal(`${keyOf(object)} cannot be written: ${error.message}; its definition has to be installed before`);
  if (!(error instanceof ApiError) || isTransient(error, Date.now())) return error;
  // managers of ours are digits: their marks name the stacks
  const others = living === undefined ? [] : ownersOf(living).filter(({ unitKey }) => error.message.includes(`"${managerOf(unitKey)}"`));
  const holders = others.map(({ mark }) => `stack ${mark.split('/').join(', resource ')}`).join(' and ');
  return new Refusal(`${keyOf(object)} was refused: ${error.message}${holders === '' ? '' : `; the field is owned by ${holders}: set the same value in both stacks`}`);
}

/** Marks, with what was there before an object was taken. */
interface Marks extends Marking {
  readonly before?: { readonly [name: string]: string };
}

function markedObject(object: KubeObject, unit: UnitIdentity, standing: Standing, { physicalId, retainedFor, before }: Marks): KubeObject {
  const isTheirs = standing.kind === 'adopted' || standing.kind === 'taken';
  const annotations = {
    ...object.metadata.annotations,
    [`${OWNER_PREFIX}${unit.key}`]: ownerMark(unit, physicalId),
    ...(isTheirs ? { [`${ADOPTED_PREFIX}${unit.key}`]: standing.kind } : {}),
    ...before,
    ...(retainedFor === undefined || standing.kind === 'adopted' ? {} : { [RETAINED]: retainedFor }),
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

async function untilEstablished({ api, deadline }: Work, definition: KubeObject): Promise<void> {
  for (;;) {
    const living = await patiently(deadline, () => api.get(definition));
    const reason = living === undefined ? 'missing' : unreadyReason(living);
    if (reason === undefined) return;
    if (isOver(deadline)) throw new Refusal(`${keyOf(definition)} is not established after ${deadline.seconds} s: ${reason}`);
    await pause(300, deadline);
  }
}

/** The objects that were taken from a stack that is gone, or that let them go, belong to this one alone from now on. */
export async function releaseOthers({ api, unit, deadline }: Work, placed: readonly Placed[]): Promise<void> {
  for (const { object, standing } of placed) {
    if (standing.kind !== 'taken') continue;
    const living = await patiently(deadline, () => api.get(object));
    if (living === undefined) continue;
    for (const { unitKey } of ownersOf(living).filter((owner) => !owner.unitKey.startsWith(`${unit.stackKey}-`))) {
      await patiently(deadline, () => letGo(api, object, managerOf(unitKey)));
      await patiently(deadline, () => forget(api, unitKey));
    }
  }
}

/** A manager's fields go, those of others stay: an empty apply. */
export async function letGo(api: Api, { apiVersion, kind, metadata: { name, namespace } }: KubeObject, manager: string): Promise<void> {
  await api.apply({ apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } }, manager, false);
}
