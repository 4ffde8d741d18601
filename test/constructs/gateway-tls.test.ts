/** TLS that ends at the load balancer, and plain HTTP that is redirected: what is deployed on each mesh, and what routing tests say of it. */
import { App, aws_certificatemanager as acm, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { objectOf, objectsOf } from './manifests';
import { errorOf, existingCluster, modelOf, version } from './program';
import {
  GatewayListener, GatewayLoadBalancer, Mesh, MeshGateway, MeshProvider, MeshService, Protocol, RouteMatch, RouteTarget, Scheme, TlsCertificate,
  type MeshGatewayProps, type NetworkLoadBalancerOptions,
} from '../../lib';
import { GET, grpc } from '../../lib/testing/jest';

const ARN = 'arn:aws:acm:eu-west-1:111122223333:certificate/1';
const LB = 'service.beta.kubernetes.io/aws-load-balancer';
const HOST = 'api.example.com';

interface Shop {
  readonly stack: Stack;
  readonly mesh: Mesh;
  readonly gateway: MeshGateway;
  readonly products: MeshService;
}

function shop(props: MeshGatewayProps = {}, provider = MeshProvider.istio()): Shop {
  const stack = new Stack(new App(), 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
  const mesh = new Mesh(stack, 'Mesh', { cluster: existingCluster(stack), namespace: 'shop', provider });
  const products = new MeshService(mesh, 'Products', { port: 8080, versions: [version('v1')] });
  return { stack, mesh, products, gateway: new MeshGateway(mesh, 'Gateway', props) };
}

const certified = (options: NetworkLoadBalancerOptions = {}) => GatewayLoadBalancer.internetFacing({
  certificate: acm.Certificate.fromCertificateArn(new Stack(), 'Certificate', ARN), ...options,
});

const secret = () => TlsCertificate.fromSecret('shop-tls');

/** A gateway with routes for a host and for all others. */
function routed(props: MeshGatewayProps, provider?: MeshProvider): Shop {
  const all = shop(props, provider);
  all.gateway.addRoute('Api', { match: RouteMatch.prefix('/', { hosts: [HOST] }), to: all.products });
  all.gateway.addRoute('Products', { match: RouteMatch.prefix('/products'), to: all.products });
  return all;
}

interface Served {
  readonly ports: readonly number[];
  readonly annotations: { readonly [name: string]: string };
}

/** What the load balancer is told, wherever a mesh writes it. */
const MESHES: { readonly [mesh: string]: { readonly provider: () => MeshProvider; readonly read: (stack: Stack) => Served } } = {
  'App Mesh': {
    provider: () => MeshProvider.appMesh(),
    read: (stack) => {
      const { metadata: { annotations = {} }, spec: { ports } } = objectOf(stack, 'Service', 'gateway');
      return { annotations, ports: ports.map(({ port }: { port: number }) => port) };
    },
  },
  'Istio': {
    provider: () => MeshProvider.istio(),
    read: (stack) => ({ annotations: JSON.parse(objectOf(stack, 'ConfigMap', 'gateway-gateway').data.service).metadata?.annotations ?? {}, ports: portsOf(stack) }),
  },
  'Envoy Gateway': {
    provider: () => MeshProvider.envoyGateway(),
    read: (stack) => ({ annotations: objectOf(stack, 'EnvoyProxy', 'gateway').spec.provider.kubernetes.envoyService.annotations ?? {}, ports: portsOf(stack) }),
  },
};

function portsOf(stack: Stack): readonly number[] {
  return objectOf(stack, 'Gateway', 'gateway').spec.listeners.map(({ port }: { port: number }) => port);
}

const http = (port: number) => GatewayListener.http({ port });
const https = (port: number) => GatewayListener.https({ port, certificate: secret() });

/** Every exposure with every kind of listener: the ports, and those whose TLS ends at the load balancer. */
const EXPOSURES: readonly (readonly [string, MeshGatewayProps, readonly number[], string | undefined])[] = [
  ['nothing', {}, [80], undefined],
  ['no load balancer', { loadBalancer: GatewayLoadBalancer.none() }, [80], undefined],
  ['a certificate', { loadBalancer: certified() }, [443], '443'],
  ['a certificate, on an internal load balancer', { loadBalancer: GatewayLoadBalancer.internal({ certificate: acm.Certificate.fromCertificateArn(new Stack(), 'C', ARN) }) }, [443], '443'],
  ['a certificate and listeners for both', { loadBalancer: certified(), listeners: [http(80), http(443)] }, [80, 443], '443'],
  ['a certificate and another port', { loadBalancer: certified(), listeners: [http(8443)] }, [8443], '8443'],
  ['a certificate and ports named', { loadBalancer: certified({ tlsPorts: [80] }), listeners: [http(80), http(9080)] }, [80, 9080], '80'],
  ['a certificate and a listener that ends TLS itself', { loadBalancer: certified(), listeners: [http(443), https(9443)] }, [443, 9443], '443'],
  ['a listener that ends TLS itself', { listeners: [https(443)] }, [443], undefined],
];

describe.each(Object.entries(MESHES))('on %s', (mesh, { provider, read }) => {
  test.each(EXPOSURES)('a gateway with %s listens where clients expect it', (_, props, ports, tlsPorts) => {
    const { annotations, ports: written } = read(routed(props, provider()).stack);

    expect(written).toEqual(ports);
    expect(annotations[`${LB}-ssl-ports`]).toBe(tlsPorts);
    expect(annotations[`${LB}-ssl-cert`]).toBe(tlsPorts === undefined ? undefined : ARN);
  });

  if (mesh === 'App Mesh') {
    test('refuses a redirect, and names the meshes that can', () => {
      expect(errorOf(() => objectsOf(routed({ loadBalancer: certified(), redirectHttp: true }, provider()).stack))).toMatch(
        /MESH401 .*redirect.*\n +at {3}Shop\/Mesh\/Gateway \(MeshGateway\), redirectHttp\n +fix .*Istio/);
    });
    return;
  }

  test('tells services that clients speak https, where TLS ends at the load balancer and nowhere else', () => {
    const { stack } = routed({ loadBalancer: certified(), listeners: [http(80), http(443)] }, provider());
    const set = { type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-forwarded-proto', value: 'https' }] } };

    for (const { spec } of objectsOf(stack).filter(({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name.startsWith('gateway-')) as any[]) {
      const isSecured = spec.parentRefs[0].sectionName === 'http-443';
      for (const rule of spec.rules.filter(({ backendRefs }: any) => backendRefs !== undefined)) {
        expect(rule.filters ?? []).toEqual(isSecured ? [set] : []);
      }
    }
  });

  test('redirects plain HTTP on its port alone, for every host', () => {
    const { stack } = routed({ loadBalancer: certified(), redirectHttp: true }, provider());
    const rules = (objectsOf(stack).filter(({ kind, metadata }) => kind === 'HTTPRoute' && metadata.name.startsWith('gateway-')) as any[])
      .flatMap(({ spec }) => spec.rules.map((rule: any) => ({
        section: spec.parentRefs[0].sectionName, hosts: spec.hostnames, path: rule.matches[0].path.value, redirect: rule.filters?.find(({ type }: any) => type === 'RequestRedirect')?.requestRedirect,
      })));

    const redirect = { scheme: 'https', statusCode: 301 };
    expect(rules.filter(({ section }) => section === 'http-80')).toEqual(expect.arrayContaining([
      { section: 'http-80', hosts: undefined, path: '/', redirect }, { section: 'http-80', hosts: [HOST], path: '/', redirect },
    ]));
    expect(Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('MESH20[68] route[s]? .*redirect'))).toEqual([]);
    expect(rules.filter(({ section }) => section === 'http-80')).toHaveLength(2);
    expect(rules.filter((rule) => rule.section === 'http-443' && rule.redirect !== undefined)).toEqual([]);
  });
});

describe('routing tests', () => {
  test('judge requests at the listener whose port their URL means', () => {
    const { gateway } = routed({ loadBalancer: certified() });

    expect(gateway).toRoute(GET(`https://${HOST}/`), { to: 'products', headers: { 'x-forwarded-proto': 'https' } });
    expect(gateway).toRoute(GET('/products'), { to: 'products', headers: { 'x-forwarded-proto': 'https' } });
    expect(gateway._mesh.buildModel().gateways[0].listeners).toEqual([{ port: 443, targetPort: 8443, protocol: 'http' }]);
  });

  test.each([
    ['at the load balancer', { loadBalancer: certified(), listeners: [http(80), http(443)] }],
    ['at the gateway', { listeners: [http(80), https(443)] }],
  ])('know the scheme of clients on two ports, where TLS ends %s', (_, props) => {
    const { gateway } = routed(props);

    expect(gateway).toRoute(GET(`https://${HOST}/`), { headers: { 'x-forwarded-proto': 'https' } });
    expect(gateway).toRoute(GET(`http://${HOST}/`), { headers: { 'x-forwarded-proto': 'http' } });
    expect(gateway).toRoute(GET(`https://${HOST}/`, { headers: { 'x-forwarded-proto': 'http' } }), { headers: { 'x-forwarded-proto': 'https' } });
  });

  test('leave the header to a route that changes it', () => {
    const { gateway, products } = shop({ loadBalancer: certified() });
    gateway.addRoute('All', { match: RouteMatch.any(), to: products, requestHeaders: { set: { 'x-forwarded-proto': 'own' } } });

    expect(gateway).toRoute(GET('/'), { headers: { 'x-forwarded-proto': 'own' } });
  });

  test.each([
    ['at the load balancer', { loadBalancer: certified() }, ''],
    ['at the gateway', { listeners: [https(443)] }, ''],
    ['at the load balancer on another port', { loadBalancer: certified(), listeners: [http(8443)] }, ':8443'],
    ['at the gateway on another port', { listeners: [https(9443)] }, ':9443'],
  ] as readonly (readonly [string, MeshGatewayProps, string])[])('see every host and path redirected, where TLS ends %s', (_, props, port) => {
    const { gateway } = routed({ ...props, redirectHttp: true });

    for (const [host, path] of [[HOST, '/orders?x=1'], ['other.example.com', '/products'], ['other.example.com', '/nowhere']] as const) {
      expect(gateway).toRoute(GET(`http://${host}${path}`), { redirected: true, redirectStatus: 301, redirectLocation: `https://${host}${port}${path}` });
    }
    expect(gateway).toRoute(GET(`https://${HOST}/orders`), 'products');
    expect(gateway).toRoute(GET('https://other.example.com/products'), 'products');
    expect(gateway).toBeUnroutable(GET('https://other.example.com/nowhere'));
  });

  test('ask a route for port 80 before the redirect', () => {
    const { gateway, products } = shop({ loadBalancer: certified(), redirectHttp: true });
    gateway.addRoute('All', { match: RouteMatch.any({ hosts: [HOST] }), to: products });
    gateway.addRoute('Challenge', { match: RouteMatch.prefix('/.well-known/acme-challenge', { hosts: [HOST], port: 80 }), to: products });

    expect(gateway).toRoute(GET(`http://${HOST}/.well-known/acme-challenge/x`), { to: 'products', headers: { 'x-forwarded-proto': 'http' } });
    expect(gateway).toRoute(GET(`http://${HOST}/`), { redirected: true });
  });

  test('keep gRPC where it is', () => {
    const { gateway, products, mesh } = shop({ loadBalancer: certified(), listeners: [http(443), GatewayListener.grpc({ port: 9443 })], redirectHttp: true });
    const catalog = new MeshService(mesh, 'Catalog', { port: 8080, protocol: Protocol.GRPC, versions: [version('v1')] });
    gateway.addRoute('All', { match: RouteMatch.any(), to: products });
    gateway.addRoute('Calls', { match: RouteMatch.grpc({ service: 'shop.v1.Catalog' }), to: catalog });

    expect(gateway).toRoute(grpc('shop.v1.Catalog/Get'), 'catalog');
    expect(gateway).toRoute(GET('http://any.example.com/'), { redirected: true });
  });
});

describe("a redirect of the program's own", () => {
  test('acts beside routes with a host', () => {
    const { gateway, products, stack } = shop({ loadBalancer: certified(), listeners: [http(80), http(443)] });
    gateway.addRoute('Redirect', { match: RouteMatch.any({ port: 80 }), to: RouteTarget.redirect({ scheme: Scheme.HTTPS, status: 308 }) });
    gateway.addRoute('Api', { match: RouteMatch.prefix('/', { hosts: [HOST], port: 443 }), to: products });
    gateway.addRoute('Rest', { match: RouteMatch.prefix('/rest', { hosts: ['*.example.com'], port: 443 }), to: products });

    for (const host of [HOST, 'x.example.com', 'other.org']) {
      expect(gateway).toRoute(GET(`http://${host}/rest`), { redirected: true, redirectStatus: 308, redirectLocation: `https://${host}/rest` });
    }
    expect(gateway).toRoute(GET(`https://${HOST}/rest`), 'products');
    // there is no way back from a host's table but to the redirect
    expect(gateway).toBeUnroutable(GET('https://x.example.com/else'));
    expect(objectsOf(stack).filter(({ kind, spec }: any) => kind === 'HTTPRoute' && spec.parentRefs[0].sectionName === 'http-80').map(({ spec }: any) => spec.hostnames?.[0]).sort())
      .toEqual(['*.example.com', HOST, undefined]);
  });

  test('comes after the routes of a host, as every route without host does', () => {
    const { gateway, products, stack } = shop({ loadBalancer: certified(), listeners: [http(80), http(443)] });
    gateway.addRoute('Redirect', { match: RouteMatch.any({ port: 80 }), to: RouteTarget.redirect({ scheme: Scheme.HTTPS }) });
    gateway.addRoute('Api', { match: RouteMatch.prefix('/', { hosts: [HOST] }), to: products });

    expect(gateway).toRoute(GET(`http://${HOST}/`), 'products');
    expect(objectsOf(stack).length).toBeGreaterThan(0);
  });

  test.each([
    ['to another host', RouteMatch.any({ port: 80 }), RouteTarget.redirect({ scheme: Scheme.HTTPS, host: 'www.example.com' })],
    ['to http', RouteMatch.any({ port: 80 }), RouteTarget.redirect({ scheme: Scheme.HTTP, path: '/x' })],
    ['on the port of TLS', RouteMatch.any({ port: 443 }), RouteTarget.redirect({ scheme: Scheme.HTTPS, path: '/x' })],
    ['on every port', RouteMatch.any(), RouteTarget.redirect({ scheme: Scheme.HTTPS, path: '/x' })],
  ])('does not act for other hosts when it leads %s', (_, match, to) => {
    const { gateway, products } = shop({ loadBalancer: certified(), listeners: [http(80), http(443)] });
    gateway.addRoute('Redirect', { match, to });
    gateway.addRoute('Api', { match: RouteMatch.prefix('/orders', { hosts: [HOST] }), to: products });

    expect(gateway).toBeUnroutable(GET(`http://${HOST}/`));
    expect(gateway).toBeUnroutable(GET(`https://${HOST}/`));
  });

  test('behind TLS at the load balancer keeps the scheme and port of the client', () => {
    const { gateway, stack } = shop({ loadBalancer: certified(), listeners: [http(443), http(9443)] });
    gateway.addRoute('Old', { match: RouteMatch.prefix('/old'), to: RouteTarget.redirect({ path: '/new' }) });

    expect(gateway).toRoute(GET(`https://${HOST}/old`), { redirected: true, redirectLocation: `https://${HOST}/new` });
    expect(gateway).toRoute(GET(`https://${HOST}:9443/old`), { redirected: true, redirectLocation: `https://${HOST}:9443/new` });
    const redirects = objectsOf(stack).filter(({ kind }) => kind === 'HTTPRoute').flatMap(({ spec }: any) => spec.rules.flatMap((rule: any) => (rule.filters ?? [])
      .filter(({ type }: any) => type === 'RequestRedirect').map(({ requestRedirect: { scheme, port } }: any) => ({ section: spec.parentRefs[0].sectionName, scheme, port }))));
    expect(redirects).toEqual(expect.arrayContaining([{ section: 'http-443', scheme: 'https', port: undefined }, { section: 'http-9443', scheme: 'https', port: 9443 }]));
  });
});

describe('the explanation', () => {
  test('says that a host is redirected', () => {
    const { gateway, mesh } = routed({ loadBalancer: certified(), redirectHttp: true });
    const [api] = modelOf(mesh).gateways;

    expect(api!.routes.map(({ name, match }) => `${name} ${match.port}`)).toEqual(['api 443', 'products 443', 'redirect-http 80']);
    expect(gateway).not.toRoute(GET(`http://${HOST}/`), 'products');
  });
});

const PLACE = 'at   Shop/Mesh/Gateway (MeshGateway)';

test.each<[string, () => unknown, string]>([
  ['a certificate that acts nowhere', () => shop({ loadBalancer: certified(), listeners: [http(80)] }),
    `MESH111 the load balancer of gateway 'shop/gateway' has a certificate and no port to use it on: its listeners are for 80, and port 80 is for plain text\n  ${PLACE}, loadBalancer.certificate
  fix  leave listeners out for one on port 443, add GatewayListener.http({ port: 443 }), or name the ports in loadBalancer.tlsPorts`],
  ['a port for TLS that is none', () => shop({ loadBalancer: certified({ tlsPorts: [444] }) }),
    `MESH108 gateway 'shop/gateway' has no port 444, it has 443\n  ${PLACE}, loadBalancer.tlsPorts[0] = 444\n  fix  name one of 443, or add the port`],
  ['TLS that ends twice', () => shop({ loadBalancer: certified({ tlsPorts: [443] }), listeners: [https(443)] }),
    `MESH111 the listener of port 443 ends TLS itself, and the load balancer would have ended it before\n  ${PLACE}, loadBalancer.tlsPorts[0] = 443
  fix  leave the port out of tlsPorts, so that TLS is passed through, or give the listener no TLS`],
  ['ports for TLS without a certificate', () => shop({ loadBalancer: GatewayLoadBalancer.internal({ tlsPorts: [443] }) }),
    `MESH111 tlsPorts is given, but no certificate\n  ${PLACE}, loadBalancer.tlsPorts = [443]\n  fix  give loadBalancer.certificate, or leave tlsPorts out`],
  ['a redirect to nothing', () => shop({ redirectHttp: true }),
    `MESH111 no listener of the gateway speaks HTTP over TLS, so there is nothing to redirect to\n  ${PLACE}, redirectHttp = true\n  fix  give the load balancer a certificate, or add GatewayListener.https()`],
  ['a redirect on a port of TLS', () => shop({ redirectHttp: true, listeners: [https(80), https(443)] }),
    `MESH111 the listener of port 80 does not speak plain HTTP, so nothing can be redirected there\n  ${PLACE}, redirectHttp = true\n  fix  give that listener another port, or leave redirectHttp out`],
  ['a route that could be for two ports', () => {
    const { gateway, products } = shop({ redirectHttp: true, loadBalancer: certified(), listeners: [http(443), http(9443)] });
    gateway.addRoute('All', { match: RouteMatch.any(), to: products });
  }, `MESH111 the gateway redirects plain HTTP and has several other ports (443, 9443), and route 'all' names none of them
  at   Shop/Mesh/Gateway/All (GatewayRoute), match.port
  fix  give the match its port, for example RouteMatch.prefix('/', { port: 443 }), and one route for each port`],
])('refuses %s', (_, action, message) => {
  expect(errorOf(action)).toBe(message);
});
