/**
 * The workload as a program with cdk-eks-mesh.
 * Run: node test/bench/library.js 100 [--mesh app-mesh|istio|envoy-gateway] [--keep <directory>] [--package <directory of a compiled library>]
 */
'use strict';
const { join, resolve } = require('path');
const { WORKLOAD, image, services } = require('./workload');
const { command, measure } = require('./measurement');

/** A service takes about 17,000 bytes of 1,000,000, and four resources of 500; a hash spreads services over stacks, so some stacks get half as many again. */
const SERVICES_PER_STACK = 25;
const SERVICES_IN_NESTED_STACKS = 200;

/** An App with the whole workload. `mesh` is the library: compiled in a measurement, from source in a test. */
function build(mesh, count, outdir, meshName = 'app-mesh') {
  const cdk = require('aws-cdk-lib');
  const eks = require('aws-cdk-lib/aws-eks-v2');
  const { KubectlV35Layer } = require('@aws-cdk/lambda-layer-kubectl-v35');
  const app = new cdk.App({ outdir, analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Shop');
  const cluster = new mesh.MeshCluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_35,
    kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'),
  });
  const shop = new mesh.Mesh(stack, 'Mesh', {
    cluster,
    meshName: WORKLOAD.mesh,
    namespace: WORKLOAD.namespace,
    provider: providerOf(mesh, meshName),
    quotas: { gatewayRoutesPerGateway: count, servicesPerMesh: 2 * count, versionsPerMesh: 2 * count },
    shards: shardsOf(mesh, count),
  });
  const gateway = new mesh.MeshGateway(shop, 'Gateway', { image: WORKLOAD.gatewayImage });
  for (const names of services(count)) addService(cdk, mesh, shop, gateway, names);
  return app;
}

function providerOf({ MeshProvider }, name) {
  switch (name) {
    case 'app-mesh': return MeshProvider.appMesh();
    case 'istio': return MeshProvider.istio();
    case 'envoy-gateway': return MeshProvider.envoyGateway();
    default: throw new Error(`no mesh '${name}'`);
  }
}

function addService(cdk, mesh, shop, gateway, { name, path, versions }) {
  const [stable, canary] = versions.map((version) => mesh.ServiceVersion.fromImage(version, {
    image: image(name, version),
    healthCheck: mesh.HealthCheck.http(WORKLOAD.healthPath),
    autoscaling: WORKLOAD.autoscaling,
  }));
  const service = new mesh.CanaryService(shop, name, {
    port: WORKLOAD.port,
    stable,
    canary,
    canaryPercent: WORKLOAD.canaryPercent,
    retries: mesh.RetryPolicy.of({
      attempts: WORKLOAD.retries.attempts,
      perTryTimeout: cdk.Duration.millis(WORKLOAD.retries.perTryTimeoutMs),
      on: [mesh.RetryOn.SERVER_ERROR, mesh.RetryOn.GATEWAY_ERROR],
    }),
    timeout: cdk.Duration.seconds(WORKLOAD.timeoutSeconds),
  });
  gateway.addRoute(name, { match: mesh.RouteMatch.prefix(path), to: service, hostRewrite: mesh.HostRewrite.toService() });
}

/** Nothing while one stack is enough, then nested stacks, and stacks beside that of the mesh past the common limit of nested ones. */
function shardsOf(mesh, count) {
  const shards = Math.ceil(count / SERVICES_PER_STACK);
  if (shards === 1) return undefined;
  return count <= SERVICES_IN_NESTED_STACKS ? mesh.MeshShards.nested(shards) : mesh.MeshShards.stacks(shards);
}

if (require.main === module) {
  const library = require(resolve(command().package ?? join(__dirname, '../../dist-lib')));
  measure(({ count, outdir, mesh }) => build(library, count, outdir, mesh));
}

module.exports = { build };
