/** Clusters that exist or are made elsewhere: aws-eks-v2, aws-eks, imported by attributes, or known by name alone. */
import { aws_eks as eksV1, aws_eks_v2 as eks, aws_iam as iam, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { fail, type Origin } from '../../diagnostics';
import type { DeployerAccess } from '../../outputs/cloudformation/cluster-port';
import type { MeshClusterAttributes } from '../mesh-cluster';
import {
  attributeOf, barriersOf, deployerBeside, kubernetesMinor, noKubectl, noOidcProvider, oidcProviderOf, once, versionOf, type ClusterConnection,
} from './cluster-connection';

/** A cluster of aws-eks-v2, owned or imported. */
export function adoptEksV2(cluster: eks.ICluster, origin: Origin): ClusterConnection {
  return {
    eksCluster: cluster,
    vpc: attributeOf(() => cluster.vpc),
    connections: cluster.connections,
    access: {
      origin,
      clusterName: cluster.clusterName,
      clusterArn: cluster.clusterArn,
      ...kubernetesMinor(versionOf(cluster)),
      get barriers() {
        // a provider of an imported cluster may have been made here, with an access entry that it depends on
        const provider = cluster instanceof eks.Cluster ? undefined : cluster.kubectlProvider;
        return [...barriersOf(cluster), ...(provider === undefined ? [] : [provider])];
      },
      deployer: () => {
        const provider = cluster.kubectlProvider;
        return provider === undefined ? {} : deployerBeside({ provider, ...(provider.role === undefined ? {} : { role: provider.role }) });
      },
      kubectl: () => cluster.kubectlProvider !== undefined ? { serviceToken: cluster.kubectlProvider.serviceToken }
        : noKubectl(origin, cluster.clusterName, 'give kubectlProviderOptions where the cluster is made; an imported one takes them in MeshCluster.fromEksV2Attributes()'),
      oidcProvider: once(() => oidcProviderOf(attributeOf(() => cluster.openIdConnectProvider) ?? noOidcProvider(origin, cluster.clusterName))),
    },
  };
}

/**
 * A cluster imported by the attributes of aws-eks-v2. The CDK accepts `kubectlProviderOptions` there and ignores them; here they make a
 * kubectl function.
 */
export function adoptEksV2Attributes(scope: Construct, attributes: eks.ClusterAttributes, origin: Origin): ClusterConnection {
  const { kubectlProviderOptions: options, ...rest } = attributes;
  const cluster = eks.Cluster.fromClusterAttributes(scope, 'Imported', rest);
  if (rest.kubectlProvider !== undefined || options === undefined) return adoptEksV2(cluster, origin);
  const kubectlProvider = createKubectl(scope, cluster, options);
  return adoptEksV2(eks.Cluster.fromClusterAttributes(scope, 'Connected', { ...rest, kubectlProvider }), origin);
}

/** A function of our own. The cluster lets it in by an access entry; a role that the user gives must have one already. */
function createKubectl(scope: Construct, cluster: eks.ICluster, options: eks.KubectlProviderOptions): eks.IKubectlProvider {
  const provider = new eks.KubectlProvider(scope, 'KubectlProvider', { ...options, cluster });
  if (options.role !== undefined) return provider;
  new eks.AccessEntry(provider, 'Access', {
    cluster,
    principal: provider.role!.roleArn,
    accessPolicies: [eks.AccessPolicy.fromAccessPolicyName('AmazonEKSClusterAdminPolicy', { accessScopeType: eks.AccessScopeType.CLUSTER })],
  });
  return provider;
}

/** A cluster of aws-eks, owned or imported, for example one made by cdk-eks-blueprints. */
export function adoptEks(scope: Construct, cluster: eksV1.ICluster, origin: Origin): ClusterConnection {
  return {
    vpc: attributeOf(() => cluster.vpc),
    connections: cluster.connections,
    access: {
      origin,
      clusterName: cluster.clusterName,
      clusterArn: cluster.clusterArn,
      ...kubernetesMinor(versionOf(cluster)),
      get barriers() {
        return barriersOf(cluster);
      },
      deployer: () => {
        const provider = kubectlV1(scope, scope, cluster, origin);
        const { handlerRole: role, roleArn } = provider;
        return deployerBeside({ provider, roleArn, ...(role === undefined ? {} : { role }) });
      },
      kubectl: (user) => {
        const { serviceToken, roleArn } = kubectlV1(scope, user, cluster, origin);
        return { serviceToken, roleArn };
      },
      oidcProvider: once(() => oidcProviderOf(attributeOf(() => cluster.openIdConnectProvider) ?? noOidcProvider(origin, cluster.clusterName))),
    },
  };
}

function kubectlV1(scope: Construct, user: Construct, cluster: eksV1.ICluster, origin: Origin): eksV1.IKubectlProvider {
  requireKubectlV1(cluster, origin);
  return eksV1.KubectlProvider.getOrCreate(cluster instanceof eksV1.Cluster ? bystander(scope) : user, cluster);
}

/** The CDK makes whoever asks for an owned cluster's provider depend on its barrier. We state that dependency ourselves, so nothing hangs on this one. */
function bystander(scope: Construct): Construct {
  const id = 'Kubectl';
  return (scope.node.tryFindChild(id) as Construct | undefined) ?? new Construct(scope, id);
}

/** The CDK synthesizes without a layer, and the deployment then fails in the function. */
function requireKubectlV1(cluster: eksV1.ICluster, origin: Origin): void {
  if (cluster.kubectlProvider !== undefined) return;
  if (cluster.kubectlRole === undefined) {
    noKubectl(origin, cluster.clusterName, 'give kubectlRoleArn and kubectlLayer, or kubectlProvider, where the cluster is imported');
  }
  if (cluster.kubectlLayer === undefined) {
    noKubectl(origin, cluster.clusterName, 'give kubectlLayer, a layer of @aws-cdk/lambda-layer-kubectl-vNN, where the cluster is made or imported');
  }
}

/** A cluster known by its attributes. */
export function adoptAttributes(scope: Construct, attributes: MeshClusterAttributes, origin: Origin): ClusterConnection {
  checkDeploymentPlace(attributes, origin);
  const { clusterName, kubectlServiceToken, kubectlRoleArn, openIdConnectProviderArn, deploymentRole } = attributes;
  const isReachable = kubectlServiceToken !== undefined || deploymentRole !== undefined;
  return {
    vpc: attributes.vpc,
    access: {
      origin,
      clusterName,
      clusterArn: Stack.of(scope).formatArn({ service: 'eks', resource: 'cluster', resourceName: clusterName }),
      ...kubernetesMinor(attributes.kubernetesVersion),
      barriers: [],
      deployer: () => isReachable ? deployerOf(attributes)
        : noKubectl(origin, clusterName, 'import it with MeshCluster.fromAttributes() and deploymentRole or kubectlServiceToken, or with fromEksV2() or fromEks()'),
      kubectl: () => kubectlServiceToken === undefined
        ? noKubectl(origin, clusterName, 'import it with MeshCluster.fromAttributes() and kubectlServiceToken, or with fromEksV2() or fromEks()')
        : { serviceToken: kubectlServiceToken, ...(kubectlRoleArn === undefined ? {} : { roleArn: kubectlRoleArn }) },
      oidcProvider: once(() => openIdConnectProviderArn === undefined ? noOidcProvider(origin, clusterName)
        : oidcProviderOf(iam.OpenIdConnectProvider.fromOpenIdConnectProviderArn(scope, 'OidcProvider', openIdConnectProviderArn))),
    },
  };
}

/** Throws MESH111 where a part is given without the others, which would be left out in silence or refused by Lambda. */
function checkDeploymentPlace({ vpc, deploymentSubnets, deploymentSecurityGroups = [] }: MeshClusterAttributes, origin: Origin): void {
  if (deploymentSubnets === undefined) {
    if (deploymentSecurityGroups.length === 0) return;
    fail('MESH111', { origin, property: 'deploymentSecurityGroups' }, 'deploymentSecurityGroups are given without deploymentSubnets, so the function would run outside of any VPC', 'give deploymentSubnets, too');
  }
  if (vpc === undefined) fail('MESH111', { origin, property: 'deploymentSubnets' }, 'deploymentSubnets are given without the vpc that they are selected from', 'give vpc, too');
  if (deploymentSecurityGroups.length > 0) return;
  fail('MESH111', { origin, property: 'deploymentSubnets' }, 'deploymentSubnets are given without deploymentSecurityGroups, and a function in a VPC needs one',
    "give a security group that the cluster's lets in on port 443");
}

/** With a role that is given, or a new one with an access entry, and in the subnets that are given. */
function deployerOf({ deploymentRole, kubectlRoleArn, vpc, deploymentSubnets, deploymentSecurityGroups }: MeshClusterAttributes): DeployerAccess {
  const vpcConfig = vpc === undefined || deploymentSubnets === undefined ? undefined
    : { subnetIds: vpc.selectSubnets(deploymentSubnets).subnetIds, securityGroupIds: (deploymentSecurityGroups ?? []).map((group) => group.securityGroupId) };
  return {
    ...(deploymentRole === undefined ? {} : { role: deploymentRole }),
    ...(deploymentRole === undefined || kubectlRoleArn === undefined ? {} : { roleArn: kubectlRoleArn }),
    ...(vpcConfig === undefined ? {} : { vpcConfig }),
  };
}
