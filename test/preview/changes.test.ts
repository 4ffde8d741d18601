/** What is said about a program that was synthesized again. */
import type { Guards } from '../../lib/model/guards';
import { describeChanges } from '../../lib/preview/report/changes';
import { gateway, gatewayRoute, http, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const products = (v1: number, policy = {}) => service('products', {
  versions: [version('products', 'v1'), version('products', 'v2')],
  routes: [serviceRoute('split', http(), shares('shop/products', { v1, v2: 100 - v1 }), { policy })],
});
const edge = (path: string, guards?: Guards) => gateway([gatewayRoute('products', http(prefix(path)), [to('shop/products')], guards === undefined ? {} : { guards })]);

describe('a change', () => {
  test.each([
    ['of a weight', model({ services: [products(95)] }), model({ services: [products(75)] }),
      ['shop/products, route split: 95 shop/products@v1, 5 shop/products@v2 -> 75 shop/products@v1, 25 shop/products@v2']],
    ['of a match at a gateway', model({ gateways: [edge('/a')] }), model({ gateways: [edge('/b')] }), ['gateway shop/gateway, route products: /a/* -> /b/*']],
    ['of a policy', model({ services: [products(95)] }), model({ services: [products(95, { timeouts: { requestMs: 1 } })] }), ['shop/products, route split: retries or timeouts changed']],
    ['of what a route asks for', model({ gateways: [edge('/a')] }), model({ gateways: [edge('/a', { clients: ['10.0.0.0/8'] })] }),
      ['gateway shop/gateway, route products: asks for nothing -> clients of 10.0.0.0/8']],
    ['that adds a service', model({ services: [] }), model({ services: [service('catalog')] }), ['shop/catalog: new']],
    ['that takes a gateway away', model({ gateways: [edge('/a')] }), model({}), ['gateway shop/gateway: gone']],
    ['that adds a version', model({ services: [service('a', { routes: [] })] }),
      model({ services: [service('a', { routes: [], versions: [version('a', 'v1'), version('a', 'v2')] })] }), ['shop/a, version v2: new']],
    ['of a limit', model({ services: [service('a')] }), model({ services: [service('a', { versions: [version('a', 'v1', { pool: { maxConnections: 1 } })] })] }), ['shop/a: settings changed']],
    ['of the mesh', model({}), model({ mesh: { egress: 'any' } }), ['settings of the mesh changed']],
  ])('%s is said in words', (_, before, after, words) => {
    expect(describeChanges(before, after)).toEqual(words);
  });

  test('of nothing but where constructs stand is none', () => {
    const moved = { ...products(95), origin: { path: 'Other/Path', type: 'CanaryService' } };

    expect(describeChanges(model({ services: [products(95)] }), model({ services: [moved] }))).toEqual([]);
  });
});
