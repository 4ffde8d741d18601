/** The model that the matchers are tried on: one of everything that a decision can say. */
import type { TrafficModel } from '../../lib/model';
import { MeshHandle } from '../../lib/testing/jest';
import { gateway, gatewayRoute, grpc, header, http, httpPort, listener, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const B = header('x-exp', { kind: 'exact', value: 'b' });
const retry = { attempts: 3, perTryTimeoutMs: 1500, on: ['server-error', 'gateway-error'] } as const;

const products = service('products', {
  versions: [version('products', 'v1'), version('products', 'v2')],
  routes: [
    serviceRoute('pin', http(prefix('/'), { headers: [B] }), shares('shop/products', { v2: 100 })),
    serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5 }), { policy: { retry, timeouts: { requestMs: 10_000, idleMs: 60_000 } } }),
  ],
  calls: [{ service: 'shop/catalog' }],
});
const catalog = service('catalog', {
  ports: [httpPort(), { port: 9090, targetPort: 9090, protocol: 'grpc' }], routes: [
    serviceRoute('split', http(), shares('shop/catalog', { v1: 100 })), serviceRoute('calls', grpc(), shares('shop/catalog', { v1: 100 })),
  ],
});
const thirds = service('thirds', {
  versions: ['a', 'b', 'c'].map((name) => version('thirds', name)), routes: [serviceRoute('split', http(), shares('shop/thirds', { a: 1, b: 1, c: 1 }))],
});
const front = service('front', {
  kind: 'router', versions: [], routes: [serviceRoute('old', http(prefix('/old')), shares('shop/products', { v1: 100 }))],
});

const HEADERS = { set: [{ name: 'x-tier', value: 'gold' }], add: [], remove: ['cookie'] };

const edge = gateway([
  gatewayRoute('products', http(prefix('/products')), [to('shop/products')]),
  gatewayRoute('both', http(prefix('/both')), [to('shop/products', 20), to('shop/catalog', 80)]),
  gatewayRoute('thirds', http(prefix('/thirds')), [to('shop/thirds')]),
  gatewayRoute('front', http(prefix('/front')), [to('shop/front')], { filters: { rewritePath: { kind: 'prefix', value: '/' } } }),
  gatewayRoute('changed', http(prefix('/changed')), [to('shop/catalog')], {
    filters: {
      rewritePath: { kind: 'prefix', value: '/c' }, rewriteHost: { kind: 'service' }, requestHeaders: HEADERS,
      responseHeaders: { set: [{ name: 'x-served', value: 'mesh' }], add: [{ name: 'vary', value: 'x-exp' }], remove: ['server'] },
      mirrors: [{ service: 'shop/products', version: 'v2', percent: 10 }], fault: { delay: { ms: 2000, percent: 5 }, abort: { status: 503, percent: 1 } },
    },
  }),
  { ...gatewayRoute('moved', http(prefix('/moved')), []), action: { kind: 'redirect', status: 301, host: 'new.example.com' } },
  { ...gatewayRoute('health', http({ kind: 'exact', value: '/health' })!, []), action: { kind: 'respond', status: 200, body: 'ok' } },
  gatewayRoute('api', http(prefix('/v1')), [to('shop/catalog')], { hosts: [{ kind: 'suffix', value: '.example.com' }] }),
  gatewayRoute('calls', grpc({ service: 'shop.v1.Catalog' }), [{ ...to('shop/catalog'), port: 9090 }]),
], { listeners: [listener(), listener(9000, 9000, { protocol: 'grpc' })] });

export const SHOP: TrafficModel = model({ services: [catalog, front, products, thirds], gateways: [edge] });

export const shop = new MeshHandle(SHOP);

/** The message of what is thrown, without colours. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}
