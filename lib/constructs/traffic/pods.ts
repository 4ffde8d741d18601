/** How many pods, and how large. */
import type { Origin } from '../../diagnostics';
import { fail } from '../../diagnostics';
import type { Resources, Scale } from '../../model';
import { concrete, defined } from '../origin';

/** Grows and shrinks the number of pods. */
export interface AutoscalingOptions {
  /** @default 2 */
  readonly minReplicas?: number;
  readonly maxReplicas: number;
  /**
   * Average use of the CPU request that is aimed at, in percent.
   * @default 60 when no memory aim is given, else none
   */
  readonly cpuPercent?: number;
  /**
   * Average use of the memory request that is aimed at, in percent.
   * @default - memory does not count
   */
  readonly memoryPercent?: number;
}

/** What a container asks for and may use at most. CPU in thousandths of a core, memory in MiB. */
export interface ResourceOptions {
  /** @default 100 */
  readonly cpuRequestMillis?: number;
  /** @default - no limit: throttling costs latency */
  readonly cpuLimitMillis?: number;
  /** @default 128 */
  readonly memoryRequestMiB?: number;
  /** @default 256, or the request if that is larger */
  readonly memoryLimitMiB?: number;
}

/** What scale and size have in common for versions and gateways. */
export interface PodCountOptions {
  /**
   * A fixed number of pods. Not together with `autoscaling`.
   * @default 2
   */
  readonly replicas?: number;
  /** @default - the number of pods is fixed */
  readonly autoscaling?: AutoscalingOptions;
  /** @default - 100m CPU and 128 MiB requested, 256 MiB at most */
  readonly resources?: ResourceOptions;
}

/** The model of a scale. Throws MESH111 when both forms are given. */
export function scaleModel({ replicas, autoscaling }: PodCountOptions, origin: Origin, property: string): Scale {
  if (autoscaling === undefined) return { kind: 'fixed', replicas: concrete(replicas ?? 2, origin, `${property}replicas`) };
  if (replicas !== undefined) {
    fail('MESH111', { origin, property: `${property}replicas`, value: replicas }, 'replicas and autoscaling are both given',
      'leave out replicas, and give autoscaling.minReplicas the number that must always run');
  }
  const { minReplicas = 2, maxReplicas, cpuPercent, memoryPercent } = autoscaling;
  return defined({
    kind: 'auto' as const,
    minReplicas: concrete(minReplicas, origin, `${property}autoscaling.minReplicas`),
    maxReplicas: concrete(maxReplicas, origin, `${property}autoscaling.maxReplicas`),
    cpuPercent: concrete(cpuPercent, origin, `${property}autoscaling.cpuPercent`) ?? (memoryPercent === undefined ? 60 : undefined),
    memoryPercent: concrete(memoryPercent, origin, `${property}autoscaling.memoryPercent`),
  });
}

/** The model of a container's size, defaults written out. */
export function resourcesModel(options: ResourceOptions | undefined, origin: Origin, property: string): Resources {
  for (const [name, value] of Object.entries(options ?? {})) concrete(value, origin, `${property}resources.${name}`);
  const memoryRequestMiB = options?.memoryRequestMiB ?? 128;
  return defined({
    cpuRequestMillis: options?.cpuRequestMillis ?? 100,
    cpuLimitMillis: options?.cpuLimitMillis,
    memoryRequestMiB,
    memoryLimitMiB: options?.memoryLimitMiB ?? Math.max(256, memoryRequestMiB),
  });
}
