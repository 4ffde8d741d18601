/**
 * Every traffic pattern that is usually shown for App Mesh gateway routes, in the form that the real API has:
 * versioned paths, hosts, methods, header A/B, canary at the service and at the gateway, blue/green both ways, retries,
 * timeouts, circuit breaking, TLS, access logs.
 */
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Duration, Stack, aws_certificatemanager as acm, aws_eks_v2 as eks } from 'aws-cdk-lib';
import {
  AccessLog, BlueGreenRoute, BlueGreenScope, CanaryService, Color, GatewayListener, GatewayLoadBalancer, HeaderMatch, HealthCheck, HostRewrite, HttpMethod,
  Mesh, MeshCluster, MeshGateway, MeshProvider, MeshService, Pin, Preview, QueryMatch, RetryOn, RetryPolicy, Rewrite, RouteMatch, RouteTarget,
  ServiceVersion, TlsCertificate, type VersionOptions,
} from '../lib';
import { acknowledgeFindings } from './review/acknowledged-findings';

const HEALTH = HealthCheck.http('/health', { interval: Duration.seconds(5), timeout: Duration.seconds(2), healthyThreshold: 2, unhealthyThreshold: 3 });
const RETRIES = RetryPolicy.of({
  attempts: 3, perTryTimeout: Duration.millis(1500), on: [RetryOn.SERVER_ERROR, RetryOn.GATEWAY_ERROR, RetryOn.CONNECTION_ERROR],
});

export function build(app = new App()): App {
  const stack = new Stack(app, 'Articles');
  const cluster = new MeshCluster(stack, 'Cluster', {
    version: eks.KubernetesVersion.V1_35,
    kubectlLayer: new KubectlV35Layer(stack, 'Kubectl'),
  });
  const mesh = new Mesh(stack, 'Mesh', {
    cluster,
    namespace: 'ecommerce',
    provider: MeshProvider.appMesh(),
    accessLog: AccessLog.json({ start: '%START_TIME%', method: '%REQ(:METHOD)%', path: '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%', status: '%RESPONSE_CODE%' }),
    quotas: { gatewayRoutesPerGateway: 30 },
  });
  const gateway = addGateway(stack, mesh);
  const version = (name: string, image: string, options: VersionOptions = {}) =>
    ServiceVersion.fromImage(name, { image: `ecommerce/${image}`, healthCheck: HEALTH, ...options });
  const single = (id: string, image: string, options: VersionOptions = {}) =>
    new MeshService(mesh, id, { port: 8080, versions: [version('v1', image, options)] });

  addPaths(gateway, single);
  addHosts(mesh, single);
  addCanaries(mesh, gateway, version, single);
  addBlueGreen(mesh, gateway, version, single);
  addResilience(mesh, gateway, version);
  acknowledgeFindings(cluster, mesh);
  return app;
}

/** Two listeners, TLS from a private CA at the gateway, limits and a check of the proxies. */
function addGateway(stack: Stack, mesh: Mesh): MeshGateway {
  const certificate = acm.Certificate.fromCertificateArn(stack, 'Certificate', 'arn:aws:acm:eu-west-1:111122223333:certificate/8c3b0000-1111-2222-3333-444455556666');
  const common = { healthCheck: HealthCheck.http('/health'), connectionPool: { maxConnections: 1024, maxPendingRequests: 1024 } };
  return new MeshGateway(mesh, 'Gateway', {
    listeners: [
      GatewayListener.https({ port: 443, certificate: TlsCertificate.fromAcm(certificate), ...common }),
      GatewayListener.http2({ port: 9080 }),
    ],
    loadBalancer: GatewayLoadBalancer.internetFacing(),
    autoscaling: { minReplicas: 2, maxReplicas: 10, cpuPercent: 70 },
    resources: { cpuRequestMillis: 250, memoryRequestMiB: 256 },
  });
}

type Version = (name: string, image: string, options?: VersionOptions) => ServiceVersion;
type Single = (id: string, image: string, options?: VersionOptions) => MeshService;

/** Versioned API paths, methods, query parameters and rewrites. */
function addPaths(gateway: MeshGateway, single: Single): void {
  const users1 = single('UsersV1', 'users:1.9.0');
  const users2 = single('UsersV2', 'users:2.1.0');
  const route = { hostRewrite: HostRewrite.toService() };
  gateway.addRoute('UsersV1', { match: RouteMatch.prefix('/v1/users', { port: 443 }), to: users1, rewrite: Rewrite.prefix('/users'), ...route });
  gateway.addRoute('UsersV2', { match: RouteMatch.prefix('/v2/users', { port: 443 }), to: users2, rewrite: Rewrite.prefix('/users'), ...route });
  gateway.addRoute('UserSearch', {
    match: RouteMatch.exact('/v2/users/search', { method: HttpMethod.GET, query: { beta: QueryMatch.exactly('1') }, port: 443 }),
    to: users2, rewrite: Rewrite.path('/search'), ...route,
  });
}

/** Hosts: a gateway of their own inside of the VPC, whose routes choose by name. */
function addHosts(mesh: Mesh, single: Single): void {
  const internal = new MeshGateway(mesh, 'Internal', { loadBalancer: GatewayLoadBalancer.internal() });
  const admin = single('Admin', 'admin:1.0.0');
  const api = single('Api', 'api:1.0.0');
  internal.addRoute('Admin', { match: RouteMatch.any({ hosts: ['admin.internal.example.com'] }), to: admin, hostRewrite: HostRewrite.toService() });
  internal.addRoute('Api', { match: RouteMatch.any({ hosts: ['*.api.internal.example.com'] }), to: api, hostRewrite: HostRewrite.toService() });
}

/** A canary for all callers (with an A/B group by header), and one for the edge alone. */
function addCanaries(mesh: Mesh, gateway: MeshGateway, version: Version, single: Single): void {
  const products = new CanaryService(mesh, 'Products', {
    port: 8080,
    stable: version('v1', 'products:1.8.2'),
    canary: version('v2', 'products:2.0.0'),
    canaryPercent: 5,
    pins: [Pin.header('x-experiment-id', HeaderMatch.exactly('b')), Pin.header('user-agent', HeaderMatch.regex('.*(iPhone|Android).*'))],
  });
  gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: products, hostRewrite: HostRewrite.toService() });

  const stable = single('CheckoutStable', 'checkout:3.1.0');
  const beta = single('CheckoutBeta', 'checkout:4.0.0-beta');
  gateway.addRoute('CheckoutBetaTesters', {
    match: RouteMatch.prefix('/checkout', { headers: { 'x-beta-tester': HeaderMatch.exactly('true') } }), to: beta, hostRewrite: HostRewrite.toService(),
  });
  gateway.addRoute('Checkout', {
    match: RouteMatch.prefix('/checkout'),
    to: RouteTarget.split({ target: stable, weight: 95 }, { target: beta, weight: 5 }),
  });
}

/** Blue/green between two services at the gateway, and between two versions of one service for all callers. */
function addBlueGreen(mesh: Mesh, gateway: MeshGateway, version: Version, single: Single): void {
  new BlueGreenRoute(gateway, 'Cart', {
    match: RouteMatch.prefix('/cart'),
    blue: single('CartBlue', 'cart:1.0.0'),
    green: single('CartGreen', 'cart:1.1.0'),
    active: Color.BLUE,
    preview: Preview.header('x-preview', HeaderMatch.exactly('green')),
    hostRewrite: HostRewrite.toService(),
  });

  const orders = new MeshService(mesh, 'Orders', { port: 8080, versions: [version('blue', 'orders:5.0.0'), version('green', 'orders:5.1.0')] });
  new BlueGreenRoute(gateway, 'OrdersSwitch', {
    match: RouteMatch.prefix('/orders'),
    blue: RouteTarget.version(orders, 'blue'),
    green: RouteTarget.version(orders, 'green'),
    active: Color.GREEN,
    appliesTo: BlueGreenScope.ALL_CALLERS,
    preview: Preview.header('x-preview', HeaderMatch.present()),
    hostRewrite: HostRewrite.toService(),
  });
}

/** Retries and timeouts at the service and at the gateway; circuit breaking and outlier detection at the version. */
function addResilience(mesh: Mesh, gateway: MeshGateway, version: Version): void {
  const inventory = new MeshService(mesh, 'Inventory', {
    port: 8080,
    versions: [version('v1', 'inventory:2.2.0', {
      connectionPool: { maxConnections: 100, maxPendingRequests: 50 },
      outlierDetection: { consecutiveErrors: 5, interval: Duration.seconds(10), baseEjection: Duration.seconds(30), maxEjectionPercent: 50 },
    })],
    retries: RETRIES,
    timeout: Duration.seconds(10),
  });
  gateway.addRoute('Inventory', { match: RouteMatch.prefix('/inventory'), to: inventory, hostRewrite: HostRewrite.toService() });
  gateway.addRoute('InventoryReports', {
    match: RouteMatch.prefix('/inventory/reports'), to: inventory, timeout: Duration.seconds(60),
  });
}

if (require.main === module) build().synth();
