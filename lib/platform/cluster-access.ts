/**
 * What it takes to install something on a cluster, whichever kind of cluster it is.
 * In: made by `MeshCluster`. Out: used by charts, roles and the writers of manifests.
 */
import type { Construct, IConstruct } from 'constructs';
import type { Origin } from '../diagnostics/diagnostic';

/** The function that speaks to the cluster, as properties of a custom resource. */
export interface KubectlHandle {
  readonly serviceToken: string;
  /** Role that the function assumes; aws-eks (v1) clusters alone need it. */
  readonly roleArn?: string;
}

/** Where roles for service accounts (IRSA) get their trust from. */
export interface OidcProvider {
  readonly arn: string;
  /** Without `https://`. May be a token. */
  readonly issuer: string;
}

/** A cluster. */
export interface ClusterAccess {
  readonly origin: Origin;
  /** The literal name where one was given, else a token. */
  readonly clusterName: string;
  readonly clusterArn: string;
  /**
   * The way to the API server. Makes `consumer` wait for the right to use it.
   * Throws MESH603 for clusters that no kubectl function is known of.
   */
  kubectl(consumer: Construct): KubectlHandle;
  /**
   * What the cluster of this program runs first: nodes, the load balancer controller. Charts depend on it; objects that depend on
   * a chart need not, so that large templates do not repeat it with every object.
   */
  prerequisites(): readonly IConstruct[];
  /** Throws MESH603 for clusters whose OIDC provider is not known. */
  oidcProvider(): OidcProvider;
}
