/** A small cluster in which every rule has something to judge and nothing to say; tests spoil one value of it at a time. */
import type { KubeObject } from '../../../lib/kube/object';

const appMesh = (kind: string, name: string, spec: object, labels?: { readonly [key: string]: string }): KubeObject => ({
  apiVersion: 'appmesh.k8s.aws/v1beta2',
  kind,
  metadata: kind === 'Mesh' ? { name } : { name, namespace: 'shop', ...(labels === undefined ? {} : { labels }) },
  spec,
});

const fileTrust = { trust: { file: { certificateChain: '/certs/ca.pem' } }, subjectAlternativeNames: { match: { exact: ['shop.example'] } } };
const fileCertificate = { file: { certificateChain: '/certs/chain.pem', privateKey: '/certs/key.pem' } };
const clientPolicy = { tls: { certificate: fileCertificate, validation: fileTrust } };
const listenerTls = { mode: 'STRICT', certificate: fileCertificate, validation: fileTrust };
const toService = (name: string, port: number) => ({ virtualService: { virtualServiceRef: { name } }, port });
const toNode = (name: string, weight: number, port: number) => ({ virtualNodeRef: { name }, weight, port });
const health = { healthyThreshold: 2, unhealthyThreshold: 2, intervalMillis: 5000, timeoutMillis: 2000, protocol: 'http', path: '/healthy', port: 8080 };

const namespace: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { 'mesh': 'shop', 'appmesh.k8s.aws/sidecarInjectorWebhook': 'enabled' } },
};

const stableListener = {
  portMapping: { port: 8080, protocol: 'http' },
  healthCheck: health,
  connectionPool: { http: { maxConnections: 10 } },
  timeout: { http: { perRequest: { unit: 's', value: 10 } } },
  tls: listenerTls,
};

const nodes: readonly KubeObject[] = [
  appMesh('VirtualNode', 'products-v1', {
    podSelector: { matchLabels: { app: 'products-v1' } },
    listeners: [stableListener],
    serviceDiscovery: { dns: { hostname: 'products-v1.shop.svc.cluster.local' } },
    backends: [{ virtualService: { virtualServiceRef: { name: 'catalog' }, clientPolicy } }],
    backendGroups: [{ name: 'all' }],
    backendDefaults: { clientPolicy },
    logging: { accessLog: { file: { path: '/dev/stdout', format: { text: '%START_TIME%' } } } },
  }),
  appMesh('VirtualNode', 'products-v2', {
    podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['products-v2'] }] },
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    serviceDiscovery: { awsCloudMap: { namespaceName: 'shop.local', serviceName: 'products', attributes: [{ key: 'version', value: 'v2' }] } },
    logging: { accessLog: { file: { path: '/dev/stdout', format: { json: [{ key: 'time', value: '%START_TIME%' }] } } } },
  }),
  appMesh('VirtualNode', 'catalog', {
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }, { portMapping: { port: 9090, protocol: 'grpc' } }],
    serviceDiscovery: { dns: { hostname: 'catalog.shop.svc.cluster.local' } },
  }),
];

const routers: readonly KubeObject[] = [
  appMesh('VirtualRouter', 'products', {
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }],
    routes: [
      {
        name: 'experiment',
        priority: 10,
        httpRoute: {
          match: {
            prefix: '/',
            headers: [{ name: 'x-group', match: { exact: 'b' } }, { name: 'x-bucket', match: { range: { start: 0, end: 50 } } }],
            queryParameters: [{ name: 'preview', match: { exact: 'true' } }],
            port: 8080,
          },
          action: { weightedTargets: [toNode('products-v1', 95, 8080), toNode('products-v2', 5, 8080)] },
          retryPolicy: { maxRetries: 2, perRetryTimeout: { unit: 's', value: 2 }, httpRetryEvents: ['server-error'] },
        },
      },
      { name: 'exact', priority: 20, httpRoute: { match: { path: { exact: '/healthy' } }, action: { weightedTargets: [toNode('products-v1', 100, 8080)] } } },
    ],
  }),
  appMesh('VirtualRouter', 'catalog', {
    listeners: [{ portMapping: { port: 8080, protocol: 'http' } }, { portMapping: { port: 9090, protocol: 'grpc' } }],
    routes: [{
      name: 'list',
      grpcRoute: {
        match: { serviceName: 'shop.Catalog', methodName: 'List', metadata: [{ name: 'x-page', match: { range: { start: 1, end: 9 } } }], port: 9090 },
        action: { weightedTargets: [toNode('catalog', 100, 9090)] },
      },
    }],
  }),
];

const services: readonly KubeObject[] = [
  appMesh('VirtualService', 'products', {
    awsName: 'products.shop.svc.cluster.local',
    provider: { virtualRouter: { virtualRouterRef: { name: 'products' } } },
  }),
  appMesh('VirtualService', 'catalog', { provider: { virtualNode: { virtualNodeRef: { name: 'catalog' } } } }),
  appMesh('BackendGroup', 'all', { virtualservices: [{ name: 'catalog' }] }),
];

const gateway: readonly KubeObject[] = [
  appMesh('VirtualGateway', 'edge', {
    namespaceSelector: { matchLabels: { mesh: 'shop' } },
    podSelector: { matchLabels: { app: 'edge' } },
    gatewayRouteSelector: { matchLabels: { gateway: 'edge' } },
    listeners: [
      { portMapping: { port: 8080, protocol: 'http' }, healthCheck: health, connectionPool: { http: { maxConnections: 10 } }, tls: listenerTls },
      { portMapping: { port: 9090, protocol: 'grpc' } },
    ],
    backendDefaults: { clientPolicy },
    logging: { accessLog: { file: { path: '/dev/stdout', format: { text: '%START_TIME%' } } } },
  }),
  appMesh('GatewayRoute', 'products', {
    priority: 10,
    httpRoute: {
      match: {
        prefix: '/products/',
        hostname: { exact: 'shop.example' },
        headers: [{ name: 'x-bucket', match: { range: { start: 0, end: 50 } } }],
        queryParameters: [{ name: 'preview', match: { exact: 'true' } }],
        port: 8080,
      },
      action: { target: toService('products', 8080), rewrite: { prefix: { value: '/' } } },
    },
  }, { gateway: 'edge' }),
  appMesh('GatewayRoute', 'about', {
    httpRoute: { match: { path: { exact: '/about' }, port: 8080 }, action: { target: toService('products', 8080), rewrite: { path: { exact: '/' } } } },
  }, { gateway: 'edge' }),
  appMesh('GatewayRoute', 'catalog', {
    grpcRoute: {
      match: { serviceName: 'shop.Catalog', metadata: [{ name: 'x-page', match: { range: { start: 1, end: 9 } } }], port: 9090 },
      action: { target: toService('catalog', 9090), rewrite: { hostname: { defaultTargetHostname: 'DISABLED' } } },
    },
  }, { gateway: 'edge' }),
];

const deployment = (name: string, container: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'shop' },
  spec: {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: container, image: 'shop/app:1' }] } },
  },
});

/** The cluster. */
export const SHOP: readonly KubeObject[] = [
  namespace,
  appMesh('Mesh', 'shop', { namespaceSelector: { matchLabels: { mesh: 'shop' } }, meshOwner: '123456789012' }),
  ...nodes, ...routers, ...services, ...gateway,
  deployment('products-v1', 'app'), deployment('edge', 'envoy'),
];

/** The same list with one value set, or removed where the value is undefined. */
export function spoil(object: string, path: string, value: unknown): KubeObject[] {
  const copy = structuredClone(SHOP) as KubeObject[];
  const steps = path.split('.');
  const last = steps.pop()!;
  const [kind, name] = object.split(' ');
  const found = copy.find(candidate => candidate.kind === kind && candidate.metadata.name === name);
  if (found === undefined) throw new Error(`the shop has no ${object}`);
  const parent = steps.reduce<any>((at, step) => at[step], found);
  if (value === undefined) delete parent[last]; else parent[last] = value;
  return copy;
}

/** The same list with more objects. */
export function withMore(...more: readonly KubeObject[]): KubeObject[] {
  return [...SHOP, ...more];
}

/** A copy of an object of the list under another name. */
export function copyOf(object: string, name: string): KubeObject {
  const [kind, original] = object.split(' ');
  const found = SHOP.find(candidate => candidate.kind === kind && candidate.metadata.name === original);
  if (found === undefined) throw new Error(`the shop has no ${object}`);
  return { ...found, metadata: { ...found.metadata, name } };
}
