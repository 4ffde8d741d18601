/** The values of the App Mesh controller's chart: from plain records to the chart's own words. */
import type { Tracing } from '../../../model/observability';
import type { ChartValues, RoleArnReference } from '../../../plan/chart-values';
import { APP_MESH } from '../versions';

/** What Envoy speaks to by default. The chart says X-Ray's port for all of them. */
const TRACER_PORTS = { 'x-ray': 2000, 'jaeger': 9411, 'datadog': 8126 } as const;

/** What the chart wants written for every tracer, and reads for X-Ray alone. */
const DEFAULT_SAMPLING_RATE = 0.05;

/** Seconds that a proxy goes on serving after its pod was told to stop. */
const PRE_STOP_SECONDS = 20;

/** Everything the values depend on. Texts may be tokens. */
export interface ControllerValuesInput {
  readonly region: string;
  readonly account: string;
  /** Given: the controller asks EKS for the IP family of this cluster. */
  readonly clusterName?: string;
  readonly role: RoleArnReference;
  readonly registry: string;
  readonly tracing?: Tracing;
  /** Socket of an SDS provider such as SPIRE; left out: no SDS. */
  readonly sdsSocket?: string;
}

/** Name of the controller's service account. */
export const SERVICE_ACCOUNT = 'appmesh-controller';

/** The chart's values. Of two controllers one leads; both answer the webhooks, without which no pod of the mesh can start. */
export function controllerValues({ region, account, clusterName, role, registry, tracing, sdsSocket }: ControllerValuesInput): ChartValues {
  return {
    region,
    // without it the controller asks the instance metadata service, which pods cannot reach on hardened nodes
    accountId: account,
    ...(clusterName === undefined ? {} : { clusterName }),
    replicaCount: 2,
    podDisruptionBudget: { maxUnavailable: 1 },
    image: { repository: `${registry}/amazon/appmesh-controller`, tag: APP_MESH.controllerTag },
    init: { image: { repository: `${registry}/aws-appmesh-proxy-route-manager`, tag: APP_MESH.proxyInitTag } },
    xray: { image: { repository: APP_MESH.xrayRepository, tag: APP_MESH.xrayTag } },
    serviceAccount: { create: true, name: SERVICE_ACCOUNT, annotations: { 'eks.amazonaws.com/role-arn': role } },
    log: { level: 'info' },
    sidecar: sidecarValues(registry),
    ...(tracing === undefined ? {} : { tracing: tracingValues(tracing) }),
    ...(sdsSocket === undefined ? {} : { sds: { enabled: true, udsPath: sdsSocket } }),
  };
}

/** Defaults of the proxies that the controller injects. */
function sidecarValues(registry: string): ChartValues {
  return {
    image: { repository: `${registry}/aws-appmesh-envoy`, tag: APP_MESH.envoyTag },
    logLevel: 'info',
    // so that autoscaling on CPU and scheduling count the proxy; no limits, because a proxy without memory stops the pod's traffic
    resources: { requests: { cpu: '100m', memory: '128Mi' } },
    // the application starts once the proxy has its configuration
    waitUntilProxyReady: true,
    lifecycleHooks: { preStopDelay: PRE_STOP_SECONDS, postStartInterval: 5, postStartTimeout: 180 },
  };
}

function tracingValues({ kind, address, port, samplingRate }: Tracing): ChartValues {
  return {
    enabled: true,
    provider: kind,
    ...(address === undefined ? {} : { address }),
    port: port ?? TRACER_PORTS[kind],
    samplingRate: samplingRate ?? DEFAULT_SAMPLING_RATE,
  };
}
