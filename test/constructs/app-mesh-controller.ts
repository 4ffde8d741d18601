/** The App Mesh controller on a cluster, without a mesh: the largest thing that is installed on one. */
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { MeshCluster } from '../../lib';
import { writeControlPlane } from '../../lib/outputs/cloudformation/control-plane/write-control-plane';
import { appMeshControlPlane } from '../../lib/providers/app-mesh/control-plane';
import { model } from '../model-builders';

export function installAppMeshController(scope: Construct, { clusterName, clusterArn, _access: cluster }: MeshCluster): void {
  const { partition, region, account } = Stack.of(scope);
  const plan = appMeshControlPlane(model({}), { place: { partition, region, account, clusterName, clusterArn }, imageRegistry: 'registry.example' });
  writeControlPlane(plan, { scope, cluster, mesh: 'shop' });
}
