/** A model that holds every kind of node and every field, and has no errors: what reading must carry, whole. */
import { opaque } from '../../lib/model';
import type { Filters, RetryEvent, RoutePolicy } from '../../lib/model/action';
import type { Guards } from '../../lib/model/guards';
import type { ClientTls, ListenerTls } from '../../lib/model/security';
import type { Service } from '../../lib/model/service';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { fixed, gateway, gatewayRoute, grpc, header, http, httpPort, imagePods, listener, model, origin, service, serviceRoute, shares, to, version } from '../model-builders';

const HTTP_FAILURES: readonly RetryEvent[] = ['server-error', 'gateway-error', 'client-error', 'stream-error', 'connection-error'];
const GRPC_FAILURES: readonly RetryEvent[] = ['cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable'];

const policy = (on: readonly RetryEvent[]): RoutePolicy => ({ retry: { attempts: 2, perTryTimeoutMs: 250, on }, timeouts: { requestMs: 1000, idleMs: 2000 } });

const changes = { set: [{ name: 'x-a', value: '1' }], add: [{ name: 'x-b', value: '' }], remove: ['x-c'] };

const filters: Filters = {
  rewritePath: { kind: 'prefix', value: '/' },
  rewriteHost: { kind: 'exact', value: 'inner.example.com' },
  requestHeaders: changes,
  responseHeaders: changes,
  mirrors: [{ service: 'shop/catalog', version: 'v1', port: 8080, percent: 12.5 }, { service: 'shop/catalog', percent: 0 }],
  fault: { delay: { ms: 100, percent: 1 }, abort: { status: 503, percent: 0 } },
};

const guards: Guards = {
  cors: {
    origins: [{ kind: 'exact', value: 'https://shop.example.com' }, { kind: 'subdomains', scheme: 'http', ending: '.example.org' }],
    methods: ['PUT'], headers: ['x-a'], exposedHeaders: ['x-b'], maxAgeMs: 5000, credentials: true,
  },
  tokens: [
    { issuer: 'https://id.example.com', audiences: ['shop'], keys: { kind: 'remote', uri: 'https://id.example.com/jwks.json' } },
    { issuer: 'other', audiences: [], keys: { kind: 'inline', jwks: '{"keys":[{"kty":"oct","k":"AA"}]}' } },
  ],
  clients: ['10.0.0.0/8'], rateLimit: { requests: 10, per: 'hour' },
};

const tls: ListenerTls = {
  mode: 'permissive',
  certificate: { kind: 'file', chain: '/certs/tls.crt', key: '/certs/tls.key', mount: { secret: 'certs', path: '/certs' } },
  clients: { trust: { kind: 'sds', secret: 'ca' }, subjectAltNames: ['a.example.com'] },
};

const clientTls: ClientTls = {
  enforce: false, ports: [8443], certificate: { kind: 'sds', secret: 'own' },
  validation: { trust: { kind: 'acm', arns: [opaque('arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/a')] }, subjectAltNames: [] },
};

const catalog: Service = service('catalog', {
  ports: [httpPort(), { port: 5432, targetPort: 5432, protocol: 'tcp' }, { port: 9000, targetPort: 9001, protocol: 'grpc' }, { port: 8443, targetPort: 8443, protocol: 'http2' }],
  versions: [
    version('catalog', 'v1', {
      property: 'stable', tls, accessLog: { path: '/dev/stdout', format: { kind: 'json', fields: [{ key: 'path', value: '%REQ(:PATH)%' }] } },
      pool: { maxConnections: 1, maxPendingRequests: 2, maxRequests: 3 }, timeouts: { requestMs: 5 }, discovery: { kind: 'dns-endpoints' },
      outliers: { consecutiveErrors: 5, intervalMs: 1, baseEjectionMs: 2, maxEjectionPercent: 50 }, stickiness: { cookie: 'shop-session', ttlMs: 1000 },
      pods: imagePods({ scale: { kind: 'auto', minReplicas: 1, maxReplicas: 3, cpuPercent: 70, memoryPercent: 80 }, command: ['run'], args: ['-v'], env: [{ name: 'A', value: opaque('1') }] }),
    }),
    version('catalog', 'v2', { discovery: { kind: 'cloud-map', namespace: 'n', service: 's', attributes: [{ key: 'k', value: 'v' }] }, pods: { kind: 'existing', labels: { app: 'catalog' } } }),
    version('catalog', 'v3', { pods: { kind: 'document', name: 'catalog-v3', labels: { app: 'catalog' }, document: { kind: 'Deployment', spec: { list: [null, { 'a.b/c': true }] } } } }),
  ],
  routes: [
    serviceRoute('tcp', { kind: 'tcp', port: 5432 }, shares('shop/catalog', { v1: 1 })),
    serviceRoute('grpc', grpc({ service: 'shop.v1.Catalog', method: 'GetItem', metadata: [header('x-tenant', { kind: 'regex', value: 'a.*' })], port: 9000 }), shares('shop/catalog', { v1: 1, v2: 0 }), { policy: policy(GRPC_FAILURES) }),
    serviceRoute('other-calls', grpc(), shares('shop/catalog', { v1: 1 })),
    serviceRoute('rest', http(), [{ service: 'shop/catalog', version: 'v1', port: 8080, weight: 3 }, { service: 'shop/catalog', version: 'v2', weight: 1 }], { filters: { rewritePath: { kind: 'full', value: '/x' }, rewriteHost: { kind: 'service' } } }),
  ],
  calls: [{ service: 'shop/payments', tls: clientTls }], clientTls, identity: 'version',
});

const payments = service('payments', { kind: 'external', versions: [version('payments', 'v1', { pods: { kind: 'external', host: 'api.payments.example.com' } })] });

const edge = gateway([
  gatewayRoute('all', http({ kind: 'raw-prefix', value: '/a' }, {
    method: 'POST', scheme: 'https', port: 443,
    headers: [
      header('x-1', { kind: 'exact', value: '' }), header('x-2', { kind: 'prefix', value: 'a' }, 'absent-or-different'), header('x-3', { kind: 'suffix', value: 'z' }, 'present-and-different'),
      header('x-4', { kind: 'range', start: -1, end: 5 }), header('x-5', { kind: 'present' }),
    ],
    query: [{ name: 'a', match: { kind: 'exact', value: '' } }, { name: 'b', match: { kind: 'regex', value: '.+' } }, { name: 'c', match: { kind: 'present' } }],
  }), [to('shop/catalog', 0), { service: 'shop/catalog', version: 'v2', weight: 1 }], {
    priority: 0, filters, policy: policy(HTTP_FAILURES), hosts: [{ kind: 'exact', value: 'api.example.com' }, { kind: 'suffix', value: '.example.org' }], guards,
  }),
  { ...gatewayRoute('moved', http({ kind: 'exact', value: '/old' }), []), action: { kind: 'redirect', status: 301, scheme: 'https', host: 'new.example.com', port: 8443, path: { kind: 'full', value: '/new' } } },
  { ...gatewayRoute('closed', http({ kind: 'regex', value: '/v[0-9]+' }), []), action: { kind: 'respond', status: 410, body: 'gone' } },
  gatewayRoute('grpc', grpc(), [to('shop/catalog')]),
], {
  listeners: [
    listener(443, 8443, { tls: { mode: 'strict', certificate: { kind: 'acm', arn: opaque('arn:aws:acm:eu-west-1:111122223333:certificate/b') } }, pool: { maxConnections: 1 }, health: { protocol: 'http2', path: '/', port: 443, intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 2 } }),
    listener(9000, 9000, { protocol: 'grpc', tls: { mode: 'disabled', certificate: { kind: 'sds', secret: 'x' }, clients: { trust: { kind: 'file', chain: '/ca', mount: { secret: 's', path: '/p' } }, subjectAltNames: [] } } }),
  ],
  accessLog: { path: '/dev/stdout', format: { kind: 'text', text: '%PROTOCOL%' } }, clientTls,
  pods: { image: opaque('envoy:1'), scale: fixed(0), resources: { cpuRequestMillis: 1, cpuLimitMillis: 2, memoryRequestMiB: 3, memoryLimitMiB: 4 }, logLevel: 'off' },
  exposure: { kind: 'network-load-balancer', scheme: 'internet-facing', certificate: opaque('arn:c'), sourceRanges: ['10.0.0.0/8'], annotations: { a: opaque('b') } },
});

export const FULL: TrafficModel = model({
  mesh: {
    egress: 'any', serviceToService: { routes: 'ignored', undeclaredCalls: 'allowed' }, owner: '111122223333', ipPreference: 'ipv6-only', listenerTls: tls, clientTls, accessLog: { path: '/dev/stdout' },
    tracing: { kind: 'jaeger', address: 'jaeger.tracing', port: 9411, samplingRate: 0.5 },
    quotas: { gatewayRoutesPerGateway: 1, gatewaysPerMesh: 2, servicesPerMesh: 3, versionsPerMesh: 4, routesPerService: 5, callsPerVersion: 6, proxiesPerVersion: 7, proxiesPerGateway: 8 },
    namespaces: [{ name: 'shop', origin: origin('', 'Mesh'), ownership: 'existing', retain: false, labels: { team: 'shop' } }],
  },
  services: [catalog, payments, service('split', { kind: 'router', versions: [], routes: [serviceRoute('split', http(), shares('shop/catalog', { v1: 1 }))] })],
  gateways: [edge, gateway([gatewayRoute('one', http(), [to('shop/catalog')])], { id: 'shop/inner', name: 'inner', exposure: { kind: 'cluster-only' } })],
});
