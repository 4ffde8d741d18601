/** What users write of tokens, networks, rates, scripts and cookies, and what becomes of it. */
import { Duration } from 'aws-cdk-lib';
import { errorOf, modelOf, program, version } from './program';
import {
  BlueGreenRoute, Color, JwtIssuer, MeshGateway, MeshService, Preview, RateLimit, RouteMatch, RouteTarget, Stickiness, HeaderMatch, type GatewayRouteOptions, type MeshGatewayProps,
} from '../../lib';

const issuer = JwtIssuer.remote('https://id.example.com', 'https://id.example.com/jwks.json', { audiences: ['shop'] });
const TOKEN = { issuer: 'https://id.example.com', audiences: ['shop'], keys: { kind: 'remote', uri: 'https://id.example.com/jwks.json' } };

function guardsOf(route: Partial<GatewayRouteOptions>, gatewayProps: MeshGatewayProps = {}) {
  const { mesh } = program();
  const products = new MeshService(mesh, 'Products', { port: 8080, versions: [version('v1')] });
  new MeshGateway(mesh, 'Gateway', gatewayProps).addRoute('Cart', { match: RouteMatch.prefix('/cart'), to: products, ...route });
  return modelOf(mesh).gateways[0]!.routes[0]!.guards;
}

test('a route says what it asks for', () => {
  expect(guardsOf({
    jwt: [issuer, JwtIssuer.inline('own', '{"keys":[{}]}')], allowFrom: ['10.0.0.0/8', '192.0.2.7'], rateLimit: RateLimit.perMinute(100),
    cors: {
      allowOrigins: ['https://shop.example.com', 'https://*.example.org'], allowMethods: ['PUT'], allowHeaders: ['X-Page'], exposeHeaders: ['X-Total'], maxAge: Duration.minutes(10), allowCredentials: true,
    },
  })).toEqual({
    tokens: [TOKEN, { issuer: 'own', audiences: [], keys: { kind: 'inline', jwks: '{"keys":[{}]}' } }], clients: ['10.0.0.0/8', '192.0.2.7/32'], rateLimit: { requests: 100, per: 'minute' },
    cors: {
      origins: [{ kind: 'exact', value: 'https://shop.example.com' }, { kind: 'subdomains', scheme: 'https', ending: '.example.org' }],
      methods: ['PUT'], headers: ['x-page'], exposedHeaders: ['x-total'], maxAgeMs: 600_000, credentials: true,
    },
  });
});

test('any origin is written as a star, and everything else may be left out', () => {
  expect(guardsOf({ cors: { allowOrigins: ['*'] } })).toEqual({ cors: { origins: [{ kind: 'any' }], methods: [], headers: [], exposedHeaders: [], credentials: false } });
});

test('a gateway says it for its routes, and a route says it otherwise or not at all', () => {
  const gateway: MeshGatewayProps = { jwt: [issuer], allowFrom: ['10.0.0.0/8'], rateLimit: RateLimit.perSecond(5) };

  expect(guardsOf({}, gateway)).toEqual({ tokens: [TOKEN], clients: ['10.0.0.0/8'], rateLimit: { requests: 5, per: 'second' } });
  expect(guardsOf({ jwt: [], allowFrom: ['192.0.2.0/24'], rateLimit: RateLimit.perHour(1) }, gateway)).toEqual({ clients: ['192.0.2.0/24'], rateLimit: { requests: 1, per: 'hour' } });
  expect(guardsOf({ jwt: [], allowFrom: [] }, { jwt: [issuer], allowFrom: ['10.0.0.0/8'] })).toBeUndefined();
  expect(guardsOf({})).toBeUndefined();
});

test('what a gateway shares and limits does not hold for routes that no service answers', () => {
  const gateway: MeshGatewayProps = { jwt: [issuer], rateLimit: RateLimit.perSecond(5), cors: { allowOrigins: ['*'] } };

  expect(guardsOf({ to: RouteTarget.redirect({ path: '/new' }) }, gateway)).toEqual({ tokens: [TOKEN] });
  expect(Object.keys(guardsOf({}, gateway)!).sort()).toEqual(['cors', 'rateLimit', 'tokens']);
});

test.each<[MeshGatewayProps, string]>([
  [{ allowFrom: ['office'] },
    "MESH111 'office' is no network\n  at   Shop/Mesh/Gateway (MeshGateway), allowFrom = 'office'\n  fix  name networks such as '10.0.0.0/8' or '2001:db8::/32'"],
  [{ cors: { allowOrigins: [] } },
    "MESH111 no origin is allowed\n  at   Shop/Mesh/Gateway (MeshGateway), cors.allowOrigins = ''\n"
    + "  fix  name the sites whose scripts may read answers, for example 'https://shop.example.com', or leave cors out"],
  [{ rateLimit: RateLimit.perHour(0) },
    'MESH203 a limit of 0 requests per hour is not an integer from 1 to 4294967295\n  at   Shop/Mesh/Gateway (MeshGateway), rateLimit = 0\n  fix  give an integer from 1, or leave the limit out'],
])('nonsense of a gateway is refused at the gateway: %j', (gateway, text) => {
  expect(errorOf(() => guardsOf({}, gateway))).toBe(text);
});

test('both routes of a switch ask for the same', () => {
  const { mesh } = program();
  const [blue, green] = ['Blue', 'Green'].map((name) => new MeshService(mesh, name, { port: 8080, versions: [version('v1')] })) as [MeshService, MeshService];
  new BlueGreenRoute(new MeshGateway(mesh, 'Gateway'), 'Checkout', {
    match: RouteMatch.prefix('/checkout'), blue, green, active: Color.BLUE, preview: Preview.header('x-preview', HeaderMatch.present()), jwt: [issuer], rateLimit: RateLimit.perDay(3),
  });

  expect(modelOf(mesh).gateways[0]!.routes.map(({ guards }) => guards)).toEqual(Array(2).fill({ tokens: [TOKEN], rateLimit: { requests: 3, per: 'day' } }));
});

test('a version keeps its clients by a cookie', () => {
  const { mesh } = program();
  new MeshService(mesh, 'Products', {
    port: 8080, versions: [version('v1', { stickiness: Stickiness.cookie('shop-session', { ttl: Duration.hours(1) }) }), version('v2', { stickiness: Stickiness.cookie('other') })],
  });

  expect(modelOf(mesh).services[0]!.versions.map(({ stickiness }) => stickiness)).toEqual([{ cookie: 'shop-session', ttlMs: 3_600_000 }, { cookie: 'other', ttlMs: 0 }]);
});

test('nonsense is refused at its line', () => {
  expect(errorOf(() => guardsOf({ allowFrom: ['office'] }))).toBe(
    "MESH111 'office' is no network\n  at   Shop/Mesh/Gateway/Cart (GatewayRoute), allowFrom = 'office'\n  fix  name networks such as '10.0.0.0/8' or '2001:db8::/32'");
});
