/** The Deployments of the hand-written program and their pods. */
'use strict';
const { WORKLOAD, image } = require('./workload');

const RESOURCES = { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } };
const HARDENED = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } };

/** What App Mesh's proxies ask of a pod. */
const APP_MESH_PROXY = {
  annotations: { 'appmesh.k8s.aws/egressIgnoredIPs': '169.254.169.254,169.254.170.23' }, pod: { securityContext: { fsGroup: 1337 } },
};

/** What the living meshes ask of a pod: Istio's proxy comes with new pods alone, so they name it. */
const NO_PROXY = { annotations: {}, pod: {} };
const ISTIO_PROXY = { ...NO_PROXY, labels: { 'sidecar.istio.io/inject': 'true' } };

/** Hands a Deployment to `add`: pods spread over zones and nodes, replaced without loss. */
function addDeployment(add, { name, labels, selector, replicas, pod, proxy = APP_MESH_PROXY }) {
  add({
    name,
    labels,
    spec: {
      ...(replicas !== undefined && { replicas }),
      selector: { matchLabels: selector },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      template: {
        metadata: { labels: { ...labels, ...selector, ...proxy.labels }, annotations: proxy.annotations },
        spec: {
          automountServiceAccountToken: false,
          ...proxy.pod,
          topologySpreadConstraints: ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].map((topologyKey) => ({
            maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: selector },
          })),
          ...pod,
        },
      },
    },
  });
}

/** A pod of one version. */
function versionPod(service, version, port) {
  return {
    serviceAccountName: service,
    terminationGracePeriodSeconds: 30,
    containers: [{
      name: 'app',
      image: image(service, version),
      ports: [{ name: `http-${port}`, containerPort: port, protocol: 'TCP' }],
      resources: RESOURCES,
      startupProbe: { tcpSocket: { port }, periodSeconds: 2, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 150 },
      readinessProbe: { httpGet: { path: WORKLOAD.healthPath, port }, periodSeconds: 5, timeoutSeconds: 2, successThreshold: 2, failureThreshold: 3 },
      livenessProbe: { tcpSocket: { port }, periodSeconds: 10, timeoutSeconds: 2, successThreshold: 1, failureThreshold: 6 },
      lifecycle: { preStop: { sleep: { seconds: 15 } } },
      securityContext: { runAsNonRoot: true, readOnlyRootFilesystem: true, ...HARDENED },
    }],
  };
}

/** A pod of the gateway. */
function gatewayPod(account, proxyImage) {
  return {
    serviceAccountName: account,
    terminationGracePeriodSeconds: 225,
    containers: [{
      name: 'envoy',
      image: proxyImage,
      env: [{ name: 'ENVOY_LOG_LEVEL', value: 'info' }],
      ports: [{ name: 'http-8080', containerPort: 8080, protocol: 'TCP' }, { name: 'stats', containerPort: 9901, protocol: 'TCP' }],
      resources: RESOURCES,
      readinessProbe: { httpGet: { path: '/ready', port: 9901 }, periodSeconds: 5, timeoutSeconds: 2, failureThreshold: 3 },
      livenessProbe: { tcpSocket: { port: 9901 }, initialDelaySeconds: 30, periodSeconds: 10, timeoutSeconds: 2, failureThreshold: 6 },
      lifecycle: { preStop: { sleep: { seconds: 195 } } },
      securityContext: { runAsUser: 1337, runAsNonRoot: true, ...HARDENED },
    }],
  };
}

module.exports = { ISTIO_PROXY, NO_PROXY, addDeployment, gatewayPod, versionPod };
