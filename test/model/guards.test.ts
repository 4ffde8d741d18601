/** What routes ask and how clients stay, with what is said of nonsense. */
import { right, wrong } from './findings';
import type { GatewayRoute } from '../../lib/model/gateway';
import type { Cors, Guards, TokenIssuer } from '../../lib/model/guards';
import { isNetwork, isWithin, networkOf } from '../../lib/model/networks';
import type { Version } from '../../lib/model/service';
import { validateModel } from '../../lib/model/validate';
import { gateway, gatewayRoute, header, http, model, prefix, service, to, version } from '../model-builders';

const asking = (guards: Guards, draft: Partial<GatewayRoute> = {}) => validateModel(model({
  services: [service('products')], gateways: [gateway([{ ...gatewayRoute('cart', http(prefix('/cart')), [to('shop/products')], { guards }), ...draft }])],
}));
const CORS: Cors = { origins: [{ kind: 'exact', value: 'https://shop.example.com' }], methods: [], headers: [], exposedHeaders: [], credentials: false };
const sharing = (cors: Partial<Cors>, draft: Partial<GatewayRoute> = {}) => asking({ cors: { ...CORS, ...cors } }, draft);
const token = (draft: Partial<TokenIssuer> = {}): TokenIssuer => ({ issuer: 'https://id.example.com', audiences: [], keys: { kind: 'remote', uri: 'https://id.example.com/jwks.json' }, ...draft });
const AT = 'Shop/Mesh/gateway/cart (GatewayRoute)';
const said = (code: string, what: string, where: string, fix: string) => [`${code} ${what}`, `  at   ${AT}, ${where}`, `  fix  ${fix}`];

describe('cors', () => {
  right('an exact origin', () => sharing({}));
  right('any origin', () => sharing({ origins: [{ kind: 'any' }], methods: ['*'], headers: ['*'], exposedHeaders: ['*'] }));
  right('origins of other kinds', () => sharing({ origins: [{ kind: 'subdomains', scheme: 'https', ending: '.example.org' }, { kind: 'exact', value: 'http://localhost:3000' }] }));
  right('a route that takes preflights alone', () => sharing({}, { match: http(prefix('/cart'), { method: 'OPTIONS' }) }));
  right('a header that must be missing', () => sharing({}, { match: http(prefix('/cart'), { headers: [header('x-old', { kind: 'present' }, 'absent-or-different')] }) }));
  wrong('no origin', () => sharing({ origins: [] }), said('MESH111', 'no origin is allowed', "cors.allowOrigins = ''",
    "name the sites whose scripts may read answers, for example 'https://shop.example.com', or leave cors out"));
  wrong('an origin with a path', () => sharing({ origins: [{ kind: 'exact', value: 'https://shop.example.com/' }] }),
    said('MESH111', "'https://shop.example.com/' is no origin", "cors.allowOrigins = 'https://shop.example.com/'",
      "write scheme and host in lower case and no path: 'https://shop.example.com', 'https://*.example.com', or '*'"));
  wrong('a header with a space', () => sharing({ headers: ['x a'] }), said('MESH111', "'x a' is no name of a header", "cors.allowHeaders = 'x a'", 'use letters, digits and hyphens'));
  wrong('credentials for everybody', () => sharing({ origins: [{ kind: 'any' }], credentials: true }), said('MESH111', "browsers send no credentials where '*' is allowed", 'cors.allowCredentials = true',
    'name origins, methods and headers, or leave allowCredentials out'));
  wrong('any method beside another', () => sharing({ methods: ['PUT', '*'] }), said('MESH111', "'*' allows any, and others stand beside it", 'cors.allowMethods = ["PUT","*"]', "leave the others out, or '*'"));
  wrong('any origin beside another', () => sharing({ origins: [{ kind: 'any' }, ...CORS.origins] }), said('MESH111', "'*' allows any, and others stand beside it",
    'cors.allowOrigins = ["*","https://shop.example.com"]', "leave the others out, or '*'"));
  wrong('a header twice', () => sharing({ headers: ['x-page', 'x-total', 'x-page'] }), said('MESH111', "'x-page' is named twice", "cors.allowHeaders = 'x-page'", 'name it once'));
  wrong('half a second', () => sharing({ maxAgeMs: 1500 }), said('MESH111', 'browsers count maxAge in whole seconds', "cors.maxAge = '1500ms'", 'give whole seconds, at least one'));
  wrong('no time at all', () => sharing({ maxAgeMs: 0 }), said('MESH111', 'browsers count maxAge in whole seconds', "cors.maxAge = '0ms'", 'give whole seconds, at least one'));
  wrong('a method that preflights do not have', () => sharing({}, { match: http(prefix('/cart'), { method: 'PUT' }) }), said('MESH218',
    "preflights come with method OPTIONS and without headers of their own, so route 'cart', which asks for method PUT, does not take them", 'cors',
    'leave the condition out, or add a route without it in front of the same service, with the same cors'));
  wrong('a header that preflights do not have', () => sharing({}, { match: http(prefix('/cart'), { headers: [header('x-env', { kind: 'present' })] }) }), said('MESH218',
    "preflights come with method OPTIONS and without headers of their own, so route 'cart', which asks for header 'x-env', does not take them", 'cors',
    'leave the condition out, or add a route without it in front of the same service, with the same cors'));
  describe('where another route takes the preflights', () => {
    const beside = (...others: readonly Partial<GatewayRoute>[]) => validateModel(model({
      services: [service('products')],
      gateways: [gateway([{ match: http(prefix('/cart'), { method: 'PUT' }), guards: { cors: CORS } }, ...others].map((draft, at) => (
        { ...gatewayRoute(at === 0 ? 'cart' : `other${at}`, http(prefix('/cart')), [to('shop/products')]), ...draft })))],
    }));
    const missed = said('MESH218', "preflights come with method OPTIONS and without headers of their own, so route 'cart', which asks for method PUT, does not take them", 'cors',
      'leave the condition out, or add a route without it in front of the same service, with the same cors');
    const host = { kind: 'exact', value: 'a.example.com' } as const;

    right('a route of all methods that shares the same', () => beside({ guards: { cors: CORS } }));
    right('a route of a shorter path', () => beside({ match: http(prefix('/')), guards: { cors: CORS } }));
    right('a route of preflights', () => beside({ match: http(prefix('/'), { method: 'OPTIONS' }), guards: { cors: CORS } }));
    wrong('a route that shares otherwise', () => beside({ guards: { cors: { ...CORS, credentials: true } } }), missed);
    wrong('a route that shares nothing', () => beside({}), missed);
    wrong('a route of another host', () => beside({ hosts: [host], guards: { cors: CORS } }), missed);
    wrong('a route of a part of the paths', () => beside({ match: http(prefix('/cart/items')), guards: { cors: CORS } }), missed);
    wrong('a route of a part of the paths that shares nothing, before one of all', () => beside({ match: http(prefix('/cart/items')) }, { guards: { cors: CORS } }), missed);
  });

  wrong('a route that answers itself', () => sharing({}, { action: { kind: 'respond', status: 200 } }), said('MESH111',
    "route 'cart' answers itself, and only what services answer is shared with scripts of other sites", 'cors', 'leave cors out'));
});

describe('tokens', () => {
  right('fetched and given keys', () => asking({ tokens: [token(), token({ issuer: 'own', keys: { kind: 'inline', jwks: '{"keys":[{}]}' } })] }));
  right('a route that answers itself', () => asking({ tokens: [token()] }, { action: { kind: 'respond', status: 200 } }));
  wrong('an issuer twice', () => asking({ tokens: [token(), token({ audiences: ['shop'] })] }), said('MESH102', "the issuer 'https://id.example.com' is named twice", "jwt = 'https://id.example.com'",
    'name it once, with all audiences'));
  wrong('an empty issuer', () => asking({ tokens: [token({ issuer: '' })] }), said('MESH111', 'an issuer has 1 to 253 characters, not 0', "jwt[0] = ''",
    "give the claim iss of the tokens, for example 'https://id.example.com'"));
  wrong('an empty audience', () => asking({ tokens: [token({ audiences: ['shop', ''] })] }), said('MESH111', "an audience of 'https://id.example.com' is empty", "jwt[0] = ''",
    'name what must be in the claim aud, or leave audiences out'));
  wrong('keys without https', () => asking({ tokens: [token({ keys: { kind: 'remote', uri: 'http://id.example.com/jwks.json' } })] }), said('MESH111',
    "the keys of 'https://id.example.com' are fetched from 'http://id.example.com/jwks.json', which is no https address", "jwt[0] = 'http://id.example.com/jwks.json'",
    "give an address such as 'https://id.example.com/jwks.json', or the keys themselves"));
  wrong('keys that are none', () => asking({ tokens: [token({ keys: { kind: 'inline', jwks: '{"keys":[]}' } })] }), said('MESH111',
    "the keys of 'https://id.example.com' are no JSON Web Key Set", 'jwt[0] = \'{"keys":[]}\'', "give JSON with a list 'keys', which is not empty"));
});

describe('clients and rates', () => {
  right('networks of both families', () => asking({ clients: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7/32'], rateLimit: { requests: 1, per: 'day' } }));
  wrong('a name', () => asking({ clients: ['office'] }), said('MESH111', "'office' is no network", "allowFrom = 'office'", "name networks such as '10.0.0.0/8' or '2001:db8::/32'"));
  wrong('nobody', () => asking({ clients: [] }), said('MESH111', 'no client is let in', 'allowFrom', "name networks such as '10.0.0.0/8' or '2001:db8::/32', or leave allowFrom out"));
  wrong('a rate of nothing', () => asking({ rateLimit: { requests: 0, per: 'minute' } }), said('MESH203', 'a limit of 0 requests per minute is not an integer from 1 to 4294967295', 'rateLimit = 0',
    'give an integer from 1, or leave the limit out'));
  wrong('a rate of answers', () => asking({ rateLimit: { requests: 1, per: 'minute' } }, { action: { kind: 'redirect', status: 301, host: 'a.example.com' } }), said('MESH111',
    "route 'cart' answers itself, and only what is sent on to services is limited", 'rateLimit', 'leave rateLimit out'));
});

describe('stickiness', () => {
  const staying = (stickiness: Version['stickiness'], draft: Parameters<typeof service>[1] = {}) => validateModel(model({
    services: [service('products', { versions: [version('products', 'v1', { stickiness })], ...draft })],
  }));
  const at = "  at   Shop/Mesh/products (MeshService), versions['v1'].stickiness = ";
  right('a cookie of the session', () => staying({ cookie: 'shop-session', ttlMs: 0 }));
  wrong('a cookie with a space', () => staying({ cookie: 'shop session', ttlMs: 0 }),
    ["MESH111 'shop session' is no name of a cookie", `${at}'shop session'`, "  fix  use letters, digits and hyphens, for example 'shop-session'"]);
  wrong('half a second', () => staying({ cookie: 'a', ttlMs: 500 }), ['MESH111 browsers count the life of a cookie in whole seconds', `${at}'500ms'`, '  fix  give whole seconds']);
  wrong('connections', () => staying({ cookie: 'a', ttlMs: 0 }, { ports: [{ port: 5432, targetPort: 5432, protocol: 'tcp' }], routes: [] }),
    ['MESH111 connections carry no cookies, and the service speaks nothing else', `${at}'a'`, '  fix  leave stickiness out']);
});

describe('networks', () => {
  test.each([['10.0.0.0/8', true], ['10.1.2.3', true], ['2001:db8::/32', true], ['::1', true], ['10.0.0.0/33', false], ['office', false], ['', false],
    ['10', false], ['10.1', false], ['0x7f.1', false], ['10/8', false], ['010.0.0.1', false], ['fe80::1%eth0', false], ['1.2.3.4/08', false], ['1.2.3.4/', false], ['1.2.3.4/8/8', false]])('%s is a network: %s', (text, wanted) => {
    expect(isNetwork(text)).toBe(wanted);
  });

  test('an address is a network of one', () => {
    expect(['10.1.2.3', '2001:db8::1', '10.0.0.0/8'].map(networkOf)).toEqual(['10.1.2.3/32', '2001:db8::1/128', '10.0.0.0/8']);
  });

  test.each([['10.1.2.3', true], ['11.0.0.1', false], ['::ffff:10.1.2.3', true], ['2001:db8::5', true], ['2001:db9::5', false]])('%s is within: %s', (address, wanted) => {
    expect(isWithin(address, ['10.0.0.0/8', '2001:db8::/32'])).toBe(wanted);
  });
});
