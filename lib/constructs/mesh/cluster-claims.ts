/** What meshes of a program install on a cluster that can have it only once. */
import { fail, type Site } from '../../diagnostics';
import type { ClusterPort } from '../../outputs/cloudformation/cluster-port';
import type { ClusterClaim } from '../../plan/control-plane';

/** By cluster, then by what is claimed: the place that claimed it first. */
const CLAIMED = new WeakMap<ClusterPort, Map<string, Site>>();

/** Notes what a mesh installs on a cluster. Throws MESH111 for what another mesh installs there. */
export function claimCluster(cluster: ClusterPort, claims: readonly ClusterClaim[], site: Site): void {
  const claimed = CLAIMED.get(cluster) ?? new Map<string, Site>();
  CLAIMED.set(cluster, claimed);
  for (const { what, remedy } of claims) {
    const first = claimed.get(what);
    if (first !== undefined) fail('MESH111', site, `two meshes install ${what} on one cluster: '${first.origin.path}' and '${site.origin.path}'`, remedy);
    claimed.set(what, site);
  }
}
