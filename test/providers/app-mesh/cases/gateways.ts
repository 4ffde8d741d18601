/** Matches, rewrites and splits at gateways. */
import type { Case } from './case';
import { opaque } from '../../../../lib/model/opaque';
import type { Service } from '../../../../lib/model/service';
import { gateway, gatewayRoute, header, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../../../model-builders';

const products = service('products');
const productsId = 'shop/products';

const edge = (title: string, routes: Parameters<typeof gateway>[0], services: readonly Service[] = [products]): Case =>
  ({ title, model: model({ services, gateways: [gateway(routes)] }) });

export const gatewayCases: readonly Case[] = [
  edge('segment prefix without rewrite', [gatewayRoute('products', http(prefix('/products')), [to(productsId)]), gatewayRoute('rest', http(), [to(productsId)])]),
  edge('segment prefix with rewrite', [
    gatewayRoute('strip', http(prefix('/products')), [to(productsId)], { filters: { rewritePath: { kind: 'prefix', value: '/' } } }),
    gatewayRoute('move', http(prefix('/v1/items')), [to(productsId)], { filters: { rewritePath: { kind: 'prefix', value: '/items' } } }),
    gatewayRoute('root', http(), [to(productsId)], { filters: { rewritePath: { kind: 'prefix', value: '/shop' } } }),
  ]),
  edge('raw prefix, exact path, regex and full rewrite', [
    gatewayRoute('raw', http({ kind: 'raw-prefix', value: '/pro' }), [to(productsId)]),
    gatewayRoute('raw-stripped', http({ kind: 'raw-prefix', value: '/old' }), [to(productsId)], { filters: { rewritePath: { kind: 'prefix', value: '/' } } }),
    gatewayRoute('exact', http({ kind: 'exact', value: '/health' }), [to(productsId)], { filters: { rewritePath: { kind: 'full', value: '/ping' } } }),
    gatewayRoute('regex', http({ kind: 'regex', value: '/items/[0-9]+' }), [to(productsId)]),
    gatewayRoute('whole', http(prefix('/gone')), [to(productsId)], { filters: { rewritePath: { kind: 'full', value: '/moved' } } }),
  ]),
  edge('exact and suffix hosts', [
    gatewayRoute('api', http(), [to(productsId)], { hosts: [{ kind: 'exact', value: 'api.example.com' }, { kind: 'exact', value: 'api.example.org' }] }),
    gatewayRoute('any', http(), [to(productsId)], { hosts: [{ kind: 'suffix', value: '.example.com' }], filters: { rewriteHost: { kind: 'service' } } }),
    gatewayRoute('rest', http(), [to(productsId)]),
  ]),
  edge('methods, headers and query', [
    gatewayRoute('method', http(prefix('/'), { method: 'POST' }), [to(productsId)], { priority: 1 }),
    gatewayRoute('headers', http(prefix('/'), {
      headers: [
        header('x-exact', { kind: 'exact', value: 'a' }), header('x-prefix', { kind: 'prefix', value: 'b' }), header('x-suffix', { kind: 'suffix', value: 'c' }),
        header('x-regex', { kind: 'regex', value: 'd+' }), header('x-range', { kind: 'range', start: 1, end: 10 }), header('x-present', { kind: 'present' }),
      ],
    }), [to(productsId)], { priority: 2 }),
    gatewayRoute('different', http(prefix('/'), { headers: [header('x-group', { kind: 'exact', value: 'b' }, 'present-and-different')] }), [to(productsId)], { priority: 3 }),
    gatewayRoute('absent', http(prefix('/'), { headers: [header('x-group', { kind: 'exact', value: 'b' }, 'absent-or-different')] }), [to(productsId)], { priority: 4 }),
    gatewayRoute('query', http(prefix('/'), { query: [{ name: 'a', match: { kind: 'exact', value: '1' } }, { name: 'b', match: { kind: 'present' } }] }), [to(productsId)], { priority: 5 }),
  ]),
  edge('weights at the gateway between services', [gatewayRoute('items', http(prefix('/items')), [to('shop/blue', 95), to('shop/green', 5)])], [service('blue'), service('green')]),
  edge('weights at the gateway between versions', [gatewayRoute('items', http(prefix('/items')), shares(productsId, { v1: 100, v2: 0 }))],
    [service('products', { versions: [version('products', 'v1'), version('products', 'v2')] })]),
  edge('retries and timeouts at the gateway', [gatewayRoute('items', http(prefix('/items')), [to(productsId)], {
    policy: { retry: { attempts: 3, perTryTimeoutMs: 1500, on: ['server-error', 'gateway-error'] }, timeouts: { requestMs: 10_000, idleMs: 30_000 } },
  })]),
  edge('blue and green services at the gateway', [
    gatewayRoute('preview', http(prefix('/checkout'), { headers: [header('x-preview', { kind: 'exact', value: 'green' })] }), [to('shop/green')]),
    gatewayRoute('active', http(prefix('/checkout')), [to('shop/blue')]),
  ], [service('blue'), service('green')]),
  {
    title: 'several listeners and ports',
    model: model({
      services: [service('products', {
        ports: [{ port: 80, targetPort: 8080, protocol: 'http' }, { port: 81, targetPort: 8081, protocol: 'http2' }, { port: 9000, targetPort: 9000, protocol: 'tcp' }],
        routes: [
          serviceRoute('split', http(), shares(productsId, { v1: 100 })),
          serviceRoute('split-tcp', { kind: 'tcp' }, shares(productsId, { v1: 100 })),
        ],
      })],
      gateways: [gateway([
        gatewayRoute('all', http(prefix('/')), [to(productsId)]),
        gatewayRoute('admin', http(prefix('/admin'), { port: 81 }), [{ service: productsId, port: 80, weight: 100 }], { policy: { timeouts: { requestMs: 5000 } } }),
      ], { listeners: [listener(80, 8080), listener(81, 8081, { protocol: 'http2' })] })],
    }),
  },
  {
    title: 'gateway on the internet with autoscaling',
    model: model({
      services: [products],
      gateways: [gateway([gatewayRoute('all', http(), [to(productsId)])], {
        listeners: [listener(443, 8443)],
        exposure: {
          kind: 'network-load-balancer', scheme: 'internet-facing', certificate: opaque('arn:aws:acm:eu-west-1:111122223333:certificate/1'),
          tlsPorts: [443],
          sourceRanges: ['203.0.113.0/24'], annotations: { 'service.beta.kubernetes.io/aws-load-balancer-name': opaque('shop') },
        },
        pods: { scale: { kind: 'auto', minReplicas: 2, maxReplicas: 6, cpuPercent: 60 }, resources: { cpuRequestMillis: 500 }, logLevel: 'debug', image: opaque('mirror/envoy:1') },
      })],
    }),
  },
  {
    title: 'gateway inside of the cluster only',
    model: model({ services: [products], gateways: [gateway([gatewayRoute('all', http(), [to(productsId)])], { exposure: { kind: 'cluster-only' } })] }),
  },
];
