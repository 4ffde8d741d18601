/** A small mesh that has everything a picture shows. */
import { opaque } from '../../lib/model/opaque';
import { gateway, gatewayRoute, header, http, imagePods, listener, model, origin, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const products = service('products', {
  versions: [
    version('products', 'v1', {
      pods: imagePods({ env: [{ name: 'PASSWORD', value: opaque('hunter2') }], command: ['/bin/serve'] }),
      tls: { mode: 'strict', certificate: { kind: 'sds', secret: 'cert' } }, pool: { maxConnections: 100, maxPendingRequests: 10 },
      outliers: { consecutiveErrors: 5, intervalMs: 10_000, baseEjectionMs: 30_000, maxEjectionPercent: 50 },
    }),
    version('products', 'v2'), version('products', 'v3'),
  ],
  routes: [
    serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5, v3: 0 }),
      { policy: { retry: { attempts: 3, perTryTimeoutMs: 1500, on: ['server-error'] }, timeouts: { requestMs: 10_000 } } }),
    serviceRoute('pin', http(prefix('/'), { headers: [header('x-experiment-id', { kind: 'exact', value: 'b' })] }), shares('shop/products', { v2: 1 })),
  ],
  calls: [{ service: 'shop/mail' }, { service: 'stock/stock' }],
});

const mail = service('mail', {
  kind: 'external', host: 'mail.example.com', versions: [version('mail', 'external', { pods: { kind: 'external', host: 'mail.example.com' } })], routes: [],
});

const router = service('any', {
  kind: 'router', versions: [], routes: [serviceRoute('half', http(), [{ service: 'shop/products', version: 'v1', weight: 1 }, { service: 'stock/stock', version: 'v1', weight: 1 }])],
});

/** Two namespaces, a canary with a pin and an idle version, a router, an external service, copies, a redirect, a split at the gateway. */
export const SHOP = model({
  services: [router, mail, products, service('stock', { namespace: 'stock', routes: [], origin: origin('stock') })],
  gateways: [gateway([
    gatewayRoute('any', http(prefix('/any')), [to('shop/any')]),
    gatewayRoute('products', http(prefix('/products')), [to('shop/products')], {
      filters: { mirrors: [{ service: 'stock/stock', percent: 10 }], rewritePath: { kind: 'prefix', value: '/' }, rewriteHost: { kind: 'service' } },
      hosts: [{ kind: 'exact', value: 'api.example.com' }],
    }),
    gatewayRoute('both', http(prefix('/both')), [{ service: 'shop/products', version: 'v1', weight: 2 }, to('stock/stock', 1)]),
    { ...gatewayRoute('old', http({ kind: 'exact', value: '/old' }), []), action: { kind: 'redirect', status: 301, scheme: 'https', path: { kind: 'full', value: '/new' } } },
    { ...gatewayRoute('closed', http({ kind: 'exact', value: '/closed' }), []), action: { kind: 'respond', status: 410, body: 'gone' } },
  ], {
    id: 'shop/edge', name: 'edge',
    listeners: [listener(80), listener(443, 8443, { tls: { mode: 'strict', certificate: { kind: 'acm', arn: opaque('arn') }, clients: { trust: { kind: 'file', chain: '/ca' }, subjectAltNames: ['a'] } } })],
    exposure: { kind: 'network-load-balancer', scheme: 'internet-facing', sourceRanges: [], annotations: {} },
  })],
});
