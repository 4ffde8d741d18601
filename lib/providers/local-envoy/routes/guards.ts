/** What a gateway's route asks before it acts, in Envoy's words. Tokens are asked for, but not checked: what their keys would say is not known on this machine. */
import { originText, type Cors, type Guards, type OriginMatch, type RateLimit } from '../../../model/guards';
import { escapeRegex } from '../../../model/regex';
import type { EnvoyObject } from '../options';

const TYPE = 'type.googleapis.com/envoy.extensions.filters.http';
const CORS = 'envoy.filters.http.cors';
const CLIENTS = 'envoy.filters.http.rbac';
const RATES = 'envoy.filters.http.local_ratelimit';

/** The filters of a gateway's listener, which do nothing until a route says what; they stay the same when routes change. */
export const GUARD_FILTERS: readonly EnvoyObject[] = [
  { name: CORS, typed_config: { '@type': `${TYPE}.cors.v3.Cors` } },
  { name: CLIENTS, typed_config: { '@type': `${TYPE}.rbac.v3.RBAC` } },
  { name: RATES, typed_config: { '@type': `${TYPE}.local_ratelimit.v3.LocalRateLimit`, 'stat_prefix': 'rates' } },
];

/** What the filters do for one route. */
export function lowerGuards({ cors, clients, rateLimit }: Guards): EnvoyObject {
  return {
    ...(cors === undefined ? {} : { [CORS]: lowerCors(cors) }),
    ...(clients === undefined ? {} : { [CLIENTS]: lowerClients(clients) }),
    ...(rateLimit === undefined ? {} : { [RATES]: lowerRate(rateLimit) }),
  };
}

/** Routes in front of those that need a token: they answer requests without one, but for preflights, which carry none and are answered by the filter of a route that forwards. */
export function tokenRoutes(routes: readonly EnvoyObject[], { tokens, cors }: Guards): readonly EnvoyObject[] {
  if (tokens === undefined) return [];
  const preflights = cors === undefined ? [] : routes.map((route) => ({ ...route, match: narrowed(route, PREFLIGHT) }));
  const refusals = routes.map((route) => {
    const { [CLIENTS]: _, [RATES]: __, [CORS]: ___, ...before } = (route.typed_per_filter_config ?? {}) as EnvoyObject;
    return { name: route.name, match: narrowed(route, [NO_TOKEN]), direct_response: { status: 401 }, typed_per_filter_config: before };
  });
  return [...preflights, ...refusals];
}

function narrowed({ match }: EnvoyObject, conditions: readonly EnvoyObject[]): EnvoyObject {
  const { headers = [], ...rest } = match as EnvoyObject & { readonly headers?: readonly EnvoyObject[] };
  return { ...rest, headers: [...headers, ...conditions] };
}

const PREFLIGHT: readonly EnvoyObject[] = [
  { name: ':method', string_match: { exact: 'OPTIONS' } }, { name: 'origin', present_match: true }, { name: 'access-control-request-method', present_match: true },
];

const NO_TOKEN: EnvoyObject = {
  name: 'authorization', string_match: { safe_regex: { regex: 'Bearer +\\S.*' } }, invert_match: true, treat_missing_header_as_empty: true,
};

function lowerCors({ origins, methods, headers, exposedHeaders, maxAgeMs, credentials }: Cors): EnvoyObject {
  return {
    '@type': `${TYPE}.cors.v3.CorsPolicy`,
    'allow_origin_string_match': origins.map(lowerOrigin),
    'allow_methods': methods.join(', '),
    'allow_headers': headers.join(', '),
    'expose_headers': exposedHeaders.join(', '),
    ...(maxAgeMs === undefined ? {} : { max_age: String(maxAgeMs / 1000) }),
    'allow_credentials': credentials,
    // a preflight is never a request of its own
    'forward_not_matching_preflights': false,
  };
}

function lowerOrigin(origin: OriginMatch): EnvoyObject {
  if (origin.kind === 'exact') return { exact: originText(origin) };
  return { safe_regex: { regex: origin.kind === 'any' ? '.*' : `${origin.scheme}://.*${escapeRegex(origin.ending)}` } };
}

function lowerClients(clients: readonly string[]): EnvoyObject {
  const principals = clients.map((network) => {
    const [address, length] = network.split('/');
    return { remote_ip: { address_prefix: address, prefix_len: Number(length) } };
  });
  return { '@type': `${TYPE}.rbac.v3.RBACPerRoute`, 'rbac': { rules: { action: 'ALLOW', policies: { clients: { permissions: [{ any: true }], principals } } } } };
}

const SECONDS: { readonly [P in RateLimit['per']]: number } = { second: 1, minute: 60, hour: 3600, day: 86_400 };

function lowerRate({ requests, per }: RateLimit): EnvoyObject {
  const always = { default_value: { numerator: 100, denominator: 'HUNDRED' } };
  return {
    '@type': `${TYPE}.local_ratelimit.v3.LocalRateLimit`, 'stat_prefix': 'rates',
    'token_bucket': { max_tokens: requests, tokens_per_fill: requests, fill_interval: `${SECONDS[per]}s` },
    'filter_enabled': always, 'filter_enforced': always,
  };
}
