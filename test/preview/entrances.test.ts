/** The URLs of a preview, and the lines to try them with. */
import { openEntrances, portOf } from '../../lib/preview/entrances';
import { PortBook } from '../../lib/preview/ports';
import { gateway, gatewayRoute, grpc, header, http, httpPort, listener, model, prefix, service, to } from '../model-builders';

const open = async (program: ReturnType<typeof model>) => [...(await openEntrances(program, 'shop', new PortBook(10_000, () => Promise.resolve(true)))).values()];

describe('entrances', () => {
  test('of a gateway are its listeners, with a line for the plain routes of each host', async () => {
    const routes = [
      gatewayRoute('beta', http(prefix('/products'), { headers: [header('x-env', { kind: 'exact', value: 'beta' })] }), [to('shop/a')]),
      gatewayRoute('products', http(prefix('/products')), [to('shop/a')]),
      gatewayRoute('write', http(prefix('/orders'), { method: 'POST' }), [to('shop/a')]),
      gatewayRoute('api', http({ kind: 'exact', value: '/it\'s' }), [to('shop/a')], { hosts: [{ kind: 'exact', value: 'api.example.com' }] }),
      gatewayRoute('wild', http({ kind: 'regex', value: '/x[0-9]' }), [to('shop/a')], { hosts: [{ kind: 'suffix', value: '.example.org' }] }),
    ];
    const entrances = await open(model({ services: [service('a')], gateways: [gateway(routes, { listeners: [listener(80), listener(8443)] })] }));

    expect(entrances.map(one => [one.url, one.listenerPort, portOf(one)])).toEqual([['http://127.0.0.1:10000', 80, 10_000], ['http://127.0.0.1:8443', 8443, 8443]]);
    expect(entrances[0]!.hosts).toEqual(['api.example.com', '*.example.org']);
    expect(entrances[0]!.commands).toEqual([
      "curl -H 'Host: api.example.com' 'http://127.0.0.1:10000/it'\\''s'", "curl -H 'Host: any.example.org' http://127.0.0.1:10000/", 'curl http://127.0.0.1:10000/products',
    ]);
  });

  test('of a caller are the hosts that it calls, with the port where there are several, and an own address for TCP', async () => {
    const entrances = await open(model({
      services: [
        service('a', { calls: [{ service: 'shop/b' }, { service: 'shop/db' }] }), service('b', { ports: [httpPort(8080), httpPort(9090)] }),
        service('db', { ports: [{ port: 5432, targetPort: 5432, protocol: 'tcp' }] }),
      ],
    }));

    expect(entrances.map(({ url, commands }) => [url, ...commands])).toEqual([
      ['http://127.0.0.1:10100', "curl -H 'Host: b.shop.svc.cluster.local:8080' http://127.0.0.1:10100/", "curl -H 'Host: b.shop.svc.cluster.local:9090' http://127.0.0.1:10100/"],
      ['tcp://127.0.0.1:5432', 'nc 127.0.0.1 5432'],
    ]);
  });

  test('of gRPC listeners come with a line that shows who served', async () => {
    const edge = gateway([gatewayRoute('rpc', grpc({ service: 'shop.v1.Catalog' }), [to('shop/a')])], { listeners: [listener(9000, 9000, { protocol: 'grpc' })] });

    expect((await open(model({ services: [service('a')], gateways: [edge] })))[0]!.commands).toEqual([
      "curl -s -o /dev/null -D - --http2-prior-knowledge -X POST -H 'content-type: application/grpc' -H 'te: trailers' http://127.0.0.1:9000/shop.v1.Catalog/Method",
    ]);
  });
});
