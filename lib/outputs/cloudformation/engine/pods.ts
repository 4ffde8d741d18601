/** Why pods do not become ready, and whether waiting is of use: the newest pods of a workload, or those behind a Service. */
import type { Api } from './api';
import { conditionOf } from './readiness';
import type { KubeObject } from '../../../kube/object';

/** A reason in the words of the kubelet, and whether it seldom mends. */
export interface PodReason {
  readonly text: string;
  readonly isFatal: boolean;
}

/** How long a pod may be in a state that seldom mends. */
const GRACE_MS = 60_000;
/** A pod that has started so often is not going to stay. */
const MAX_RESTARTS = 2;
/** How long a controller may fail to create pods. */
const FAILED_CREATE_MS = 10_000;
const MAX_MESSAGE = 300;

const STUCK: ReadonlySet<string> = new Set([
  'ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'CreateContainerConfigError', 'CreateContainerError', 'RunContainerError',
]);

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly restartCount?: number;
  readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
  readonly lastState?: { readonly terminated?: { readonly exitCode?: number; readonly reason?: string } };
}

interface PodStatus {
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
}

type Labels = { readonly [label: string]: string };
type Meta = KubeObject['metadata'] & {
  readonly uid?: string;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly { readonly uid: string }[];
};

/** What holds a workload's roll-out up; nothing where there is nothing to say. */
export async function workloadTrouble(api: Api, living: KubeObject): Promise<PodReason | undefined> {
  const failed = conditionOf(living.status, 'ReplicaFailure');
  if (failed?.status === 'True' && ageOf(failed.lastTransitionTime) > FAILED_CREATE_MS) {
    return { text: `pods cannot be created: ${failed.reason ?? ''}: ${short(failed.message)}`, isFatal: true };
  }
  const { matchLabels = {} } = (living.spec as { selector?: { matchLabels?: Labels } }).selector ?? {};
  const namespace = living.metadata.namespace ?? 'default';
  const newest = await newestOwner(api, living, namespace, matchLabels);
  const selected = await podsWith(api, namespace, matchLabels);
  const pods = selected.filter(({ metadata }) => ((metadata as Meta).ownerReferences ?? []).some(({ uid }) => uid === newest));
  const trouble = await firstTrouble(api, pods);
  const late = conditionOf(living.status, 'Progressing');
  if (late?.reason !== 'ProgressDeadlineExceeded') return trouble;
  return { text: `progress deadline exceeded${trouble === undefined ? '' : `; ${trouble.text}`}`, isFatal: true };
}

/** Why no pod behind a Service is ready. */
export async function serviceTrouble(api: Api, service: KubeObject): Promise<PodReason | undefined> {
  const { selector } = service.spec as { selector?: Labels };
  if (selector === undefined) return undefined;
  const pods = await podsWith(api, service.metadata.namespace ?? 'default', selector);
  if (pods.length === 0) return { text: 'it selects no pod', isFatal: false };
  return firstTrouble(api, pods);
}

async function newestOwner(api: Api, { kind, metadata }: KubeObject, namespace: string, labels: Labels): Promise<string | undefined> {
  const { uid } = metadata as Meta;
  if (kind !== 'Deployment') return uid;
  const sets = await api.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' }, namespace, { labelSelector: selectorOf(labels) });
  const revision = ({ metadata: { annotations = {} } }: KubeObject) => Number(annotations['deployment.kubernetes.io/revision'] ?? 0);
  const own = sets.filter((set) => ((set.metadata as Meta).ownerReferences ?? []).some((owner) => owner.uid === uid)).sort((a, b) => revision(b) - revision(a));
  return (own[0]?.metadata as Meta | undefined)?.uid;
}

async function podsWith(api: Api, namespace: string, labels: Labels): Promise<readonly KubeObject[]> {
  const pods = await api.list({ apiVersion: 'v1', kind: 'Pod' }, namespace, { labelSelector: selectorOf(labels) });
  return pods.filter(({ metadata }) => (metadata as Meta).deletionTimestamp === undefined);
}

function selectorOf(labels: Labels): string {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`).join(',');
}

/** The worst that the pods say: what does not mend before what may. */
async function firstTrouble(api: Api, pods: readonly KubeObject[]): Promise<PodReason | undefined> {
  const reasons = pods.map((pod) => ({ pod, reason: troubleOf(pod) })).filter(({ reason }) => reason !== undefined);
  const found = reasons.find(({ reason }) => reason!.isFatal) ?? reasons[0];
  if (found === undefined) return undefined;
  const event = await lastEvent(api, found.pod);
  return { text: `${found.reason!.text}${event === undefined ? '' : `; last event: ${event}`}`, isFatal: found.reason!.isFatal };
}

function troubleOf(pod: KubeObject): PodReason | undefined {
  const { metadata, status = {} } = pod as unknown as { metadata: Meta; status?: PodStatus };
  const isOld = ageOf(metadata.creationTimestamp) > GRACE_MS;
  const containers = [...status.initContainerStatuses ?? [], ...status.containerStatuses ?? []];
  for (const container of containers) {
    const reason = containerTrouble(metadata.name, container, isOld);
    if (reason !== undefined) return reason;
  }
  const scheduled = conditionOf(status, 'PodScheduled');
  // nodes may come
  if (scheduled?.status === 'False') return { text: `pod ${metadata.name} is not scheduled: ${scheduled.reason ?? ''}: ${short(scheduled.message)}`, isFatal: false };
  const waiting = (status.containerStatuses ?? []).find(({ ready }) => ready !== true);
  if (waiting !== undefined) return { text: `pod ${metadata.name}: container ${waiting.name} is not ready`, isFatal: false };
  const ready = conditionOf(status, 'Ready');
  return ready?.status === 'True' ? undefined : { text: `pod ${metadata.name} is not ready: ${ready?.reason ?? 'no condition yet'} ${short(ready?.message)}`.trim(), isFatal: false };
}

function containerTrouble(pod: string, { name, restartCount = 0, state, lastState }: ContainerStatus, isOld: boolean): PodReason | undefined {
  const { reason = '', message } = state?.waiting ?? {};
  if (reason === 'CrashLoopBackOff' || restartCount >= MAX_RESTARTS) {
    const { exitCode, reason: why = '' } = lastState?.terminated ?? {};
    const exit = exitCode === undefined ? '' : ` (exit code ${exitCode}${why === '' ? '' : ` ${why}`})`;
    return { text: `pod ${pod}: container ${name} crashes, ${restartCount} restarts${exit}`, isFatal: restartCount >= MAX_RESTARTS || isOld };
  }
  if (!STUCK.has(reason)) return undefined;
  return { text: `pod ${pod}: container ${name}: ${reason}: ${short(message)}`, isFatal: isOld || reason === 'InvalidImageName' };
}

async function lastEvent(api: Api, { metadata: { name, namespace } }: KubeObject): Promise<string | undefined> {
  const events = await api.list({ apiVersion: 'v1', kind: 'Event' }, namespace, { fieldSelector: `involvedObject.name=${name},involvedObject.kind=Pod` });
  const time = (event: KubeObject) => String(event.lastTimestamp ?? event.eventTime ?? (event.metadata as Meta).creationTimestamp ?? '');
  const [last] = [...events].filter(({ type }) => type === 'Warning').sort((a, b) => time(b).localeCompare(time(a)));
  return last === undefined ? undefined : `${String(last.reason)}: ${short(String(last.message))}`;
}

function ageOf(stamp: string | undefined): number {
  return stamp === undefined ? 0 : Date.now() - Date.parse(stamp);
}

function short(text: string | undefined): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > MAX_MESSAGE ? `${line.slice(0, MAX_MESSAGE)}...` : line;
}
