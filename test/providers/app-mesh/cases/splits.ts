/** Shares and pins inside of services. */
import type { Case } from './case';
import { opaque } from '../../../../lib/model/opaque';
import { gateway, gatewayRoute, header, http, model, prefix, service, serviceRoute, shares, to, version } from '../../../model-builders';

const two = [version('products', 'v1'), version('products', 'v2')];

const canary = (weights: { v1: number; v2: number }) => service('products', {
  versions: two, routes: [serviceRoute('split', http(), shares('shop/products', weights))],
});

export const splitCases: readonly Case[] = [
  { title: 'canary at 5 percent', model: model({ services: [canary({ v1: 95, v2: 5 })] }) },
  { title: 'canary at 0 percent', model: model({ services: [canary({ v1: 100, v2: 0 })] }) },
  { title: 'canary at 100 percent', model: model({ services: [canary({ v1: 0, v2: 100 })] }) },
  {
    title: 'pins by header, cookie and query',
    model: model({
      services: [service('products', {
        versions: two,
        routes: [
          serviceRoute('pin-header', http(undefined, { headers: [header('x-experiment-id', { kind: 'exact', value: 'b' })] }), shares('shop/products', { v2: 100 })),
          serviceRoute('pin-cookie', http(undefined, { headers: [header('cookie', { kind: 'regex', value: '(.*;\\s*)?group=b(\\s*;.*)?' })] }), shares('shop/products', { v2: 100 }), { priority: 0 }),
          serviceRoute('pin-query', http(undefined, { query: [{ name: 'group', match: { kind: 'exact', value: 'b' } }] }), shares('shop/products', { v2: 100 })),
          serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5 })),
        ],
      })],
      gateways: [gateway([gatewayRoute('products', http(prefix('/products')), [to('shop/products')], {
        policy: { retry: { attempts: 2, perTryTimeoutMs: 1500, on: ['server-error', 'connection-error'] }, timeouts: { requestMs: 10_000 } },
      })])],
    }),
  },
  {
    title: 'retries and timeouts of a service',
    model: model({
      services: [service('products', {
        versions: [version('products', 'v1', { timeouts: { requestMs: 30_000, idleMs: 60_000 } })],
        routes: [serviceRoute('split', http(), shares('shop/products', { v1: 100 }), {
          policy: { retry: { attempts: 3, on: ['gateway-error', 'stream-error'] }, timeouts: { requestMs: 30_000 } },
        })],
      })],
    }),
  },
  {
    title: 'router in front of two services',
    model: model({
      services: [
        service('blue'), service('checkout', {
          kind: 'router', versions: [],
          routes: [
            serviceRoute('preview', http(undefined, { headers: [header('x-preview', { kind: 'exact', value: 'green' })] }), [{ service: 'shop/green', version: 'v1', weight: 100 }]),
            serviceRoute('split', http(), [{ service: 'shop/blue', version: 'v1', weight: 100 }, { service: 'shop/green', version: 'v1', weight: 0 }]),
          ],
        }), service('green'),
      ],
      gateways: [gateway([gatewayRoute('checkout', http(prefix('/checkout')), [to('shop/checkout')])])],
    }),
  },
  {
    title: 'external host',
    model: model({
      services: [
        service('orders', { calls: [{ service: 'shop/payments' }] }),
        service('payments', {
          kind: 'external', host: 'api.payments.example', ports: [{ port: 443, targetPort: 443, protocol: 'tcp' }],
          versions: [version('payments', 'external', { pods: { kind: 'external', host: 'api.payments.example' }, health: undefined })],
          routes: [serviceRoute('split', { kind: 'tcp' }, shares('shop/payments', { external: 100 }))],
        }),
      ],
    }),
  },
  {
    title: 'several namespaces, one existing, in a shared mesh',
    model: model({
      mesh: {
        owner: '111122223333', egress: 'any', ipPreference: 'ipv4-only',
        namespaces: [
          { name: 'shop', origin: { path: 'Shop/Mesh', type: 'Mesh' }, ownership: 'created', retain: false, labels: { team: 'shop' } },
          { name: 'stock', origin: { path: 'Shop/Mesh', type: 'Mesh' }, ownership: 'existing', retain: true, labels: {} },
        ],
      },
      services: [service('products', { calls: [{ service: 'stock/warehouse' }] }), service('warehouse', { namespace: 'stock' })],
    }),
  },
  {
    title: 'one identity per version',
    model: model({ services: [service('products', { versions: two, identity: 'version' })] }),
  },
  {
    title: 'workload documents and existing pods',
    model: model({
      services: [
        service('legacy', { versions: [version('legacy', 'v1', { pods: { kind: 'existing', labels: { app: 'legacy' } } })] }),
        service('search', {
          versions: [version('search', 'v1', {
            pods: {
              kind: 'document', name: 'search', labels: { app: 'search' },
              document: {
                apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'search', namespace: 'shop' },
                spec: {
                  serviceName: 'search', selector: { matchLabels: { app: 'search' } },
                  template: { metadata: { labels: { app: 'search' } }, spec: { containers: [{ name: 'search', image: 'shop/search:3' }] } },
                },
              },
            },
          })],
        }),
      ],
    }),
  },
  {
    title: 'autoscaled pods with an environment',
    model: model({
      services: [service('products', {
        versions: [version('products', 'v1', {
          pods: {
            kind: 'image', image: opaque('shop/products:1'), scale: { kind: 'auto', minReplicas: 3, maxReplicas: 12, cpuPercent: 60, memoryPercent: 70 },
            command: ['/serve'], args: ['--fast'], env: [{ name: 'COLOR', value: opaque('blue') }],
            resources: { cpuRequestMillis: 250, cpuLimitMillis: 500, memoryRequestMiB: 256 }, writableRootFilesystem: true, runAsRoot: true, terminationGraceSeconds: 10,
          },
        })],
      })],
    }),
  },
];
