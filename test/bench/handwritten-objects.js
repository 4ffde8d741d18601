/** The Kubernetes objects of the workload, as cdk8s ApiObjects. In: a chart with the namespace; out: the chart is filled. */
'use strict';
const { ApiObject } = require('cdk8s');
const { WORKLOAD, image } = require('./workload');
const { PROXY_IMAGE } = require('./handwritten-controller');

const { mesh, namespace, port } = WORKLOAD;
const MESH_LABEL = 'mesh.cdk-eks-mesh.dev/mesh';
const GATEWAY_LABEL = 'mesh.cdk-eks-mesh.dev/gateway';
const NO_LIMIT = { http: { idle: { unit: 's', value: 0 }, perRequest: { unit: 's', value: 0 } } };

/** Adds an object; its id is free within the chart. */
function add(chart, apiVersion, kind, name, rest, metadata = {}) {
  return new ApiObject(chart, `${kind}-${name}`, { apiVersion, kind, metadata: { name, ...metadata }, ...rest });
}

const addMeshObject = (chart, kind, name, spec, metadata) => add(chart, 'appmesh.k8s.aws/v1beta2', kind, name, { spec }, metadata);

function addNamespace(chart) {
  add(chart, 'v1', 'Namespace', namespace, {}, { labels: { [MESH_LABEL]: mesh, 'appmesh.k8s.aws/sidecarInjectorWebhook': 'enabled' } });
}

function addMesh(chart) {
  addMeshObject(chart, 'Mesh', mesh, { awsName: mesh, egressFilter: { type: 'DROP_ALL' }, namespaceSelector: { matchLabels: { [MESH_LABEL]: mesh } } });
}

function addGateway(chart, accountAnnotations) {
  const labels = { [GATEWAY_LABEL]: 'gateway' };
  addAccountObject(chart, 'gateway', accountAnnotations);
  addMeshObject(chart, 'VirtualGateway', 'gateway', {
    awsName: `gateway_${namespace}`,
    namespaceSelector: { matchLabels: { [MESH_LABEL]: mesh } },
    gatewayRouteSelector: { matchLabels: labels },
    podSelector: { matchLabels: labels },
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
  });
  addDeployment(chart, 'gateway', labels, gatewayPod());
  add(chart, 'v1', 'Service', 'gateway', {
    spec: { type: 'LoadBalancer', loadBalancerClass: 'service.k8s.aws/nlb', selector: labels, ports: [{ name: 'http-80', port: 80, targetPort: 8080, protocol: 'TCP' }] },
  }, { annotations: { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal', 'service.beta.kubernetes.io/aws-load-balancer-nlb-target-type': 'ip' } });
  addDisruptionBudget(chart, 'gateway', labels);
}

function gatewayPod() {
  return {
    serviceAccountName: 'gateway',
    containers: [{
      name: 'envoy', image: PROXY_IMAGE, ports: [{ containerPort: 8080 }],
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
    }],
  };
}

/** Everything of one service except its route at the gateway. */
function addService(chart, { name, versions }, accountAnnotations) {
  addAccountObject(chart, name, accountAnnotations);
  addKubeService(chart, name, { app: name });
  for (const version of versions) addVersion(chart, name, version);
  addMeshObject(chart, 'VirtualRouter', name, {
    awsName: `${name}_${namespace}`,
    listeners: [{ portMapping: { port, protocol: 'http' } }],
    routes: [splitRoute(name, versions)],
  });
  addMeshObject(chart, 'VirtualService', name, {
    awsName: `${name}.${namespace}.svc.cluster.local`,
    provider: { virtualRouter: { virtualRouterRef: { namespace, name } } },
  });
}

function addVersion(chart, service, version) {
  const name = `${service}-${version}`;
  const labels = { app: service, version };
  addKubeService(chart, name, labels);
  addMeshObject(chart, 'VirtualNode', name, {
    awsName: `${name}_${namespace}`,
    podSelector: { matchLabels: labels },
    listeners: [{
      portMapping: { port, protocol: 'http' },
      healthCheck: { protocol: 'http', path: WORKLOAD.healthPath, port, intervalMillis: 5000, timeoutMillis: 2000, healthyThreshold: 2, unhealthyThreshold: 3 },
      timeout: NO_LIMIT,
    }],
    serviceDiscovery: { dns: { hostname: `${name}.${namespace}.svc.cluster.local`, responseType: 'LOADBALANCER' } },
  });
  addDeployment(chart, name, labels, versionPod(service, version));
  addDisruptionBudget(chart, name, labels);
  addAutoscaler(chart, name);
}

function versionPod(service, version) {
  return {
    serviceAccountName: service,
    containers: [{
      name: 'app', image: image(service, version), ports: [{ containerPort: port }],
      resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
      readinessProbe: { httpGet: { path: WORKLOAD.healthPath, port }, periodSeconds: 5 },
      securityContext: { readOnlyRootFilesystem: true, runAsNonRoot: true, allowPrivilegeEscalation: false },
    }],
  };
}

function splitRoute(name, versions) {
  const weights = [100 - WORKLOAD.canaryPercent, WORKLOAD.canaryPercent];
  return {
    name: 'split',
    priority: 0,
    httpRoute: {
      match: { prefix: '/', port },
      action: { weightedTargets: versions.map((version, index) => ({ virtualNodeRef: { namespace, name: `${name}-${version}` }, weight: weights[index], port })) },
      retryPolicy: {
        httpRetryEvents: ['server-error', 'gateway-error'],
        maxRetries: WORKLOAD.retries.attempts,
        perRetryTimeout: { unit: 'ms', value: WORKLOAD.retries.perTryTimeoutMs },
      },
      timeout: { idle: { unit: 's', value: 0 }, perRequest: { unit: 's', value: WORKLOAD.timeoutSeconds } },
    },
  };
}

/** The service's route at the gateway. */
function addRoute(chart, { name, path }) {
  addMeshObject(chart, 'GatewayRoute', `gateway-${name}`, {
    awsName: `gateway-${name}_${namespace}`,
    priority: 0,
    httpRoute: {
      match: { path: { regex: `^${path}(/.*)?$` }, port: 8080 },
      action: { target: { virtualService: { virtualServiceRef: { namespace, name } }, port } },
    },
  }, { labels: { [GATEWAY_LABEL]: 'gateway' } });
}

/** The account, where the program's role does not bring it. */
function addAccountObject(chart, name, annotations) {
  if (annotations !== undefined) add(chart, 'v1', 'ServiceAccount', name, {}, { annotations });
}

function addKubeService(chart, name, selector) {
  add(chart, 'v1', 'Service', name, { spec: { selector, ports: [{ name: `http-${port}`, port, targetPort: port, protocol: 'TCP' }] } });
}

function addDeployment(chart, name, labels, podSpec) {
  add(chart, 'apps/v1', 'Deployment', name, {
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: podSpec } },
  });
}

function addDisruptionBudget(chart, name, labels) {
  add(chart, 'policy/v1', 'PodDisruptionBudget', name, { spec: { maxUnavailable: 1, selector: { matchLabels: labels } } });
}

function addAutoscaler(chart, name) {
  const { minReplicas, maxReplicas, cpuPercent } = WORKLOAD.autoscaling;
  add(chart, 'autoscaling/v2', 'HorizontalPodAutoscaler', name, {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      minReplicas,
      maxReplicas,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: cpuPercent } } }],
    },
  });
}

module.exports = { addGateway, addMesh, addNamespace, addRoute, addService };
