/** What HTTPRoutes cannot say between pods is said in a VirtualService, of which a host has one; and never both. */
import { renderDiagnostic } from '../../../lib/diagnostics/render';
import type { KubeObject } from '../../../lib/kube/object';
import type { ServiceRoute } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { checkCapabilities } from '../../../lib/providers/check';
import { istioProvider } from '../../../lib/providers/istio';
import { gateway, gatewayRoute, header, http, model, prefix, service, serviceRoute, shares, to, version } from '../../model-builders';
import { ENVIRONMENT } from '../app-mesh/cases';

const id = 'shop/products';
const all = serviceRoute('all', http(), shares(id, { v1: 95, v2: 5 }));
const failing = serviceRoute('failing', http(prefix('/slow')), shares(id, { v1: 1 }), { filters: { fault: { delay: { ms: 1500, percent: 10 }, abort: { status: 503, percent: 1.5 } } } });
const products = (...routes: readonly ServiceRoute[]) => model({ services: [service('products', { versions: [version('products', 'v1'), version('products', 'v2')], routes })] });

function objectsOf(program: TrafficModel, dataPlane: 'sidecar' | 'ambient' = 'sidecar'): readonly KubeObject[] {
  return istioProvider({ dataPlane }).lower(program, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap(({ objects }) => objects);
}

const routesOf = (program: TrafficModel) => objectsOf(program).filter(({ kind }) => ['VirtualService', 'HTTPRoute', 'TCPRoute'].includes(kind));
const httpOf = (program: TrafficModel) => (routesOf(program)[0]!.spec as { readonly http: readonly { readonly [field: string]: unknown }[] }).http;
const findings = (program: TrafficModel, dataPlane: 'sidecar' | 'ambient' = 'sidecar') => {
  const provider = istioProvider({ dataPlane });
  return [...checkCapabilities(program, provider, []), ...provider.validate(program)].filter(({ severity }) => severity === 'error').map(renderDiagnostic);
};

test('is the only route object of a service with a fault, in the order of its table', () => {
  const [only, ...others] = routesOf(products(failing, all));

  expect(others).toEqual([]);
  expect(only).toEqual({
    apiVersion: 'networking.istio.io/v1', kind: 'VirtualService',
    metadata: { name: 'products', namespace: 'shop', labels: { 'app.kubernetes.io/name': 'products', 'app.kubernetes.io/managed-by': 'cdk-eks-mesh' } },
    spec: {
      hosts: ['products.shop.svc.cluster.local'], gateways: ['mesh'],
      http: [
        {
          name: 'failing', match: [{ uri: { exact: '/slow' }, port: 8080 }, { uri: { prefix: '/slow/' }, port: 8080 }],
          route: [{ destination: { host: 'products-v1.shop.svc.cluster.local', port: { number: 8080 } }, weight: 1 }],
          fault: { delay: { fixedDelay: '1500ms', percentage: { value: 10 } }, abort: { httpStatus: 503, percentage: { value: 1.5 } } },
        },
        {
          name: 'all', match: [{ uri: { prefix: '/' }, port: 8080 }],
          route: [
            { destination: { host: 'products-v1.shop.svc.cluster.local', port: { number: 8080 } }, weight: 95 },
            { destination: { host: 'products-v2.shop.svc.cluster.local', port: { number: 8080 } }, weight: 5 },
          ],
        },
      ],
    },
  });
});

test('is left out where HTTPRoutes say everything', () => {
  expect(routesOf(products(all)).map(({ kind }) => kind)).toEqual(['HTTPRoute']);
});

test('says every kind of match', () => {
  const match = http({ kind: 'raw-prefix', value: '/pro' }, {
    method: 'POST', query: [{ name: 'a', match: { kind: 'exact', value: '1' } }, { name: 'b', match: { kind: 'present' } }],
    headers: [
      header('x-exact', { kind: 'exact', value: 'a' }), header('x-suffix', { kind: 'suffix', value: 'c' }), header('x-present', { kind: 'present' }),
      header('x-other', { kind: 'exact', value: 'b' }, 'absent-or-different'), header('x-known', { kind: 'exact', value: 'b' }, 'present-and-different'), header('x-absent', { kind: 'present' }, 'absent-or-different'),
    ],
  });

  expect(httpOf(products({ ...failing, match }, all))[0]!.match).toEqual([{
    uri: { prefix: '/pro' }, method: { exact: 'POST' },
    headers: { 'x-known': {}, 'x-exact': { exact: 'a' }, 'x-suffix': { regex: '.*c' }, 'x-present': {} },
    withoutHeaders: { 'x-other': { exact: 'b' }, 'x-known': { exact: 'b' }, 'x-absent': {} },
    queryParams: { a: { exact: '1' }, b: {} }, port: 8080,
  }]);
});

test('answers, redirects, rewrites and tries again exactly as told', () => {
  const [answer, gone, redirect, strip, forward] = httpOf(products(
    { ...serviceRoute('answer', http(prefix('/a')), []), action: { kind: 'respond', status: 418, body: 'no' } },
    { ...serviceRoute('gone', http(prefix('/b')), []), action: { kind: 'respond', status: 204, body: 'no' } },
    { ...serviceRoute('redirect', http(prefix('/c')), []), action: { kind: 'redirect', status: 308 } },
    serviceRoute('strip', http(prefix('/d')), shares(id, { v1: 1 }), { filters: { rewritePath: { kind: 'prefix', value: '/' }, rewriteHost: { kind: 'service' } } }),
    serviceRoute('forward', http(prefix('/e')), shares(id, { v1: 1 }), {
      filters: {
        rewritePath: { kind: 'prefix', value: '/e2' }, mirrors: [{ service: id, version: 'v2', percent: 12.5 }],
        requestHeaders: { set: [{ name: 'x-a', value: '100%' }], add: [{ name: 'x-b', value: 'b' }], remove: ['x-c'] },
      },
      policy: { timeouts: { requestMs: 10_000 }, retry: { attempts: 2, perTryTimeoutMs: 1500, on: ['server-error', 'connection-error'] } },
    }),
    all,
  ));

  expect(answer!.directResponse).toEqual({ status: 418, body: { string: 'no' } });
  expect(gone!.directResponse).toEqual({ status: 204 });
  expect(redirect!.redirect).toEqual({ scheme: 'http', redirectCode: 308 });
  expect(strip!.rewrite).toEqual({ uriRegexRewrite: { match: '^/d/?', rewrite: '/' }, authority: 'products.shop.svc.cluster.local' });
  expect(forward).toMatchObject({
    rewrite: { uriRegexRewrite: { match: '^/e', rewrite: '/e2' } },
    headers: { request: { set: { 'x-a': '100%%' }, add: { 'x-b': 'b' }, remove: ['x-c'] } },
    mirrors: [{ destination: { host: 'products-v2.shop.svc.cluster.local', port: { number: 8080 } }, percentage: { value: 12.5 } }],
    timeout: '10s', retries: { attempts: 2, perTryTimeout: '1500ms', retryOn: 'gateway-error,500,501,505,506,507,508,510,511,connect-failure' },
  });
});

test('holds connections and closed ports of the service, too', () => {
  const ports = [{ port: 80, targetPort: 8080, protocol: 'http' }, { port: 81, targetPort: 8081, protocol: 'http' }, { port: 9000, targetPort: 9000, protocol: 'tcp' }] as const;
  const routes = [{ ...failing, match: http(prefix('/slow'), { port: 80 }) }, serviceRoute('tcp', { kind: 'tcp' }, shares(id, { v1: 1 }))];
  const program = model({ services: [service('products', { ports, routes })] });

  expect(routesOf(program).map(({ kind }) => kind)).toEqual(['VirtualService']);
  expect(routesOf(program)[0]!.spec).toMatchObject({
    http: [{ name: 'failing' }, { name: 'closed', match: [{ port: 81 }], directResponse: { status: 404 } }],
    tcp: [{ match: [{ port: 9000 }], route: [{ destination: { host: 'products-v1.shop.svc.cluster.local', port: { number: 9000 } }, weight: 1 }] }],
  });
});

const at = "Shop/Mesh/products (MeshService), addRoute('failing')";
const fix = 'say it in another way';
const mute: readonly (readonly [string, Partial<ServiceRoute>])[] = [
  ['two conditions on one header or query parameter', { match: http(prefix('/slow'), { headers: ['a', 'b'].map((value) => header('x', { kind: 'exact', value }, 'absent-or-different')) }) }],
  ['an inverted condition that excludes empty headers', { match: http(prefix('/slow'), { headers: [header('x', { kind: 'regex', value: 'a*' }, 'absent-or-different')] }) }],
  ['a header that is set to nothing', { filters: { ...failing.filters, requestHeaders: { set: [{ name: 'x', value: '' }], add: [], remove: [] } } }],
  ['a fault in front of an answer', { action: { kind: 'respond', status: 418 } }],
  ['a redirect to the port that its scheme implies, without a host', { filters: {}, match: http({ kind: 'raw-prefix', value: '/slow' }), action: { kind: 'redirect', status: 301, port: 80, path: { kind: 'prefix', value: '/' } } }],
  ['a redirect that replaces a prefix', { filters: {}, action: { kind: 'redirect', status: 301, path: { kind: 'prefix', value: '/' } } }],
];

test.each(mute)('is refused where a route has %s', (what, draft) => {
  expect(findings(products({ ...failing, ...draft } as ServiceRoute, all))).toEqual([`MESH215 Istio cannot say the table: route 'failing' of service 'shop/products' has ${what}\n  at   ${at}\n  fix  ${fix}`]);
});

test('does not act on what comes through a gateway, which is refused', () => {
  const entered = { ...products(failing, all), gateways: [gateway([gatewayRoute('in', http(), [to(id)])])] };

  expect(findings(entered)).toEqual([
    "MESH401 Istio's routes of the Gateway API inject no faults, as route 'in' with route 'failing' of service 'shop/products' does\n  at   Shop/Mesh/gateway/in (GatewayRoute), match\n"
    + '  fix  inject them where services call each other, not behind a gateway',
  ]);
});

test('is no way out in ambient mode', () => {
  expect(findings(products(failing, all), 'ambient').map((text) => text.split('\n')[0])).toEqual([
    'MESH401 Istio cannot say fault injection at a service: its routes of the Gateway API inject no faults '
    + '(https://github.com/istio/istio/blob/release-1.31/pilot/pkg/config/kube/gateway/conversion.go)',
    "MESH401 Istio's routes of the Gateway API inject no faults, as route 'failing' of service 'shop/products' does",
  ]);
});
