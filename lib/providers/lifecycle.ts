/** Hooks that keep a container serving after its pod was told to end: callers go on sending until they have heard of it. */
import type { Environment } from './provider';

/**
 * Who waits before SIGTERM: `sleep` the kubelet itself, which needs nothing of the image; `exec` a command of the image, which distroless images lack.
 */
export type PreStopForm = 'sleep' | 'exec';

/**
 * The first minor version whose kubelet sleeps itself without a feature gate being set.
 * @see https://kubernetes.io/docs/concepts/containers/container-lifecycle-hooks/ PodLifecycleSleepAction: beta and on by default in 1.30, stable in 1.34
 */
const SLEEPS_SINCE_MINOR = 30;

/** A version that is not known is a living one: Amazon EKS has retired all below 1.31 (`constructs/cluster/eks-versions.ts`). */
export function preStopFormOf({ kubernetesMinor }: Environment): PreStopForm {
  return kubernetesMinor !== undefined && kubernetesMinor < SLEEPS_SINCE_MINOR ? 'exec' : 'sleep';
}

/** The container's `lifecycle`; undefined for 0 seconds, which API servers below 1.33 refuse. */
export function preStopHook(seconds: number, form: PreStopForm): object | undefined {
  if (seconds <= 0) return undefined;
  return { preStop: form === 'sleep' ? { sleep: { seconds } } : { exec: { command: ['sleep', `${seconds}`] } } };
}
