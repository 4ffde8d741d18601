/** Tests about what routes ask for: where they hold, where they do not, and what they say. */
import { messageOf } from './shop';
import { GET, MeshHandle, request } from '../../lib/testing/jest';
import { gateway, gatewayRoute, http, model, prefix, service, to } from '../model-builders';

const edge = new MeshHandle(model({
  services: [service('products')],
  gateways: [gateway([
    gatewayRoute('cart', http(prefix('/cart')), [to('shop/products')], {
      guards: {
        tokens: [{ issuer: 'https://id.example.com', audiences: [], keys: { kind: 'remote', uri: 'https://id.example.com/jwks.json' } }],
        clients: ['10.0.0.0/8'], rateLimit: { requests: 100, per: 'minute' },
        cors: { origins: [{ kind: 'exact', value: 'https://shop.example.com' }], methods: [], headers: [], exposedHeaders: [], credentials: false },
      },
    }),
    gatewayRoute('open', http(prefix('/open')), [to('shop/products')]),
  ])],
})).gateway();

const withToken = (client: string) => GET('/cart', { headers: { authorization: 'Bearer x' }, client });
const preflight = (origin: string) => request('OPTIONS', '/cart', { headers: { origin, 'access-control-request-method': 'PUT' } });

test('a request is refused, with any status or one', () => {
  expect(edge).toBeRefused(GET('/cart'));
  expect(edge).toBeRefused(GET('/cart'), 401);
  expect(edge).toBeRefused(withToken('192.0.2.1'), 403);
  expect(edge).not.toBeRefused(withToken('10.1.2.3'));
  expect(edge).not.toBeRefused(GET('/cart'), 403);
  expect(edge).toRoute(withToken('10.1.2.3'), 'products');
});

test('a preflight is answered, for an allowed origin or another', () => {
  expect(edge).toAnswerPreflight(preflight('https://shop.example.com'));
  expect(edge).toAnswerPreflight(preflight('https://evil.example'), { allowed: false });
  expect(edge).not.toAnswerPreflight(preflight('https://evil.example'));
  expect(edge).not.toAnswerPreflight(GET('/open'));
});

test('a route asks for something, whether or not the request passes', () => {
  expect(edge).toAskFor([GET('/cart'), withToken('10.1.2.3')]);
  expect(edge).toAskFor(GET('/cart'), { tokenOf: 'https://id.example.com', clientsOf: '10.0.0.0/8', rate: '100 per minute' });
  expect(edge).not.toAskFor(GET('/cart'), { rate: '10 per minute' });
  expect(edge).not.toAskFor(GET('/open'));
});

test('a test that fails says what was expected and what is asked', () => {
  expect(messageOf(() => expect(edge).toAskFor(GET('/cart'), { rate: '10 per minute' }))).toContain(
    "expected GET /cart at gateway 'shop/gateway' to be asked for at most 10 per minute and proxy");
  expect(messageOf(() => expect(edge).toBeRefused(withToken('10.1.2.3'), 403))).toContain(
    "expected GET /cart with authorization: Bearer x from 10.1.2.3 at gateway 'shop/gateway' to end with 403, not let in");
});

test.each([
  [{ rate: '100/min' }, "rate is '100/min'\n  fix  write it as '100 per minute': a number, per, and second, minute, hour or day"],
  [{ clientsOf: 'office' }, "clientsOf is 'office', which is no network\n  fix  write a network such as '10.0.0.0/8'"],
])('%j is refused', (asked, text) => {
  expect(messageOf(() => expect(edge).toAskFor(GET('/cart'), asked))).toBe(text);
});

test('a status that no refusal has is refused', () => {
  expect(messageOf(() => expect(edge).toBeRefused(GET('/cart'), 429 as 401))).toBe(
    'refusedStatus is 429\n  fix  say 401 for a missing token, 403 for a client of another network, or leave it out');
});

test('a call between services passes no gateway', () => {
  const calling = new MeshHandle(model({ mesh: { egress: 'any' }, services: [service('products'), service('cart', { calls: [{ service: 'shop/products' }] })] }));

  expect(messageOf(() => expect(calling.service('cart')).toAskFor(GET('http://products/')))).toContain('nothing: a call between services');
});
