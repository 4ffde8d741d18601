/** What a MeshCluster stands on, and what it cannot do without. */
import { CfnResource, type aws_ec2 as ec2, type aws_eks_v2 as eks, type aws_iam as iam, type aws_lambda as lambda } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { ClusterAccess } from './cluster-access';
import { minorOf } from './eks-versions';
import { fail, type Origin } from '../../diagnostics';
import type { DeployerAccess, OidcProviderPort } from '../../outputs/cloudformation/cluster-port';

/** A cluster that a MeshCluster made or was given. */
export interface ClusterConnection {
  readonly access: ClusterAccess;
  readonly vpc?: ec2.IVpc;
  readonly connections?: ec2.Connections;
  readonly eksCluster?: eks.ICluster;
}

/** The provider in the form that roles need. */
export function oidcProviderOf(provider: iam.IOpenIdConnectProvider): OidcProviderPort {
  return { providerArn: provider.openIdConnectProviderArn, issuer: provider.openIdConnectProviderIssuer };
}

/** The version as `ClusterAccess` has it: nothing where it is not known, for example because it is a token. */
export function kubernetesMinor(version: string | undefined): Pick<ClusterAccess, 'kubernetesMinor'> {
  const minor = version === undefined ? undefined : minorOf(version);
  return minor === undefined ? {} : { kubernetesMinor: minor };
}

/** The version of a cluster that the CDK makes, which it keeps to itself; imported ones have none. */
export function versionOf(cluster: IConstruct): string | undefined {
  return (cluster as { readonly version?: { readonly version?: string } }).version?.version;
}

/** What an imported cluster answers, or nothing: their getters throw for attributes that were not given. */
export function attributeOf<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Throws MESH603: nothing can be applied to the cluster. */
export function noKubectl(origin: Origin, clusterName: string, fix: string): never {
  return fail('MESH603', { origin, property: 'cluster' }, `cluster '${clusterName}' has no kubectl function, so nothing can be applied to it`, fix);
}

/** Throws MESH603: roles for service accounts have nobody to trust. */
export function noOidcProvider(origin: Origin, clusterName: string): never {
  return fail('MESH603', { origin, property: 'openIdConnectProviderArn' },
    `cluster '${clusterName}' has no OpenID Connect provider, so its pods cannot get IAM roles`,
    'give its OpenID Connect provider where the cluster is imported');
}

/** A kubectl provider of the CDK, as far as it is known. */
export interface KubectlProviderParts {
  readonly provider: IConstruct;
  /** Role of its function, which the cluster lets in. */
  readonly role?: iam.IRole;
  /** Role that the function assumes. */
  readonly roleArn?: string;
}

/** The deployment function reaches the API server by the same way as the CDK's kubectl function: with its role, in its subnets. */
export function deployerBeside({ provider, role, roleArn }: KubectlProviderParts): DeployerAccess {
  const handler = provider.node.tryFindChild('Handler')?.node.defaultChild;
  const { vpcConfig } = (CfnResource.isCfnResource(handler as IConstruct) ? handler : {}) as Partial<lambda.CfnFunction>;
  return {
    ...(role === undefined ? {} : { role }),
    // a role of our own is let in by an access entry, and need not assume another
    ...(role === undefined || roleArn === undefined ? {} : { roleArn }),
    ...(vpcConfig === undefined ? {} : { vpcConfig }),
  };
}

const CAPACITY = new Set(['AWS::EKS::Nodegroup', 'AWS::EKS::FargateProfile', 'Custom::AWSCDK-EKS-FargateProfile', 'AWS::AutoScaling::AutoScalingGroup']);

/**
 * What has to exist before a cluster of the CDK can be used: the right of its kubectl function, and the nodes, because charts wait for their pods.
 * The CDK's own barrier is found by its id; for imported clusters there is none.
 */
export function barriersOf(cluster: IConstruct): readonly IConstruct[] {
  const barrier = cluster.node.tryFindChild('KubectlReadyBarrier');
  const nodes = cluster.node.findAll().filter((node) => CfnResource.isCfnResource(node) && CAPACITY.has(node.cfnResourceType));
  return barrier === undefined ? nodes : [barrier, ...nodes];
}

/** Calls once, then repeats the answer. */
export function once<T>(compute: () => T): () => T {
  let answer: { readonly value: T } | undefined;
  return () => (answer ??= { value: compute() }).value;
}
