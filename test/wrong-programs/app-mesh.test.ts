/** What App Mesh cannot say, what it limits, and what would fail at run time. */
import { Duration, aws_certificatemanager as acm } from 'aws-cdk-lib';
import { products, productsWith, refuses, shop, single, synthesizedRoute, warningsOf } from './shop';
import {
  GatewayListener, HostRewrite, MeshGateway, QueryMatch, RetryOn, RetryPolicy, RouteMatch, RouteTarget, Scheme, TlsCertificate, TlsTrust, VersionDiscovery,
} from '../../lib';
import { program } from '../constructs/program';

const TRUST = { trust: TlsTrust.fromFile('/certs/ca.pem') };

function acmCertificate(): TlsCertificate {
  const arn = 'arn:aws:acm:eu-west-1:111122223333:certificate/8c3b0000-1111-2222-3333-444455556666';
  return TlsCertificate.fromAcm(acm.Certificate.fromCertificateArn(program().stack, 'Certificate', arn));
}

describe('what App Mesh cannot say', () => {
  refuses([
    {
      name: 'a mirror', run: () => {
        const { app, mesh, gateway, catalog } = shop();
        gateway.addRoute('Api', { match: RouteMatch.any(), to: catalog, hostRewrite: HostRewrite.toService(), mirror: { to: single(mesh, 'Other') } });
        app.synth();
      }, says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say mirroring at a gateway: it has no mirroring (https://github.com/aws/aws-app-mesh-roadmap/issues/35)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), mirror
  fix  leave it out, or choose Istio or Envoy Gateway, which can`,
    },
    {
      name: 'a redirect', run: () => synthesizedRoute({ to: RouteTarget.redirect({ path: '/v2' }), hostRewrite: undefined }), says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say a redirect at a gateway: it cannot redirect (https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/config/crd/bases/appmesh.k8s.aws_gatewayroutes.yaml)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), to
  fix  leave it out, or choose Istio or Envoy Gateway, which can`,
    },
    {
      name: 'a direct answer', run: () => synthesizedRoute({ to: RouteTarget.respond(404), hostRewrite: undefined }), says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say a direct answer at a gateway: every route leads to a service (https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/config/crd/bases/appmesh.k8s.aws_gatewayroutes.yaml)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), to
  fix  leave it out, or choose Envoy Gateway, which can`,
    },
    {
      name: 'a deliberate failure', run: () => synthesizedRoute({ fault: { abortStatus: 503 } }), says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say fault injection at a gateway: it injects no faults (https://docs.aws.amazon.com/app-mesh/latest/userguide/routes.html)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), fault
  fix  leave it out, or choose Envoy Gateway, which can`,
    },
    {
      name: 'changes of request headers', run: () => synthesizedRoute({ requestHeaders: { set: { 'x-env': 'beta' } } }), says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say changes of request headers at a gateway: it cannot change headers (https://github.com/aws/aws-app-mesh-roadmap/issues/206)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), requestHeaders
  fix  leave it out, or choose Istio or Envoy Gateway, which can`,
    },
    {
      name: 'changes of response headers', run: () => synthesizedRoute({ responseHeaders: { remove: ['server'] } }), says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say changes of response headers at a gateway: it cannot change headers (https://github.com/aws/aws-app-mesh-roadmap/issues/206)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), responseHeaders
  fix  leave it out, or choose Istio or Envoy Gateway, which can`,
    },
    {
      name: 'another host than that of the service', run: () => synthesizedRoute({ hostRewrite: HostRewrite.to('legacy.example.com') }), says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say a rewrite of the host to a fixed name at a gateway: the host can become the name of the called service, and nothing else (https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/config/crd/bases/appmesh.k8s.aws_gatewayroutes.yaml)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), hostRewrite
  fix  leave it out, or choose Istio or Envoy Gateway, which can`,
    },
    {
      name: 'a regular expression on a query parameter', run: () => synthesizedRoute({ match: RouteMatch.any({ query: { beta: QueryMatch.regex('[12]') } }) }), says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say a match on a query parameter by regular expression at a gateway: a query parameter is compared exactly or not at all (https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/config/crd/bases/appmesh.k8s.aws_gatewayroutes.yaml)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.query
  fix  leave it out, or choose Istio or Envoy Gateway, which can`,
    },
    {
      name: 'a scheme at a gateway', run: () => synthesizedRoute({ match: RouteMatch.any({ scheme: Scheme.HTTPS }) }), says: `  [Shop/Mesh/Gateway/Api] MESH401 AWS App Mesh cannot say a match on the scheme at a gateway: a gateway route has no condition on the scheme (https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/config/crd/bases/appmesh.k8s.aws_gatewayroutes.yaml)
  at   Shop/Mesh/Gateway/Api (GatewayRoute), match.scheme
  fix  leave it out; no mesh that this library knows can say it`,
    },
  ]);
});

describe('limits', () => {
  refuses([
    {
      name: '11 gateway routes', run: () => {
        const { app, gateway, catalog } = shop();
        for (let number = 1; number <= 11; number++) {
          gateway.addRoute(`Route${number}`, { match: RouteMatch.prefix(`/r${number}`), to: catalog, hostRewrite: HostRewrite.toService() });
        }
        app.synth();
      }, says: `  [Shop/Mesh/Gateway] MESH403 gateway 'shop/gateway' needs 11 gateway routes for 11 written ones, and the quota is 10
  at   Shop/Mesh/Gateway (MeshGateway), routes = 11
  fix  use at most 10, or raise the quota at AWS and declare quotas.gatewayRoutesPerGateway`,
    },
    {
      name: '6 gateway routes that two listeners double', run: () => {
        const { app, mesh } = program();
        const catalog = single(mesh, 'Catalog');
        const gateway = new MeshGateway(mesh, 'Edge', { listeners: [GatewayListener.http({ port: 80 }), GatewayListener.http({ port: 81 })] });
        for (let number = 1; number <= 6; number++) {
          gateway.addRoute(`Route${number}`, { match: RouteMatch.prefix(`/r${number}`), to: catalog, hostRewrite: HostRewrite.toService() });
        }
        app.synth();
      }, says: `  [Shop/Mesh/Edge] MESH403 gateway 'shop/edge' needs 12 gateway routes for 6 written ones: 'route1' becomes 2 (1 hosts, 2 listeners), 'route2' becomes 2 (1 hosts, 2 listeners), 'route3' becomes 2 (1 hosts, 2 listeners), 'route4' becomes 2 (1 hosts, 2 listeners), 'route5' becomes 2 (1 hosts, 2 listeners), 'route6' becomes 2 (1 hosts, 2 listeners), and the quota is 10
  at   Shop/Mesh/Edge (MeshGateway), routes = 12
  fix  use at most 10, or raise the quota at AWS and declare quotas.gatewayRoutesPerGateway`,
    },
    {
      name: '51 pods of a version', run: () => productsWith({ replicas: 51 }), says: `  [Shop/Mesh/Products] MESH403 version 'v1' of service 'shop/products' may have 51 pods, and beyond 50 proxies App Mesh cuts running ones off too
  at   Shop/Mesh/Products (MeshService), versions[0].replicas = 51
  fix  use at most 50, or raise the quota at AWS and declare quotas.proxiesPerVersion`,
    },
    {
      name: '51 pods of a gateway', run: () => {
        const { app, mesh, catalog, gateway } = shop();
        gateway.addRoute('All', { match: RouteMatch.any(), to: catalog, hostRewrite: HostRewrite.toService() });
        new MeshGateway(mesh, 'Edge', { replicas: 51 }).addRoute('All', { match: RouteMatch.any(), to: catalog, hostRewrite: HostRewrite.toService() });
        app.synth();
      }, says: `  [Shop/Mesh/Edge] MESH403 gateway 'shop/edge' may have 51 pods, and beyond 50 proxies App Mesh cuts running ones off too
  at   Shop/Mesh/Edge (MeshGateway), replicas = 51
  fix  use at most 50, or raise the quota at AWS and declare quotas.proxiesPerGateway`,
    },
    {
      name: 'replicas beside autoscaling', run: () => productsWith({ replicas: 3, autoscaling: { maxReplicas: 10 } }), says: `MESH111 replicas and autoscaling are both given
  at   Shop/Mesh/Products (MeshService), versions[0].replicas = 3
  fix  leave out replicas, and give autoscaling.minReplicas the number that must always run`,
    },
    {
      name: 'a listener that the proxy may not bind', run: () => new MeshGateway(program().mesh, 'Gateway', { listeners: [GatewayListener.http({ port: 80, targetPort: 80 })] }), says: `MESH108 port 80 is not an integer from 1025 to 65535, because the proxy does not run as root
  at   Shop/Mesh/Gateway (MeshGateway), listeners[0].targetPort = 80
  fix  choose a port from 1025 to 65535`,
    },
    {
      name: 'ports beside port', run: () => products({ ports: [{ port: 81 }] }), says: `MESH111 ports stands beside port, targetPort or protocol
  at   Shop/Mesh/Products (MeshService), ports
  fix  write all ports into ports, and leave the others out`,
    },
  ]);
});

describe('failures and security', () => {
  refuses([
    {
      name: 'outlier detection behind one load-balanced address', run: () => productsWith({ outlierDetection: {}, discovery: VersionDiscovery.loadBalanced() }), says: `MESH307 outlier detection of version 'v1' cannot see single pods, because it is discovered by one load-balanced address
  at   Shop/Mesh/Products (MeshService), versions[0].outlierDetection
  fix  leave out discovery or give VersionDiscovery.endpoints(), or leave out outlierDetection`,
    },
    {
      name: 'a client certificate of ACM', run: () => products({ clientTls: { certificate: acmCertificate(), validation: TRUST } }), says: `MESH701 a client cannot present a certificate from ACM, because its private key never leaves ACM
  at   Shop/Mesh/Products (MeshService), clientTls.certificate
  fix  give the client certificate as a file or by SDS`,
    },
    {
      name: 'mutual TLS with a certificate of ACM', run: () => program({ mutualTls: { certificate: acmCertificate(), trust: TRUST.trust } }), says: `MESH701 a client cannot present a certificate from ACM, because its private key never leaves ACM
  at   Shop/Mesh (Mesh), mutualTls.certificate
  fix  give TlsCertificate.fromSecret(), fromFile() or fromSds(): in mutual TLS every service is a client too`,
    },
    {
      name: 'client certificates checked by ACM', run: () => productsWith({
        tls: { certificate: TlsCertificate.fromFile({ chain: '/certs/tls.crt', key: '/certs/tls.key' }), clients: { trust: TlsTrust.fromAcmPca('arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1') } },
      }), says: `  [Shop/Mesh/Products] MESH401 AWS App Mesh cannot say client certificates that are checked by ACM at a service: the certificates of clients are checked against a file or SDS, not against ACM (https://docs.aws.amazon.com/app-mesh/latest/userguide/mutual-tls.html)
  at   Shop/Mesh/Products (MeshService), versions[0].tls.clients
  fix  leave it out, or choose Istio, which can`,
    },
    {
      name: 'a certificate by SDS without an agent', run: () => productsWith({ tls: { certificate: TlsCertificate.fromSds('spiffe://example.org/products') } }), says: `MESH702 the certificate 'spiffe://example.org/products' comes by SDS, but the proxies know no agent that serves it
  at   Shop/Mesh (Mesh), provider
  fix  name the agent's socket: MeshProvider.appMesh({ controller: { sdsSocket: '/run/spire/sockets/agent.sock' } })`,
    },
    {
      name: 'retries without a failure to retry on', run: () => products({ retries: RetryPolicy.of({ attempts: 3, on: [] }) }), says: `MESH303 the retry policy names no failure, so nothing is ever tried again
  at   Shop/Mesh/Products (MeshService), retries.on
  fix  name at least one failure, for example RetryOn.SERVER_ERROR`,
    },
  ]);

  test('warns of retries that do not fit into the timeout', () => {
    const { app, mesh } = program();
    single(mesh, 'Products', { timeout: Duration.seconds(3), retries: RetryPolicy.of({ attempts: 3, perTryTimeout: Duration.seconds(1), on: [RetryOn.SERVER_ERROR] }) });

    const warnings = warningsOf(app);

    expect(warnings).toEqual([`warning /Shop/Mesh/Products MESH304 4 tries of 1000 ms need 4000 ms, but the request may take 3000 ms
  at   Shop/Mesh/Products (MeshService), timeout = '3000 ms'
  fix  raise timeout to 4000 ms, or lower attempts or perTryTimeout [ack: cdk-eks-mesh:MESH304]`]);
  });

  test('warns of a timeout that App Mesh was reported to lose', () => {
    const { app, gateway, catalog } = shop();
    gateway.addRoute('Api', { match: RouteMatch.any(), to: catalog });

    const warnings = warningsOf(app);

    expect(warnings).toEqual([`warning /Shop/Mesh/Gateway MESH405 the routes 'api' of gateway 'shop/gateway' keep the client's host, and App Mesh was reported to lose the request timeout then: 15 s instead of what is asked for, also where no limit is
  at   Shop/Mesh/Gateway (MeshGateway), routes
  fix  acknowledge it, or give up the host with hostRewrite: HostRewrite.toService() [ack: cdk-eks-mesh:MESH405]`]);
  });
});
