/** Situations of gateways that ask something of requests, and of versions that keep their clients. */
import type { Guards } from '../../lib/model/guards';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { gateway, gatewayRoute, http, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

interface Situation {
  readonly title: string;
  readonly model: TrafficModel;
}

const ISSUERS: Guards['tokens'] = [
  { issuer: 'https://id.example.com', audiences: ['shop'], keys: { kind: 'remote', uri: 'https://id.example.com/jwks.json' } },
  { issuer: 'tests', audiences: [], keys: { kind: 'inline', jwks: '{"keys":[{"kty":"oct","k":"AA"}]}' } },
];
const CORS: Guards['cors'] = {
  origins: [{ kind: 'exact', value: 'https://shop.example.com' }, { kind: 'subdomains', scheme: 'https', ending: '.example.org' }],
  methods: ['PUT'], headers: ['x-page'], exposedHeaders: ['x-total'], maxAgeMs: 600_000, credentials: true,
};
const CLIENTS = ['10.0.0.0/8', '2001:db8::/32'];

function asking(title: string, routes: readonly (readonly [string, Guards])[]): Situation {
  const services = [service('products')];
  return { title, model: model({ services, gateways: [gateway(routes.map(([name, guards]) => gatewayRoute(name, http(prefix(`/${name}`)), [to('shop/products')], { guards })))] }) };
}

/** Those that Envoy Gateway and Istio can say. */
export const GUARD_SITUATIONS: readonly Situation[] = [
  asking('tokens and networks of a whole gateway', [['cart', { tokens: ISSUERS, clients: CLIENTS }], ['orders', { tokens: ISSUERS, clients: CLIENTS }]]),
  asking('scripts of other sites', [['cart', { cors: CORS }], ['orders', { cors: { origins: [{ kind: 'any' }], methods: [], headers: [], exposedHeaders: [], credentials: false } }]]),
  {
    title: 'a cookie that keeps clients at pods',
    model: model({
      services: [service('products', {
        versions: ['v1', 'v2'].map((name) => version('products', name, { stickiness: { cookie: 'shop-session', ttlMs: 3_600_000 } })),
        routes: [serviceRoute('split', http(), shares('shop/products', { v1: 95, v2: 5 }))],
      })],
      gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')])])],
    }),
  },
];

/** Those that are said of each route. */
export const ROUTE_GUARD_SITUATIONS: readonly Situation[] = [
  asking('what each route asks', [['cart', { tokens: ISSUERS, cors: CORS }], ['orders', { clients: CLIENTS, rateLimit: { requests: 100, per: 'minute' } }], ['open', {}]]),
];
