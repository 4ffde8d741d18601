/** The pods behind a version or a gateway. */
import type { Opaque } from './opaque';
import type { HealthCheck } from './resilience';

/** CPU in thousandths of a core, memory in MiB. */
export interface Resources {
  readonly cpuRequestMillis?: number;
  readonly cpuLimitMillis?: number;
  readonly memoryRequestMiB?: number;
  readonly memoryLimitMiB?: number;
}

/** Grows and shrinks the number of replicas. */
export interface Autoscaling {
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** Average use of the request, in percent; at least one of the two is given. */
  readonly cpuPercent?: number;
  readonly memoryPercent?: number;
}

/** Number of pods: fixed, or a range that a controller moves in. */
export type Scale =
  | { readonly kind: 'fixed'; readonly replicas: number }
  | ({ readonly kind: 'auto' } & Autoscaling);

/** An environment variable. */
export interface EnvVar {
  readonly name: string;
  readonly value: Opaque;
}

/** Pods made from one container image. */
export interface ImagePods {
  readonly kind: 'image';
  readonly image: Opaque;
  readonly scale: Scale;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env: readonly EnvVar[];
  readonly resources: Resources;
  /** Whether the container may write to its root file system. */
  readonly writableRootFilesystem: boolean;
  /** Whether the container may run as root. */
  readonly runAsRoot: boolean;
  /** Seconds between SIGTERM and SIGKILL, the drain included. */
  readonly terminationGraceSeconds: number;
  /** Restarts a container that fails it; left out: no container is restarted by a check. */
  readonly liveness?: HealthCheck;
  /** Longest time until a container has started; the other checks begin afterwards. Left out: they begin at once. */
  readonly startupMs?: number;
}

/** A workload document that the user made; only what the mesh needs is merged into its pods. */
export interface DocumentPods {
  readonly kind: 'document';
  /** Name of the document's object, which is also its identity. */
  readonly name: string;
  /** Labels that select the pods. */
  readonly labels: { readonly [key: string]: string };
  /** The rendered document, plain JSON. */
  readonly document: { readonly [key: string]: unknown };
}

/** Pods that exist already; nothing is made for them. */
export interface ExistingPods {
  readonly kind: 'existing';
  readonly labels: { readonly [key: string]: string };
}

/** A host outside of the mesh. */
export interface ExternalPods {
  readonly kind: 'external';
  /** `api.example.com`, or `*.example.com` for every name below. */
  readonly host: string;
  /** Addresses and networks (CIDR) that connections to the host go to; left out: the host is known by its name, or by a port of its own. */
  readonly addresses?: readonly string[];
}

/** Where the endpoints of a version come from. */
export type Pods = ImagePods | DocumentPods | ExistingPods | ExternalPods;
