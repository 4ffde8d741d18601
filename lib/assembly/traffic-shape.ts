/** The shape of what decides about requests: matches, actions, filters, policies. In: JSON. Out: the model's types. */
import { count, flag, integer, listOf, number, oneOf, optional, record, text, union, type Fields } from './shape';
import type { Origin } from '../diagnostics/diagnostic';
import type {
  Destination, Fault, Filters, HeaderChanges, HeaderValue, HostRewrite, Mirror, PathRewrite, Retry, RetryEvent, RouteAction, RoutePolicy, Timeouts,
} from '../model/action';
import type { GatewayRoute } from '../model/gateway';
import type { Cors, Guards, OriginMatch, RateLimit, TokenIssuer, TokenKeys } from '../model/guards';
import type { GrpcMatch, HeaderMatch, HostMatch, HttpMatch, Match, Method, PathMatch, QueryMatch, TcpMatch, ValueMatch } from '../model/match';
import type { ServiceRoute } from '../model/service';

/** Who wrote a node. */
export const ORIGIN = record<Origin>({ path: text, type: text });

const PATH = union<PathMatch>({ 'exact': { value: text }, 'prefix': { value: text }, 'raw-prefix': { value: text }, 'regex': { value: text } });

const VALUE = union<ValueMatch>({
  exact: { value: text }, prefix: { value: text }, suffix: { value: text }, regex: { value: text }, range: { start: integer, end: integer }, present: {},
});

const HEADER = record<HeaderMatch>({ name: text, match: VALUE, inversion: oneOf('none', 'absent-or-different', 'present-and-different') });

const QUERY = record<QueryMatch>({ name: text, match: union<QueryMatch['match']>({ exact: { value: text }, regex: { value: text }, present: {} }) });

const HOST = union<HostMatch>({ exact: { value: text }, suffix: { value: text } });

const METHOD = oneOf<Method>('CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE');

const HTTP: Fields<Omit<HttpMatch, 'kind'>> = {
  path: PATH, method: optional(METHOD), scheme: optional(oneOf('http', 'https')), headers: listOf(HEADER), query: listOf(QUERY), port: optional(integer),
};

const GRPC: Fields<Omit<GrpcMatch, 'kind'>> = { service: optional(text), method: optional(text), metadata: listOf(HEADER), port: optional(integer) };

const TCP: Fields<Omit<TcpMatch, 'kind'>> = { port: optional(integer) };

const REWRITE = union<PathRewrite>({ prefix: { value: text }, full: { value: text } });

const DESTINATION = record<Destination>({ service: text, version: optional(text), port: optional(integer), weight: count });

const ACTION = union<RouteAction>({
  forward: { destinations: listOf(DESTINATION) },
  redirect: { status: integer, scheme: optional(oneOf('http', 'https')), host: optional(text), port: optional(integer), path: optional(REWRITE) },
  respond: { status: integer, body: optional(text) },
});

const HEADER_VALUE = record<HeaderValue>({ name: text, value: text });

const HEADER_CHANGES = record<HeaderChanges>({ set: listOf(HEADER_VALUE), add: listOf(HEADER_VALUE), remove: listOf(text) });

const FAULT = record<Fault>({
  delay: optional(record<NonNullable<Fault['delay']>>({ ms: number, percent: number })),
  abort: optional(record<NonNullable<Fault['abort']>>({ status: integer, percent: number })),
});

const FILTERS = record<Filters>({
  rewritePath: optional(REWRITE),
  rewriteHost: optional(union<HostRewrite>({ service: {}, exact: { value: text } })),
  requestHeaders: optional(HEADER_CHANGES),
  responseHeaders: optional(HEADER_CHANGES),
  mirrors: optional(listOf(record<Mirror>({ service: text, version: optional(text), port: optional(integer), percent: number }))),
  fault: optional(FAULT),
});

const RETRY_EVENT = oneOf<RetryEvent>(
  'server-error', 'gateway-error', 'client-error', 'stream-error', 'connection-error', 'cancelled', 'deadline-exceeded', 'internal', 'resource-exhausted', 'unavailable',
);

/** Limits of a request. */
export const TIMEOUTS = record<Timeouts>({ requestMs: optional(number), idleMs: optional(number) });

const POLICY = record<RoutePolicy>({
  retry: optional(record<Retry>({ attempts: count, perTryTimeoutMs: optional(number), on: listOf(RETRY_EVENT) })),
  timeouts: optional(TIMEOUTS),
});

const ROUTE = { name: text, origin: ORIGIN, property: text, priority: optional(integer), action: ACTION, filters: FILTERS, policy: POLICY };

/** One entry of a service's table. */
export const SERVICE_ROUTE = record<ServiceRoute>({ ...ROUTE, match: union<Match>({ http: HTTP, grpc: GRPC, tcp: TCP }) });

const CORS = record<Cors>({
  origins: listOf(union<OriginMatch>({ any: {}, exact: { value: text }, subdomains: { scheme: oneOf('http', 'https'), ending: text } })),
  methods: listOf(text), headers: listOf(text), exposedHeaders: listOf(text), maxAgeMs: optional(number), credentials: flag,
});

const ISSUER = record<TokenIssuer>({ issuer: text, audiences: listOf(text), keys: union<TokenKeys>({ remote: { uri: text }, inline: { jwks: text } }) });

const GUARDS = record<Guards>({
  cors: optional(CORS), tokens: optional(listOf(ISSUER)), clients: optional(listOf(text)),
  rateLimit: optional(record<RateLimit>({ requests: integer, per: oneOf('second', 'minute', 'hour', 'day') })),
});

/** One entry of a gateway's table. */
export const GATEWAY_ROUTE = record<GatewayRoute>({
  ...ROUTE, guards: optional(GUARDS), hosts: listOf(HOST), match: union<HttpMatch | GrpcMatch>({ http: HTTP, grpc: GRPC }),
});
