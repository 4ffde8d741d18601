/** Envoy Gateway's controller as data: definitions and namespace, then the chart. Called by the mesh when it is lowered. */
import type { TrafficModel } from '../../model/traffic-model';
import { mergeValues, type ChartValues } from '../../plan/chart-values';
import type { ChartStep, ControlPlane, NamespaceStep } from '../../plan/control-plane';
import { envoyGatewayDefinitions, type GatewayApiOptions } from '../gateway-api/definitions';

/**
 * The version that is installed. To change it, change it here, read the chart's values of that version against this file, and update the changelog; the tests show what changes.
 * @see https://github.com/envoyproxy/gateway/tree/v1.9.1/charts/gateway-helm
 */
export const ENVOY_GATEWAY = {
  chart: 'gateway-helm',
  chartVersion: 'v1.9.1',
  repository: 'oci://docker.io/envoyproxy/gateway-helm',
} as const;

/** How the controller is installed. */
export interface EnvoyGatewayControlPlaneSettings extends GatewayApiOptions {
  /** @default - the pinned one */
  readonly chartVersion?: string;
  /** @default - the project's chart, an OCI artifact */
  readonly chartRepository?: string;
  /** Host that carries the images of controller and proxies. @default - that of the chart */
  readonly imageRegistry?: string;
  /** Merged over the values that follow from the rest. @default - none */
  readonly values?: ChartValues;
}

const NAMESPACE = 'envoy-gateway-system';

const CLAIM = { what: 'Envoy Gateway', remedy: 'one controller serves all meshes of a cluster: let one mesh install it, and say existing: true for the other' };

/**
 * Proxies run in the controller's namespace, so their readiness waits for the load balancer there: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/
 */
const READINESS_GATE = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' };

/** The namespace comes before the chart would make it, because its label has to act on the first pods. */
const NAMESPACE_STEP: NamespaceStep = { kind: 'namespace', id: `${NAMESPACE}/namespace`, needs: [], name: NAMESPACE, labels: READINESS_GATE };

/** Definitions and namespace, then the controller; deleted the other way round, so that the controller outlives its objects. */
export function envoyGatewayControlPlane(model: TrafficModel, settings: EnvoyGatewayControlPlaneSettings = {}): ControlPlane {
  const definitions = envoyGatewayDefinitions(settings);
  const before = [...definitions.steps, NAMESPACE_STEP];
  const controller: ChartStep = {
    kind: 'chart', id: `${NAMESPACE}/envoy-gateway/chart`, needs: before.map(({ id }) => id),
    release: 'envoy-gateway', namespace: NAMESPACE, chart: ENVOY_GATEWAY.chart,
    repository: settings.chartRepository ?? ENVOY_GATEWAY.repository, version: settings.chartVersion ?? ENVOY_GATEWAY.chartVersion,
    values: mergeValues(valuesOf(model, settings), settings.values ?? {}), timeoutSeconds: 600,
  };
  return { claims: [CLAIM, ...definitions.claims], steps: [...before, controller] };
}

function valuesOf({ services }: TrafficModel, { imageRegistry }: EnvoyGatewayControlPlaneSettings): ChartValues {
  // hosts outside of the mesh, which the controller reads only where it is told to
  const usesBackends = services.some(({ versions }) => versions.some(({ pods }) => pods.kind === 'external'));
  return {
    // they are installed before, so that they outlive the controller
    crds: { enabled: false },
    deployment: { replicas: 2 },
    podDisruptionBudget: { minAvailable: 1 },
    ...(usesBackends ? { config: { envoyGateway: { extensionApis: { enableBackend: true } } } } : {}),
    ...(imageRegistry === undefined ? {} : { global: { imageRegistry } }),
  };
}
