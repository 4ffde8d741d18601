/**
 * Calls on a mesh that routes none between services: as in the cluster, they reach any pod behind the called service's name, past its table and all limits. Here one
 * address stands for the pods of a version, so the numbers of pods that the program says are the weights.
 */
import { clusterOf } from './clusters';
import { hasOwnLimits, scoped, type Mesh, type VersionPort } from './mesh';
import { podsCluster } from './names';
import type { EnvoyObject } from './options';
import { duration } from './routes/policy';
import { shareOf } from './tables';
import type { Service, ServicePort } from '../../model/service';
import { podNumber, versionsBehindName } from '../../model/service-to-service';

/** What is done with requests for a port of a service, without the condition. */
export function lowerUnrouted(mesh: Mesh, service: Service, port: ServicePort): EnvoyObject {
  const reached = reachedBy(mesh, service, port);
  if (reached.length === 0) {
    const body = { inline_string: `no pods stand behind the name of '${service.id}', and this mesh routes no calls between services\n` };
    return { direct_response: { status: 503, body } };
  }
  const clusters = reached.map(({ cluster, weight }) => shareOf({ cluster, table: undefined }, weight));
  return { route: { weighted_clusters: { clusters }, timeout: duration(0), idle_timeout: duration(0) } };
}

/** Where connections to a TCP port of a service go; undefined where nobody listens. */
export function lowerUnroutedTcp(mesh: Mesh, service: Service, port: ServicePort): EnvoyObject | undefined {
  const reached = reachedBy(mesh, service, port);
  if (reached.length === 0) return undefined;
  return { weighted_clusters: { clusters: reached.map(({ cluster, weight }) => ({ name: cluster, weight })) }, idle_timeout: duration(0) };
}

interface Reached {
  readonly cluster: string;
  readonly weight: number;
}

function reachedBy(mesh: Mesh, service: Service, port: ServicePort): readonly Reached[] {
  return versionsBehindName(service, mesh.model).map((version): Reached => (
    { cluster: scoped(mesh, unlimitedClusterOf({ service, version, port })), weight: podNumber(version.pods) ?? 1 }));
}

/** The cluster of a version's pods without the limits that the program gives to it. */
function unlimitedClusterOf(found: VersionPort): string {
  return hasOwnLimits(found) ? podsCluster(clusterOf(found)) : clusterOf(found);
}
