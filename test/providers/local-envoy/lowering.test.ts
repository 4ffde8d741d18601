/** The whole lowering: stages, tables, clusters, calls; and what holds for every program. */
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { hostsOf, lower, named, OPTIONS, routesOf } from './lowered';
import { renderDiagnostic } from '../../../lib/diagnostics';
import { validateModel } from '../../../lib/model/validate';
import { localEnvoyDialect, staticBootstrap, unactedFeatures, watchedFile, watchingBootstrap, type EnvoyResources } from '../../../lib/providers/local-envoy';
import { expectGolden } from '../../golden';
import * as build from '../../model-builders';
import { trafficModels } from '../../simulator/arbitraries/models';

const TABLE = 'x-cdk-eks-mesh-table';

const leadingTo = (table: string) => ({ request_headers_to_add: [{ header: { key: TABLE, value: table }, append_action: 'OVERWRITE_IF_EXISTS_OR_ADD' }] });

const products = build.service('products', { versions: [build.version('products', 'v1'), build.version('products', 'v2')] });

describe('a gateway', () => {
  test('has a listener for each port, with the tables of all hosts and the routes of that port and protocol', () => {
    const edge = build.gateway([
      build.gatewayRoute('api', build.http(build.prefix('/api')), [build.to('shop/products')], { hosts: [{ kind: 'exact', value: 'api.test' }] }),
      build.gatewayRoute('only-8080', build.http(build.prefix('/'), { port: 8080 }), [build.to('shop/products')], { hosts: [{ kind: 'suffix', value: '.test' }] }),
      build.gatewayRoute('calls', build.grpc(), [build.to('shop/products')]),
    ], { listeners: [build.listener(80), build.listener(8080), build.listener(9090, 9090, { protocol: 'grpc' })] });
    const resources = lower(build.model({ services: [products], gateways: [edge] }));
    const tables = [80, 8080, 9090].map((port) => hostsOf(resources, `gateway/shop/gateway:${port}`).map(({ domains, routes }) => [...domains, ...routes.map(({ name }) => name)]));

    expect(tables).toEqual([
      [['api.test', 'shop/gateway api'], ['*.test'], ['*']],
      [['api.test', 'shop/gateway api'], ['*.test', 'shop/gateway only-8080'], ['*']],
      [['api.test'], ['*.test'], ['*', 'shop/gateway calls']],
    ]);
  });

  test('writes every weight, 0 included, and the host of each service', () => {
    const catalog = build.service('catalog');
    const route = build.gatewayRoute('split', build.http(), [build.to('shop/products', 3), build.to('shop/catalog', 0)], { filters: { rewriteHost: { kind: 'service' } } });
    const [lowered] = routesOf(lower(build.model({ services: [catalog, products], gateways: [build.gateway([route])] })), 'gateway/shop/gateway:80', '*');

    expect(lowered!.route!.weighted_clusters.clusters).toEqual([
      { name: 'services', weight: 3, ...leadingTo('shop/products_3a_8080'), host_rewrite_literal: 'products.shop.svc.cluster.local' },
      { name: 'services', weight: 0, ...leadingTo('shop/catalog_3a_8080'), host_rewrite_literal: 'catalog.shop.svc.cluster.local' },
    ]);
  });

  test('that ends TLS serves plain text, and its requests count as https', () => {
    const tls = { mode: 'strict' as const, certificate: { kind: 'sds' as const, secret: 'edge' } };
    const edge = build.gateway([build.gatewayRoute('all', build.http(), [build.to('shop/products')])], { listeners: [build.listener(443, 8443, { tls })] });
    const { listeners } = lower(build.model({ services: [products], gateways: [edge] }));

    expect(named(listeners, 'gateway/shop/gateway:443')).toMatchObject({
      address: { socket_address: { address: '127.0.0.1', port_value: 10_443 } },
      filter_chains: [{ filters: [{ typed_config: { scheme_header_transformation: { scheme_to_overwrite: 'https' }, normalize_path: true, merge_slashes: true, path_with_escaped_slashes_action: 'KEEP_UNCHANGED' } }] }],
    });
    expect(JSON.stringify(listeners)).not.toContain('transport_socket');
  });

  test('has a table of its own in the second stage for a route with limits of its own', () => {
    const edge = build.gateway([
      build.gatewayRoute('plain', build.http(build.prefix('/a')), [build.to('shop/products')]),
      build.gatewayRoute('limited', build.http(build.prefix('/b')), [build.to('shop/products')], { policy: { timeouts: { requestMs: 500 } } }),
      build.gatewayRoute('named', build.http(build.prefix('/c')), [{ service: 'shop/products', version: 'v2', weight: 1 }], { policy: { timeouts: { idleMs: 700 } } }),
    ]);
    const resources = lower(build.model({ services: [products], gateways: [edge] }));

    expect(hostsOf(resources, 'services').map(({ name, routes }) => [name, ...routes.map(({ route }) => [route!.timeout, route!.idle_timeout].join(' '))])).toEqual([
      ['shop/gateway/limited>shop/products:8080', '0.5s 0s'],
      ['shop/gateway/named>shop/products@v2:8080', '0s 0.7s'],
      ['shop/products:8080', '0s 0s'],
    ]);
    expect(hostsOf(resources, 'gateway/shop/gateway:80')[0]!.routes.map(({ route }) => route!.timeout)).toEqual(['0s', '0s', '0s']);
  });
});

describe('a service', () => {
  test('chooses among clusters of its versions, and removes the header that chose its table', () => {
    const edge = build.gateway([build.gatewayRoute('all', build.http(), [build.to('shop/products')])]);
    const [route] = routesOf(lower(build.model({ services: [products], gateways: [edge] })), 'services', 'shop/products:8080');

    expect(route!.route!.weighted_clusters.clusters).toEqual([
      { name: 'shop/products@v1:8080', weight: 100, request_headers_to_remove: [TABLE] },
      { name: 'shop/products@v2:8080', weight: 0, request_headers_to_remove: [TABLE] },
    ]);
  });

  test('of several versions and no routes answers 404', () => {
    const edge = build.gateway([build.gatewayRoute('all', build.http(), [build.to('shop/products')])]);
    const resources = lower(build.model({ services: [{ ...products, routes: [] }], gateways: [edge] }));

    expect(routesOf(resources, 'services', 'shop/products:8080')).toEqual([]);
  });

  test('whose version has limits of its own has a receiving proxy in between', () => {
    const limited = build.service('products', { versions: [build.version('products', 'v1', { timeouts: { requestMs: 250 } })] });
    const resources = lower(build.model({ services: [limited] }));

    expect(hostsOf(resources, 'receivers')).toMatchObject([{
      domains: ['shop/products@v1_3a_8080'], routes: [{ route: { cluster: 'shop/products@v1:8080/pods', timeout: '0.25s', idle_timeout: '0s' } }],
    }]);
    expect(resources.clusters.map(({ name }) => name)).toEqual(['services', 'shop/products@v1:8080', 'shop/products@v1:8080/pods']);
  });

  test('writes the limits of its pool, and Envoy\'s own where there is none', () => {
    const pooled = build.service('products', { versions: [build.version('products', 'v1', { pool: { maxConnections: 7 } })] });
    const { clusters } = lower(build.model({ services: [pooled] }));

    expect(named(clusters, 'shop/products@v1:8080').circuit_breakers).toEqual({
      thresholds: [{ max_connections: 7, max_pending_requests: 1024, max_requests: 1024, max_retries: 1024 }],
    });
  });

  test('gives up idle connections before its pods do', () => {
    const { clusters } = lower(build.model({ services: [build.service('products')] }));

    expect(named(clusters, 'shop/products@v1:8080').typed_extension_protocol_options).toMatchObject({
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': { common_http_protocol_options: { idle_timeout: '4s' }, explicit_http_config: { http_protocol_options: {} } },
    });
  });

  test('is found by name where its endpoint has one', () => {
    const { clusters } = lower(build.model({ services: [build.service('products', { versions: [build.version('products', 'dns')] })] }));

    expect(named(clusters, 'shop/products@dns:8080')).toMatchObject({ type: 'STRICT_DNS' });
  });
});

describe('calls', () => {
  const cart = build.service('cart', { calls: [{ service: 'shop/products' }] });
  const other = build.service('products', { namespace: 'pay' });

  test('of declared services know their host and its short forms; everything else is answered 502', () => {
    const resources = lower(build.model({ services: [other, cart, products] }));

    expect(hostsOf(resources, 'calls/shop/cart').map(({ domains, routes }) => [...domains, routes[0]!.direct_response ?? 'leads on'])).toEqual([
      ['products.shop.svc.cluster.local', 'products.shop', 'products.shop.svc', 'products', 'leads on'],
      ['*', { status: 502, body: { inline_string: "service 'shop/cart' does not declare a call of this host, and the mesh lets out only what is declared\n" } }],
    ]);
  });

  test('that would leave the machine are answered 502, and the answer says why', () => {
    const resources = lower(build.model({ mesh: { egress: 'any' }, services: [cart, products] }));

    expect(hostsOf(resources, 'calls/shop/cart').at(-1)!.routes[0]!.direct_response).toEqual({
      status: 502, body: { inline_string: 'this host is none of the mesh, and a local preview sends nothing to other machines\n' },
    });
  });

  test('choose among several ports by the one that stands after the host', () => {
    const two = build.service('products', { ports: [build.httpPort(8080), build.httpPort(8081)] });
    const [host] = hostsOf(lower(build.model({ services: [cart, two] })), 'calls/shop/cart');

    expect(host!.routes.map(({ name, match }) => [name, match])).toEqual([
      ['shop/products:8081', { prefix: '/', headers: [{ name: ':authority', string_match: { suffix: ':8081' } }] }], ['shop/products:8080', { prefix: '/' }],
    ]);
  });

  test('of a TCP port lead to the versions with a weight', () => {
    const database = build.service('products', {
      ports: [{ port: 5432, targetPort: 5432, protocol: 'tcp' }], versions: products.versions,
      routes: [build.serviceRoute('split', { kind: 'tcp' }, build.shares('shop/products', { v1: 0, v2: 3 }), { policy: { retry: { attempts: 2, on: ['connection-error'] } } })],
    });
    const { listeners } = lower(build.model({ services: [cart, database] }));

    expect(named(listeners, 'calls/shop/cart/tcp/shop/products:5432')).toMatchObject({
      address: { socket_address: { port_value: 35_432 } },
      filter_chains: [{ filters: [{ typed_config: { weighted_clusters: { clusters: [{ name: 'shop/products@v2:5432', weight: 3 }] }, idle_timeout: '0s', max_connect_attempts: 3 } }] }],
    });
  });
});

describe('every program', () => {
  const programs = trafficModels();

  test('is lowered without a reference to nothing or a name twice', () => {
    fc.assert(fc.property(programs, (model) => { expect(dangling(lower(model, { outboundAddress: () => ({ host: '127.0.0.1', port: 1 }) }))).toEqual([]); }), { numRuns: 25, seed: 4 });
  });

  test('is lowered to the same bytes each time', () => {
    fc.assert(fc.property(programs, (model) => { expect(JSON.stringify(lower(model))).toBe(JSON.stringify(lower(model))); }), { numRuns: 15, seed: 5 });
  });

  test('changes neither listeners nor clusters when only routes change, where routes are in files', () => {
    const delivery = { routes: { kind: 'files' as const, pathOf: (name: string) => `/run/${name}.json` } };
    const before = build.model({ services: [products], gateways: [build.gateway([build.gatewayRoute('all', build.http(), [build.to('shop/products')])])] });
    const shifted = { ...products, routes: [build.serviceRoute('split', build.http(), build.shares('shop/products', { v1: 75, v2: 25 }))] };
    const after = build.model({ services: [shifted], gateways: [build.gateway([build.gatewayRoute('beta', build.http(build.prefix('/beta')), [build.to('shop/products')])])] });
    const [one, other] = [lower(before, delivery), lower(after, delivery)];

    expect(other.listeners).toEqual(one.listeners);
    expect(other.clusters).toEqual(one.clusters);
    expect(other.routes).not.toEqual(one.routes);
  });

  test('bears its scope in every name, so that two fit into one Envoy', () => {
    const model = build.model({ services: [products], gateways: [build.gateway([build.gatewayRoute('all', build.http(), [build.to('shop/products')])])] });
    const { listeners, routes, clusters } = lower(model, { scope: 'blue/' });

    expect([...listeners, ...routes, ...clusters].filter(({ name }) => !String(name).startsWith('blue/'))).toEqual([]);
    expect(dangling(lower(model, { scope: 'blue/' }))).toEqual([]);
  });

  test('that was generated is valid', () => {
    fc.assert(fc.property(programs, (model) => { expect(validateModel(model).filter(({ severity }) => severity === 'error')).toEqual([]); }), { numRuns: 25, seed: 6 });
  });
});

/** Clusters and tables that are led to and do not exist, and names that two resources have. */
function dangling({ listeners, routes, clusters }: EnvoyResources): readonly string[] {
  const texts = JSON.stringify([listeners, routes]);
  const known = new Set(clusters.map(({ name }) => String(name)));
  const led = [...texts.matchAll(/"(?:cluster|name)":"([^"]*)","(?:weight|runtime_fraction|timeout)"/g)].map((found) => found[1]!);
  const tables = new Set([...texts.matchAll(/"domains":\["([^"]*)"\]/g)].map((found) => found[1]!));
  const asked = [...texts.matchAll(/"key":"x-cdk-eks-mesh-table","value":"([^"]*)"/g)].map((found) => found[1]!);
  const twice = [listeners, routes, clusters].flatMap((resources) => resources.map(({ name }) => String(name)).filter((name, at, all) => all.indexOf(name) !== at));
  if (led.length === 0) throw new Error('found no reference to a cluster');
  return [...led.filter((name) => !known.has(name)), ...asked.filter((name) => !tables.has(name)), ...twice];
}

describe('the bootstrap', () => {
  const resources = lower(build.model({ services: [products] }));
  const common = {
    admin: { address: { socket_address: { address: '127.0.0.1', port_value: 9901 } } },
    bootstrap_extensions: [{ name: 'envoy.bootstrap.internal_listener' }],
    layered_runtime: { layers: [{ static_layer: { 're2.max_program_size.error_level': 100_000 } }] },
  };

  test('holds everything', () => {
    expect(staticBootstrap(resources, { host: '127.0.0.1', port: 9901 })).toMatchObject({ ...common, static_resources: { listeners: resources.listeners, clusters: resources.clusters } });
  });

  test('or watches files', () => {
    expect(watchingBootstrap({ listeners: '/run/l.json', clusters: '/run/c.json', id: 'blue' }, { host: '127.0.0.1', port: 9901 })).toMatchObject({
      ...common, node: { id: 'blue' },
      dynamic_resources: { lds_config: { path_config_source: { path: '/run/l.json' } }, cds_config: { path_config_source: { path: '/run/c.json' } } },
    });
    expect(watchedFile('clusters', [{ name: 'services' }])).toEqual({ resources: [{ '@type': 'type.googleapis.com/envoy.config.cluster.v3.Cluster', 'name': 'services' }] });
  });

  test('has no administration where nobody asks for it', () => {
    expect(staticBootstrap(resources)).not.toHaveProperty('admin');
  });
});

test('what is left out is said in words, once', () => {
  const tls = { mode: 'strict' as const, certificate: { kind: 'sds' as const, secret: 'edge' } };
  const edge = build.gateway([build.gatewayRoute('all', build.http(), [build.to('shop/products')])], { listeners: [build.listener(443, 8443, { tls }), build.listener(444, 8444, { tls })] });

  expect(unactedFeatures(build.model({ mesh: { egress: 'any', tracing: { kind: 'x-ray' } }, services: [products], gateways: [edge] }))).toEqual([
    'calls to any host: a call that leaves the mesh would leave this machine, so it is answered 502',
    'tracing with x-ray: there is no collector on this machine',
    'a health check at a service: what stands for the pods counts as healthy',
    'TLS in mode strict at a gateway: it speaks plain text on this machine; requests to such a listener count as https',
    "a listener's certificate from SDS at a gateway: it speaks plain text on this machine; requests to such a listener count as https",
  ]);
});

test('what Envoy would refuse is reported', () => {
  const split = build.gatewayRoute('split', build.http(), [build.to('shop/products', 4_294_967_295), build.to('shop/catalog', 1)], { filters: { fault: { abort: { status: 99, percent: 1 } } } });
  const model = build.model({ services: [build.service('catalog'), products], gateways: [build.gateway([split])] });

  expect(localEnvoyDialect().validate(model).map(renderDiagnostic)).toEqual([
    "MESH404 the weights of route 'split' add up to 4294967296, and Envoy adds up to 4294967295\n"
    + '  at   Shop/Mesh/gateway/split (GatewayRoute), to = 4294967296\n'
    + '  fix  use smaller weights; only their proportions count',
    "MESH404 the fault of route 'split' answers with status 99, and Envoy sends 200 to 599\n"
    + '  at   Shop/Mesh/gateway/split (GatewayRoute), fault.abort.status = 99\n'
    + '  fix  use a status from 200 to 599',
  ]);
});

describe('a header that a gateway adds a value to', () => {
  const pinned = build.service('products', {
    routes: [
      build.serviceRoute('pin', build.http(undefined, { headers: [build.header('x-env', { kind: 'exact', value: 'b' })] }), build.shares('shop/products', { v1: 1 })),
      build.serviceRoute('split', build.http(), build.shares('shop/products', { v1: 1 })),
    ],
  });
  const findings = (name: string, change: 'add' | 'set', version?: string) => {
    const changes = { set: [], add: [], remove: [], [change]: [{ name, value: 'b' }] };
    const to = { ...build.to('shop/products'), ...(version === undefined ? {} : { version }) };
    const edge = build.gateway([build.gatewayRoute('api', build.http(), [to], { filters: { requestHeaders: changes } })]);
    return localEnvoyDialect().validate(build.model({ services: [pinned], gateways: [edge] })).map(renderDiagnostic);
  };

  test('and that a service asks for is reported', () => {
    expect(findings('x-env', 'add')).toEqual([
      "MESH405 route 'api' adds a value to header 'x-env', which routes of service 'shop/products' ask for; of a request that has the header already, Envoy reads the two values one by one\n"
      + '  at   Shop/Mesh/gateway/api (GatewayRoute), requestHeaders = x-env\n'
      + '  fix  set the header instead of adding to it, or ask for another one',
    ]);
  });

  test('is none of our business where it is set, where nobody asks for it, or where no table is asked', () => {
    expect([findings('x-env', 'set'), findings('x-other', 'add'), findings('x-env', 'add', 'v1')]).toEqual([[], [], []]);
  });
});

test('a small shop', () => {
  const shop = build.model({
    services: [build.service('cart', { calls: [{ service: 'shop/products' }] }), products],
    gateways: [build.gateway([build.gatewayRoute('products', build.http(build.prefix('/products')), [build.to('shop/products')], { policy: { timeouts: { requestMs: 2000 } } })])],
  });

  const { listeners, routes } = lower(shop, { routes: { kind: 'files', pathOf: (name) => `/run/${name}.json` } });

  expectGolden('local-envoy/shop.yaml', stringify({ routes, listeners }, { lineWidth: 0, aliasDuplicateObjects: false }));
});

test('addresses come from the options alone', () => {
  const { listeners } = lower(build.model({ services: [products], gateways: [build.gateway([build.gatewayRoute('all', build.http(), [build.to('shop/products')])])] }),
    { ...OPTIONS, gatewayAddress: () => ({ host: '::1', port: 5 }) });

  expect(named(listeners, 'gateway/shop/gateway:80')).toMatchObject({ address: { socket_address: { address: '::1', port_value: 5 } }, enable_reuse_port: false });
});
