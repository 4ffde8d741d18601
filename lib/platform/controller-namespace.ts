/** The namespace of a controller that runs the proxies of gateways, before its chart would make it. */
import { CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ClusterAccess } from './cluster-access';
import { connectionProperties } from '../outputs/cloudformation/cluster-port';

/**
 * Makes the namespace, or adds labels to the one that is there. It stays when the stack is deleted, as a namespace that Helm makes does: other meshes of the cluster may
 * have proxies in it.
 */
export function labelNamespace(scope: Construct, id: string, cluster: ClusterAccess, name: string, labels: { readonly [label: string]: string }): CfnResource {
  const resource = new CfnResource(scope, id, { type: 'Custom::AWSCDK-EKS-KubernetesResource' });
  resource.node.addDependency(...cluster.barriers);
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const manifest = [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }];
  // with Overwrite an object that exists is patched; without it that would be an error
  const properties = { ...connectionProperties(cluster, resource), Manifest: Stack.of(scope).toJsonString(manifest), Overwrite: true };
  for (const [key, value] of Object.entries(properties)) resource.addPropertyOverride(key, value);
  return resource;
}
