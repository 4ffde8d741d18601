/** What `--backend` says, and which endpoint it means. */
import { createServer, type AddressInfo } from 'net';
import { ownBackends, parseBackend, settleAddress } from '../../lib/preview/backends';
import { httpPort, model, service, version } from '../model-builders';

const shop = model({
  services: [
    service('catalog'),
    service('products', { versions: [version('products', 'v1'), version('products', 'v2')] }),
    service('twice', { ports: [httpPort(8080), httpPort(9090)] }),
    service('catalog', { namespace: 'blog' }),
  ],
});

describe('--backend', () => {
  test.each([
    ['products/v1=127.0.0.1:3000', { service: 'products', version: 'v1', address: { host: '127.0.0.1', port: 3000 } }],
    ['shop/products/v1=3000', { service: 'shop/products', version: 'v1', address: { host: '127.0.0.1', port: 3000 } }],
    ['products/v1:8080=:3000', { service: 'products', version: 'v1', port: 8080, address: { host: '127.0.0.1', port: 3000 } }],
    ['products/v1=[::1]:3000', { service: 'products', version: 'v1', address: { host: '::1', port: 3000 } }],
    ['products/v1=localhost:3000', { service: 'products', version: 'v1', address: { host: 'localhost', port: 3000 } }],
  ])('%s is read', (text, read) => {
    expect(parseBackend(text)).toEqual({ text, ...read });
  });

  test.each(['products', 'products=127.0.0.1:3000', 'a/b/c/d=3000', 'products/v1='])('%s is refused with an example', text => {
    expect(() => parseBackend(text)).toThrow(`--backend ${text} is not readable
  fix  write [namespace/]service/version[:port]=address:port, for example products/v1=127.0.0.1:3000`);
  });

  test.each([['example.com:80', 'example.com:80'], ['127.0.0.1:0', '127.0.0.1:0'], ['127.0.0.1', '127.0.0.1'], ['127.0.0.1:70000', '127.0.0.1:70000']])('an address %s is refused', address => {
    expect(() => parseBackend(`products/v1=${address}`)).toThrow(`--backend products/v1=${address} has the address '${address}'
  fix  write an IP address or localhost, and a port from 1 to 65535: 127.0.0.1:3000, [::1]:3000, localhost:3000`);
  });

  test('means an endpoint by the service\'s name, where only one namespace has it', () => {
    expect([...ownBackends([parseBackend('products/v2=3000'), parseBackend('blog/catalog/v1=3001')], [shop]).get(shop)!]).toEqual([
      ['shop/products@v2:8080', { host: '127.0.0.1', port: 3000 }],
      ['blog/catalog@v1:8080', { host: '127.0.0.1', port: 3001 }],
    ]);
  });

  test('means the same service in every mesh that has it', () => {
    const other = model({ services: [service('products')] });
    const found = ownBackends([parseBackend('products/v1=3000'), parseBackend('shop/catalog/v1=3001')], [shop, other]);

    expect([[...found.get(shop)!.keys()], [...found.get(other)!.keys()]]).toEqual([['shop/products@v1:8080', 'shop/catalog@v1:8080'], ['shop/products@v1:8080']]);
  });

  test.each([
    ['basket/v1=3000', "names service 'basket', which does not exist\n  fix  known: blog/catalog, shop/catalog, shop/products, shop/twice"],
    ['products/v3=3000', "names version 'v3', which shop/products does not have\n  fix  known: v1, v2"],
    ['catalog/v1=3000', "names 'catalog', which is in several namespaces\n  fix  known: shop/catalog, blog/catalog"],
    ['twice/v1=3000', 'names no port, and shop/twice has several\n  fix  known: twice/v1:8080, twice/v1:9090'],
    ['products/v1:81=3000', 'names port 81, which shop/products does not have\n  fix  known: products/v1:8080'],
  ])('%s is refused with what is known', (text, said) => {
    expect(() => ownBackends([parseBackend(text)], [shop])).toThrow(`--backend ${text} ${said}`);
  });

  test('localhost is the address on which somebody listens', async () => {
    const server = createServer();
    const listening = await new Promise<boolean>(done => server.once('error', () => done(false)).listen(0, '::1', () => done(true)));
    const port = listening ? (server.address() as AddressInfo).port : 1;
    const { address } = await settleAddress(parseBackend(`products/v1=localhost:${port}`));
    server.close();

    expect(address).toEqual({ host: listening ? '::1' : '127.0.0.1', port });
  });
});
