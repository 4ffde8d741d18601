/** The App Mesh controller for a mesh, from what the user chose. */
import { Stack, Token } from 'aws-cdk-lib';
import type { InstallationTarget } from './mesh-provider';
import { fail, type Site } from '../../diagnostics';
import type { TrafficModel } from '../../model';
import type { ControlPlane } from '../../plan/control-plane';
import { appMeshControlPlane } from '../../providers/app-mesh/control-plane';
import { certificatesOf, trustsOf } from '../../providers/app-mesh/control-plane/certificates';
import { appMeshRegistry, FALLBACK_REGION } from '../../providers/app-mesh/images';
import { originOf } from '../origin';

/** Options of the App Mesh controller's installation. */
export interface AppMeshControllerOptions {
  /**
   * Whether the cluster has a controller already; then nothing is installed. Its role must cover this mesh.
   * @default false
   */
  readonly existing?: boolean;
  /** @default - the pinned version */
  readonly chartVersion?: string;
  /** @default - the chart repository of AWS */
  readonly chartRepository?: string;
  /**
   * Host that carries the images, for example of a private mirror.
   * @default - AWS's registry of the region
   */
  readonly imageRegistry?: string;
  /**
   * Values of the chart, merged over those that follow from the program.
   * @default - none
   */
  readonly values?: { [key: string]: any };
  /**
   * Socket of an agent that serves certificates, for example `/run/spire/sockets/agent.sock`. Needed where a certificate comes by SDS.
   * @default - none
   */
  readonly sdsSocket?: string;
  /**
   * Names of further meshes on the same cluster, which say `existing: true`: the controller's role covers them too.
   * @default - none
   */
  readonly alsoForMeshes?: string[];
}

/** What is installed; nothing where the cluster has a controller. Throws MESH603 where no registry of the region carries the images, MESH702 where proxies would find no agent. */
export function appMeshInstallation({ scope, cluster, model }: InstallationTarget, options: AppMeshControllerOptions): ControlPlane | undefined {
  const { existing, ...settings } = options;
  if (existing === true) return undefined;
  const site = { origin: originOf(scope), property: 'provider' };
  requireSdsSocket(model, options, site);
  const { partition, region, account } = Stack.of(scope);
  const { clusterName, clusterArn } = cluster._access;
  return appMeshControlPlane(model, {
    ...settings,
    place: { partition, region, account, clusterName, clusterArn },
    imageRegistry: settings.imageRegistry ?? registryFor(region, site),
  });
}

/** The registry of the region; where only the deployment knows it, that of one region for all. */
function registryFor(region: string, site: Site): string {
  return appMeshRegistry(Token.isUnresolved(region) ? FALLBACK_REGION : region) ?? fail('MESH603', site, `no registry of App Mesh's images is known in region '${region}'`,
    'copy the images into a registry of your own and name it with imageRegistry');
}

/** Without the socket the proxies would wait for their certificates for ever. */
function requireSdsSocket(model: TrafficModel, { sdsSocket }: AppMeshControllerOptions, site: Site): void {
  const secret = [...certificatesOf(model), ...trustsOf(model)].find((source) => source.kind === 'sds');
  if (secret === undefined || sdsSocket !== undefined) return;
  fail('MESH702', site, `the certificate '${secret.secret}' comes by SDS, but the proxies know no agent that serves it`,
    "name the agent's socket: MeshProvider.appMesh({ controller: { sdsSocket: '/run/spire/sockets/agent.sock' } })");
}
