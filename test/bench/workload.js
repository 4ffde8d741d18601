/**
 * What both programs of the benchmark say: N canary services of two versions each, one gateway with one route to each.
 * Numbers and names only; no program may take objects from here.
 */
'use strict';

const WORKLOAD = {
  mesh: 'shop-mesh',
  namespace: 'shop',
  port: 8080,
  healthPath: '/ping',
  gatewayImage: 'registry.example.com/aws-appmesh-envoy:v1.34.13.3-prod',
  /** Meshes that both programs can be asked for. */
  meshes: ['app-mesh', 'istio', 'envoy-gateway'],
  /** Of 100 requests, to the second version. */
  canaryPercent: 5,
  retries: { attempts: 3, perTryTimeoutMs: 1500 },
  timeoutSeconds: 10,
  autoscaling: { minReplicas: 2, maxReplicas: 10, cpuPercent: 60 },
};

/** Names of one service; `svc-0007` is also its construct id. */
function service(index) {
  const name = `svc-${String(index).padStart(4, '0')}`;
  return { name, path: `/${name}`, versions: ['v1', 'v2'] };
}

/** The image of one version. */
function image(name, version) {
  return `registry.example.com/${name}:${version}`;
}

/** The names of all services of a run. */
function services(count) {
  return Array.from({ length: count }, (_, index) => service(index));
}

module.exports = { WORKLOAD, image, services };
