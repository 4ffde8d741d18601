/** Features of what the only route of a gateway asks of its requests. */
import type { FeaturePrograms } from './pair';
import type { Guards } from '../../../lib/model/guards';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { gateway, gatewayRoute, http, model, service, to, version } from '../../model-builders';

function guarded(guards?: Guards): TrafficModel {
  return model({
    mesh: { egress: 'any' }, services: [service('products', { versions: [version('products', 'v1')] })],
    gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')], guards === undefined ? {} : { guards })])],
  });
}

const pair = (guards: Guards): FeaturePrograms => ({ using: guarded(guards), without: guarded() });

/** Guards. */
export const GUARDED = {
  'gateway.cors': pair({
    cors: {
      origins: [{ kind: 'exact', value: 'https://shop.example.com' }, { kind: 'subdomains', scheme: 'https', ending: '.example.org' }],
      methods: ['PUT'], headers: ['x-token'], exposedHeaders: ['x-page'], maxAgeMs: 600_000, credentials: true,
    },
  }),
  'gateway.jwt.remote': pair({ tokens: [{ issuer: 'https://id.example.com', audiences: ['shop'], keys: { kind: 'remote', uri: 'https://id.example.com/jwks.json' } }] }),
  'gateway.jwt.inline': pair({ tokens: [{ issuer: 'https://id.example.com', audiences: [], keys: { kind: 'inline', jwks: '{"keys":[{"kty":"oct","k":"AA"}]}' } }] }),
  'gateway.allow-from': pair({ clients: ['10.0.0.0/8', '2001:db8::/32'] }),
  'gateway.rate-limit': pair({ rateLimit: { requests: 100, per: 'minute' } }),
} as const;
