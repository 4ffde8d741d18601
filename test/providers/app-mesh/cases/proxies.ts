/** Protocols, TLS, pools, discovery and logs. */
import type { Case } from './case';
import { opaque } from '../../../../lib/model/opaque';
import type { Protocol } from '../../../../lib/model/service';
import { gateway, gatewayRoute, grpc, header, http, listener, model, service, serviceRoute, shares, to, version } from '../../../model-builders';

const speaking = (protocol: Protocol) => [{ port: 9000, targetPort: 9000, protocol }];
const certificate = opaque('arn:aws:acm:eu-west-1:111122223333:certificate/1');
const authority = opaque('arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1');
const mount = { secret: 'certs', path: '/certs' };
const file = { kind: 'file', chain: '/certs/tls.crt', key: '/certs/tls.key', mount } as const;
const fileTrust = { kind: 'file', chain: '/certs/ca.crt', mount } as const;

export const proxyCases: readonly Case[] = [
  {
    title: 'grpc service and gateway',
    model: model({
      services: [service('catalog', {
        ports: speaking('grpc'),
        versions: [version('catalog', 'v1', { health: { protocol: 'grpc', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 2 }, pool: { maxRequests: 100 } })],
        routes: [
          serviceRoute('get', grpc({ service: 'shop.v1.Catalog', method: 'Get', metadata: [header('x-tenant', { kind: 'exact', value: 'a' })] }), shares('shop/catalog', { v1: 100 }), {
            policy: { retry: { attempts: 2, perTryTimeoutMs: 500, on: ['unavailable', 'cancelled', 'stream-error'] } },
          }),
          serviceRoute('all', grpc(), shares('shop/catalog', { v1: 100 })),
        ],
      })],
      gateways: [gateway([
        gatewayRoute('catalog', grpc({ service: 'shop.v1.Catalog' }), [to('shop/catalog')]),
        gatewayRoute('host', grpc(), [to('shop/catalog')], { hosts: [{ kind: 'exact', value: 'grpc.example.com' }] }),
      ], { listeners: [listener(443, 8443, { protocol: 'grpc' })] })],
    }),
  },
  {
    title: 'tcp service with a pool',
    model: model({
      services: [service('queue', {
        ports: speaking('tcp'), versions: [version('queue', 'v1', { pool: { maxConnections: 10 }, health: undefined })],
        routes: [serviceRoute('split', { kind: 'tcp' }, shares('shop/queue', { v1: 100 }))],
      })],
    }),
  },
  {
    title: 'http2 service behind a path regex and a scheme',
    model: model({
      services: [service('feed', {
        ports: speaking('http2'), versions: [version('feed', 'v1', { pool: { maxRequests: 50 } })],
        routes: [
          serviceRoute('secure', http({ kind: 'regex', value: '/s/.*' }, { scheme: 'https', method: 'GET' }), shares('shop/feed', { v1: 100 })),
          serviceRoute('api', http({ kind: 'prefix', value: '/api' }, { headers: [header('x-a', { kind: 'present' }, 'absent-or-different')] }), shares('shop/feed', { v1: 100 })),
          serviceRoute('split', http(), shares('shop/feed', { v1: 100 })),
        ],
      })],
    }),
  },
  {
    title: 'outlier detection with endpoints and an http pool',
    model: model({
      services: [service('products', {
        versions: [version('products', 'v1', {
          discovery: { kind: 'dns-endpoints' }, pool: { maxConnections: 100, maxPendingRequests: 10 },
          outliers: { consecutiveErrors: 5, intervalMs: 10_000, baseEjectionMs: 30_000, maxEjectionPercent: 50 },
        })],
      })],
    }),
  },
  {
    title: 'cloud map',
    model: model({
      services: [service('products', {
        versions: [version('products', 'v1', { discovery: { kind: 'cloud-map', namespace: 'shop.local', service: 'products', attributes: [{ key: 'version', value: 'v1' }] } })],
      })],
    }),
  },
  {
    title: 'tls from acm',
    model: model({
      mesh: {
        listenerTls: { mode: 'strict', certificate: { kind: 'acm', arn: certificate } },
        clientTls: { enforce: true, validation: { trust: { kind: 'acm', arns: [authority] }, subjectAltNames: [] } },
      },
      services: [service('products')],
      gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')])], {
        listeners: [listener(443, 8443, { tls: { mode: 'strict', certificate: { kind: 'acm', arn: certificate } } })],
      })],
    }),
  },
  {
    title: 'mutual tls from files',
    model: model({
      services: [
        service('orders', {
          calls: [{ service: 'shop/products', tls: { enforce: true, ports: [8080], certificate: file, validation: { trust: fileTrust, subjectAltNames: ['products.shop'] } } }],
        }),
        service('products', {
          versions: [version('products', 'v1', { tls: { mode: 'strict', certificate: file, clients: { trust: fileTrust, subjectAltNames: ['orders.shop'] } } })],
        }),
      ],
      gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')])], {
        listeners: [listener(443, 8443, { tls: { mode: 'permissive', certificate: file } })],
        clientTls: { enforce: true, certificate: file, validation: { trust: fileTrust, subjectAltNames: [] } },
      })],
    }),
  },
  {
    title: 'mutual tls from sds',
    model: model({
      services: [service('products', {
        versions: [version('products', 'v1', {
          tls: { mode: 'strict', certificate: { kind: 'sds', secret: 'spiffe://shop/products' }, clients: { trust: { kind: 'sds', secret: 'spiffe://shop' }, subjectAltNames: ['spiffe://shop/orders'] } },
        })],
        clientTls: { enforce: false, certificate: { kind: 'sds', secret: 'spiffe://shop/products' }, validation: { trust: { kind: 'sds', secret: 'spiffe://shop' }, subjectAltNames: [] } },
      })],
    }),
  },
  {
    title: 'access logs in all forms',
    model: model({
      mesh: { accessLog: { path: '/dev/stdout' } },
      services: [
        service('orders'),
        service('products', { versions: [version('products', 'v1', { accessLog: { path: '/dev/stdout', format: { kind: 'text', text: '%RESPONSE_CODE%\n' } } })] }),
      ],
      gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')])], {
        accessLog: { path: '/dev/stdout', format: { kind: 'json', fields: [{ key: 'code', value: '%RESPONSE_CODE%' }] } },
        listeners: [listener(80, 8080, {
          pool: { maxConnections: 100 },
          health: { protocol: 'http', path: '/ping', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 2 },
        })],
      })],
    }),
  },
];
