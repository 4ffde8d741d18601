/** Every feature is switched on and off again: a dump of the cluster is that of a first deployment of the same program. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { Duration, aws_s3 as s3, type aws_certificatemanager as acm } from 'aws-cdk-lib';
import { Chart, App as Cdk8sApp } from 'cdk8s';
import { ConfigMap } from 'cdk8s-plus-28';
import { late, version, type LivingMesh, type Shop, type ShopParts } from './shop';
import { isVolatile, type Group, type Stage } from './stage';
import { dump, type World } from './world';
import {
  AccessLog, Egress, ExternalService, GatewayListener, GatewayLoadBalancer, HeaderMatch, HealthCheck, HostRewrite, JwtIssuer, MeshNamespace, MeshService, ObjectPatch, Pin, ProxyLogLevel,
  RateLimit, RetryOn, RetryPolicy, Rewrite, RouteMatch, RouterService, RouteTarget, Stickiness, TlsCertificate, TlsTrust, Tracing,
} from '../../../../lib';
import { CertificateAuthority } from '../certificates';
import { kubectl } from '../node';
import { NODE_FOLDER } from '../versions';

type Feature = (mesh: LivingMesh) => Partial<Shop>;

/** A key of nobody. */
const KEYS = JSON.stringify({ keys: [{ kty: 'oct', kid: 'none', alg: 'HS256', k: 'bm90aGluZyB0aGF0IGFueWJvZHkgc2lnbnMgd2l0aA' }] });
const issuer = JwtIssuer.inline('https://id.example.com', KEYS, { audiences: ['shop'] });

/** Of the load balancer, which is AWS's. */
const CERTIFICATE = { certificateArn: 'arn:aws:acm:us-west-2:123456789012:certificate/edge' } as acm.ICertificate;

export const FEATURES: Readonly<Record<string, Feature>> = {
  'tokens of an issuer at the gateway (jwt)': () => ({ gateway: { jwt: [issuer] } }),
  'networks of clients at the gateway': () => ({ gateway: { allowFrom: ['10.0.0.0/8', '127.0.0.0/8'] } }),
  'CORS at the gateway': () => ({ gateway: { cors: { allowOrigins: ['https://shop.example.com'], allowMethods: ['PUT'], maxAge: Duration.minutes(5) } } }),
  'a rate limit': () => ({ gateway: { rateLimit: RateLimit.perSecond(1_000) } }),
  'a second listener, another level of logs, source ranges': () => ({
    gateway: {
      listeners: [GatewayListener.http({ port: 80 }), GatewayListener.http({ port: 8081 })], logLevel: ProxyLogLevel.WARN, accessLog: AccessLog.standard(),
      loadBalancer: GatewayLoadBalancer.internetFacing({ sourceRanges: ['0.0.0.0/0'] }),
    },
  }),
  'autoscaling of the gateway and of a version': () => ({ gateway: { autoscaling: { minReplicas: 2, maxReplicas: 3 } }, autoscaling: { minReplicas: 2, maxReplicas: 3 } }),
  'an identity for each version': () => ({ products: { identityPerVersion: true } }),
  'a canary with pins': () => ({ canary: '2.0.0', canaryPercent: 5, products: { pins: [Pin.header('x-team', HeaderMatch.exactly('web'))] } }),
  'limits, outlier detection, retries and timeouts of a service': () => ({
    products: { timeout: Duration.seconds(5), retries: RetryPolicy.of({ attempts: 2, on: [RetryOn.SERVER_ERROR] }) },
    version: { connectionPool: { maxConnections: 500 }, outlierDetection: { consecutiveErrors: 20 } },
  }),
  'stickiness of a version': () => ({ version: { stickiness: Stickiness.cookie('pod', { ttl: Duration.minutes(5) }) } }),
  'access log and traces of the mesh': () => ({ props: { accessLog: AccessLog.standard(), tracing: Tracing.jaeger({ address: 'jaeger.shop.svc.cluster.local', port: 9411 }) } }),
  'egress to anywhere, and an external service': () => ({
    props: { egress: Egress.ANY },
    more: ({ mesh, products }) => products.addCall(new ExternalService(mesh, 'Bank', { host: 'api.bank.example.com', port: 80 })),
  }),
  'a service with routes of its own': () => ({ more: extra }),
  'TLS at a listener, and a redirect to it': () => ({
    gateway: { listeners: [GatewayListener.https({ port: 443, certificate: TlsCertificate.fromSecret('mesh-tls') })], redirectHttp: true },
  }),
  'TLS at the load balancer, and a redirect to it': () => ({
    gateway: { loadBalancer: GatewayLoadBalancer.internetFacing({ certificate: CERTIFICATE }), redirectHttp: true },
  }),
  'mutual TLS of the whole mesh': () => ({ props: { mutualTls: { certificate: TlsCertificate.fromSecret('mesh-tls'), trust: TlsTrust.fromSecret('mesh-tls') } } }),
  'a redirect, an answer where the mesh has it, changed headers, rewrites and mirrored requests': (mesh) => ({
    more: ({ gateway, products, catalog }) => {
      gateway.addRoute('Old', { match: RouteMatch.prefix('/old'), to: RouteTarget.redirect({ path: '/products' }) });
      if (mesh === 'envoy-gateway') gateway.addRoute('Closed', { match: RouteMatch.exact('/closed'), to: RouteTarget.respond(410, 'closed') });
      gateway.addRoute('Changed', {
        match: RouteMatch.prefix('/changed'), to: products, rewrite: Rewrite.prefix('/products'), requestHeaders: { set: { 'x-way': 'changed' } }, responseHeaders: { remove: ['x-pod'] },
        mirror: { to: catalog, percent: 50 }, timeout: Duration.seconds(3),
      });
    },
  }),
  'a router between services': () => ({
    more: ({ mesh, catalog, products }) => {
      const router = new RouterService(mesh, 'Router', { port: 8080 });
      router.addRoute('catalog', { match: RouteMatch.prefix('/catalog'), to: RouteTarget.version(catalog, 'v1') });
      products.addCall(router);
    },
  }),
  'a service of another namespace, and a route to it': () => ({
    props: { namespaces: [MeshNamespace.create('staff', { retain: false })] },
    more: ({ mesh, gateway }) => {
      const desk = new MeshService(mesh, 'Desk', { namespace: 'staff', port: 8080, versions: [version('v1', `shop/desk:${late('1.0.0')}`, { replicas: 1 })] });
      gateway.addRoute('Desk', { match: RouteMatch.prefix('/desk'), to: desk, hostRewrite: HostRewrite.toService() });
    },
  }),
  'rights in AWS': () => ({ more: ({ stack, catalog }) => void s3.Bucket.fromBucketName(stack, 'Images', 'images').grantRead(catalog) }),
  'probes, resources, environment and grace of a version': () => ({
    version: {
      healthCheck: HealthCheck.http('/ping', { interval: Duration.seconds(7) }), livenessCheck: HealthCheck.none(), startupTimeout: Duration.minutes(2), terminationGraceSeconds: 40,
      env: { COLOR: 'blue' }, resources: { cpuRequestMillis: 20 },
    },
  }),
  'a patch of an object': () => ({
    more: ({ mesh }) => mesh.patchObject({ kind: 'Deployment', name: 'catalog-v1' }, ObjectPatch.merge({ spec: { template: { metadata: { labels: { patched: 'yes' } } } } })),
  }),
  'a chart of cdk8s, objects, and another namespace': () => ({
    props: { namespaces: [MeshNamespace.create('staff', { retain: false, labels: { team: 'staff' } })] },
    more: ({ mesh }) => {
      const chart = new Chart(new Cdk8sApp(), 'settings', { namespace: 'shop' });
      new ConfigMap(chart, 'map', { metadata: { name: 'of-a-chart' }, data: { color: 'blue' } });
      mesh.addChart('Settings', chart);
      mesh.addObjects('Objects', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'of-the-staff', namespace: 'staff' }, data: { color: 'red' } });
    },
  }),
};

/** What a mesh does not support is an error at synthesis, and tested there. */
export const WITHOUT: Readonly<Record<string, LivingMesh>> = {
  'a rate limit': 'istio', 'mutual TLS of the whole mesh': 'envoy-gateway', 'a router between services': 'envoy-gateway',
};

export const features: Group = {
  name: 'on and off',
  comparesStates: true,
  scenarios: [
    ...Object.entries(FEATURES).map(([name, feature]) => ({
      name,
      ...(WITHOUT[name] === undefined ? {} : { meshes: (['istio', 'envoy-gateway'] as const).filter((mesh) => mesh !== WITHOUT[name]) }),
      run: (stage: Stage) => onAndOff(stage, feature(stage.mesh)),
    })),
    {
      name: 'an object is taken out of a chart',
      run: async (stage) => {
        const before = await reference(stage);
        const chart = (names: readonly string[]): Partial<Shop> => ({
          more: ({ mesh }) => mesh.addObjects('Settings', ...names.map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'shop' }, data: { name } }))),
        });
        await stage.change([chart(['one', 'two'])]);
        await stage.change([chart(['one'])]);
        const added = Object.keys(dump()).filter((key) => before[key] === undefined && !isVolatile(key));
        stage.expect(added.join() === 'ConfigMap shop/one', `of two objects, one taken out, there are: ${added.join(', ')}`);
        await stage.change([{}]);
        stage.same(before, dump());
      },
    },
  ],
};

const REFERENCES = new WeakMap<World, Readonly<Record<string, unknown>>>();

/** The state after the first deployment on this node. */
async function reference(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
  const known = REFERENCES.get(stage.world);
  await stage.begin();
  if (known === undefined) giveCertificate();
  const found = known ?? dump();
  REFERENCES.set(stage.world, found);
  return found;
}

/** A Secret of the platform team: certificates and trust of programs are read from it. */
function giveCertificate(): void {
  const authority = new CertificateAuthority(join(NODE_FOLDER, 'features'));
  const { certificate, key } = authority.sign('mesh', ['DNS:shop.example.com']);
  const data = Object.fromEntries(Object.entries({ 'tls.crt': readFileSync(certificate), 'tls.key': readFileSync(key), 'ca.crt': Buffer.from(authority.pem) })
    .map(([name, content]) => [name, content.toString('base64')]));
  kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata: { name: 'mesh-tls', namespace: 'shop' }, data });
}

async function onAndOff(stage: Stage, feature: Partial<Shop>): Promise<void> {
  const before = await reference(stage);
  await stage.begin(feature);
  const meanwhile = dump();
  stage.expect(JSON.stringify(before) !== JSON.stringify(meanwhile), 'the feature changes nothing');
  await stage.begin();
  stage.same(before, dump());
}

function extra({ mesh, gateway, catalog }: ShopParts): void {
  const reviews = new MeshService(mesh, 'Reviews', { port: 8080, versions: [version('v1', `shop/reviews:${late('1.0.0')}`, { replicas: 1 })], calls: [catalog] });
  gateway.addRoute('Reviews', { match: RouteMatch.prefix('/reviews'), to: reviews, rewrite: Rewrite.prefix('/'), hostRewrite: HostRewrite.toService() });
}
