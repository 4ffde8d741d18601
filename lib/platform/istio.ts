/** Istio's control plane on a cluster. In: plain records made by the constructs. Out: what everything of the mesh depends on. */
import { Duration, type CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { mergeValues, type ChartValues } from './app-mesh-values';
import { installGatewayApi } from './gateway-api';
import { installChart } from './helm-chart';
import { ISTIO } from './versions';
import { fail, type Site } from '../diagnostics/mesh-error';
import type { ClusterPort } from '../outputs/cloudformation/cluster-port';

/** How the control plane is installed. */
export interface IstioInstallation {
  /** Where the user wrote it. */
  readonly site: Site;
  /** Name of the mesh that asks. */
  readonly mesh: string;
  /** Whether the definitions of the Gateway API are installed too. */
  readonly gatewayApi: boolean;
  /** `oci://HOST/PATH` of the chart with the definitions; left out: that of the project. */
  readonly definitionsRepository?: string;
  /** Whether the proxies of nodes are installed, which ambient mode needs. */
  readonly ambient: boolean;
  /** What the mesh's configuration must hold, as Istio names it. */
  readonly meshConfig: { readonly [key: string]: unknown };
  /** Left out: the default revision. */
  readonly revision?: string;
  /** Left out: those of `versions.ts`. */
  readonly chartVersion?: string;
  readonly chartRepository?: string;
  /** Host and folder that carry the images; left out: the charts' own. */
  readonly imageHub?: string;
  /** Values of the control plane's chart, merged over those that follow from the rest. */
  readonly values?: ChartValues;
}

/** Clusters that have a control plane, with the place that asked for it. */
const INSTALLED = new WeakMap<ClusterPort, Site>();

const NAMESPACE = 'istio-system';

/** Definitions first, then the control plane, then in ambient mode the proxies of nodes. Throws MESH111 when the cluster has a control plane of the program already. */
export function installIstio(scope: Construct, cluster: ClusterPort, options: IstioInstallation): CfnResource {
  claimCluster(cluster, options.site);
  const { site, mesh, gatewayApi, definitionsRepository: repository, ambient, imageHub, revision } = options;
  const definitions = installGatewayApi(scope, cluster, { site, mesh, gatewayApi, envoyGateway: false, ...(repository === undefined ? {} : { repository }) });
  const common = { ...(ambient ? { profile: 'ambient' } : {}), ...(imageHub === undefined ? {} : { global: { hub: imageHub } }) };
  const named = revision === undefined ? {} : { revision };
  const steps: readonly Step[] = [
    { chart: 'base', values: { ...common, ...(revision === undefined ? {} : { defaultRevision: revision }) } },
    ...(ambient ? [{ chart: 'cni', values: common }] : []),
    { chart: 'istiod', values: mergeValues({ ...common, ...named, autoscaleMin: 2, meshConfig: options.meshConfig }, options.values ?? {}) },
    ...(ambient ? [{ chart: 'ztunnel', values: { ...common, ...named } }] : []),
  ];
  return steps.reduce<CfnResource | undefined>((before, step) => {
    const chart = install(scope, cluster, step, options);
    if (before !== undefined) chart.addResourceDependency(before);
    return chart;
  }, definitions)!;
}

interface Step {
  readonly chart: string;
  readonly values: ChartValues;
}

function install(scope: Construct, cluster: ClusterPort, { chart, values }: Step, options: IstioInstallation): CfnResource {
  return installChart(scope, cluster, {
    release: options.revision === undefined || chart !== 'istiod' ? `istio-${chart}` : `istio-${chart}-${options.revision}`,
    namespace: NAMESPACE,
    chart,
    repository: options.chartRepository ?? ISTIO.repository,
    version: options.chartVersion ?? ISTIO.chartVersion,
    values,
    timeout: Duration.minutes(10),
  });
}

function claimCluster(cluster: ClusterPort, site: Site): void {
  const first = INSTALLED.get(cluster);
  if (first !== undefined) {
    fail('MESH111', site, `two meshes install Istio on one cluster: '${first.origin.path}' and '${site.origin.path}'`,
      'a cluster has one control plane: let one mesh install it, and say existing: true for the other');
  }
  INSTALLED.set(cluster, site);
}
