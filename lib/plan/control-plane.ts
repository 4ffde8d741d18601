/**
 * What has to be installed on a cluster before a mesh works, and in which order.
 * In: made by providers (`providers/<dialect>/control-plane`). Out: each output carries every step exactly once.
 */
import type { ChartValues } from './chart-values';
import type { Permission } from './permission';

/** A control plane as data. */
export interface ControlPlane {
  /** What of it a cluster can have only once. */
  readonly claims: readonly ClusterClaim[];
  /** In the order of creation; deletion runs the other way round. Everything else of the mesh waits for those that no other step needs. */
  readonly steps: readonly ControlPlaneStep[];
}

/** Something that a cluster can have only once. A program in which two meshes claim the same is refused with MESH111. */
export interface ClusterClaim {
  /** As texts name it, and what tells claims apart: `Istio`. */
  readonly what: string;
  /** What the user can do about a second one. */
  readonly remedy: string;
}

/** One thing to install. */
export type ControlPlaneStep = DefinitionsStep | NamespaceStep | RoleStep | ChartStep | ReadinessStep;

interface Step {
  /**
   * Identity, `<namespace>/<name>/<kind>`, for example `istio-system/istio-base/chart`. It becomes the logical id: changing it deletes and creates.
   */
  readonly id: string;
  /** Earlier steps that must be ready first. */
  readonly needs: readonly string[];
}

/** Definitions (CRDs) that are applied one by one, because the release of a chart cannot hold them. They stay when the mesh goes, because every object of their kinds would go with them. */
export interface DefinitionsStep extends Step {
  readonly kind: 'definitions';
  /** Chart that carries them, `oci://HOST/PATH`. */
  readonly repository: string;
  readonly version: string;
  /** Files of the chart, as paths below `templates/`; one that ends in `/` is a folder. */
  readonly files: readonly string[];
  /** SHA-256 of the definitions, whatever way the chart is packed (`engine/definitions.ts`). */
  readonly digest: string;
}

/** A namespace that is made, or gets labels where it exists. It stays when the mesh goes: other meshes of the cluster may have proxies in it. */
export interface NamespaceStep extends Step {
  readonly kind: 'namespace';
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
}

/** An IAM role that the pods of exactly one service account can assume. */
export interface RoleStep extends Step {
  readonly kind: 'role';
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly permissions: readonly Permission[];
}

/** A Helm chart. Its pods have to become ready; what fails is taken back, so that the next deployment can start afresh. */
export interface ChartStep extends Step {
  readonly kind: 'chart';
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
  /** May hold a `RoleArnReference` to a step that this one needs. */
  readonly values: ChartValues;
  /** How long Helm waits for the pods; at most 900. */
  readonly timeoutSeconds: number;
}

/** An object of the cluster that shows that something works. */
export interface ReadinessStep extends Step {
  readonly kind: 'readiness';
  /** As kubectl names it, for example `lease.coordination.k8s.io`. */
  readonly objectType: string;
  readonly name: string;
  readonly namespace: string;
  /** It is ready as soon as this is not empty, for example `.spec.holderIdentity`. */
  readonly jsonPath: string;
  readonly timeoutSeconds: number;
}
