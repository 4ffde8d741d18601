/** The namespace of a controller that runs the proxies of gateways, before its chart would make it. */
import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ClusterPort } from '../outputs/cloudformation/cluster-port';
import { deployerFor } from '../outputs/cloudformation/deployer';
import { logicalIdOf } from '../outputs/cloudformation/logical-id';
import { OBJECTS_TYPE, PROTOCOL } from '../outputs/cloudformation/protocol';

/** A namespace, and for whom it is made. */
export interface ControllerNamespace {
  /** Name of the mesh that asks. */
  readonly mesh: string;
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
}

/**
 * Makes the namespace, or adds labels to the one that is there. It stays when the stack is deleted, as a namespace that Helm makes does: other meshes of the cluster may
 * have proxies in it.
 */
export function labelNamespace(scope: Construct, cluster: ClusterPort, { mesh, name, labels }: ControllerNamespace): CfnResource {
  const { serviceToken, roleArn } = deployerFor(scope, cluster);
  const logicalId = logicalIdOf(`${name}/namespace`);
  const resource = new CfnResource(scope, logicalId, {
    type: OBJECTS_TYPE,
    properties: {
      ServiceToken: serviceToken, Protocol: PROTOCOL, ClusterName: cluster.clusterName, ...(roleArn === undefined ? {} : { RoleArn: roleArn }), Mesh: mesh,
      Foreign: 'add', Retain: true, Manifest: [JSON.stringify([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }])],
    },
  });
  resource.overrideLogicalId(logicalId);
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return resource;
}
