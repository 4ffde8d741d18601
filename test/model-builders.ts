/** Small builders of traffic models for tests of the pure layers; every default is the plainest thing that works. */
import type { Origin } from '../lib/diagnostics/diagnostic';
import type { Destination, Filters, RoutePolicy } from '../lib/model/action';
import type { Gateway, GatewayRoute, Listener } from '../lib/model/gateway';
import type { GrpcMatch, HeaderMatch, HttpMatch, PathMatch, ValueMatch } from '../lib/model/match';
import { opaque } from '../lib/model/opaque';
import type { Service, ServicePort, ServiceRoute, Version } from '../lib/model/service';
import type { MeshSettings, TrafficModel } from '../lib/model/traffic-model';
import type { ImagePods, Scale } from '../lib/model/workload';

export function origin(path: string, type = 'MeshService'): Origin {
  return { path: `Shop/Mesh/${path}`, type };
}

export function httpPort(port = 8080, targetPort = port): ServicePort {
  return { port, targetPort, protocol: 'http' };
}

export function fixed(replicas: number): Scale {
  return { kind: 'fixed', replicas };
}

export function imagePods(overrides: Partial<ImagePods> = {}): ImagePods {
  return {
    kind: 'image', image: opaque('shop/app:1'), scale: fixed(2), env: [],
    resources: { cpuRequestMillis: 100, memoryRequestMiB: 128, memoryLimitMiB: 256 },
    writableRootFilesystem: false, runAsRoot: false, terminationGraceSeconds: 30,
    liveness: { protocol: 'tcp', intervalMs: 10_000, timeoutMs: 2000, healthyThreshold: 1, unhealthyThreshold: 6 }, startupMs: 300_000, ...overrides,
  };
}

export function version(service: string, name: string, overrides: Partial<Version> = {}): Version {
  return {
    name, origin: origin(service), resourceName: `${service}-${name}`, pods: imagePods(), discovery: { kind: 'dns-load-balanced' },
    health: { protocol: 'http', path: '/ping', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 3 }, ...overrides,
  };
}

export function http(path: PathMatch = { kind: 'prefix', value: '/' }, overrides: Partial<HttpMatch> = {}): HttpMatch {
  return { kind: 'http', path, headers: [], query: [], ...overrides };
}

export function prefix(value: string): PathMatch {
  return { kind: 'prefix', value };
}

export function grpc(overrides: Partial<GrpcMatch> = {}): GrpcMatch {
  return { kind: 'grpc', metadata: [], ...overrides };
}

export function header(name: string, match: ValueMatch, inversion: HeaderMatch['inversion'] = 'none'): HeaderMatch {
  return { name, match, inversion };
}

/** Shares of versions of one service: `{ v1: 95, v2: 5 }`. */
export function shares(service: string, weights: { readonly [version: string]: number }): readonly Destination[] {
  return Object.entries(weights).map(([name, weight]) => ({ service, version: name, weight }));
}

export function to(service: string, weight = 100): Destination {
  return { service, weight };
}

interface RouteDraft {
  readonly priority?: number;
  readonly filters?: Filters;
  readonly policy?: RoutePolicy;
}

export function serviceRoute(name: string, match: ServiceRoute['match'], destinations: readonly Destination[], draft: RouteDraft = {}): ServiceRoute {
  return {
    name, origin: origin(destinations[0]?.service.split('/')[1] ?? 'router'), property: `addRoute('${name}')`, match,
    action: { kind: 'forward', destinations }, filters: {}, policy: {}, ...draft,
  };
}

export function gatewayRoute(name: string, match: GatewayRoute['match'], destinations: readonly Destination[],
  draft: RouteDraft & Partial<Pick<GatewayRoute, 'hosts' | 'guards'>> = {}): GatewayRoute {
  return {
    name, origin: origin(`gateway/${name}`, 'GatewayRoute'), property: 'match', hosts: [], match,
    action: { kind: 'forward', destinations }, filters: {}, policy: {}, ...draft,
  };
}

/** A service in namespace `shop` with one version `v1` and a catch-all route, where nothing else is said. */
export function service(name: string, overrides: Partial<Service> = {}): Service {
  const namespace = overrides.namespace ?? 'shop';
  const id = `${namespace}/${name}`;
  const versions = overrides.versions ?? [version(name, 'v1')];
  const weights = Object.fromEntries(versions.map((one, at) => [one.name, at === 0 ? 100 : 0]));
  return {
    id, name, namespace, origin: origin(name), host: `${name}.${namespace}.svc.cluster.local`, kind: 'workload',
    ports: [httpPort()], versions, routes: [serviceRoute('split', http(), shares(id, weights))], calls: [], identity: 'service', ...overrides,
  };
}

export function listener(port = 80, targetPort = 8080, overrides: Partial<Listener> = {}): Listener {
  return { port, targetPort, protocol: 'http', ...overrides };
}

export function gateway(routes: readonly GatewayRoute[], overrides: Partial<Gateway> = {}): Gateway {
  return {
    id: 'shop/gateway', name: 'gateway', namespace: 'shop', origin: origin('gateway', 'MeshGateway'), listeners: [listener()], routes,
    pods: { scale: fixed(2), resources: { cpuRequestMillis: 100, memoryRequestMiB: 128, memoryLimitMiB: 256 }, logLevel: 'info' },
    exposure: { kind: 'network-load-balancer', scheme: 'internal', sourceRanges: [], annotations: {} }, ...overrides,
  };
}

/** A mesh without proxies between services. */
export const EDGE_ONLY: Partial<MeshSettings> = { serviceToService: { routes: 'ignored', undeclaredCalls: 'allowed' } };

export function model(parts: { readonly mesh?: Partial<MeshSettings>; readonly services?: readonly Service[]; readonly gateways?: readonly Gateway[] }): TrafficModel {
  const { mesh = {}, services = [], gateways = [] } = parts;
  const own = origin('', 'Mesh');
  return {
    format: 1,
    mesh: {
      name: 'shop', origin: { ...own, path: 'Shop/Mesh' }, egress: 'declared-only', quotas: {},
      namespaces: [{ name: 'shop', origin: { ...own, path: 'Shop/Mesh' }, ownership: 'created', retain: true, labels: {} }], ...mesh,
    },
    services, gateways,
  };
}
