/**
 * What a mesh knows of its cluster, whichever kind of cluster it is.
 * In: made by `MeshCluster`. Out: used by the mesh; outputs see the `ClusterPort` in it.
 */
import type { Origin } from '../../diagnostics';
import type { ClusterPort } from '../../outputs/cloudformation/cluster-port';

/**
 * A cluster. `kubectl` throws MESH603 for clusters without a kubectl function, `oidcProvider` for those without a known provider.
 * Nodes and the load balancer controller of a cluster made here are among the `barriers`.
 */
export interface ClusterAccess extends ClusterPort {
  /** The construct that the user wrote. */
  readonly origin: Origin;
  /** Whether it is decided where the cluster is made who serves the metrics API, which autoscalers read; left out: nobody knows. */
  readonly decidesOnMetrics?: boolean;
  /** Minor version of Kubernetes, 35 for 1.35; left out: not known. */
  readonly kubernetesMinor?: number;
}
