/** Envoy Gateway's controller on a cluster. In: plain records made by the constructs. Out: what everything of the mesh depends on. */
import { Duration, type CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { mergeValues, type ChartValues } from './app-mesh-values';
import { labelNamespace } from './controller-namespace';
import { installGatewayApi } from './gateway-api';
import { installChart } from './helm-chart';
import { ENVOY_GATEWAY } from './versions';
import type { Site } from '../diagnostics/mesh-error';
import type { ClusterPort } from '../outputs/cloudformation/cluster-port';

/** How the controller is installed. */
export interface EnvoyGatewayInstallation {
  /** Where the user wrote it. */
  readonly site: Site;
  /** Name of the mesh that asks. */
  readonly mesh: string;
  /** Whether the definitions of the Gateway API are installed too. */
  readonly gatewayApi: boolean;
  /** `oci://HOST/PATH` of the chart with the definitions; left out: that of the project. */
  readonly definitionsRepository?: string;
  /** Whether the program has hosts outside of the mesh, which the controller reads only where it is told to. */
  readonly usesBackends: boolean;
  /** Left out: those of `versions.ts`. */
  readonly chartVersion?: string;
  readonly chartRepository?: string;
  /** Host that carries the images of controller and proxies; left out: the chart's own. */
  readonly imageRegistry?: string;
  /** Merged over the values that follow from the rest. */
  readonly values?: ChartValues;
}

const NAMESPACE = 'envoy-gateway-system';

/**
 * Proxies run in the controller's namespace, so their readiness waits for the load balancer there: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/
 */
const READINESS_GATE = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' };

/** Installs definitions and namespace, then the controller; deleted the other way round, so that the controller outlives its objects. */
export function installEnvoyGateway(scope: Construct, cluster: ClusterPort, options: EnvoyGatewayInstallation): CfnResource {
  const { site, mesh, gatewayApi, definitionsRepository: repository } = options;
  const definitions = installGatewayApi(scope, cluster, { site, mesh, gatewayApi, envoyGateway: true, ...(repository === undefined ? {} : { repository }) });
  const namespace = labelNamespace(scope, cluster, { mesh, name: NAMESPACE, labels: READINESS_GATE });
  const controller = installChart(scope, cluster, {
    release: 'envoy-gateway',
    namespace: NAMESPACE,
    chart: ENVOY_GATEWAY.chart,
    repository: options.chartRepository ?? ENVOY_GATEWAY.repository,
    version: options.chartVersion ?? ENVOY_GATEWAY.chartVersion,
    values: mergeValues(valuesOf(options), options.values ?? {}),
    timeout: Duration.minutes(10),
  });
  controller.addResourceDependency(namespace);
  if (definitions !== undefined) controller.addResourceDependency(definitions);
  return controller;
}

function valuesOf({ usesBackends, imageRegistry }: EnvoyGatewayInstallation): ChartValues {
  return {
    // they are installed before, so that they outlive the controller
    crds: { enabled: false },
    deployment: { replicas: 2 },
    podDisruptionBudget: { minAvailable: 1 },
    ...(usesBackends ? { config: { envoyGateway: { extensionApis: { enableBackend: true } } } } : {}),
    ...(imageRegistry === undefined ? {} : { global: { imageRegistry } }),
  };
}
