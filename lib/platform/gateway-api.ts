/** Definitions of the Gateway API, and where wanted of Envoy Gateway, on a cluster: installed once, whichever mesh asks. */
import { Duration, type CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ClusterAccess } from './cluster-access';
import { installChart } from './helm-chart';
import { GATEWAY_API } from './versions';
import { fail, type Site } from '../diagnostics/mesh-error';

/** Which definitions are installed. */
export interface GatewayApiInstallation {
  /** Where the user wrote it. */
  readonly site: Site;
  /** Left out where the cluster has those of the Gateway API already. */
  readonly gatewayApi: boolean;
  readonly envoyGateway: boolean;
}

/** Clusters that have the definitions, with the place that asked for them. */
const INSTALLED = new WeakMap<ClusterAccess, Site>();

const NAMESPACE = 'gateway-api';

/** Installs definitions; nothing where none are wanted. Throws MESH111 when something else of the program has installed those of the Gateway API on the cluster. */
export function installGatewayApi(scope: Construct, id: string, cluster: ClusterAccess, options: GatewayApiInstallation): CfnResource | undefined {
  const { site, gatewayApi, envoyGateway } = options;
  if (gatewayApi) claimCluster(cluster, site);
  if (!gatewayApi && !envoyGateway) return undefined;
  return installChart(scope, id, cluster, {
    release: gatewayApi ? 'gateway-api' : 'envoy-gateway-crds',
    namespace: NAMESPACE,
    chart: GATEWAY_API.chart,
    repository: GATEWAY_API.repository,
    version: GATEWAY_API.chartVersion,
    values: { crds: { gatewayAPI: { enabled: gatewayApi, channel: GATEWAY_API.channel }, envoyGateway: { enabled: envoyGateway } } },
    timeout: Duration.minutes(5),
  });
}

function claimCluster(cluster: ClusterAccess, site: Site): void {
  const first = INSTALLED.get(cluster);
  if (first !== undefined) {
    fail('MESH111', site, `two meshes install the Gateway API on one cluster: '${first.origin.path}' and '${site.origin.path}'`,
      'let one of them install it, and say gatewayApi: GatewayApiInstall.EXISTING for the other');
  }
  INSTALLED.set(cluster, site);
}
