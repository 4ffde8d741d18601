/** The control plane of a mesh, on its way to CloudFormation. */
import { claimCluster } from './cluster-claims';
import type { Mesh } from './mesh';
import type { TrafficModel } from '../../model';
import { writeControlPlane, type WrittenControlPlane } from '../../outputs/cloudformation/control-plane/write-control-plane';
import { originOf } from '../origin';

/** Writes what the mesh's provider wants installed; nothing for an imported mesh, and where the cluster has it. Throws MESH111 when another mesh installs it on the cluster. */
export function installControlPlane(mesh: Mesh, model: TrafficModel): WrittenControlPlane {
  const { provider, cluster } = mesh._props;
  const plan = mesh._isImported ? undefined : provider._controlPlane({ scope: mesh, cluster, model });
  if (plan === undefined) return { all: [], ready: [] };
  claimCluster(cluster._access, plan.claims, { origin: originOf(mesh), property: 'provider' });
  return writeControlPlane(plan, { scope: mesh, cluster: cluster._access, mesh: model.mesh.name });
}
