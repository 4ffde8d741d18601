/** Requests that a gateway's route lets in, and those that it does not. */
import type { Guards } from '../../lib/model/guards';
import { describeDecision, describeExplanation, Simulator, type RequestInput } from '../../lib/simulator';
import { gateway, gatewayRoute, http, model, prefix, service, to } from '../model-builders';

const TOKENS: Guards['tokens'] = [{ issuer: 'https://id.example.com', audiences: ['shop'], keys: { kind: 'remote', uri: 'https://id.example.com/jwks.json' } }];
const CORS: Guards['cors'] = {
  origins: [{ kind: 'exact', value: 'https://shop.example.com' }, { kind: 'subdomains', scheme: 'https', ending: '.example.org' }], methods: [], headers: [], exposedHeaders: [], credentials: false,
};
const ALL: Guards = { cors: CORS, tokens: TOKENS, clients: ['10.0.0.0/8'], rateLimit: { requests: 100, per: 'minute' } };

function simulatorOf(guards: Guards): Simulator {
  return new Simulator(model({ services: [service('products')], gateways: [gateway([gatewayRoute('cart', http(prefix('/cart')), [to('shop/products')], { guards })])] }));
}

const ask = (guards: Guards, input: Partial<RequestInput>) => {
  const simulator = simulatorOf(guards);
  return describeDecision(simulator.decide(simulator.gatewayEntry(), { path: '/cart', ...input }));
};
const preflight = (origin: string): Partial<RequestInput> => ({ method: 'OPTIONS', headers: { 'Origin': origin, 'Access-Control-Request-Method': 'PUT' } });
const bearing = (authorization: string): Partial<RequestInput> => ({ headers: { authorization } });

test.each([
  ['no token', bearing(''), '401, no token'],
  ['another scheme', bearing('Basic YTpi'), '401, no token'],
  ['a bearer without a token', bearing('Bearer '), '401, no token'],
  ['a token', bearing('Bearer abc'), 'shop/products@v1'],
])('a route that needs a token and gets %s', (_, input, wanted) => {
  expect(ask({ tokens: TOKENS }, input)).toBe(wanted);
});

test.each([
  ['10.1.2.3', 'shop/products@v1'], ['11.1.2.3', '403, not from an allowed network'], ['::ffff:10.1.2.3', 'shop/products@v1'], ['2001:db8::1', '403, not from an allowed network'],
  [undefined, 'shop/products@v1'],
])('a client at %s', (client, wanted) => {
  expect(ask({ clients: ['10.0.0.0/8'] }, { client })).toBe(wanted);
});

test.each([
  ['https://shop.example.com', 'an allowed preflight, answered 200'], ['https://a.b.example.org', 'an allowed preflight, answered 200'],
  ['http://a.example.org', 'a preflight of an origin that is not allowed, answered 200'], ['https://evil.example', 'a preflight of an origin that is not allowed, answered 200'],
])('a preflight of %s', (origin, wanted) => {
  expect(ask({ cors: CORS }, preflight(origin))).toBe(wanted);
});

test('OPTIONS without the headers of a preflight goes on', () => {
  expect(ask({ cors: CORS }, { method: 'OPTIONS', headers: { origin: 'https://shop.example.com' } })).toBe('shop/products@v1');
});

test('preflights come before tokens, and tokens before networks', () => {
  expect(ask(ALL, { ...preflight('https://shop.example.com'), client: '11.0.0.1' })).toBe('an allowed preflight, answered 200');
  expect(ask(ALL, { client: '11.0.0.1' })).toBe('401, no token');
  expect(ask(ALL, { ...bearing('Bearer abc'), client: '11.0.0.1' })).toBe('403, not from an allowed network');
});

test('what no route takes asks nothing', () => {
  expect(ask(ALL, { path: '/other' })).toBe('404, no route of the gateway');
});

test('an address that is none is refused', () => {
  expect(() => ask(ALL, { client: 'office' })).toThrow("'office' is no address of a client");
});

test('an explanation says what was asked, and what came of it', () => {
  const simulator = simulatorOf(ALL);

  expect(describeExplanation(simulator.explain(simulator.gatewayEntry(), { path: '/cart' }))).toEqual([
    'GET /cart at gateway shop/gateway',
    "  -> 'cart' (/cart/*): takes it (asked first), and leads to shop/products",
    '     the route asks for scripts of https://shop.example.com, https://*.example.org; a token of https://id.example.com for shop; clients of 10.0.0.0/8; at most 100 requests per minute and proxy: 401, no token',
    '  => 401, no token',
  ]);
});
