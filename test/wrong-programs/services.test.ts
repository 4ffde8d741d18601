/** Wrong services: external hosts, routers, pods, sizes, sides of a switch. */
import { products, productsWith, refuses, route, shop, single } from './shop';
import {
  BlueGreenRoute, Color, ExternalService, GatewayListener, HeaderMatch, HealthCheck, HostRewrite, Mesh, MeshGateway, MeshProvider, MeshService, Preview,
  Protocol, RouteMatch, RouterService, RouteTarget, ServiceVersion, TlsCertificate, TlsMode, TlsTrust, type FaultOptions,
} from '../../lib';
import { errorOf, existingCluster, modelOf, program, version } from '../constructs/program';

function router(): RouterService {
  return new RouterService(program().mesh, 'Front', { port: 8080 });
}

describe('external services', () => {
  refuses([
    {
      name: 'a host with a scheme', run: () => new ExternalService(program().mesh, 'Payments', { host: 'https://api.example.com' }), says: `MESH210 'https://api.example.com' is not a host name without scheme and port
  at   Shop/Mesh/Payments (ExternalService), host = 'https://api.example.com'
  fix  write a name such as 'api.example.com', or '*.example.com' for every name below`,
    },
    {
      name: 'port 0', run: () => new ExternalService(program().mesh, 'Payments', { host: 'api.example.com', port: 0 }), says: `MESH108 port 0 is not an integer from 1 to 65535
  at   Shop/Mesh/Payments (ExternalService), port = 0
  fix  choose a port from 1 to 65535`,
    },
    {
      name: 'one host twice', run: () => {
        const { app, mesh } = program();
        new ExternalService(mesh, 'Payments', { host: 'api.example.com' });
        new ExternalService(mesh, 'Refunds', { host: 'API.example.com', port: 8443 });
        app.synth();
      }, says: `  [Shop/Mesh/Refunds] MESH102 host 'api.example.com' is taken already by Shop/Mesh/Payments (ExternalService), host
  at   Shop/Mesh/Refunds (ExternalService), host = 'api.example.com'
  fix  declare the host once, and let other places use that service`,
    },
    {
      name: 'HTTP requests to a host that speaks its own TLS', run: () => {
        const { app, mesh, gateway } = shop();
        gateway.addRoute('Pay', { match: RouteMatch.any(), to: new ExternalService(mesh, 'Payments', { host: 'api.example.com' }), hostRewrite: HostRewrite.toService() });
        app.synth();
      }, says: `  [Shop/Mesh/Gateway/Pay] MESH213 route 'pay' takes requests, and 'shop/payments' (api.example.com) speaks tls
  at   Shop/Mesh/Gateway/Pay (GatewayRoute), to = 'shop/payments'
  fix  give 'shop/payments' protocol: Protocol.HTTP, and the gateway clientTls where the host speaks TLS`,
    },
    {
      name: 'two databases on one port', run: () => {
        const { app, mesh } = program();
        const ledger = new ExternalService(mesh, 'Ledger', { host: 'ledger.example.com', port: 5432 });
        const stock = new ExternalService(mesh, 'Stock', { host: 'stock.example.com', port: 5432 });
        single(mesh, 'Products', { calls: [ledger, stock] });
        app.synth();
      }, says: `  [Shop/Mesh/Stock] MESH121 'shop/stock' (stock.example.com) and 'shop/ledger' (ledger.example.com) cannot be told apart on port 5432: plain TCP bears no name, and it has no addresses
  at   Shop/Mesh/Stock (ExternalService), port = 5432
  fix  give 'shop/stock' addresses: ['203.0.113.10'] or a port of its own, or use protocol tls where callers speak TLS: it is known by its server name`,
    },
    {
      name: 'two hosts on one port, where proxies know ports alone', run: () => {
        const { app, mesh } = program();
        single(mesh, 'Products', { calls: [new ExternalService(mesh, 'Cards', { host: 'api.cards.com' }), new ExternalService(mesh, 'Mail', { host: 'api.mail.com' })] });
        app.synth();
      }, says: `  [Shop/Mesh/Products] MESH121 App Mesh cannot tell apart 'shop/mail' (api.mail.com) and 'shop/cards' (api.cards.com), which 'shop/products' calls on port 443: its proxies know connections by their port alone
  at   Shop/Mesh/Products (MeshService), calls[1] = 'shop/mail'
  fix  give them ports of their own, or choose Istio, which knows hosts by server names and addresses`,
    },
    {
      name: 'an address that is none', run: () => new ExternalService(program().mesh, 'Ledger', { host: 'ledger.example.com', port: 5432, addresses: ['10.1'] }),
      says: `MESH122 '10.1' is no IP address and no network
  at   Shop/Mesh/Ledger (ExternalService), addresses[0] = '10.1'
  fix  give an address such as '203.0.113.10', or a network such as '10.20.0.0/16'`,
    },
    {
      name: 'a network of every address', run: () => new ExternalService(program().mesh, 'Ledger', { host: 'ledger.example.com', port: 5432, addresses: ['0.0.0.0/0'] }),
      says: `MESH122 '0.0.0.0/0' is every address
  at   Shop/Mesh/Ledger (ExternalService), addresses[0] = '0.0.0.0/0'
  fix  give an address such as '203.0.113.10', or a network such as '10.20.0.0/16'`,
    },
    {
      name: 'no addresses', run: () => new ExternalService(program().mesh, 'Ledger', { host: 'ledger.example.com', port: 5432, addresses: [] }),
      says: `MESH122 addresses is empty
  at   Shop/Mesh/Ledger (ExternalService), addresses
  fix  leave it out, or give an address or a network, for example '203.0.113.10'`,
    },
    {
      name: 'addresses of a host that is known by its name', run: () => new ExternalService(program().mesh, 'Api', { host: 'api.example.com', addresses: ['203.0.113.10'] }),
      says: `MESH111 addresses identify hosts of plain TCP, and port 443 speaks tls, which bears the host's name
  at   Shop/Mesh/Api (ExternalService), addresses = '203.0.113.10'
  fix  leave addresses out, or use protocol tcp`,
    },
    {
      name: 'every name below a host of plain TCP', run: () => new ExternalService(program().mesh, 'Ledgers', { host: '*.example.com', port: 5432 }),
      says: `MESH121 '*.example.com' stands for many names, and plain TCP on port 5432 bears none
  at   Shop/Mesh/Ledgers (ExternalService), host = '*.example.com'
  fix  use protocol tls where callers speak TLS, or name one host`,
    },
    {
      name: 'another port of a host that is reached by its address', run: () => new ExternalService(program().mesh, 'Api', { host: '*.example.com', targetPort: 8443 }),
      says: `MESH111 connections to '*.example.com' go on to the address and port that they were going to, so port 443 cannot become 8443
  at   Shop/Mesh/Api (ExternalService), targetPort = 8443
  fix  leave targetPort out`,
    },
    {
      name: 'a service of the mesh that is known by its server name', run: () => single(program().mesh, 'Products', { protocol: Protocol.TLS }),
      says: `MESH111 protocol tls is of hosts outside of the mesh, which are known by their server name
  at   Shop/Mesh/Products (MeshService), protocol = 'tls'
  fix  use protocol tcp, which passes on what the pods encrypt themselves`,
    },
    {
      name: 'TLS around the TLS of the pods', run: () => {
        const { app, mesh } = program();
        const products = single(mesh, 'Products');
        products.addCall(new ExternalService(mesh, 'Api', { host: 'api.example.com' }), { tls: { validation: { trust: TlsTrust.fromFile('/certs/ca.crt') } } });
        app.synth();
      }, says: `  [Shop/Mesh/Products] MESH111 callers of 'shop/api' speak TLS themselves, which proxies pass on
  at   Shop/Mesh/Products (MeshService), calls[0].tls = 'shop/api'
  fix  leave tls out, or give 'shop/api' protocol http and let callers write http://`,
    },
    {
      name: 'TLS of proxies to every name below a host', run: () => {
        const { app, mesh } = program({ provider: MeshProvider.istio() });
        const products = single(mesh, 'Products');
        products.addCall(new ExternalService(mesh, 'Api', { host: '*.example.com', protocol: Protocol.HTTP }), { tls: { validation: { trust: TlsTrust.fromFile('/certs/ca.crt') } } });
        app.synth();
      }, says: `  [Shop/Mesh/Products] MESH111 proxies would speak TLS to 'shop/api', and '*.example.com' is no one server's name
  at   Shop/Mesh/Products (MeshService), calls['shop/api'].tls = '*.example.com'
  fix  name the host, or use protocol tls and let callers speak TLS themselves`,
    },
  ]);

  test('accepts a call of an external service', () => {
    const { app, mesh } = program();
    single(mesh, 'Products', { calls: [new ExternalService(mesh, 'Payments', { host: 'api.example.com' })] });

    expect(() => app.synth()).not.toThrow();
  });
});

describe('routers', () => {
  refuses([
    {
      name: 'a router without routes', run: () => {
        const { app, mesh } = program();
        new RouterService(mesh, 'Front', { port: 8080 });
        app.synth();
      }, says: `  [Shop/Mesh/Front] MESH214 router 'shop/front' has no route, so it answers every request with 404
  at   Shop/Mesh/Front (RouterService), routes
  fix  add a route with addRoute, or remove the router`,
    },
    {
      name: 'a route of a router that names no version', run: () => {
        const { mesh } = program();
        new RouterService(mesh, 'Front', { port: 8080 }).addRoute('all', { match: RouteMatch.any(), to: single(mesh, 'Stock') });
      }, says: `MESH107 route 'all' of service 'shop/front' leads to service 'shop/stock' without naming a version
  at   Shop/Mesh/Front (RouterService), addRoute('all') = 'shop/stock'
  fix  name a version: a route of a service is the place where versions are chosen`,
    },
    {
      name: 'a route of a router that redirects', run: () => router().addRoute('all', { match: RouteMatch.any(), to: RouteTarget.redirect({}) }), says: `MESH111 addRoute('all').to does not lead to a service
  at   Shop/Mesh/Front (RouterService), addRoute('all').to = 'redirect'
  fix  give a service or a version of one; a redirect or an answer cannot be part of a split`,
    },
    {
      name: 'a route of a router to a router', run: () => {
        const front = router();
        front.addRoute('all', { match: RouteMatch.any(), to: RouteTarget.version(front, 'v1') });
      }, says: `MESH107 'shop/front' has no versions of its own
  at   Shop/Mesh/Front (RouterService), addRoute('all').to = 'v1'
  fix  name the service whose versions it leads to`,
    },
  ]);
});

describe('versions', () => {
  refuses([
    {
      name: 'a service without versions', run: () => products({ versions: [] }), says: `MESH110 service 'shop/products' has no version
  at   Shop/Mesh/Products (MeshService), versions
  fix  give it one, for example ServiceVersion.fromImage('v1', { image })`,
    },
    {
      name: 'an empty image', run: () => products({ versions: [ServiceVersion.fromImage('v1', { image: '' })] }), says: `MESH111 the image is empty
  at   Shop/Mesh/Products (MeshService), versions[0].image = ''
  fix  name an image, for example 'shop/products:1.8.2'`,
    },
    {
      name: 'an environment variable with a space', run: () => products({ versions: [version('v1', { env: { 'LOG LEVEL': 'info' } } as object)] }), says: `MESH111 'LOG LEVEL' is not the name of an environment variable
  at   Shop/Mesh/Products (MeshService), versions[0].env['LOG LEVEL']
  fix  use letters, digits, '_', '-' and '.', and begin with no digit`,
    },
    {
      name: 'existing pods without labels', run: () => products({ versions: [ServiceVersion.fromPods('v1', {})] }), says: `MESH111 the labels are empty, so every pod of the namespace would be meant
  at   Shop/Mesh/Products (MeshService), versions[0].labels
  fix  give the labels of the pods, for example { app: 'reviews' }`,
    },
    {
      name: 'pods that belong to two services', run: () => {
        const { app, mesh } = program();
        single(mesh, 'Products', { versions: [ServiceVersion.fromPods('v1', { app: 'shop' })] });
        single(mesh, 'Stock', { versions: [ServiceVersion.fromPods('v1', { app: 'shop', tier: 'back' })] });
        app.synth();
      }, says: `  [Shop/Mesh/Stock] MESH111 pods of version 'v1' of service 'shop/stock' are also pods of version 'v1' of service 'shop/products'
  at   Shop/Mesh/Stock (MeshService), versions[0].labels
  fix  give labels that only one version has; a pod has one proxy, which speaks for one version`,
    },
    {
      name: 'a size below 1', run: () => products({ versions: [version('v1', { resources: { cpuRequestMillis: 0 } } as object)] }), says: `MESH308 cpuRequestMillis is 0, not an integer from 1
  at   Shop/Mesh/Products (MeshService), versions[0].resources.cpuRequestMillis = 0
  fix  give cpuRequestMillis an integer from 1`,
    },
    {
      name: 'a limit below the request', run: () => products({ versions: [version('v1', { resources: { memoryRequestMiB: 512, memoryLimitMiB: 256 } } as object)] }), says: `MESH308 memoryLimitMiB is 256, less than memoryRequestMiB, which is 512
  at   Shop/Mesh/Products (MeshService), versions[0].resources.memoryLimitMiB = 256
  fix  give memoryLimitMiB at least 512`,
    },
    {
      name: 'a negative grace period', run: () => products({ versions: [version('v1', { terminationGraceSeconds: -5 } as object)] }), says: `MESH308 terminationGraceSeconds is -5, not an integer from 0
  at   Shop/Mesh/Products (MeshService), versions[0].terminationGraceSeconds = -5
  fix  give an integer from 0`,
    },
    {
      name: 'a largest number of pods below the least', run: () => productsWith({ autoscaling: { minReplicas: 5, maxReplicas: 3 } }), says: `MESH308 maxReplicas is 3, not an integer from minReplicas, which is 5
  at   Shop/Mesh/Products (MeshService), versions[0].autoscaling.maxReplicas = 3
  fix  give maxReplicas an integer from 5`,
    },
    {
      name: 'a health check of a path without slash', run: () => productsWith({ healthCheck: HealthCheck.http('ping') }), says: `MESH302 the http health check has the path 'ping', which does not start with '/'
  at   Shop/Mesh/Products (MeshService), versions[0].healthCheck.path = 'ping'
  fix  give a path, for example '/ping'`,
    },
    {
      name: 'a health check of a port that the service does not have', run: () => productsWith({ healthCheck: HealthCheck.http('/ping', { port: 9 }) }), says: `MESH108 service 'shop/products' has no port 9, it has 8080
  at   Shop/Mesh/Products (MeshService), versions[0].healthCheck.port = 9
  fix  name one of 8080, or add the port`,
    },
    {
      name: 'a pool of requests on HTTP/1.1', run: () => productsWith({ connectionPool: { maxRequests: 5 } }), says: `MESH305 maxRequests has no meaning on a port that speaks http
  at   Shop/Mesh/Products (MeshService), versions[0].connectionPool.maxRequests = 5
  fix  use maxConnections, maxPendingRequests`,
    },
    {
      name: 'a namespace that every cluster has', run: () => program({ namespace: 'default' }), says: `MESH103 namespace 'default' is in every cluster already
  at   Shop/Mesh (Mesh), namespaces = 'default'
  fix  say so with namespaces: [MeshNamespace.existing('default')]`,
    },
  ]);
});

describe('gateway routes', () => {
  refuses([
    {
      name: 'gRPC calls on an HTTP listener', run: () => route({ match: RouteMatch.grpc({ service: 'shop.v1.Catalog' }) }), says: `MESH213 route 'api' matches grpc requests, but gateway 'shop/gateway' speaks http
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match = 'grpc'
  fix  match what the port speaks, or give gateway 'shop/gateway' a port of protocol grpc`,
    },
    {
      name: 'TCP connections', run: () => route({ match: RouteMatch.tcp() }), says: `MESH213 a gateway route cannot match TCP connections
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match = 'tcp'
  fix  match HTTP or gRPC requests; no gateway of a mesh routes bytes`,
    },
    {
      name: 'two sides that are the same', run: () => {
        const { gateway, catalog } = shop();
        new BlueGreenRoute(gateway, 'Switch', { match: RouteMatch.any(), blue: catalog, green: catalog, active: Color.BLUE });
      }, says: `MESH111 blue and green are the same, so there is nothing to switch
  at   Shop/Mesh/Gateway/Switch (BlueGreenRoute), green = 'shop/catalog'
  fix  give two services, or two versions of one by RouteTarget.version(service, name)`,
    },
    {
      name: 'a preview that no request reaches', run: () => {
        const { gateway, mesh, catalog } = shop();
        const match = RouteMatch.any({ headers: { 'x-env': HeaderMatch.exactly('live') } });
        const preview = Preview.header('x-env', HeaderMatch.exactly('beta'));
        new BlueGreenRoute(gateway, 'Switch', { match, blue: catalog, green: single(mesh, 'Other'), active: Color.BLUE, preview });
      }, says: `MESH211 no request has header x-env 'live' and header x-env 'beta'
  at   Shop/Mesh/Gateway/Switch/Preview (GatewayRoute), match.headers['x-env']
  fix  leave out a condition, or split the route in two`,
    },
    {
      name: 'a protocol that differs behind the gateway', run: () => {
        const { app, gateway, mesh } = shop();
        gateway.addRoute('Stock', { match: RouteMatch.any(), to: single(mesh, 'Stock', { protocol: Protocol.GRPC }), hostRewrite: HostRewrite.toService() });
        app.synth();
      }, says: `  [Shop/Mesh/Gateway/Stock] MESH213 route 'stock' takes http requests to port 8080 of 'shop/stock', which speaks grpc
  at   Shop/Mesh/Gateway/Stock (GatewayRoute), to
  fix  lead the route to a port that speaks the same`,
    },
  ]);
});

test('a gateway route to a service of another mesh that has the same name as an own one', () => {
  const { stack, mesh } = program();
  const other = new Mesh(stack, 'Other', { cluster: existingCluster(stack, 'OtherCluster'), namespace: 'shop', meshName: 'other', provider: MeshProvider.appMesh() });
  new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
  const stranger = new MeshService(other, 'Catalog', { versions: [version('v1')] });
  const gateway = new MeshGateway(mesh, 'Gateway');

  const message = errorOf(() => gateway.addRoute('Catalog', { match: RouteMatch.any(), to: RouteTarget.split({ target: stranger, weight: 100 }) }));

  expect(message).toBe(`MESH107 service 'shop/catalog' is not part of mesh 'shop'
  at   Shop/Mesh/Gateway/Catalog (GatewayRoute), to = 'shop/catalog'
  fix  route to services of the same mesh; another mesh is reached through a gateway of its own`);
});

describe('what would be dropped', () => {
  const certificate = TlsCertificate.fromSecret('own');
  const fault = (options: FaultOptions) => () => {
    const { mesh } = program();
    const catalog = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
    new MeshGateway(mesh, 'Gateway').addRoute('All', { match: RouteMatch.any(), to: catalog, fault: options });
  };
  refuses([
    {
      name: 'two certificates of one listener',
      run: () => new MeshGateway(program().mesh, 'Gateway', {
        listeners: [GatewayListener.https({ port: 443, certificate, tls: { certificate: TlsCertificate.fromSecret('other') } })],
      }),
      says: `MESH111 certificate and tls.certificate are both given, and are not the same
  at   Shop/Mesh/Gateway (MeshGateway), listeners[0].tls.certificate
  fix  give the listener one certificate: the same in both places, or GatewayListener.http() with tls alone`,
    },
    {
      name: 'a copy to a split',
      run: () => {
        const { mesh } = program();
        const catalog = new MeshService(mesh, 'Catalog', { versions: [version('v1'), version('v2')], weights: { v1: 100 } });
        const both = RouteTarget.split({ target: RouteTarget.version(catalog, 'v1'), weight: 50 }, { target: RouteTarget.version(catalog, 'v2'), weight: 50 });
        new MeshGateway(mesh, 'Gateway').addRoute('All', { match: RouteMatch.any(), to: catalog, mirror: { to: both } });
      },
      says: `MESH111 mirror.to is a split, not one service or version
  at   Shop/Mesh/Gateway/All (GatewayRoute), mirror.to = 'split of shop/catalog@v1 50, shop/catalog@v2 50'
  fix  give a service, or RouteTarget.version(service, name): a copy goes to one place`,
    },
    {
      name: 'a share of delays without a delay', run: fault({ abortStatus: 503, delayPercent: 10 }), says: `MESH111 fault.delayPercent is given, but there is no delay
  at   Shop/Mesh/Gateway/All (GatewayRoute), fault.delayPercent
  fix  add delay, or leave out fault.delayPercent`,
    },
    {
      name: 'a fault of nothing', run: fault({}), says: `MESH111 fault is given, but there is no delay or abortStatus
  at   Shop/Mesh/Gateway/All (GatewayRoute), fault
  fix  add delay or abortStatus, or leave out fault`,
    },
  ]);
});

test('an HTTPS listener takes its one certificate in both places', () => {
  const { mesh } = program();
  const certificate = TlsCertificate.fromSecret('own');

  new MeshGateway(mesh, 'Gateway', { listeners: [GatewayListener.https({ port: 443, certificate, tls: { certificate, mode: TlsMode.PERMISSIVE } })] });

  expect(modelOf(mesh).gateways[0].listeners[0].tls).toMatchObject({ mode: 'permissive', certificate: { kind: 'file', chain: '/certs/own/tls.crt' } });
});
