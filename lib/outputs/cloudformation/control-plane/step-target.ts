/** Where control planes and their steps are written. */
import type { Construct } from 'constructs';
import type { ClusterPort } from '../cluster-port';

/** Where a control plane goes. */
export interface ControlPlaneTarget {
  /** The construct under which the resources are made. */
  readonly scope: Construct;
  readonly cluster: ClusterPort;
  /** Name of the mesh that asks. */
  readonly mesh: string;
}

/** Where a step goes. */
export interface StepTarget extends ControlPlaneTarget {
  /** Also the id of the construct. */
  readonly logicalId: string;
  /** ARN of the role that an earlier step has made. */
  readonly roleArnOf: (step: string) => string;
}
