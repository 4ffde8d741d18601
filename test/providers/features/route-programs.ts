/** Features of routes, at both stages alike. */
import type { FeaturePrograms } from './pair';
import type { Filters, RetryEvent, RouteAction, RoutePolicy } from '../../../lib/model/action';
import type { HeaderMatch, Match, PathMatch, QueryMatch, ValueMatch } from '../../../lib/model/match';
import type { Protocol, Service } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { gateway, gatewayRoute, grpc, header, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../../model-builders';

type Stage = 'gateway' | 'service';

/** A route in front of one that takes everything. */
interface RouteDraft {
  readonly match?: Match;
  readonly action?: RouteAction;
  readonly filters?: Filters;
  readonly policy?: RoutePolicy;
}

const ID = 'shop/products';
const TWO = [version('products', 'v1'), version('products', 'v2')];
const PLAIN = http(prefix('/p'));
const GRPC_HEALTH = { protocol: 'grpc', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 3 } as const;

/** A service with two versions behind a gateway, so that both stages have something to say. */
function routed(stage: Stage, { match = PLAIN, action, filters = {}, policy = {} }: RouteDraft): TrafficModel {
  const isGrpc = match.kind === 'grpc';
  const all = isGrpc ? grpc() : http();
  const place = { ...(action === undefined ? {} : { action }), filters, policy, priority: 1 };
  const checked = isGrpc ? { health: GRPC_HEALTH } : {};
  const products: Partial<Service> = {
    versions: TWO.map((one) => ({ ...one, ...checked })),
    ports: [{ port: 80, targetPort: 8080, protocol: isGrpc ? 'grpc' : 'http' }],
    routes: [
      ...(stage === 'service' ? [{ ...serviceRoute('asked', match, shares(ID, { v2: 1 })), ...place }] : []),
      serviceRoute('all', all, shares(ID, { v1: 1 }), { priority: 9 }),
    ],
  };
  // App Mesh wants a host or a service for calls at a gateway
  const hosts = isGrpc ? [{ kind: 'exact' as const, value: 'api.example.com' }] : [];
  if (match.kind === 'tcp') throw new Error('routes of this table take requests');
  const routes = [
    ...(stage === 'gateway' ? [{ ...gatewayRoute('asked', match, [to(ID)]), ...place, hosts }] : []),
    gatewayRoute('all', all, [to(ID)], { priority: 9, hosts }),
  ];
  return model({
    mesh: { egress: 'any' },
    services: [service('copies', { ports: products.ports, routes: [], versions: [version('copies', 'v1', checked)] }), service('products', products)],
    gateways: [gateway(routes, { listeners: [listener(80, 8080, isGrpc ? { protocol: 'grpc' } : {})] })],
  });
}

type AtBoth<P extends string> = { readonly [F in `${Stage}.${P}`]: FeaturePrograms };

function atBoth<P extends string>(feature: P, using: RouteDraft, without: RouteDraft = {}): AtBoth<P> {
  const programs = (stage: Stage): FeaturePrograms => ({ using: routed(stage, using), without: routed(stage, without) });
  return { [`gateway.${feature}`]: programs('gateway'), [`service.${feature}`]: programs('service') } as AtBoth<P>;
}

const path = <K extends PathMatch['kind']>(kind: K, value: string, other: PathMatch = prefix('/q')) =>
  atBoth(`match.path.${kind}`, { match: http({ kind, value } as PathMatch) }, { match: http(other) });
const asked = (headers: readonly HeaderMatch[]) => ({ match: http(prefix('/p'), { headers }) });
const value = <K extends ValueMatch['kind']>(match: ValueMatch & { readonly kind: K }) =>
  atBoth(`match.header.${match.kind}`, asked([header('x-a', match)]), asked([]));
const inverted = <I extends 'absent-or-different' | 'present-and-different'>(inversion: I) =>
  atBoth(`match.header.inverted.${inversion}`, asked([header('x-a', { kind: 'exact', value: 'b' }, inversion)]), asked([header('x-a', { kind: 'exact', value: 'b' })]));
const query = <K extends QueryMatch['match']['kind']>(match: QueryMatch['match'] & { readonly kind: K }) =>
  atBoth(`match.query.${match.kind}`, { match: http(prefix('/p'), { query: [{ name: 'a', match }] }) });
const retry = <E extends RetryEvent>(event: E, other: RetryEvent, match: Match = PLAIN) => atBoth(`retry.on.${event}`,
  { match, policy: { retry: { attempts: 2, perTryTimeoutMs: 500, on: [event, other] } } }, { match, policy: { retry: { attempts: 2, perTryTimeoutMs: 500, on: [other] } } });
const GET_ITEM = { service: 'shop.v1.Catalog', method: 'GetItem' };
const ADDED = { set: [{ name: 'x-seen', value: 'yes' }], add: [], remove: [] };

/** Features that a route of either stage may ask for. */
export const AT_ROUTES = {
  ...path('exact', '/p'),
  ...path('prefix', '/p', { kind: 'exact', value: '/q' }),
  ...path('raw-prefix', '/p'),
  ...path('regex', '/p/[0-9]+'),
  ...value({ kind: 'exact', value: 'b' }),
  ...value({ kind: 'prefix', value: 'b' }),
  ...value({ kind: 'suffix', value: 'b' }),
  ...value({ kind: 'regex', value: 'b+' }),
  ...value({ kind: 'range', start: 1, end: 10 }),
  ...value({ kind: 'present' }),
  ...inverted('absent-or-different'),
  ...inverted('present-and-different'),
  ...query({ kind: 'exact', value: '1' }),
  ...query({ kind: 'regex', value: '[0-9]' }),
  ...query({ kind: 'present' }),
  ...atBoth('match.method', { match: http(prefix('/p'), { method: 'POST' }) }),
  ...atBoth('match.scheme', { match: http(prefix('/p'), { scheme: 'https' }) }),
  ...atBoth('match.grpc.service', { match: grpc({ service: GET_ITEM.service }) }, { match: grpc({ metadata: [header('x-a', { kind: 'present' })] }) }),
  ...atBoth('match.grpc.method', { match: grpc(GET_ITEM) }, { match: grpc({ service: GET_ITEM.service }) }),
  ...atBoth('match.grpc.metadata', { match: grpc({ service: GET_ITEM.service, metadata: [header('x-a', { kind: 'exact', value: 'b' })] }) }, { match: grpc({ service: GET_ITEM.service }) }),
  ...atBoth('match.grpc.any', { match: grpc() }, { match: grpc(GET_ITEM) }),
  ...atBoth('split', { action: { kind: 'forward', destinations: shares(ID, { v1: 95, v2: 5 }) } }, { action: { kind: 'forward', destinations: shares(ID, { v1: 95 }) } }),
  ...atBoth('redirect', { action: { kind: 'redirect', status: 308, host: 'shop.example.com' } }),
  ...atBoth('respond', { action: { kind: 'respond', status: 418 } }),
  ...atBoth('rewrite.path.prefix', { filters: { rewritePath: { kind: 'prefix', value: '/new' } } }),
  ...atBoth('rewrite.path.full', { filters: { rewritePath: { kind: 'full', value: '/new' } } }),
  ...atBoth('rewrite.host.service', { filters: { rewriteHost: { kind: 'service' } } }),
  ...atBoth('rewrite.host.exact', { filters: { rewriteHost: { kind: 'exact', value: 'shop.example.com' } } }),
  ...atBoth('request-headers', { filters: { requestHeaders: ADDED } }),
  ...atBoth('response-headers', { filters: { responseHeaders: ADDED } }),
  ...atBoth('mirror', { filters: { mirrors: [{ service: 'shop/copies', percent: 10 }] } }),
  ...atBoth('fault', { filters: { fault: { delay: { ms: 100, percent: 10 } } } }),
  ...atBoth('timeout.request', { policy: { timeouts: { requestMs: 1500 } } }),
  ...atBoth('timeout.idle', { policy: { timeouts: { idleMs: 30_000 } } }),
  ...atBoth('retry', { policy: { retry: { attempts: 2, perTryTimeoutMs: 500, on: ['server-error'] } } }),
  ...retry('server-error', 'client-error'),
  ...retry('gateway-error', 'client-error'),
  ...retry('client-error', 'server-error'),
  ...retry('stream-error', 'server-error'),
  ...retry('connection-error', 'server-error'),
  ...retry('cancelled', 'server-error', grpc({ service: GET_ITEM.service })),
  ...retry('deadline-exceeded', 'server-error', grpc({ service: GET_ITEM.service })),
  ...retry('internal', 'server-error', grpc({ service: GET_ITEM.service })),
  ...retry('resource-exhausted', 'server-error', grpc({ service: GET_ITEM.service })),
  ...retry('unavailable', 'server-error', grpc({ service: GET_ITEM.service })),
} as const;

const BOTH_PORTS = [{ port: 80, targetPort: 8080, protocol: 'http' }, { port: 81, targetPort: 8081, protocol: 'http' }] as const;
const BOTH_LISTENERS = [listener(80, 8080), listener(81, 8081)];

/** Two ports at both stages; `port` narrows the route that is asked first. */
function atPort(stage: Stage, port: number | undefined): TrafficModel {
  const match = http(prefix('/p'), port === undefined ? {} : { port });
  const own = stage === 'service' ? [serviceRoute('asked', match, shares(ID, { v2: 1 }))] : [];
  const edge = stage === 'gateway' ? [gatewayRoute('asked', match, [to(ID)])] : [];
  return model({
    mesh: { egress: 'any' },
    services: [service('products', { versions: TWO, ports: BOTH_PORTS, routes: [...own, serviceRoute('all', http(), shares(ID, { v1: 1 }))] })],
    gateways: [gateway([...edge, gatewayRoute('all', http(), [to(ID)])], { listeners: BOTH_LISTENERS })],
  });
}

function speaking(protocol: Protocol): TrafficModel {
  const match = protocol === 'tcp' ? { kind: 'tcp' as const } : protocol === 'grpc' ? grpc() : http();
  return model({
    mesh: { egress: 'any' },
    services: [service('products', {
      ports: [{ port: 80, targetPort: 8080, protocol }], versions: [version('products', 'v1', { health: undefined })], routes: [serviceRoute('all', match, shares(ID, { v1: 1 }))],
    })],
  });
}

function listening(protocol: 'http' | 'http2' | 'grpc', hosts: Parameters<typeof gatewayRoute>[3] = {}): TrafficModel {
  const isGrpc = protocol === 'grpc';
  const match = isGrpc ? grpc() : http();
  const place = isGrpc ? { hosts: [{ kind: 'exact' as const, value: 'api.example.com' }] } : hosts;
  return model({
    mesh: { egress: 'any' },
    services: [service('products', {
      ports: [{ port: 80, targetPort: 8080, protocol: isGrpc ? 'grpc' : 'http2' }], versions: [version('products', 'v1', { health: undefined })],
      routes: [serviceRoute('all', match, shares(ID, { v1: 1 }))],
    })],
    gateways: [gateway([gatewayRoute('all', match, [to(ID)], place)], { listeners: [listener(80, 8080, { protocol })] })],
  });
}

/** Features of routes and protocols that the stages do not share. */
export const ASIDE = {
  'gateway.match.port': { using: atPort('gateway', 81), without: atPort('gateway', undefined) },
  'service.match.port': { using: atPort('service', 81), without: atPort('service', undefined) },
  'gateway.match.host.exact': { using: listening('http', { hosts: [{ kind: 'exact', value: 'a.example.com' }] }), without: listening('http') },
  'gateway.match.host.suffix': { using: listening('http', { hosts: [{ kind: 'suffix', value: '.example.com' }] }), without: listening('http') },
  'gateway.protocol.http': { using: listening('http'), without: listening('http2') },
  'gateway.protocol.http2': { using: listening('http2'), without: listening('http') },
  'gateway.protocol.grpc': { using: listening('grpc'), without: listening('http2') },
  'gateway.protocol.tcp': undefined,
  'service.protocol.http': { using: speaking('http'), without: speaking('http2') },
  'service.protocol.http2': { using: speaking('http2'), without: speaking('http') },
  'service.protocol.grpc': { using: speaking('grpc'), without: speaking('http2') },
  'service.protocol.tcp': { using: speaking('tcp'), without: speaking('http') },
} as const;
