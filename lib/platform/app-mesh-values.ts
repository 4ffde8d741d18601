/** The values of the App Mesh controller's chart: from plain records to the chart's own words. */
import { APP_MESH } from './versions';

/** Where spans go; the controller can set up one tracer. */
export interface AppMeshTracing {
  readonly kind: 'x-ray' | 'jaeger' | 'datadog';
  /** Host of the collector; X-Ray runs its daemon beside each proxy and needs none. */
  readonly address?: string;
  /** Left out: `TRACER_PORTS`. */
  readonly port?: number;
  /** Share of the requests, 0 to 1. The chart heeds it for X-Ray alone. */
  readonly samplingRate: number;
}

/** What Envoy speaks to by default. The chart says X-Ray's port for all of them. */
export const TRACER_PORTS = { 'x-ray': 2000, 'jaeger': 9411, 'datadog': 8126 } as const;

/** CPU and memory, in Kubernetes' words. */
export interface ResourceAmounts {
  readonly cpu: string;
  readonly memory: string;
}

/** Defaults of the proxies that the controller injects. */
export interface AppMeshSidecar {
  /** Left out: 100m and 128Mi, so that autoscaling on CPU and scheduling count the proxy. */
  readonly requests?: ResourceAmounts;
  /** Left out: none, because a proxy without memory stops the pod's traffic. */
  readonly limits?: ResourceAmounts;
  /** Left out: `info`. */
  readonly logLevel?: 'info' | 'warn' | 'error' | 'debug';
  /** Left out: true. The application starts once the proxy has its configuration. */
  readonly waitUntilProxyReady?: boolean;
  /** Seconds that a proxy goes on serving after its pod was told to stop; left out: 20. */
  readonly preStopDelaySeconds?: number;
}

/** Everything the values depend on. Texts may be tokens. */
export interface AppMeshValuesInput {
  readonly region: string;
  readonly account: string;
  /** Given: the controller asks EKS for the IP family of this cluster. */
  readonly clusterName?: string;
  readonly roleArn: string;
  readonly registry: string;
  readonly replicas: number;
  readonly logLevel: 'info' | 'debug';
  readonly sidecar: AppMeshSidecar;
  readonly tracing?: AppMeshTracing;
  /** Socket of an SDS provider such as SPIRE; left out: no SDS. */
  readonly sdsSocket?: string;
  /** Address and port of a DogStatsD daemon; left out: no statsd. */
  readonly statsd?: { readonly address: string; readonly port: number };
}

/** Name of the controller's service account. */
export const APP_MESH_SERVICE_ACCOUNT = 'appmesh-controller';

/** Values of a chart; may hold tokens anywhere. */
export interface ChartValues {
  readonly [key: string]: unknown;
}

/** The chart's values. */
export function appMeshValues(input: AppMeshValuesInput): ChartValues {
  return {
    region: input.region,
    // without it the controller asks the instance metadata service, which pods cannot reach on hardened nodes
    accountId: input.account,
    ...(input.clusterName === undefined ? {} : { clusterName: input.clusterName }),
    replicaCount: input.replicas,
    ...(input.replicas > 1 ? { podDisruptionBudget: { maxUnavailable: 1 } } : {}),
    image: { repository: `${input.registry}/amazon/appmesh-controller`, tag: APP_MESH.controllerTag },
    init: { image: { repository: `${input.registry}/aws-appmesh-proxy-route-manager`, tag: APP_MESH.proxyInitTag } },
    xray: { image: { repository: APP_MESH.xrayRepository, tag: APP_MESH.xrayTag } },
    serviceAccount: { create: true, name: APP_MESH_SERVICE_ACCOUNT, annotations: { 'eks.amazonaws.com/role-arn': input.roleArn } },
    log: { level: input.logLevel },
    sidecar: sidecarValues(input),
    ...(input.tracing === undefined ? {} : { tracing: tracingValues(input.tracing) }),
    ...(input.sdsSocket === undefined ? {} : { sds: { enabled: true, udsPath: input.sdsSocket } }),
    ...(input.statsd === undefined ? {} : {
      stats: { tagsEnabled: true, statsdEnabled: true, statsdAddress: input.statsd.address, statsdPort: input.statsd.port },
    }),
  };
}

function sidecarValues({ registry, sidecar }: AppMeshValuesInput) {
  return {
    image: { repository: `${registry}/aws-appmesh-envoy`, tag: APP_MESH.envoyTag },
    logLevel: sidecar.logLevel ?? 'info',
    resources: {
      requests: sidecar.requests ?? { cpu: '100m', memory: '128Mi' },
      ...(sidecar.limits === undefined ? {} : { limits: sidecar.limits }),
    },
    waitUntilProxyReady: sidecar.waitUntilProxyReady ?? true,
    lifecycleHooks: { preStopDelay: sidecar.preStopDelaySeconds ?? 20, postStartInterval: 5, postStartTimeout: 180 },
  };
}

function tracingValues({ kind, address, port, samplingRate }: AppMeshTracing) {
  return {
    enabled: true,
    provider: kind,
    ...(address === undefined ? {} : { address }),
    port: port ?? TRACER_PORTS[kind],
    samplingRate,
  };
}

/** `changes` over `values`, key by key; lists are replaced, and `null` takes a key's default away, as Helm does it. */
export function mergeValues(values: ChartValues, changes: ChartValues): ChartValues {
  const merged: { [key: string]: unknown } = { ...values };
  for (const [key, change] of Object.entries(changes)) {
    const value = merged[key];
    merged[key] = isRecord(value) && isRecord(change) ? mergeValues(value, change) : change;
  }
  return merged;
}

function isRecord(value: unknown): value is ChartValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;
}
