/** Which cluster of a stack something goes to: what every cluster has once gets its logical id from what it is, and a stack may deploy to several clusters. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ClusterPort } from './cluster-port';

const CLUSTERS = new WeakMap<Stack, ClusterPort[]>();

/** The number of a cluster among those of the scope's stack, from 1, in the order in which they are asked for. */
export function clusterNumber(scope: Construct, cluster: ClusterPort): number {
  const stack = Stack.of(scope);
  const known = CLUSTERS.get(stack) ?? [];
  CLUSTERS.set(stack, known);
  if (!known.includes(cluster)) known.push(cluster);
  return known.indexOf(cluster) + 1;
}

/** Tells the clusters of a stack apart in logical ids; empty for the first. */
export function clusterRealm(scope: Construct, cluster: ClusterPort): string {
  const number = clusterNumber(scope, cluster);
  return number === 1 ? '' : `cluster ${number}`;
}
