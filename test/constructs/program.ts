/** A small program around the construct under test: an app, a stack, a cluster that exists, and a mesh. */
import { App, Stack } from 'aws-cdk-lib';
import { HealthCheck, Mesh, MeshCluster, MeshProvider, ServiceVersion, type MeshProps, type VersionOptions } from '../../lib';
import type { TrafficModel } from '../../lib/model';

const OIDC_PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC';

export interface Program {
  readonly app: App;
  readonly stack: Stack;
  readonly mesh: Mesh;
}

/** `Shop/Mesh` on a cluster that exists already. */
export function program(props: Partial<MeshProps> = {}, context: { readonly [flag: string]: unknown } = {}): Program {
  const app = new App({ context });
  const stack = new Stack(app, 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const cluster = existingCluster(stack);
  const mesh = new Mesh(stack, 'Mesh', { cluster, namespace: 'shop', meshName: 'shop', provider: MeshProvider.appMesh(), ...props });
  return { app, stack, mesh };
}

/** A cluster with a kubectl provider and an OIDC provider, by attributes. */
export function existingCluster(stack: Stack, id = 'Cluster'): MeshCluster {
  return MeshCluster.fromAttributes(stack, id, {
    clusterName: 'prod',
    kubectlServiceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl',
    openIdConnectProviderArn: OIDC_PROVIDER,
  });
}

/** A version with a health check on `/ping`. */
export function version(name: string, options: VersionOptions = {}): ServiceVersion {
  return ServiceVersion.fromImage(name, { image: `shop/app:${name}`, healthCheck: HealthCheck.http('/ping'), ...options });
}

/** The model so far. */
export function modelOf(mesh: Mesh): TrafficModel {
  return mesh.buildModel() as TrafficModel;
}

/** The message of what is thrown, or of the synthesis that fails; whole, without the CDK's own first line. */
export function errorOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message.replace(/^Validation failed with the following errors:\n/, '');
  }
  throw new Error('nothing was thrown');
}
