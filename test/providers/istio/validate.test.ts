import { renderDiagnostic } from '../../../lib/diagnostics/render';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { istioProvider } from '../../../lib/providers/istio';
import { gateway, gatewayRoute, header, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../../model-builders';

const id = 'shop/products';
const one = (draft: Parameters<typeof service>[1]) => model({ services: [service('products', draft)] });
const entered = (routes: Parameters<typeof gateway>[0], draft: Parameters<typeof gateway>[1] = {}, products: Parameters<typeof service>[1] = {}) =>
  model({ services: [service('products', products)], gateways: [gateway(routes, draft)] });
const listening = (...listeners: NonNullable<Parameters<typeof gateway>[1]>['listeners'] & object) => entered([gatewayRoute('all', http(), [to(id)])], { listeners });
const file = { kind: 'file', chain: '/certs/tls.crt', key: '/certs/tls.key', mount: { secret: 'certs', path: '/certs' } } as const;
const inverted = (stage: 'absent-or-different' | 'present-and-different') => http(prefix('/old'), { headers: [header('x-new', { kind: 'present' }, stage)] });

const at = 'Shop/Mesh/products (MeshService)';
const atRoute = (name: string) => `Shop/Mesh/gateway/${name} (GatewayRoute)`;
const atGateway = 'Shop/Mesh/gateway (MeshGateway)';
const text = (code: string, what: string, where: string, fix: string) => `${code} ${what}\n  at   ${where}\n  fix  ${fix}`;

interface Wrong { readonly title: string; readonly program: TrafficModel; readonly says: string }

const wrong: readonly Wrong[] = [
  {
    title: 'a workload with another service account', program: one({
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
    title: 'spans without a collector', program: model({ mesh: { tracing: { kind: 'jaeger' } } }),
    says: text('MESH401', 'Istio sends spans to a host, and the program names none', 'Shop/Mesh (Mesh), tracing', 'give the address of the collector'),
  },
  {
    title: 'a route of a host outside of the mesh', program: model({
      services: [service('bank', {
        kind: 'external', host: 'bank.example.com', versions: [version('bank', 'outside', { pods: { kind: 'external', host: 'bank.example.com' }, health: undefined })],
        routes: [serviceRoute('split', http(), shares('shop/bank', { outside: 1 }), { policy: { timeouts: { requestMs: 1000 } } })],
      })],
    }),
    says: text('MESH401', "Istio attaches routes to services of the cluster, and route 'split' is one of 'shop/bank', which is outside",
      "Shop/Mesh/bank (MeshService), addRoute('split')", 'say it at the gateway or at a service of kind router'),
  },
  {
    title: 'an order that no rules say', program: entered([
      gatewayRoute('numbers', http({ kind: 'regex', value: '/api/[0-9]+' }), [to(id)], { priority: 1 }),
      gatewayRoute('api', http(prefix('/api')), [to(id)], { priority: 2, filters: { rewritePath: { kind: 'prefix', value: '/v2' } } }),
    ]),
    says: text('MESH215', "Istio cannot say the table: route 'numbers' with route 'split' of service 'shop/products' comes before route 'api' with route 'split' of service 'shop/products' and some "
      + 'requests fit both, but the mesh would ask the latter first, and no rule between them says which requests these are', `${atRoute('numbers')}, match`,
    'let one of them exclude the other, for example by different paths or by a header that only one of them asks for'),
  },
  {
    title: 'a 404 in front of later routes', program: entered([gatewayRoute('old', inverted('absent-or-different'), [to(id)])]),
    says: text('MESH401', "some requests of route 'old' with route 'split' of service 'shop/products' would have to be answered 404 in front of later routes, and Istio's routes of the Gateway API answer "
      + 'nothing themselves', `${atRoute('old')}, match`, 'give the service a route that takes everything, or name hosts and paths so that no later route meets this one'),
  },
  {
    title: 'a rewrite of raw text', program: entered([gatewayRoute('raw', http({ kind: 'raw-prefix', value: '/old' }), [to(id)], { filters: { rewritePath: { kind: 'prefix', value: '/' } } })]),
    says: text('MESH401', "Istio replaces prefixes by segments only, and route 'raw' with route 'split' of service 'shop/products' replaces raw text", `${atRoute('raw')}, match`, 'match a prefix by segments'),
  },
  {
    title: 'a redirect that takes a prefix off', program: entered([{ ...gatewayRoute('old', http(prefix('/old')), []), action: { kind: 'redirect', status: 301, path: { kind: 'prefix', value: '/' } } }]),
    says: text('MESH401', "Istio leaves two slashes where a redirect takes a prefix off, as route 'old' does", `${atRoute('old')}, match`, 'redirect to a path that is not only a slash'),
  },
  {
    title: 'a redirect to a port that its scheme implies', program: entered([{ ...gatewayRoute('old', http(prefix('/old')), []), action: { kind: 'redirect', status: 301, port: 80 } }]),
    says: text('MESH401', "Istio writes no port 80 into a redirect, as route 'old' wants", `${atRoute('old')}, match = 80`, 'leave the port out and name the host, or redirect to another port'),
  },
  {
    title: 'a limit of each try that is longer than that of the request', program: entered([gatewayRoute('slow', http(), [to(id)], {
      policy: { timeouts: { requestMs: 1000 }, retry: { attempts: 2, perTryTimeoutMs: 2000, on: ['server-error'] } },
    })]),
    says: text('MESH401', "Istio's routes of the Gateway API take no limit of each try that is longer than that of the request, as route 'slow' with route 'split' of service 'shop/products' has",
      `${atRoute('slow')}, match`, 'leave the limit of each try out, or shorten it'),
  },
  {
    title: '65 listeners', program: listening(...Array.from({ length: 65 }, (_, index) => listener(80 + index, 8080 + index))),
    says: text('MESH404', "gateway 'shop/gateway' has 65 listeners, and Istio holds 64", `${atGateway}, listeners = 65`, 'use a second gateway'),
  },
  {
    title: 'a certificate that no Secret holds', program: listening(listener(443, 8443, { tls: { mode: 'strict', certificate: { kind: 'file', chain: '/certs/chain.pem', key: '/certs/key.pem' } } })),
    says: text('MESH701', 'Istio reads a certificate from a Secret under the keys tls.crt and tls.key, and this one is not mounted from there', `${atGateway}, listeners[0].tls.certificate`,
      "mount a Secret of type kubernetes.io/tls, and name the files '<path>/tls.crt' and '<path>/tls.key'"),
  },
  {
    title: 'authorities that no Secret holds', program: listening(listener(443, 8443, {
      tls: { mode: 'strict', certificate: file, clients: { trust: { kind: 'file', chain: '/certs/roots.pem' }, subjectAltNames: [] } },
    })),
    says: text('MESH701', 'Istio reads authorities from a Secret under the key ca.crt, and these are not mounted from there', `${atGateway}, listeners[0].tls.clients`,
      "mount a Secret, and name the file '<path>/ca.crt'"),
  },
  {
    title: 'a port that proxies are told to bind', program: listening(listener(80, 9090), listener(8080, 8080)),
    says: text('MESH402', 'Istio chooses itself what port its proxies bind for clients of port 80', `${atGateway}, listeners[0].targetPort = 9090`,
      'leave targetPort out, or acknowledge it where App Mesh is to bind that port'),
  },
  {
    title: 'clients that are known by name', program: listening(listener(443, 8443, {
      tls: { mode: 'strict', certificate: file, clients: { trust: { kind: 'sds', secret: 'roots' }, subjectAltNames: ['orders.shop'] } },
    })),
    says: text('MESH401', 'Istio checks clients of a gateway against authorities, not by their names', `${atGateway}, listeners[0].tls.clients`, 'trust an authority that signs for these clients alone'),
  },
];

test.each(wrong)('refuses $title', ({ program, says }) => {
  expect(istioProvider().validate(program).map(renderDiagnostic)).toEqual([says]);
});

test('lets a route of a host outside pass that takes everything and changes nothing', () => {
  const bank = (protocol: 'http' | 'tcp') => model({
    services: [service('bank', {
      kind: 'external', host: 'bank.example.com', ports: [{ port: 443, targetPort: 443, protocol }],
      versions: [version('bank', 'outside', { pods: { kind: 'external', host: 'bank.example.com' }, health: undefined })],
      routes: [serviceRoute('split', protocol === 'tcp' ? { kind: 'tcp' } : http(), shares('shop/bank', { outside: 1 }))],
    })],
  });

  expect([...istioProvider().validate(bank('http')), ...istioProvider().validate(bank('tcp'))]).toEqual([]);
});

test('asks no rule of programs whose references are broken', () => {
  expect(istioProvider().validate(entered([gatewayRoute('all', http(), [to('shop/nothing')])]))).toEqual([]);
});
