/** Small, correct nodes of the model, for tests that change one thing. */
import type { Destination, Gateway, GatewayRoute, HeaderMatch, HttpMatch, PathMatch, Service, ServiceRoute, TrafficModel, Version } from '../../lib/model';

export const ORIGIN = { path: 'Shop/Mesh/Products', type: 'MeshService' };
export const GATEWAY_ORIGIN = { path: 'Shop/Mesh/Gateway', type: 'MeshGateway' };

/** An HTTP match on a path; `/api` is a segment prefix. */
export function http(path: string | PathMatch, rest: Partial<HttpMatch> = {}): HttpMatch {
  return { kind: 'http', path: typeof path === 'string' ? { kind: 'prefix', value: path } : path, headers: [], query: [], ...rest };
}

export const exact = (value: string): PathMatch => ({ kind: 'exact', value });
export const raw = (value: string): PathMatch => ({ kind: 'raw-prefix', value });
export const regex = (value: string): PathMatch => ({ kind: 'regex', value });

/** A header that has a value. */
export function header(name: string, value: string): HeaderMatch {
  return { name, match: { kind: 'exact', value }, inversion: 'none' };
}

export function to(name: string, weight = 100): Destination {
  return { service: 'shop/products', version: name, weight };
}

export function version(name: string, rest: Partial<Version> = {}): Version {
  return {
    name,
    origin: ORIGIN,
    resourceName: `products-${name}`,
    pods: { kind: 'existing', labels: { app: rest.resourceName ?? `products-${name}` } },
    discovery: { kind: 'dns-load-balanced' },
    health: { protocol: 'http', path: '/ping', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 3 },
    ...rest,
  };
}

export function serviceRoute(name: string, rest: Partial<ServiceRoute> = {}): ServiceRoute {
  return {
    name,
    origin: ORIGIN,
    property: `addRoute('${name}')`,
    match: http('/'),
    action: { kind: 'forward', destinations: [to('v1')] },
    filters: {},
    policy: {},
    ...rest,
  };
}

export function service(rest: Partial<Service> = {}): Service {
  return {
    id: 'shop/products',
    name: 'products',
    namespace: 'shop',
    origin: ORIGIN,
    host: 'products.shop.svc.cluster.local',
    kind: 'workload',
    ports: [{ port: 80, targetPort: 8080, protocol: 'http' }],
    versions: [version('v1'), version('v2')],
    routes: [],
    calls: [],
    identity: 'service',
    ...rest,
  };
}

export function gatewayRoute(name: string, rest: Partial<GatewayRoute> = {}): GatewayRoute {
  return {
    name,
    origin: { path: `${GATEWAY_ORIGIN.path}/${name}`, type: 'GatewayRoute' },
    property: 'match',
    hosts: [],
    match: http('/'),
    action: { kind: 'forward', destinations: [{ service: 'shop/products', weight: 100 }] },
    filters: {},
    policy: {},
    ...rest,
  };
}

export function gateway(rest: Partial<Gateway> = {}): Gateway {
  return {
    id: 'shop/edge',
    name: 'edge',
    namespace: 'shop',
    origin: GATEWAY_ORIGIN,
    listeners: [{ port: 80, targetPort: 8080, protocol: 'http' }],
    routes: [],
    pods: { scale: { kind: 'fixed', replicas: 2 }, resources: { cpuRequestMillis: 100 }, logLevel: 'info' },
    exposure: { kind: 'cluster-only' },
    ...rest,
  };
}

export function program(rest: { readonly services?: readonly Service[]; readonly gateways?: readonly Gateway[] } = {}): TrafficModel {
  return {
    format: 1,
    mesh: { name: 'shop', origin: { path: 'Shop/Mesh', type: 'Mesh' }, egress: 'declared-only', quotas: {}, namespaces: [] },
    services: rest.services ?? [],
    gateways: rest.gateways ?? [],
  };
}
