/** What routes ask before they act, as requests that pass and requests that do not; asked of every mesh's proxies. Tokens are signed for the day. */
import { generateKeyPairSync, sign, type KeyObject } from 'crypto';
import type { Guards } from '../../../lib/model/guards';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { Simulator, type RequestInput } from '../../../lib/simulator';
import { gateway, gatewayRoute, http, model, service, to, version } from '../../model-builders';
import type { Answer } from '../envoy/client';

/** A request, and what must come back. */
export interface Ask {
  readonly what: string;
  readonly input: RequestInput;
  /** Left out: what the simulator says. */
  readonly status?: number;
  /** Headers of the answer; undefined is one that is not there. */
  readonly headers?: { readonly [name: string]: string | undefined };
}

/** A gateway with one route that asks something. */
export interface GuardTrial {
  readonly title: string;
  readonly model: TrafficModel;
  readonly asks: readonly Ask[];
}

const ISSUER = 'https://id.example.com';
const KEYS = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const STRANGER = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const JWKS = JSON.stringify({ keys: [{ ...KEYS.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }] });
const NOW = Math.floor(Date.now() / 1000);

function token(claims: { readonly [claim: string]: unknown } = {}, key: KeyObject = KEYS.privateKey): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'ES256', kid: 'one', typ: 'JWT' })}.${part({ iss: ISSUER, sub: 'somebody', aud: 'shop', exp: NOW + 3600, ...claims })}`;
  return `${text}.${sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

const bearing = (text: string): RequestInput => ({ path: '/cart', headers: { authorization: `Bearer ${text}` } });
const preflight = (origin: string, more: { readonly [name: string]: string } = {}): RequestInput =>
  ({ method: 'OPTIONS', path: '/cart', headers: { origin, 'access-control-request-method': 'PUT', ...more } });

function guarded(guards: Guards): TrafficModel {
  return model({ services: [service('products')], gateways: [gateway([gatewayRoute('cart', http({ kind: 'prefix', value: '/cart' }), [to('shop/products')], { guards })])] });
}

const trial = (title: string, guards: Guards, asks: readonly Ask[]): GuardTrial => ({ title, model: guarded(guards), asks });

/** Trials that every mesh with guards can run. */
export const GUARD_TRIALS: readonly GuardTrial[] = [
  trial('clients of an allowed network', { clients: ['192.0.2.0/24', '127.0.0.0/8'] }, [{ what: 'passes', input: { path: '/cart', client: '127.0.0.1' } }]),
  trial('clients of another network', { clients: ['10.0.0.0/8', '2001:db8::/32'] }, [{ what: 'is refused', input: { path: '/cart', client: '127.0.0.1' } }]),
  trial('scripts of other sites', {
    cors: {
      origins: [{ kind: 'exact', value: 'https://shop.example.com' }, { kind: 'subdomains', scheme: 'https', ending: '.example.org' }],
      methods: ['PUT'], headers: ['x-page'], exposedHeaders: ['x-total'], maxAgeMs: 600_000, credentials: true,
    },
  }, [
    {
      what: 'a preflight of an allowed origin', input: preflight('https://shop.example.com'),
      headers: { 'access-control-allow-origin': 'https://shop.example.com', 'access-control-allow-methods': 'PUT', 'access-control-allow-headers': 'x-page', 'access-control-max-age': '600', 'access-control-allow-credentials': 'true' },
    },
    { what: 'a preflight of a host below', input: preflight('https://a.b.example.org'), headers: { 'access-control-allow-origin': 'https://a.b.example.org' } },
    { what: 'a preflight of another origin', input: preflight('https://evil.example'), headers: { 'access-control-allow-origin': undefined } },
    { what: 'a preflight with another scheme', input: preflight('http://a.example.org'), headers: { 'access-control-allow-origin': undefined } },
    { what: 'OPTIONS without origin goes on', input: { method: 'OPTIONS', path: '/cart' } },
    {
      what: 'a request of an allowed origin', input: { path: '/cart', headers: { origin: 'https://shop.example.com' } },
      headers: { 'access-control-allow-origin': 'https://shop.example.com', 'access-control-expose-headers': 'x-total' },
    },
    { what: 'a request of another origin', input: { path: '/cart', headers: { origin: 'https://evil.example' } }, headers: { 'access-control-allow-origin': undefined } },
  ]),
  trial('scripts of any site', { cors: { origins: [{ kind: 'any' }], methods: [], headers: [], exposedHeaders: [], credentials: false } }, [
    { what: 'a preflight', input: preflight('https://shop.example.com'), headers: { 'access-control-allow-origin': 'https://shop.example.com', 'access-control-allow-credentials': undefined } },
  ]),
];

const TOKEN_GUARDS: Guards = { tokens: [{ issuer: ISSUER, audiences: ['shop', 'stock'], keys: { kind: 'inline', jwks: JWKS } }] };

/** Tokens, checked by their keys. `missing` is what the mesh answers where there is none. */
export const tokenTrial = (missing: number): GuardTrial => trial('tokens', TOKEN_GUARDS, [
  { what: 'no token', input: { path: '/cart' }, status: missing },
  { what: 'another scheme', input: { path: '/cart', headers: { authorization: 'Basic YTpi' } }, status: missing },
  { what: 'a good token', input: bearing(token()) },
  { what: 'a good token for the other audience', input: bearing(token({ aud: ['other', 'stock'] })) },
  { what: 'a token signed by somebody else', input: bearing(token({}, STRANGER.privateKey)), status: 401 },
  { what: 'a token of another issuer', input: bearing(token({ iss: 'https://evil.example' })), status: 401 },
  { what: 'a token for another audience', input: bearing(token({ aud: 'other' })), status: 403 },
  { what: 'an old token', input: bearing(token({ exp: NOW - 3600 })), status: 401 },
  { what: 'no token at all', input: bearing('x.y.z'), status: 401 },
  { what: 'a token in the query', input: { path: `/cart?access_token=${token()}` }, status: missing },
]);

/** Tokens where nobody knows the keys. */
export const UNCHECKED_TOKENS: GuardTrial = trial('tokens', TOKEN_GUARDS, [
  { what: 'no token', input: { path: '/cart' } },
  { what: 'another scheme', input: { path: '/cart', headers: { authorization: 'Basic YTpi' } } },
  { what: 'a token', input: bearing('x') },
]);

/** Together, in the order in which they are asked. */
export const together = (missing = 401): GuardTrial => trial('everything together', {
  ...TOKEN_GUARDS, clients: ['10.0.0.0/8'], cors: { origins: [{ kind: 'any' }], methods: [], headers: [], exposedHeaders: [], credentials: false },
}, [
  { what: 'a preflight comes before tokens', input: { ...preflight('https://shop.example.com'), client: '127.0.0.1' } },
  { what: 'a token is asked for before the network', input: { path: '/cart', client: '127.0.0.1' }, status: missing },
  { what: 'a good token of another network', input: { ...bearing(token()), client: '127.0.0.1' } },
]);

/** More than the limit is refused, and nothing is told of it. */
export const RATE_TRIAL: GuardTrial = trial('a rate', { rateLimit: { requests: 3, per: 'hour' } }, [
  ...[1, 2, 3].map((number): Ask => ({ what: `request ${number}`, input: { path: '/cart' }, headers: { 'x-ratelimit-limit': undefined } })),
  { what: 'request 4', input: { path: '/cart' }, status: 429, headers: { 'x-ratelimit-limit': undefined } },
]);

/** What a proxy answered, beside what it has to answer. */
export interface Outcome {
  readonly expected: readonly unknown[];
  readonly seen: readonly unknown[];
}

/** Asks everything of a trial. */
export async function askGuards({ model: program, asks }: GuardTrial, send: (input: RequestInput) => Promise<Answer>): Promise<Outcome> {
  const simulator = new Simulator(program);
  const expected: unknown[] = [];
  const seen: unknown[] = [];
  for (const { what, input, status, headers = {} } of asks) {
    const [branch] = simulator.decide(simulator.gatewayEntry(), input).branches;
    const { status: said } = { status: 200, ...branch!.ending };
    const answer = await send(input);
    expected.push({ what, status: status ?? said, headers });
    seen.push({ what, status: answer.status, headers: Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers[name]])) });
  }
  return { expected, seen };
}

/** A service with one version whose clients stay at one pod, and a service whose pods stand in for more of them. */
export const STICKY: TrafficModel = model({
  services: [service('copies'), service('products', { versions: [version('products', 'v1', { stickiness: { cookie: 'shop-session', ttlMs: 0 } })] })],
  gateways: [gateway([gatewayRoute('copies', http({ kind: 'exact', value: '/copies' }), [to('shop/copies')]), gatewayRoute('all', http(), [to('shop/products')])])],
});
