/**
 * Which features a model uses, and where. Features are derived from the model's unions, so that a new variant makes
 * the compiler ask every provider for an answer.
 */
import type { Filters, RetryEvent, RouteAction, RoutePolicy } from './action';
import { endsTlsAtLoadBalancer, type Gateway, type GatewayRoute, type Listener } from './gateway';
import type { Guards, TokenKeys } from './guards';
import type { HeaderMatch, HostMatch, Inversion, Match, PathMatch, QueryMatch, ValueMatch } from './match';
import type { AccessLog, Tracing } from './observability';
import { addressesOf, isWildcard, outsideTlsOf, outsideTlsOfGateway, type OutsideTls } from './outside';
import { besideProperty, matchProperty, targetProperty, versionProperty } from './rules/rule';
import type { Certificate, ListenerTls, Trust } from './security';
import type { Call, Discovery, Protocol, Service, ServiceRoute, Version } from './service';
import type { TrafficModel } from './traffic-model';
import type { Pods } from './workload';
import type { Origin } from '../diagnostics/diagnostic';

type Stage = 'gateway' | 'service';
type HeaderCondition = ValueMatch['kind'];

/** One thing a program can ask for. */
export type Feature =
  | `${Stage}.match.path.${PathMatch['kind']}`
  | `${Stage}.match.header.${HeaderCondition}`
  | `${Stage}.match.header.inverted.${Exclude<Inversion, 'none'>}`
  | `${Stage}.match.query.${QueryMatch['match']['kind']}`
  | `${Stage}.match.method` | `${Stage}.match.scheme` | `${Stage}.match.port`
  | `${Stage}.match.grpc.service` | `${Stage}.match.grpc.method` | `${Stage}.match.grpc.metadata` | `${Stage}.match.grpc.any`
  | `gateway.match.host.${HostMatch['kind']}`
  | `${Stage}.protocol.${Protocol}`
  | `${Stage}.split` | `${Stage}.redirect` | `${Stage}.respond`
  | `${Stage}.rewrite.path.prefix` | `${Stage}.rewrite.path.full`
  | `${Stage}.rewrite.host.service` | `${Stage}.rewrite.host.exact`
  | `${Stage}.request-headers` | `${Stage}.response-headers`
  | `${Stage}.mirror` | `${Stage}.fault`
  | `${Stage}.timeout.request` | `${Stage}.timeout.idle`
  | `${Stage}.retry` | `${Stage}.retry.on.${RetryEvent}`
  | 'gateway.cors' | 'gateway.allow-from' | `gateway.jwt.${TokenKeys['kind']}` | 'gateway.rate-limit'
  | `${Stage}.listeners.several`
  | `${Stage}.tls.${ListenerTls['mode']}` | `${Stage}.tls.certificate.${Certificate['kind']}`
  | `${Stage}.tls.clients.${Trust['kind']}` | 'gateway.load-balancer-tls'
  | `${Stage}.client-tls.certificate.${Certificate['kind']}` | `${Stage}.client-tls.trust.${Trust['kind']}`
  | `${Stage}.outside-tls.certificate.${Certificate['kind']}` | `${Stage}.outside-tls.trust.${Trust['kind']}` | `${Stage}.outside-tls.optional`
  | `${Stage}.health-check` | `${Stage}.pool` | 'service.outlier-detection' | 'service.stickiness'
  | `${Stage}.access-log.default` | `${Stage}.access-log.${NonNullable<AccessLog['format']>['kind']}`
  | `service.pods.${Pods['kind']}` | `service.discovery.${Discovery['kind']}`
  | 'service.calls' | 'service.router' | 'service.identity.version' | 'service.aws' | 'service.outside.addresses' | 'service.outside.wildcard'
  | 'mesh.egress.any' | 'mesh.egress.declared-only' | 'mesh.shared' | 'mesh.ip-preference' | `mesh.tracing.${Tracing['kind']}`;

/** One use of a feature. */
export interface FeatureUse {
  readonly feature: Feature;
  readonly origin: Origin;
  /** The property as the user knows it. */
  readonly property: string;
}

/** What one node of a model uses. */
interface NodeFeatures {
  readonly features: readonly Feature[];
  readonly origin: Origin;
  /** The property of a feature, as the user knows it. */
  readonly propertyOf: (feature: Feature) => string;
}

/** Every use of the features that are asked for, in the model's order; all features when left out. */
export function featuresOf(model: TrafficModel, isAsked: (feature: Feature) => boolean = () => true): readonly FeatureUse[] {
  const services = new Map(model.services.map((service) => [service.id, service]));
  const nodes: readonly NodeFeatures[] = [
    meshFeatures(model),
    ...model.services.flatMap((service) => [...serviceFeatures(service, services), ...outsideFeatures(service, outsideTlsOf(service, model.mesh, services))]),
    ...model.gateways.flatMap((gateway) => [...gatewayFeatures(gateway), ...outsideFeatures(gateway, outsideTlsOfGateway(gateway, model.mesh, services))]),
  ];
  // of the thousands of uses in a large mesh a caller wants few
  return nodes.flatMap(({ features, origin, propertyOf: of }) => features.filter(isAsked).map((feature) => ({ feature, origin, property: of(feature) })));
}

function meshFeatures({ mesh }: TrafficModel): NodeFeatures {
  const features: Feature[] = [
    `mesh.egress.${mesh.egress}`,
    ...(mesh.owner === undefined ? [] : ['mesh.shared' as const]),
    ...(mesh.ipPreference === undefined ? [] : ['mesh.ip-preference' as const]),
    ...(mesh.tracing === undefined ? [] : [`mesh.tracing.${mesh.tracing.kind}` as const]),
    ...listenerTlsFeatures('service', mesh.listenerTls),
    ...clientTlsFeatures('service', mesh.clientTls),
    ...accessLogFeatures('service', mesh.accessLog),
  ];
  return { features, origin: mesh.origin, propertyOf: ownPropertyOf };
}

/** TLS that a caller's or a gateway's proxies speak to hosts outside of the mesh, where nothing of the mesh stands at the other end. */
function outsideFeatures(from: Service | Gateway, spoken: readonly OutsideTls[]): readonly NodeFeatures[] {
  const stage: Stage = 'calls' in from ? 'service' : 'gateway';
  return spoken.map(({ tls, property, service }) => {
    const features: Feature[] = tls.enforce ? [
      `${stage}.outside-tls.trust.${tls.validation.trust.kind}`,
      ...(tls.certificate ? [`${stage}.outside-tls.certificate.${tls.certificate.kind}` as const] : []),
    ] : [`${stage}.outside-tls.optional`];
    return { features, origin: from.origin, propertyOf: () => property ?? (stage === 'service' ? `calls['${service.id}']` : 'clientTls') };
  });
}

/** Whether TLS of a service's calls is spoken within the mesh: everywhere, but where all of its calls go to hosts outside. */
function isSpokenInside(calls: readonly Call[], services: ReadonlyMap<string, Service>): boolean {
  return calls.length === 0 || calls.some((call) => services.get(call.service)?.kind !== 'external');
}

function serviceFeatures(service: Service, services: ReadonlyMap<string, Service>): readonly NodeFeatures[] {
  const inside = service.calls.filter((call) => isSpokenInside([call], services));
  const own: Feature[] = [
    ...service.ports.map((port) => `service.protocol.${port.protocol}` as const),
    ...(service.ports.length > 1 ? ['service.listeners.several' as const] : []),
    ...(service.kind === 'router' ? ['service.router' as const] : []),
    ...(service.calls.length > 0 ? ['service.calls' as const] : []),
    ...(service.identity === 'version' ? ['service.identity.version' as const] : []),
    ...(isSpokenInside(service.calls, services) ? clientTlsFeatures('service', service.clientTls) : []),
    ...inside.flatMap((call) => clientTlsFeatures('service', call.tls)),
    ...(service.aws ? ['service.aws' as const] : []),
    ...(addressesOf(service).length > 0 ? ['service.outside.addresses' as const] : []),
    ...(service.kind === 'external' && isWildcard(service.host) ? ['service.outside.wildcard' as const] : []),
  ];
  return [
    { features: own, origin: service.origin, propertyOf: ownPropertyOf },
    ...service.versions.map(versionFeatures),
    ...service.routes.map((route) => routeFeatures('service', route)),
  ];
}

function versionFeatures(version: Version): NodeFeatures {
  const features: Feature[] = [
    `service.pods.${version.pods.kind}`,
    `service.discovery.${version.discovery.kind}`,
    ...(version.health ? ['service.health-check' as const] : []),
    ...(version.pool ? ['service.pool' as const] : []),
    ...(version.outliers ? ['service.outlier-detection' as const] : []),
    ...(version.stickiness ? ['service.stickiness' as const] : []),
    ...listenerTlsFeatures('service', version.tls),
    ...accessLogFeatures('service', version.accessLog),
    ...timeoutFeatures('service', { timeouts: version.timeouts }),
  ];
  return { features, origin: version.origin, propertyOf: (feature) => versionProperty(version, ownPropertyOf(feature)) };
}

function gatewayFeatures(gateway: Gateway): readonly NodeFeatures[] {
  const own: Feature[] = [
    ...gateway.listeners.flatMap(listenerFeatures),
    ...(gateway.listeners.length > 1 ? ['gateway.listeners.several' as const] : []),
    ...(gateway.listeners.some((listener) => endsTlsAtLoadBalancer(gateway, listener)) ? ['gateway.load-balancer-tls' as const] : []),
    ...clientTlsFeatures('gateway', gateway.clientTls),
    ...accessLogFeatures('gateway', gateway.accessLog),
  ];
  return [
    { features: own, origin: gateway.origin, propertyOf: ownPropertyOf },
    ...gateway.routes.map((route) => routeFeatures('gateway', route)),
  ];
}

function listenerFeatures(listener: Listener): Feature[] {
  return [
    `gateway.protocol.${listener.protocol}`,
    ...(listener.health ? ['gateway.health-check' as const] : []),
    ...(listener.pool ? ['gateway.pool' as const] : []),
    ...listenerTlsFeatures('gateway', listener.tls),
  ];
}

function routeFeatures(stage: Stage, route: ServiceRoute | GatewayRoute): NodeFeatures {
  const hosts = 'hosts' in route ? route.hosts.map((host) => `gateway.match.host.${host.kind}` as const) : [];
  const features: Feature[] = [
    ...hosts,
    ...matchFeatures(stage, route.match),
    ...actionFeatures(stage, route.action),
    ...filterFeatures(stage, route.filters),
    ...('guards' in route ? guardFeatures(route.guards) : []),
    ...timeoutFeatures(stage, route.policy),
    ...retryFeatures(stage, route.policy),
  ];
  return { features, origin: route.origin, propertyOf: (feature) => routePropertyOf(feature, route) };
}

function matchFeatures(stage: Stage, match: Match): Feature[] {
  const port = match.port === undefined ? [] : [`${stage}.match.port` as const];
  switch (match.kind) {
    case 'tcp': return port;
    case 'grpc': return [
      ...port,
      ...(match.service === undefined ? [] : [`${stage}.match.grpc.service` as const]),
      ...(match.method === undefined ? [] : [`${stage}.match.grpc.method` as const]),
      ...(match.metadata.length === 0 ? [] : [`${stage}.match.grpc.metadata` as const]),
      ...(match.service === undefined && match.method === undefined && match.metadata.length === 0 ? [`${stage}.match.grpc.any` as const] : []),
      ...match.metadata.flatMap((header) => headerFeatures(stage, header)),
    ];
    case 'http': return [
      ...port,
      `${stage}.match.path.${match.path.kind}`,
      ...(match.method === undefined ? [] : [`${stage}.match.method` as const]),
      ...(match.scheme === undefined ? [] : [`${stage}.match.scheme` as const]),
      ...match.headers.flatMap((header) => headerFeatures(stage, header)),
      ...match.query.map((query) => `${stage}.match.query.${query.match.kind}` as const),
    ];
  }
}

function headerFeatures(stage: Stage, header: HeaderMatch): Feature[] {
  const inverted: Feature[] = header.inversion === 'none' ? [] : [`${stage}.match.header.inverted.${header.inversion}`];
  return [`${stage}.match.header.${header.match.kind}`, ...inverted];
}

function actionFeatures(stage: Stage, action: RouteAction): Feature[] {
  if (action.kind !== 'forward') return [`${stage}.${action.kind}`];
  return action.destinations.length > 1 ? [`${stage}.split`] : [];
}

function filterFeatures(stage: Stage, filters: Filters): Feature[] {
  return [
    ...(filters.rewritePath ? [`${stage}.rewrite.path.${filters.rewritePath.kind}` as const] : []),
    ...(filters.rewriteHost ? [`${stage}.rewrite.host.${filters.rewriteHost.kind}` as const] : []),
    ...(filters.requestHeaders ? [`${stage}.request-headers` as const] : []),
    ...(filters.responseHeaders ? [`${stage}.response-headers` as const] : []),
    ...(filters.mirrors?.length ? [`${stage}.mirror` as const] : []),
    ...(filters.fault ? [`${stage}.fault` as const] : []),
  ];
}

function guardFeatures(guards: Guards = {}): Feature[] {
  return [
    ...(guards.cors ? ['gateway.cors' as const] : []),
    ...(guards.tokens ?? []).map(({ keys }) => `gateway.jwt.${keys.kind}` as const),
    ...(guards.clients ? ['gateway.allow-from' as const] : []),
    ...(guards.rateLimit ? ['gateway.rate-limit' as const] : []),
  ];
}

function timeoutFeatures(stage: Stage, { timeouts }: RoutePolicy): Feature[] {
  return [
    ...(timeouts?.requestMs === undefined ? [] : [`${stage}.timeout.request` as const]),
    ...(timeouts?.idleMs === undefined ? [] : [`${stage}.timeout.idle` as const]),
  ];
}

function retryFeatures(stage: Stage, { retry }: RoutePolicy): Feature[] {
  if (retry === undefined) return [];
  return [`${stage}.retry`, ...retry.on.map((event) => `${stage}.retry.on.${event}` as const)];
}

function listenerTlsFeatures(stage: Stage, tls: ListenerTls | undefined): Feature[] {
  if (tls === undefined) return [];
  const clients: Feature[] = tls.clients ? [`${stage}.tls.clients.${tls.clients.trust.kind}`] : [];
  return [`${stage}.tls.${tls.mode}`, `${stage}.tls.certificate.${tls.certificate.kind}`, ...clients];
}

function clientTlsFeatures(stage: Stage, tls: Service['clientTls']): Feature[] {
  if (tls === undefined) return [];
  const own: Feature[] = tls.certificate ? [`${stage}.client-tls.certificate.${tls.certificate.kind}`] : [];
  return [`${stage}.client-tls.trust.${tls.validation.trust.kind}`, ...own];
}

function accessLogFeatures(stage: Stage, log: AccessLog | undefined): Feature[] {
  if (log === undefined) return [];
  return [log.format === undefined ? `${stage}.access-log.default` : `${stage}.access-log.${log.format.kind}`];
}

/** What a route's user wrote for a feature: its match, its target, or a property beside both. */
function routePropertyOf(feature: Feature, route: ServiceRoute | GatewayRoute): string {
  const [part, name = '', kind] = propertyOf(feature).split('.') as [string, string?, string?];
  switch (part) {
    case 'match': return `${matchProperty(route)}.${MATCH_PROPERTIES[name] ?? (name === 'grpc' && kind !== 'any' ? kind : name)}`;
    case 'split': case 'redirect': case 'respond': return targetProperty(route);
    case 'rewrite': return besideProperty(route, name === 'host' ? 'hostRewrite' : 'rewrite');
    case 'timeout': return besideProperty(route, name === 'idle' ? 'idleTimeout' : 'timeout');
    case 'retry': return besideProperty(route, name === '' ? 'retries' : 'retries.on');
    default: return besideProperty(route, camel(part));
  }
}

/** Lists of conditions, whose features have the name of one. */
const MATCH_PROPERTIES: { readonly [part: string]: string | undefined } = { header: 'headers', query: 'query', host: 'hosts' };

/** What a mesh's, service's, version's or gateway's user wrote for a feature. */
function ownPropertyOf(feature: Feature): string {
  const [part, name] = propertyOf(feature).split('.') as [string, string?];
  switch (part) {
    case 'pool': return 'connectionPool';
    case 'load-balancer-tls': return 'loadBalancer.certificate';
    case 'outside': return name === 'addresses' ? 'addresses' : 'host';
    case 'tls': return name === 'certificate' || name === 'clients' ? `tls.${name}` : 'tls';
    case 'client-tls': return name === 'trust' ? 'clientTls.validation.trust' : 'clientTls.certificate';
    default: return camel(part);
  }
}

function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** The feature's name without its stage: `match.path.regex`. */
function propertyOf(feature: Feature): string {
  return feature.slice(feature.indexOf('.') + 1);
}
