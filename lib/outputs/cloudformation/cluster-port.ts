/**
 * The small part of a cluster that writers need, the same for clusters of aws-eks and aws-eks-v2, made or imported.
 * Made by the cluster construct; used by whatever writes manifests, charts and roles.
 */
import type { aws_iam as iam, aws_lambda as lambda, IResolvable } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';

/** Who speaks to the API server on behalf of CloudFormation. */
export interface KubectlConnection {
  /** ARN of the custom resource provider's function. */
  readonly serviceToken: string;
  /** Role that the function assumes first: needed with clusters of aws-eks, left out with those of aws-eks-v2. */
  readonly roleArn?: string;
}

/** The cluster's OpenID Connect provider, which service accounts take roles through. */
export interface OidcProviderPort {
  /** ARN of the IAM provider. */
  readonly providerArn: string;
  /** Issuer without its scheme, for example `oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF`. */
  readonly issuer: string;
}

/** How the deployment function reaches the cluster. */
export interface DeployerAccess {
  /** Role that the function runs as, which the cluster lets in. Left out: one of its own, let in by an access entry. */
  readonly role?: iam.IRole;
  /** Role that the function assumes first: needed with clusters of aws-eks. */
  readonly roleArn?: string;
  /** Where the function runs; left out: outside of any VPC, which reaches public endpoints alone. */
  readonly vpcConfig?: lambda.CfnFunction.VpcConfigProperty | IResolvable;
}

/** A cluster, as writers see it. */
export interface ClusterPort {
  /** May be a token. */
  readonly clusterName: string;
  readonly clusterArn: string;
  /** What must exist before the API server can be spoken to: the access entry of the function, the ready barrier. */
  readonly barriers: readonly IDependable[];
  /** The connection for resources in the scope's stack. May create a provider there, so writers ask once per stack. */
  kubectl(scope: Construct): KubectlConnection;
  /** How objects are deployed. */
  deployer(): DeployerAccess;
  /** May create the provider in the cluster's stack. */
  oidcProvider(): OidcProviderPort;
}

/** Properties that every custom resource of the kubectl function has. */
export interface ConnectionProperties {
  readonly ServiceToken: string;
  readonly ClusterName: string;
  readonly RoleArn?: string;
}

/** The shared properties of charts, in the names that the function of aws-eks and aws-eks-v2 reads. */
export function connectionProperties(cluster: ClusterPort, scope: Construct): ConnectionProperties {
  const { serviceToken, roleArn } = cluster.kubectl(scope);
  return { ServiceToken: serviceToken, ClusterName: cluster.clusterName, ...(roleArn === undefined ? {} : { RoleArn: roleArn }) };
}
