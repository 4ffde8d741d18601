/** Clusters that exist or are made elsewhere: aws-eks-v2, aws-eks, imported by attributes, or known by name alone. */
import { aws_eks as eksV1, aws_eks_v2 as eks, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Origin } from '../../diagnostics';
import type { KubectlHandle } from '../../platform/cluster-access';
import type { MeshClusterAttributes } from '../mesh-cluster';
import { attributeOf, capacityOf, noKubectl, noOidcProvider, oidcProviderOf, once, type ClusterConnection } from './cluster-connection';

/** A cluster of aws-eks-v2, owned or imported; `options` make a kubectl function for one that has none. */
export function adoptEksV2(scope: Construct, cluster: eks.ICluster, options: eks.KubectlProviderOptions | undefined, origin: Origin): ClusterConnection {
  const own = once(() => cluster.kubectlProvider === undefined && options !== undefined ? createKubectl(scope, cluster, options) : undefined);
  const kubectl = (consumer: Construct): KubectlHandle => {
    const provider = own();
    if (provider !== undefined) {
      consumer.node.addDependency(provider);
      return { serviceToken: provider.serviceToken };
    }
    const given = eks.KubectlProvider.getKubectlProvider(consumer, cluster);
    return given !== undefined ? { serviceToken: given.serviceToken } : noKubectl(origin, cluster.clusterName,
      'give kubectlProviderOptions to MeshCluster.fromEksV2(); those given to Cluster.fromClusterAttributes() are not kept by the CDK');
  };
  return {
    eksCluster: cluster,
    vpc: attributeOf(() => cluster.vpc),
    connections: cluster.connections,
    access: {
      origin,
      clusterName: cluster.clusterName,
      clusterArn: cluster.clusterArn,
      kubectl,
      prerequisites: once(() => capacityOf(cluster)),
      oidcProvider: once(() => oidcProviderOf(attributeOf(() => cluster.openIdConnectProvider) ?? noOidcProvider(origin, cluster.clusterName))),
    },
  };
}

/** A function of our own. The cluster lets it in by an access entry, unless the caller's role has one. */
function createKubectl(scope: Construct, cluster: eks.ICluster, options: eks.KubectlProviderOptions): eks.KubectlProvider {
  const provider = new eks.KubectlProvider(scope, 'KubectlProvider', { ...options, cluster });
  if (options.role === undefined) {
    const entry = new eks.AccessEntry(scope, 'KubectlAccess', {
      cluster,
      principal: provider.role!.roleArn,
      accessPolicies: [eks.AccessPolicy.fromAccessPolicyName('AmazonEKSClusterAdminPolicy', { accessScopeType: eks.AccessScopeType.CLUSTER })],
    });
    // whoever waits for the function waits for its right to speak
    provider.node.addDependency(entry);
  }
  return provider;
}

/** A cluster of aws-eks, owned or imported, for example one made by cdk-eks-blueprints. */
export function adoptEks(cluster: eksV1.ICluster, origin: Origin): ClusterConnection {
  return {
    vpc: attributeOf(() => cluster.vpc),
    connections: cluster.connections,
    access: {
      origin,
      clusterName: cluster.clusterName,
      clusterArn: cluster.clusterArn,
      kubectl: (consumer) => {
        requireKubectlV1(cluster, origin);
        const { serviceToken, roleArn } = eksV1.KubectlProvider.getOrCreate(consumer, cluster);
        return { serviceToken, roleArn };
      },
      prerequisites: once(() => capacityOf(cluster)),
      oidcProvider: once(() => oidcProviderOf(attributeOf(() => cluster.openIdConnectProvider) ?? noOidcProvider(origin, cluster.clusterName))),
    },
  };
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
  const { clusterName, kubectlServiceToken, kubectlRoleArn, openIdConnectProvider } = attributes;
  return {
    vpc: attributes.vpc,
    access: {
      origin,
      clusterName,
      clusterArn: Stack.of(scope).formatArn({ service: 'eks', resource: 'cluster', resourceName: clusterName }),
      kubectl: () => kubectlServiceToken === undefined
        ? noKubectl(origin, clusterName, 'import it with MeshCluster.fromClusterAttributes() and kubectlServiceToken, or with fromEksV2() or fromEks()')
        : { serviceToken: kubectlServiceToken, ...(kubectlRoleArn === undefined ? {} : { roleArn: kubectlRoleArn }) },
      prerequisites: () => [],
      oidcProvider: () => openIdConnectProvider === undefined ? noOidcProvider(origin, clusterName) : oidcProviderOf(openIdConnectProvider),
    },
  };
}
