/**
 * The objects of the workload for meshes that go through the Gateway API: those that Istio and Envoy Gateway have in common, and those of each.
 * In: a chart, which brings the namespace; out: the chart is filled. equal.test.ts compares them with what the library makes, field by field.
 */
'use strict';
const { parts } = require('./handwritten-objects');
const { ISTIO_PROXY, NO_PROXY, addDeployment, versionPod } = require('./handwritten-pods');
const { WORKLOAD } = require('./workload');

const { MESH_LABELS, add, addAutoscaler, addDisruptionBudget, addKubeService, nameLabels, serviceLabels, versionLabels } = parts;
const { mesh, namespace, port } = WORKLOAD;
const GROUP = 'gateway.networking.k8s.io';
const ENVOY_GATEWAY = 'gateway.envoyproxy.io';
const GATEWAY_LABELS = { 'mesh.cdk-eks-mesh.dev/gateway': 'gateway' };
const NO_LIMIT = 4_294_967_295;
const WEIGHTS = [100 - WORKLOAD.canaryPercent, WORKLOAD.canaryPercent];
const LOAD_BALANCER = Object.fromEntries(Object.entries({
  'type': 'external', 'nlb-target-type': 'ip', 'scheme': 'internal', 'healthcheck-protocol': 'tcp', 'target-group-attributes': 'deregistration_delay.timeout_seconds=180',
}).map(([key, value]) => [`service.beta.kubernetes.io/aws-load-balancer-${key}`, value]));
const RESOURCES = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } };

function spreadOver(matchLabels) {
  return ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
    maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels },
  }));
}

/** Account, Services and pods of a service, which are alike on both. */
function addPods(chart, { name, versions }, proxy = NO_PROXY) {
  add(chart, 'v1', 'ServiceAccount', { name, labels: nameLabels(name), automountServiceAccountToken: false });
  addKubeService(chart, name, { service: name, selector: serviceLabels(name) });
  for (const version of versions) {
    const own = `${name}-${version}`;
    const selector = versionLabels(name, version);
    addKubeService(chart, own, { service: name, selector });
    addDeployment((rest) => add(chart, 'apps/v1', 'Deployment', rest), {
      name: own, labels: { ...nameLabels(name), 'app.kubernetes.io/version': version }, selector, pod: versionPod(name, version, port), proxy,
    });
    addDisruptionBudget(chart, own, selector);
    addAutoscaler(chart, own);
  }
}

function addGatewayObject(chart, gatewayClassName, parametersRef, annotations) {
  add(chart, `${GROUP}/v1`, 'Gateway', {
    name: 'gateway',
    labels: nameLabels('gateway'),
    annotations,
    spec: {
      gatewayClassName,
      listeners: [{ name: 'http-80', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' }, kinds: [{ group: GROUP, kind: 'HTTPRoute' }] } }],
      infrastructure: { labels: GATEWAY_LABELS, ...(annotations === undefined ? {} : { annotations }), parametersRef },
    },
  });
}

/** The shares of a service at the gateway, below its path. */
function gatewayRule({ name, path, versions }, { filters, ...rest }) {
  return {
    name: `${name}-split`,
    matches: [{ path: { type: 'PathPrefix', value: path } }],
    filters: [{ type: 'URLRewrite', urlRewrite: { hostname: `${name}.${namespace}.svc.cluster.local` } }],
    backendRefs: versions.map((version, at) => ({ group: '', kind: 'Service', name: `${name}-${version}`, port, weight: WEIGHTS[at], ...(filters && { filters }) })),
    timeouts: { request: `${WORKLOAD.timeoutSeconds}s` },
    ...rest,
  };
}

function addHttpRoute(chart, owner, name, parent, rules) {
  add(chart, `${GROUP}/v1`, 'HTTPRoute', { name, labels: nameLabels(owner), spec: { parentRefs: [parent], rules } });
}

const GATEWAY_PARENT = { group: GROUP, kind: 'Gateway', name: 'gateway', sectionName: 'http-80' };

/** A pod leaves only when another is ready in its place. */
const ROLLING = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } };

/** Istio. */
const istio = {
  addNamespace: (chart) => add(chart, 'v1', 'Namespace', { name: namespace, labels: { ...MESH_LABELS, 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled', 'istio-injection': 'enabled' } }),
  addMesh: undefined,
  addGateway(chart) {
    const overlays = {
      deployment: {
        spec: {
          replicas: 2,
          strategy: ROLLING,
          template: {
            metadata: { annotations: { 'proxy.istio.io/config': '{"drainDuration":"195s","terminationDrainDuration":"195s"}' } },
            spec: {
              terminationGracePeriodSeconds: 225,
              topologySpreadConstraints: spreadOver({ 'gateway.networking.k8s.io/gateway-name': 'gateway' }),
              containers: [{ name: 'istio-proxy', image: WORKLOAD.gatewayImage, resources: RESOURCES }],
            },
          },
        },
      },
      service: { metadata: { annotations: LOAD_BALANCER }, spec: { type: 'LoadBalancer' } },
    };
    const data = Object.fromEntries(Object.entries(overlays).map(([key, overlay]) => [key, JSON.stringify(overlay)]));
    // the control plane never deletes one that it has made
    addDisruptionBudget(chart, 'gateway-istio', { 'gateway.networking.k8s.io/gateway-name': 'gateway' });
    add(chart, 'v1', 'ConfigMap', { name: 'gateway-gateway', labels: nameLabels('gateway'), data });
    addGatewayObject(chart, 'istio', { group: '', kind: 'ConfigMap', name: 'gateway-gateway' }, { 'sidecar.istio.io/logLevel': 'info' });
  },
  addService(chart, service) {
    const { name, versions } = service;
    addPods(chart, service, ISTIO_PROXY);
    const { matches: _, filters: __, ...rule } = gatewayRule(service, { ...RETRIES });
    addHttpRoute(chart, name, `${name}-${port}`, { group: '', kind: 'Service', name, port }, [
      { ...rule, name: 'split', matches: [{ path: { type: 'PathPrefix', value: '/' } }] },
    ]);
    for (const version of versions) {
      add(chart, 'networking.istio.io/v1', 'Sidecar', {
        name: `${name}-${version}`,
        labels: nameLabels(name),
        spec: { workloadSelector: { labels: versionLabels(name, version) }, egress: [{ hosts: ['istio-system/*', 'kube-system/kube-dns.kube-system.svc.cluster.local'] }], outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' } },
      });
    }
  },
  addRoute: (chart, service, routeName) => addHttpRoute(chart, 'gateway', routeName, GATEWAY_PARENT, [gatewayRule(service, RETRIES)]),
  /** All in one object. */
  addRoutes: (chart, services) => addHttpRoute(chart, 'gateway', 'gateway-80', GATEWAY_PARENT, services.map((service) => gatewayRule(service, RETRIES))),
};

const RETRIES = {
  timeouts: { request: `${WORKLOAD.timeoutSeconds}s`, backendRequest: `${WORKLOAD.retries.perTryTimeoutMs}ms` },
  retry: { codes: [500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511], attempts: WORKLOAD.retries.attempts },
};

/** Envoy Gateway. */
const envoyGateway = {
  addNamespace: (chart) => add(chart, 'v1', 'Namespace', { name: namespace, labels: MESH_LABELS }),
  /** Proxies run there; the chart would make it without the label. */
  addControllerNamespace: (chart) => add(chart, 'v1', 'Namespace', { name: 'envoy-gateway-system', labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } }),
  addMesh: (chart) => add(chart, `${GROUP}/v1`, 'GatewayClass', { name: mesh, labels: nameLabels(mesh), spec: { controllerName: `${ENVOY_GATEWAY}/gatewayclass-controller` } }),
  addGateway(chart) {
    add(chart, `${ENVOY_GATEWAY}/v1alpha1`, 'EnvoyProxy', {
      name: 'gateway',
      labels: nameLabels('gateway'),
      spec: {
        provider: {
          type: 'Kubernetes',
          kubernetes: {
            envoyDeployment: {
              replicas: 2,
              strategy: ROLLING,
              pod: { topologySpreadConstraints: spreadOver({ 'gateway.envoyproxy.io/owning-gateway-name': 'gateway', 'gateway.envoyproxy.io/owning-gateway-namespace': namespace }) },
              container: { image: WORKLOAD.gatewayImage, resources: RESOURCES },
            },
            envoyService: { type: 'LoadBalancer', annotations: LOAD_BALANCER },
            envoyPDB: { maxUnavailable: 1 },
          },
        },
        logging: { level: { default: 'info' } },
        telemetry: { accessLog: { disable: true } },
        shutdown: { drainTimeout: '255s', minDrainDuration: '195s' },
        preserveRouteOrder: true,
      },
    });
    addGatewayObject(chart, mesh, { group: ENVOY_GATEWAY, kind: 'EnvoyProxy', name: 'gateway' });
    add(chart, `${ENVOY_GATEWAY}/v1alpha1`, 'ClientTrafficPolicy', {
      name: 'gateway-http-80',
      labels: nameLabels('gateway'),
      spec: {
        targetRefs: [{ group: GROUP, kind: 'Gateway', name: 'gateway', sectionName: 'http-80' }],
        path: { escapedSlashesAction: 'KeepUnchanged' }, headers: { withUnderscoresAction: 'Allow' }, timeout: { http: { streamIdleTimeout: '0s' } },
      },
    });
    addTrafficPolicy(chart, 'gateway', { kind: 'Gateway', name: 'gateway' }, { timeout: '0s' });
  },
  addService: (chart, service) => addPods(chart, service),
  addRoute(chart, service, routeName) {
    addHttpRoute(chart, 'gateway', routeName, GATEWAY_PARENT, [gatewayRule(service, { filters: OWN_CLUSTER })]);
    addRetries(chart, service, routeName);
  },
  addRoutes(chart, services) {
    addHttpRoute(chart, 'gateway', 'gateway-80', GATEWAY_PARENT, services.map((service) => gatewayRule(service, { filters: OWN_CLUSTER })));
    for (const service of services) addRetries(chart, service, 'gateway-80');
  },
};

const OWN_CLUSTER = [{ type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['x-cdk-eks-mesh-own-cluster'] } }];

function addRetries(chart, { name }, routeName) {
  addTrafficPolicy(chart, `${routeName}-${name}-split`, { kind: 'HTTPRoute', name: routeName, sectionName: `${name}-split` }, {
    timeout: `${WORKLOAD.timeoutSeconds}s`,
    retry: {
      numRetries: WORKLOAD.retries.attempts,
      retryOn: { triggers: ['gateway-error', 'retriable-status-codes'], httpStatusCodes: [500, 501, 505, 506, 507, 508, 510, 511] },
      perRetry: { timeout: `${WORKLOAD.retries.perTryTimeoutMs}ms` },
    },
  });
}

function addTrafficPolicy(chart, name, target, { timeout, retry }) {
  add(chart, `${ENVOY_GATEWAY}/v1alpha1`, 'BackendTrafficPolicy', {
    name,
    labels: nameLabels('gateway'),
    spec: {
      targetRefs: [{ group: GROUP, ...target }],
      circuitBreaker: { maxConnections: NO_LIMIT, maxPendingRequests: NO_LIMIT, maxParallelRequests: NO_LIMIT, maxParallelRetries: NO_LIMIT },
      ...(retry && { retry }),
      timeout: { http: { requestTimeout: timeout, streamIdleTimeout: '0s' } },
    },
  });
}

module.exports = { envoyGateway, istio };
