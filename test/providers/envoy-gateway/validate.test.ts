import { renderDiagnostic } from '../../../lib/diagnostics/render';
import type { ClientTls, Trust } from '../../../lib/model/security';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { checkCapabilities } from '../../../lib/providers/check';
import { envoyGatewayProvider } from '../../../lib/providers/envoy-gateway';
import { gateway, gatewayRoute, header, http, httpPort, listener, model, prefix, service, serviceRoute, shares, to, version } from '../../model-builders';

const id = 'shop/products';
const entered = (routes: Parameters<typeof gateway>[0], draft: Parameters<typeof gateway>[1] = {}, products: Parameters<typeof service>[1] = {}) =>
  model({ services: [service('products', products)], gateways: [gateway(routes, draft)] });
const all = gatewayRoute('all', http(), [to(id)]);
const listening = (...listeners: NonNullable<Parameters<typeof gateway>[1]>['listeners'] & object) => entered([all], { listeners });
const file = (path: string) => ({ kind: 'file', chain: `/certs/${path}`, key: '/certs/tls.key', mount: { secret: 'certs', path: '/certs' } }) as const;
const ask = (path: string) => http(prefix(path));
const split = (v1: Parameters<typeof version>[2], v2: Parameters<typeof version>[2]) =>
  entered([all], {}, { versions: [version('products', 'v1', v1), version('products', 'v2', v2)], routes: [serviceRoute('split', http(), shares(id, { v1: 95, v2: 5 }))] });

const at = 'Shop/Mesh/products (MeshService)';
const atRoute = (name: string) => `Shop/Mesh/gateway/${name} (GatewayRoute)`;
const atGateway = 'Shop/Mesh/gateway (MeshGateway)';
const text = (code: string, what: string, where: string, fix: string) => `${code} ${what}\n  at   ${where}\n  fix  ${fix}`;

interface Wrong { readonly title: string; readonly program: TrafficModel; readonly says: string }

const wrong: readonly Wrong[] = [
  {
    title: 'a workload with another service account', program: entered([all], {}, {
      versions: [version('products', 'v1', {
        pods: {
          kind: 'document', name: 'products', labels: { app: 'products' },
          document: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'products' }, spec: { template: { spec: { serviceAccountName: 'mine' } } } },
        },
      })],
    }),
    says: text('MESH111', "spec.template.spec.serviceAccountName is 'mine', and the mesh needs 'products'", `${at}, versions['v1'].workload = 'mine'`, 'leave it out, so that the library writes it'),
  },
  {
    title: 'spans without a collector', program: model({ mesh: { tracing: { kind: 'datadog' } } }),
    says: text('MESH401', 'Envoy Gateway sends spans to a host, and the program names none', 'Shop/Mesh (Mesh), tracing', 'give the address of the collector'),
  },
  {
    title: 'an answer that is too long', program: entered([{ ...gatewayRoute('long', ask('/long'), []), action: { kind: 'respond', status: 503, body: 'a'.repeat(4097) } }, all]),
    says: text('MESH404', "the answer of route 'long' has 4097 bytes, and Envoy Gateway holds 4096", `${atRoute('long')}, match = 4097`, 'answer less'),
  },
  {
    title: 'a redirect of raw text', program: entered([{
      ...gatewayRoute('raw', http({ kind: 'raw-prefix', value: '/old' }), []), action: { kind: 'redirect', status: 301, path: { kind: 'prefix', value: '/new' } },
    }]),
    says: text('MESH401', "Envoy Gateway cannot replace raw text in a redirect, as route 'raw' does", `${atRoute('raw')}, match`, 'match a prefix by segments, or redirect to a whole path'),
  },
  {
    title: 'pools that differ', program: split({ pool: { maxConnections: 10 } }, { pool: { maxConnections: 20 } }),
    says: text('MESH401', "Envoy Gateway has one connection pool for all versions of a route, and those of route 'all' with route 'split' of service 'shop/products' differ",
      `${atRoute('all')}, match`, 'give the versions the same pool'),
  },
  {
    title: 'timeouts that differ', program: split({ timeouts: { requestMs: 1000 } }, {}),
    says: text('MESH215', "Envoy Gateway cannot say the table: route 'all' with route 'split' of service 'shop/products' leads to versions with different timeouts, and the mesh has one for all of them",
      `${atRoute('all')}, match`, 'give the versions the same timeouts, or the route its own'),
  },
  {
    title: 'a certificate under other keys', program: listening(listener(443, 8443, { tls: { mode: 'strict', certificate: file('server.pem') } })),
    says: text('MESH701', 'Envoy Gateway reads a certificate from a Secret under the keys tls.crt and tls.key, and this one is not mounted from there', `${atGateway}, listeners[0].tls.certificate`,
      "mount a Secret of type kubernetes.io/tls, and name the files '<path>/tls.crt' and '<path>/tls.key'"),
  },
  {
    title: 'authorities under another key', program: listening(listener(443, 8443, {
      tls: { mode: 'strict', certificate: file('tls.crt'), clients: { trust: { kind: 'file', chain: '/certs/roots.pem', mount: { secret: 'certs', path: '/certs' } }, subjectAltNames: [] } },
    })),
    says: text('MESH701', 'Envoy Gateway reads authorities from a Secret under the key ca.crt, and these are not mounted from there', `${atGateway}, listeners[0].tls.clients`,
      "mount a Secret, and name the file '<path>/ca.crt'"),
  },
  {
    title: 'a limit of requests at a listener', program: listening(listener(80, 8080, { pool: { maxRequests: 100 } })),
    says: text('MESH401', 'Envoy Gateway limits the connections of a listener, not its requests', `${atGateway}, listeners[0].connectionPool`, 'give maxConnections alone'),
  },
  {
    title: 'a port that proxies are told to bind', program: listening(listener(80, 9090)),
    says: text('MESH402', 'Envoy Gateway chooses itself what port its proxies bind for clients of port 80', `${atGateway}, listeners[0].targetPort = 9090`,
      'leave targetPort out, or acknowledge it where App Mesh is to bind that port'),
  },
  {
    title: 'a wildcard inside of a wildcard', program: entered([
      gatewayRoute('inner', http(), [to(id)], { hosts: [{ kind: 'suffix', value: '.api.example.com' }] }), gatewayRoute('outer', http(), [to(id)], { hosts: [{ kind: 'suffix', value: '.example.com' }] }),
    ]),
    says: text('MESH401', 'Envoy Gateway 1.9 gives its proxies a configuration that they refuse where one wildcard lies in another, as *.api.example.com and *.example.com on port 80 of gateway '
      + "'shop/gateway' do", `${atGateway}, routes = '*.api.example.com'`, 'name the hosts below the inner wildcard, or serve it at another gateway'),
  },
  {
    title: 'a header without value', program: entered([gatewayRoute('all', http(), [to(id)], { filters: { requestHeaders: { set: [{ name: 'x-a', value: '' }], add: [], remove: [] } } })]),
    says: text('MESH406', "Envoy Gateway sets no header to an empty value, as route 'all' with route 'split' of service 'shop/products' does with 'x-a'", `${atRoute('all')}, match = 'x-a'`,
      'remove the header, or give it a value'),
  },
  {
    title: 'more routes than one object holds, each of which needs its place', program: entered(
      Array.from({ length: 17 }, (_, index) => gatewayRoute(`r${index}`, http(undefined, { headers: [header(`x-${index}`, { kind: 'present' })] }), [to(id)], { priority: 1 + index }))),
    says: text('MESH215', "Envoy Gateway cannot say the table: 17 routes from route 'r0' with route 'split' of service 'shop/products' to route 'r16' with route 'split' of service 'shop/products' depend on "
      + "each other's place, and one route object of the Gateway API holds 16", `${atRoute('r0')}, match`,
    'leave out explicit priorities and expressions where the longer path may win, or split the table by host'),
  },
];

const trusting = (trust: Trust, draft: Partial<ClientTls> = {}): ClientTls => ({ enforce: true, validation: { trust, subjectAltNames: [] }, ...draft });
const sds: Trust = { kind: 'sds', secret: 'roots' };
const named = (...subjectAltNames: readonly string[]) => trusting(sds, { validation: { trust: sds, subjectAltNames } });

const wrongTls: readonly Wrong[] = [
  {
    title: 'TLS only where a service offers it', program: entered([all], { clientTls: trusting(sds, { enforce: false }) }),
    says: text('MESH401', 'Envoy Gateway speaks TLS to a service or plain text, not whichever it offers', `${atGateway}, clientTls.enforce`, 'leave enforce out, or name the ports that speak TLS'),
  },
  {
    title: 'authorities of services under another key', program: entered([all], { clientTls: trusting({ kind: 'file', chain: '/certs/roots.pem', mount: { secret: 'certs', path: '/certs' } }) }),
    says: text('MESH701', 'Envoy Gateway reads authorities from a Secret under the key ca.crt, and these are not mounted from there', `${atGateway}, clientTls.validation.trust`,
      "mount a Secret, and name the file '<path>/ca.crt'"),
  },
  {
    title: 'a certificate for services under other keys', program: entered([all], { clientTls: trusting(sds, { certificate: file('client.pem') }) }),
    says: text('MESH701', 'Envoy Gateway reads a certificate from a Secret under the keys tls.crt and tls.key, and this one is not mounted from there', `${atGateway}, clientTls.certificate`,
      "mount a Secret of type kubernetes.io/tls, and name the files '<path>/tls.crt' and '<path>/tls.key'"),
  },
  {
    title: 'an agent\'s name for authorities', program: entered([all], { clientTls: trusting({ kind: 'sds', secret: 'spiffe://shop' }) }),
    says: text('MESH701', "Envoy Gateway reads certificates from Secrets of the cluster, and 'spiffe://shop' is no name of one", `${atGateway}, clientTls.validation.trust = 'spiffe://shop'`,
      "name a Secret beside the gateway in lower case, for example 'shop-tls'"),
  },
  {
    title: 'an agent\'s name for a certificate', program: entered([all], { clientTls: trusting(sds, { certificate: { kind: 'sds', secret: 'Edge' } }) }),
    says: text('MESH701', "Envoy Gateway reads certificates from Secrets of the cluster, and 'Edge' is no name of one", `${atGateway}, clientTls.certificate = 'Edge'`,
      "name a Secret beside the gateway in lower case, for example 'shop-tls'"),
  },
  {
    title: 'more names of services than a policy holds', program: entered([all], { clientTls: named('a', 'b', 'c', 'd', 'e', 'f') }),
    says: text('MESH404', 'services may have one of 6 names, and Envoy Gateway holds 5', `${atGateway}, clientTls.validation.subjectAltNames = 6`,
      'give all services one name in their certificates, or put some of them behind a gateway of their own'),
  },
  ...['Products', '10.0.0.1', 'shop/products'].map((name) => ({
    title: `the name ${name}, which is no host`, program: entered([all], { clientTls: named('*.shop.example.com', 'spiffe://shop/products', name) }),
    says: text('MESH401', `Envoy Gateway compares hosts in lower case and URIs, and '${name}' is neither`, `${atGateway}, clientTls.validation.subjectAltNames = '${name}'`,
      "name a host such as 'products.shop.svc.cluster.local', or a URI such as 'spiffe://shop/products'"),
  })),
  {
    title: 'more ports than a policy holds', program: entered([gatewayRoute('all', http(), [{ ...to(id), port: 8000 }])], { clientTls: trusting(sds) }, {
      ports: Array.from({ length: 17 }, (_, at) => httpPort(8000 + at)),
    }),
    says: text('MESH404', "17 ports of 'shop/products' would speak TLS, and a policy of Envoy Gateway holds 16", `${atGateway}, clientTls.ports = 17`,
      'name the ports that speak TLS, or divide the service'),
  },
  {
    title: 'TLS at a port that no service has', program: entered([all], { clientTls: trusting(sds, { ports: [8080, 8443] }) }),
    says: text('MESH108', "no service behind gateway 'shop/gateway' has port 8443", `${atGateway}, clientTls.ports = 8443`, 'name ports of the services that its routes lead to'),
  },
  {
    title: 'TLS at one of two ports that pods do not tell apart',
    program: entered([gatewayRoute('all', http(), [{ ...to(id), port: 80 }])], { clientTls: trusting(sds, { ports: [80] }) }, {
      ports: [{ port: 80, targetPort: 8080, protocol: 'http' }, { port: 81, targetPort: 8080, protocol: 'http' }],
    }),
    says: text('MESH401', "Envoy Gateway says TLS at the pods' port, which ports 80 and 81 of 'shop/products' share", `${atGateway}, clientTls.ports = 80`,
      'name port 81, too, or let the pods listen on two'),
  },
  {
    title: 'authorities in another namespace', program: model({
      services: [service('warehouse', { namespace: 'stock' })], gateways: [gateway([gatewayRoute('all', http(), [to('stock/warehouse')])], { clientTls: trusting(sds) })],
    }),
    says: text('MESH401', "Envoy Gateway reads the authorities of a service from a Secret beside it, and 'stock/warehouse' is not in the gateway's namespace 'shop'",
      `${atGateway}, clientTls.validation.trust = 'stock/warehouse'`, 'put the gateway into the namespace of the service'),
  },
  {
    title: 'gateways that speak to a service in different ways', program: model({
      services: [service('products')], gateways: [gateway([all], { clientTls: trusting(sds) }), { ...gateway([all]), id: 'shop/second', name: 'second' }],
    }),
    says: text('MESH401', "Envoy Gateway says TLS at the service, for all gateways, and gateways 'shop/gateway' and 'shop/second' speak to 'shop/products' in different ways",
      `${atGateway}, clientTls = 'shop/products'`, 'give both the same clientTls'),
  },
];

test.each(wrongTls)('says $title', ({ program, says }) => {
  expect(envoyGatewayProvider().validate(program).map(renderDiagnostic)).toEqual([says]);
});

test.each(wrong)('says $title', ({ program, says }) => {
  expect(envoyGatewayProvider().validate(program).map(renderDiagnostic)).toEqual([says]);
});

test('has nothing against versions of which one has no timeouts and the other an empty set of them', () => {
  expect(envoyGatewayProvider().validate(split({}, { timeouts: {} }))).toEqual([]);
});

test('has nothing against a plain program', () => {
  expect(envoyGatewayProvider().validate(entered([all]))).toEqual([]);
});

test('has nothing against gateways that speak to a service alike, and one of them with a certificate', () => {
  const second = { ...gateway([all], { clientTls: { ...named('b.example.com', 'a.example.com'), certificate: { kind: 'sds', secret: 'edge' } } }), id: 'shop/second', name: 'second' };

  expect(envoyGatewayProvider().validate(model({ services: [service('products')], gateways: [gateway([all], { clientTls: named('a.example.com', 'b.example.com') }), second] }))).toEqual([]);
});

test('has nothing against a service of another namespace to which no TLS is spoken', () => {
  const stock = service('warehouse', { namespace: 'stock', ports: [httpPort(9000)] });
  const routes = [all, gatewayRoute('stock', ask('/stock'), [{ ...to('stock/warehouse'), port: 9000 }])];

  expect(envoyGatewayProvider().validate(model({ services: [service('products'), stock], gateways: [gateway(routes, { clientTls: trusting(sds, { ports: [8080] }) })] }))).toEqual([]);
});

describe('calls between services', () => {
  const calling = model({ services: [service('products'), service('cart', { calls: [{ service: id }] })] });

  test('are refused unless the program accepts that no mesh sees them', () => {
    const [refused, ...others] = checkCapabilities(calling, envoyGatewayProvider(), []).filter(({ severity }) => severity === 'error');

    expect(others).toEqual([]);
    expect(renderDiagnostic(refused!)).toBe(text('MESH401', 'Envoy Gateway cannot say declared calls at a service: its proxies stand at the edge, so calls between services would pass by every route, share, '
      + 'retry and timeout; accept that with serviceToService: ServiceToService.EDGE_ONLY (https://gateway.envoyproxy.io/v1.9/concepts/)', 'Shop/Mesh/cart (MeshService), calls',
    'leave it out; no mesh that this library knows can say it'));
  });

  test('are a warning where it does', () => {
    const findings = checkCapabilities(calling, envoyGatewayProvider({ serviceToService: 'edge-only' }), []);

    expect(findings.map(({ severity }) => severity)).toEqual(findings.map(() => 'warning'));
    expect(findings.map(renderDiagnostic).join('\n')).toContain('its routes, shares, retries and timeouts act at gateways alone');
  });
});
