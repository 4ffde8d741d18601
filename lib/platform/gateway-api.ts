/** Definitions of the Gateway API, and where wanted of Envoy Gateway, on a cluster: installed once, whichever mesh asks. */
import { CfnResource, RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { GATEWAY_API } from './versions';
import { fail, type Site } from '../diagnostics/mesh-error';
import type { ClusterPort } from '../outputs/cloudformation/cluster-port';
import { clusterRealm } from '../outputs/cloudformation/clusters-of-stack';
import { deployerFor } from '../outputs/cloudformation/deployer';
import { logicalIdOf } from '../outputs/cloudformation/logical-id';
import { DEFINITIONS_TYPE, PROTOCOL } from '../outputs/cloudformation/protocol';

/** Which definitions are installed. */
export interface GatewayApiInstallation {
  /** Where the user wrote it. */
  readonly site: Site;
  /** Name of the mesh that asks. */
  readonly mesh: string;
  /** Left out where the cluster has those of the Gateway API already. */
  readonly gatewayApi: boolean;
  readonly envoyGateway: boolean;
  /** `oci://HOST/PATH` of the chart; left out: that of the project. */
  readonly repository?: string;
}

/** Clusters that have the definitions, with the place that asked for them. */
const INSTALLED = new WeakMap<ClusterPort, Site>();

/**
 * Installs definitions; nothing where none are wanted. They are applied one by one, because a release of Helm cannot hold them, and stay when the mesh goes, because every object of
 * their kinds would go with them. Throws MESH111 when something else of the program has installed those of the Gateway API on the cluster.
 */
export function installGatewayApi(scope: Construct, cluster: ClusterPort, options: GatewayApiInstallation): CfnResource | undefined {
  const { site, mesh, gatewayApi, envoyGateway, repository = GATEWAY_API.repository } = options;
  if (gatewayApi) claimCluster(cluster, site);
  if (!gatewayApi && !envoyGateway) return undefined;
  const { serviceToken, roleArn } = deployerFor(scope, cluster);
  // another mesh of the stack may bring those of the Gateway API
  const logicalId = logicalIdOf(gatewayApi ? 'gateway-api/definitions' : 'envoy-gateway/definitions', clusterRealm(scope, cluster));
  const { files, digests, chartVersion } = GATEWAY_API;
  const resource = new CfnResource(scope, logicalId, {
    type: DEFINITIONS_TYPE,
    properties: {
      ServiceToken: serviceToken, Protocol: PROTOCOL, ClusterName: cluster.clusterName, ...(roleArn === undefined ? {} : { RoleArn: roleArn }), Mesh: mesh,
      Repository: repository, Version: chartVersion, Digest: gatewayApi && envoyGateway ? digests.both : gatewayApi ? digests.gatewayApi : digests.envoyGateway,
      Files: [...(gatewayApi ? [files.gatewayApi] : []), ...(envoyGateway ? [files.envoyGateway] : [])],
    },
  });
  resource.overrideLogicalId(logicalId);
  resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return resource;
}

function claimCluster(cluster: ClusterPort, site: Site): void {
  const first = INSTALLED.get(cluster);
  if (first !== undefined) {
    fail('MESH111', site, `two meshes install the Gateway API on one cluster: '${first.origin.path}' and '${site.origin.path}'`,
      'let one of them install it, and say gatewayApi: GatewayApiInstall.EXISTING for the other');
  }
  INSTALLED.set(cluster, site);
}
