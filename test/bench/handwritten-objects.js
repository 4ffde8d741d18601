/**
 * The Kubernetes objects of the workload, as cdk8s ApiObjects. In: a chart, which brings the namespace; out: the chart is filled.
 * equal.test.ts compares them with what the library makes, field by field.
 */
'use strict';
const { ApiObject } = require('cdk8s');
const { addDeployment, gatewayPod, versionPod } = require('./handwritten-pods');
const { WORKLOAD } = require('./workload');

const { mesh, namespace, port } = WORKLOAD;
const MESH_LABELS = { 'mesh.cdk-eks-mesh.dev/mesh': mesh };
const GATEWAY_LABELS = { 'mesh.cdk-eks-mesh.dev/gateway': 'gateway' };
const ROUTE_LABELS = { ...GATEWAY_LABELS, 'mesh.cdk-eks-mesh.dev/gateway-namespace': namespace };
const NO_LIMIT = { unit: 's', value: 0 };

const nameLabels = (name) => ({ 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'cdk-eks-mesh' });
const serviceLabels = (service) => ({ 'mesh.cdk-eks-mesh.dev/service': service });
const versionLabels = (service, version) => ({ ...serviceLabels(service), 'mesh.cdk-eks-mesh.dev/version': version });
const reference = (name) => ({ namespace, name });

/** Adds an object; `rest` is everything beside kind and name. */
function add(chart, apiVersion, kind, { name, labels, annotations, ...rest }) {
  return new ApiObject(chart, `${kind}-${name}`, { apiVersion, kind, metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) }, ...rest });
}

const addMeshObject = (chart, kind, rest) => add(chart, 'appmesh.k8s.aws/v1beta2', kind, rest);

/** Cluster-scoped, so the chart must not bring a namespace. */
function addNamespace(chart) {
  add(chart, 'v1', 'Namespace', { name: namespace, labels: { ...MESH_LABELS, 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled', 'appmesh.k8s.aws/sidecarInjectorWebhook': 'enabled' } });
}

/** As `addNamespace`. */
function addMesh(chart) {
  addMeshObject(chart, 'Mesh', { name: mesh, spec: { awsName: mesh, namespaceSelector: { matchLabels: MESH_LABELS }, egressFilter: { type: 'DROP_ALL' } } });
}

/** The gateway with its proxies; `accountAnnotations` where the chart has to bring the service account. */
function addGateway(chart, accountAnnotations) {
  const name = 'gateway';
  addAccount(chart, name, accountAnnotations);
  addMeshObject(chart, 'VirtualGateway', {
    name,
    spec: {
      awsName: `${name}_${namespace}`,
      namespaceSelector: { matchLabels: MESH_LABELS },
      podSelector: { matchLabels: GATEWAY_LABELS },
      gatewayRouteSelector: { matchLabels: ROUTE_LABELS },
      listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    },
  });
  addDeployment((rest) => add(chart, 'apps/v1', 'Deployment', rest), {
    name, labels: nameLabels(name), selector: GATEWAY_LABELS, replicas: 2, pod: gatewayPod(name, WORKLOAD.gatewayImage),
  });
  addLoadBalancer(chart, name);
  addDisruptionBudget(chart, name, GATEWAY_LABELS);
}

function addLoadBalancer(chart, name) {
  const prefix = 'service.beta.kubernetes.io/aws-load-balancer';
  add(chart, 'v1', 'Service', {
    name,
    labels: nameLabels(name),
    annotations: {
      [`${prefix}-type`]: 'external',
      [`${prefix}-nlb-target-type`]: 'ip',
      [`${prefix}-scheme`]: 'internal',
      [`${prefix}-healthcheck-protocol`]: 'tcp',
      [`${prefix}-target-group-attributes`]: 'deregistration_delay.timeout_seconds=180',
    },
    spec: { type: 'LoadBalancer', selector: GATEWAY_LABELS, ports: [{ name: 'http-80', port: 80, targetPort: 8080, protocol: 'TCP' }] },
  });
}

/** Everything of one service except its route at the gateway. */
function addService(chart, { name, versions }, accountAnnotations) {
  addAccount(chart, name, accountAnnotations);
  addKubeService(chart, name, { service: name, selector: serviceLabels(name) });
  for (const version of versions) addVersion(chart, name, version);
  addMeshObject(chart, 'VirtualRouter', {
    name, spec: { awsName: `${name}_${namespace}`, listeners: [{ portMapping: { port, protocol: 'http' } }], routes: [splitRoute(name, versions)] },
  });
  addMeshObject(chart, 'VirtualService', {
    name, spec: { awsName: `${name}.${namespace}.svc.cluster.local`, provider: { virtualRouter: { virtualRouterRef: reference(name) } } },
  });
}

function addVersion(chart, service, version) {
  const name = `${service}-${version}`;
  const selector = versionLabels(service, version);
  addKubeService(chart, name, { service, selector });
  addNode(chart, name, selector);
  addDeployment((rest) => add(chart, 'apps/v1', 'Deployment', rest), {
    name, labels: { ...nameLabels(service), 'app.kubernetes.io/version': version }, selector, pod: versionPod(service, version, port),
  });
  addDisruptionBudget(chart, name, selector);
  addAutoscaler(chart, name);
}

function addNode(chart, name, selector) {
  addMeshObject(chart, 'VirtualNode', {
    name,
    spec: {
      awsName: `${name}_${namespace}`,
      podSelector: { matchLabels: selector },
      listeners: [{
        portMapping: { port, protocol: 'http' },
        healthCheck: {
          protocol: 'http', path: WORKLOAD.healthPath, port, healthyThreshold: 2, unhealthyThreshold: 3, timeoutMillis: 2000, intervalMillis: 5000,
        },
        timeout: { http: { perRequest: NO_LIMIT, idle: NO_LIMIT } },
      }],
      serviceDiscovery: { dns: { hostname: `${name}.${namespace}.svc.cluster.local`, responseType: 'LOADBALANCER' } },
    },
  });
}

function splitRoute(name, versions) {
  const weights = [100 - WORKLOAD.canaryPercent, WORKLOAD.canaryPercent];
  return {
    name: 'split',
    priority: 0,
    httpRoute: {
      match: { prefix: '/' },
      action: { weightedTargets: versions.map((version, at) => ({ virtualNodeRef: reference(`${name}-${version}`), weight: weights[at] })) },
      retryPolicy: {
        maxRetries: WORKLOAD.retries.attempts,
        perRetryTimeout: { unit: 'ms', value: WORKLOAD.retries.perTryTimeoutMs },
        httpRetryEvents: ['server-error', 'gateway-error'],
      },
      timeout: { perRequest: { unit: 's', value: WORKLOAD.timeoutSeconds }, idle: NO_LIMIT },
    },
  };
}

/** The service's route at the gateway: the path and what lies below it. */
function addRoute(chart, { name, path }) {
  const route = `gateway-${name}`;
  addMeshObject(chart, 'GatewayRoute', {
    name: route,
    labels: ROUTE_LABELS,
    spec: {
      awsName: `${route}_${namespace}`,
      priority: 0,
      httpRoute: {
        match: { path: { regex: `^${path}(/.*)?$` } },
        action: {
          target: { virtualService: { virtualServiceRef: reference(name) } },
          rewrite: { hostname: { defaultTargetHostname: 'ENABLED' } },
        },
      },
    },
  });
}

function addAccount(chart, name, annotations) {
  if (annotations === undefined) return;
  add(chart, 'v1', 'ServiceAccount', { name, labels: nameLabels(name), annotations, automountServiceAccountToken: false });
}

function addKubeService(chart, name, { service, selector }) {
  add(chart, 'v1', 'Service', {
    name, labels: nameLabels(service), spec: { type: 'ClusterIP', selector, ports: [{ name: `http-${port}`, port, targetPort: port, protocol: 'TCP' }] },
  });
}

function addDisruptionBudget(chart, name, selector) {
  add(chart, 'policy/v1', 'PodDisruptionBudget', { name, labels: nameLabels(name), spec: { maxUnavailable: 1, selector: { matchLabels: selector } } });
}

function addAutoscaler(chart, name) {
  const { minReplicas, maxReplicas, cpuPercent } = WORKLOAD.autoscaling;
  add(chart, 'autoscaling/v2', 'HorizontalPodAutoscaler', {
    name,
    labels: nameLabels(name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas,
      maxReplicas,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } } }],
    },
  });
}

module.exports = { addGateway, addMesh, addNamespace, addRoute, addService, parts: { MESH_LABELS, add, addAutoscaler, addDisruptionBudget, addKubeService, nameLabels, serviceLabels, versionLabels } };
