/** The number of a workload's pods: ours where the manifest has it, the autoscaler's where there is one; it never jumps when it changes hands. */
import type { Api } from './api';
import type { UnitIdentity } from './identity';
import type { KubeObject } from '../../../kube/object';
import { REPLICAS } from '../protocol';

const SCALED = new Set(['Deployment', 'StatefulSet']);

type Spec = { readonly replicas?: number; readonly [key: string]: unknown };

/** How a workload is written so that its number of pods stays in the right hands. */
export interface ReplicasPlan {
  /** What is applied. */
  readonly object: KubeObject;
  /** A number that a second manager holds, because ours lets go of it. */
  readonly handOver?: number;
}

/** True for kinds whose number of pods can be held by an autoscaler. */
export function isScaled({ apiVersion, kind }: KubeObject): boolean {
  return apiVersion.startsWith('apps/') && SCALED.has(kind);
}

/** Decides who holds the number. `scaler` is a living autoscaler of the workload, `wanted` the one in the manifest. */
export function planReplicas(object: KubeObject, { living, scaler, wanted }: { living?: KubeObject; scaler?: KubeObject; wanted?: KubeObject }): ReplicasPlan {
  const { replicas, ...rest } = object.spec as Spec;
  if (replicas === undefined) {
    // a new workload begins with the autoscaler's least, not with one pod
    const number = living === undefined ? minimumOf(wanted ?? scaler) : (living.spec as Spec).replicas;
    return number === undefined ? { object } : { object, handOver: number };
  }
  if (scaler === undefined) return { object };
  // the autoscaler lives until the clean-up: the number waits for it beside the object
  const annotations = { ...object.metadata.annotations, [REPLICAS]: String(replicas) };
  const waiting = { ...object, metadata: { ...object.metadata, annotations }, spec: rest };
  return living === undefined ? { object: waiting } : { object: waiting, handOver: (living.spec as Spec).replicas ?? replicas };
}

function minimumOf(scaler: KubeObject | undefined): number | undefined {
  if (scaler === undefined) return undefined;
  return (scaler.spec as { minReplicas?: number }).minReplicas ?? 1;
}

/** Lets a second manager hold a number, before the first lets go. */
export async function handOver(api: Api, { apiVersion, kind, metadata: { name, namespace } }: KubeObject, number: number): Promise<void> {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const part = { apiVersion, kind, metadata, spec: { replicas: number } };
  await api.apply(part, 'cdk-eks-mesh-handover', true);
}

/** Whether an autoscaler holds the number of a workload's pods. */
export function scales(scaler: KubeObject, workload: KubeObject): boolean {
  const { kind, metadata: { name, namespace } } = targetOf(scaler);
  return kind === workload.kind && name === workload.metadata.name && namespace === workload.metadata.namespace;
}

/** The workload that an autoscaler scales. */
export function targetOf({ spec, metadata: { namespace } }: KubeObject): KubeObject {
  const { scaleTargetRef: { apiVersion = 'apps/v1', kind, name } } = spec as { scaleTargetRef: { apiVersion?: string; kind: string; name: string } };
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** Living autoscalers of a namespace. */
export function autoscalersIn(api: Api, namespace: string): Promise<readonly KubeObject[]> {
  return api.list({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }, namespace);
}

/** The autoscaler is gone: the number that waited beside the workload is written. */
export async function settleReplicas(api: Api, unit: UnitIdentity, scaler: KubeObject): Promise<void> {
  const reference = targetOf(scaler);
  const workload = await api.get(reference);
  const waiting = workload?.metadata.annotations?.[REPLICAS];
  if (workload === undefined || waiting === undefined) return;
  await api.merge(reference, { metadata: { annotations: { [REPLICAS]: null } }, spec: { replicas: Number(waiting) } }, unit.manager);
}
