import type { Diagnostic } from '../../../lib/diagnostics/diagnostic';
import { renderDiagnostic } from '../../../lib/diagnostics/render';
import { opaque } from '../../../lib/model/opaque';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { appMeshProvider } from '../../../lib/providers/app-mesh';
import {
  fixed, gateway, gatewayRoute, grpc, header, http, imagePods, listener, model, prefix, service, serviceRoute, shares, to, version,
} from '../../model-builders';

const id = 'shop/products';
const one = (draft: Parameters<typeof service>[1]) => model({ services: [service('products', draft)] });
const routed = (...routes: NonNullable<Parameters<typeof service>[1]>['routes'] & object) => one({ routes });
const entered = (routes: Parameters<typeof gateway>[0], draft: Parameters<typeof gateway>[1] = {}, products: Parameters<typeof service>[1] = {}) =>
  model({ services: [service('products', products)], gateways: [gateway(routes, draft)] });
const versioned = (draft: Parameters<typeof version>[2]) => one({ versions: [version('products', 'v1', draft)] });
const forward = shares(id, { v1: 100 });

function findings(program: TrafficModel, code?: Diagnostic['code']): string[] {
  const wanted = appMeshProvider().validate(program).filter((found) => code === undefined ? found.code !== 'MESH405' : found.code === code);
  return wanted.map(renderDiagnostic);
}

const at = 'Shop/Mesh/products (MeshService)';
const atRoute = (name: string) => `Shop/Mesh/gateway/${name} (GatewayRoute)`;
const mounted = (secret: string) => ({ kind: 'file', chain: '/certs/tls.crt', key: '/certs/tls.key', mount: { secret, path: '/certs' } }) as const;
const atGateway = 'Shop/Mesh/gateway (MeshGateway)';
const text = (code: string, what: string, where: string, fix: string) => `${code} ${what}\n  at   ${where}\n  fix  ${fix}`;
const long = (length: number) => 'a'.repeat(length);
const many = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_unused, index) => make(index));
const acm = (count: number) => ({ kind: 'acm', arns: many(count, (index) => opaque(`arn:${index}`)) }) as const;

interface Wrong { readonly title: string; readonly program: TrafficModel; readonly says: string }

const wrong: readonly Wrong[] = [
  {
    title: 'a mesh name that the API refuses', program: model({ mesh: { name: 'my.shop' } }),
    says: text('MESH101', "the mesh's name 'my.shop' is not made of 1 to 255 letters, digits, '-' and '_'", "Shop/Mesh (Mesh), meshName = 'my.shop'", "choose a name like 'shop'"),
  },
  {
    title: 'a mesh name that no label holds', program: model({ mesh: { name: long(64) } }),
    says: text('MESH112', "the mesh's name has 64 characters, and the label that marks its namespaces holds 63", `Shop/Mesh (Mesh), meshName = '${long(64)}'`, 'shorten it to 63 characters'),
  },
  {
    title: 'a host that is too long', program: one({ host: long(256) }),
    says: text('MESH112', "the host of service 'shop/products' has 256 characters, and App Mesh allows 255", `${at}, host = '${long(256)}'`, 'shorten it'),
  },
  {
    title: 'a route name that the API refuses', program: routed(serviceRoute('a.b', http(), forward)),
    says: text('MESH101', "the name of route 'a.b' is not made of 1 to 255 letters, digits, '-' and '_'", `${at}, addRoute('a.b') = 'a.b'`, 'rename the route'),
  },
  {
    title: 'eleven header conditions', program: routed(serviceRoute('r', http(undefined, { headers: many(11, (index) => header(`x-${index}`, { kind: 'present' })) }), forward)),
    says: text('MESH404', "route 'r' has 11 header conditions, and App Mesh allows 10", `${at}, addRoute('r').match.headers`, 'match fewer, or split the route'),
  },
  {
    title: 'eleven query conditions', program: routed(serviceRoute('r', http(undefined, { query: many(11, (index) => ({ name: `q${index}`, match: { kind: 'present' } })) }), forward)),
    says: text('MESH404', "route 'r' has 11 query conditions, and App Mesh allows 10", `${at}, addRoute('r').match.query`, 'match fewer parameters'),
  },
  {
    title: 'a long header name', program: routed(serviceRoute('r', http(undefined, { headers: [header(long(51), { kind: 'present' })] }), forward)),
    says: text('MESH404', 'the header name has 51 characters, and App Mesh allows 50', `${at}, addRoute('r').match.headers['${long(51)}'] = '${long(51)}'`, 'use a shorter name'),
  },
  {
    title: 'a long header value', program: routed(serviceRoute('r', http(undefined, { headers: [header('x', { kind: 'exact', value: long(256) })] }), forward)),
    says: text('MESH404', "the condition on header 'x' has 256 characters, and App Mesh allows 1 to 255", `${at}, addRoute('r').match.headers['x'] = '${long(256)}'`, 'match a prefix of it'),
  },
  {
    title: 'a long path regex', program: routed(serviceRoute('r', http({ kind: 'regex', value: `/${long(255)}` }), forward)),
    says: text('MESH404', "the path of route 'r' takes 256 characters, and App Mesh allows 255", `${at}, addRoute('r').match.path = '/${long(255)}'`, 'match a shorter path'),
  },
  {
    title: 'a segment prefix whose regex is too long', program: routed(serviceRoute('r', http(prefix(`/${long(250)}`)), forward)),
    says: text('MESH404', `the path of route 'r' takes 259 characters, which App Mesh gets as the regular expression '^/${long(250)}(/.*)?$', and App Mesh allows 255`,
      `${at}, addRoute('r').match.path = '/${long(250)}'`, 'match a shorter path'),
  },
  {
    title: 'a reserved path', program: routed(serviceRoute('r', http(prefix('/aws-appmesh')), forward)),
    says: text('MESH406', "App Mesh keeps paths that begin with '/aws-appmesh' or '/aws-app-mesh' for itself", `${at}, addRoute('r').match.path = '/aws-appmesh'`, 'serve another path'),
  },
  {
    title: 'eleven destinations',
    program: one({ versions: many(11, (index) => version('products', `v${index}`)), routes: [serviceRoute('r', http(), many(11, (index) => ({ service: id, version: `v${index}`, weight: 1 })))] }),
    says: text('MESH404', "route 'r' has 11 destinations, and App Mesh allows 10", `${at}, addRoute('r')`, 'leave destinations of weight 0 out'),
  },
  {
    title: 'shares that need more than 100',
    program: one({ versions: [version('products', 'v1'), version('products', 'v2')], routes: [serviceRoute('r', http(), shares(id, { v1: 199, v2: 1 }))] }),
    says: text('MESH203', "the weights 199, 1 of route 'r' add up to 200, and App Mesh holds shares that add up to at most 100", `${at}, addRoute('r') = '199, 1'`, 'use whole percentages'),
  },
  {
    title: 'a gRPC method without service',
    program: one({ ports: [{ port: 9000, targetPort: 9000, protocol: 'grpc' }], routes: [serviceRoute('r', grpc({ method: 'Get' }), forward)] }),
    says: text('MESH401', "AWS App Mesh cannot say a gRPC method without its service, as route 'r' does", `${at}, addRoute('r').match.method`, 'name the gRPC service too'),
  },
  {
    title: 'a reserved gRPC service',
    program: one({ ports: [{ port: 9000, targetPort: 9000, protocol: 'grpc' }], routes: [serviceRoute('r', grpc({ service: 'aws.appmesh.X' }), forward)] }),
    says: text('MESH406', "App Mesh keeps gRPC services that begin with 'aws.app-mesh' or 'aws.appmesh' for itself", `${at}, addRoute('r').match.service = 'aws.appmesh.X'`, 'rename the gRPC service'),
  },
  {
    title: 'more routes than the quota', program: { ...routed(...many(51, (index) => serviceRoute(`r${index}`, http({ kind: 'exact', value: `/${index}` }), forward))) },
    says: text('MESH403', "service 'shop/products' needs 51 routes of a virtual router (51 written; ports and inverted headers multiply them), and the quota is 50",
      `${at}, routes = 51`, 'use fewer routes, or raise the quota at AWS and declare quotas.routesPerService'),
  },
  {
    title: 'a gRPC gateway route without service and host',
    program: entered([gatewayRoute('r', grpc(), [to(id)])], { listeners: [listener(443, 8443, { protocol: 'grpc' })] },
      { ports: [{ port: 9000, targetPort: 9000, protocol: 'grpc' }], routes: [serviceRoute('all', grpc(), forward)] }),
    says: text('MESH401', "AWS App Mesh cannot say a gRPC route of a gateway without service and host, as route 'r' is", `${atRoute('r')}, match`, 'name the gRPC service, or a host'),
  },
  {
    title: 'a rewrite of a raw prefix without slash',
    program: entered([gatewayRoute('r', http({ kind: 'raw-prefix', value: '/a' }), [to(id)], { filters: { rewritePath: { kind: 'prefix', value: '/b' } } })]),
    says: text('MESH212', "App Mesh replaces only prefixes that end in '/', and '/a' of route 'r' does not", `${atRoute('r')}, rewrite = '/b'`, "use a segment prefix, or end the prefix in '/'"),
  },
  {
    title: 'a long rewrite', program: entered([gatewayRoute('r', http(), [to(id)], { filters: { rewritePath: { kind: 'prefix', value: `/${long(254)}` } } })]),
    says: text('MESH404', 'the rewrite has 255 characters, and App Mesh allows 254', `${atRoute('r')}, rewrite = '/${long(254)}'`, 'use a shorter path'),
  },
  {
    title: 'a host rewrite beside a timeout',
    program: entered([gatewayRoute('r', http(), [to(id)], { filters: { rewriteHost: { kind: 'service' } }, policy: { timeouts: { requestMs: 1000 } } })]),
    says: text('MESH402', "the host of route 'r' becomes 'gateway-r.shop.edge.shop.mesh.internal' instead of the service's own name, because weights, versions, retries and timeouts at a gateway of AWS App Mesh need a virtual service of another name",
      `${atRoute('r')}, hostRewrite`, 'acknowledge it where the service does not read the host, or leave out the host rewrite, or move weights, retries and timeouts to the service'),
  },
  {
    title: 'a gateway route that no listener takes', program: entered([gatewayRoute('r', grpc({ service: 'a.B' }), [to(id)])], {},
      { ports: [{ port: 9000, targetPort: 9000, protocol: 'grpc' }], routes: [serviceRoute('all', grpc(), forward)] }),
    says: text('MESH213', "route 'r' matches grpc, and no listener of gateway 'shop/gateway' takes it", `${atRoute('r')}, match = 'grpc'`, 'add a listener, or match one of 80 (http)'),
  },
  {
    title: 'a gateway route to an ambiguous port',
    program: entered([gatewayRoute('r', http(), [to(id)])], {}, { ports: [{ port: 81, targetPort: 81, protocol: 'http' }, { port: 82, targetPort: 82, protocol: 'http' }] }),
    says: text('MESH108', "service 'shop/products' has several ports and none is 80, so route 'r' does not say which it means", `${atRoute('r')}, to`, 'give the target a port with RouteTarget.service(service, { port })'),
  },
  {
    title: 'a gateway split that cannot be one table',
    program: entered([gatewayRoute('r', http(), [to(id)], { policy: { timeouts: { requestMs: 1000 } } })], {}, { routes: [serviceRoute('only', http(prefix('/a')), forward)] }),
    says: text('MESH215', "route 'r' cannot be made one table: service 'shop/products' has no route that takes everything, so its share would partly be answered 404",
      `${atRoute('r')}, to`, 'lead the route to one version, or give the services tables that combine'),
  },
  {
    title: 'a health check that is too frequent', program: versioned({ health: { protocol: 'tcp', intervalMs: 1000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 2 } }),
    says: text('MESH302', 'interval of the health check is 1000 ms, and App Mesh allows 5000 to 300000 ms', `${at}, versions['v1'].healthCheck.interval = '1000 ms'`, 'give a value from 5000 to 300000 ms'),
  },
  {
    title: 'a health check of a foreign port', program: versioned({ health: { protocol: 'tcp', port: 1, intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 2 } }),
    says: text('MESH302', 'the health check asks port 1, and App Mesh checks only ports of the service: 8080', `${at}, versions['v1'].healthCheck.port = 1`, 'check one of them'),
  },
  {
    title: 'an impossible ejection', program: versioned({ outliers: { consecutiveErrors: 5, intervalMs: 1, baseEjectionMs: 1, maxEjectionPercent: 101 } }),
    says: text('MESH306', 'at most 101 % of the pods would be taken out, and App Mesh allows 0 to 100', `${at}, versions['v1'].outlierDetection.maxEjectionPercent = 101`, 'give a percentage from 0 to 100'),
  },
  {
    title: 'a long text log', program: versioned({ accessLog: { path: '/dev/stdout', format: { kind: 'text', text: long(1001) } } }),
    says: text('MESH404', 'the format of the access log has 1001 characters, and App Mesh allows 1000', `${at}, versions['v1'].accessLog`, 'shorten it'),
  },
  {
    title: 'a long log field', program: versioned({ accessLog: { path: '/dev/stdout', format: { kind: 'json', fields: [{ key: 'k', value: long(101) }] } } }),
    says: text('MESH404', "field 'k' of the access log has a key of 1 and a value of 101 characters, and App Mesh allows 100 each", `${at}, versions['v1'].accessLog`, 'shorten it'),
  },
  {
    title: 'a long log path', program: versioned({ accessLog: { path: `/${long(255)}` } }),
    says: text('MESH404', 'the path of the access log has 256 characters, and App Mesh allows 255', `${at}, versions['v1'].accessLog`, 'shorten it'),
  },
  {
    title: 'a Cloud Map name out of ASCII', program: versioned({ discovery: { kind: 'cloud-map', namespace: 'é', service: 's', attributes: [] } }),
    says: text('MESH404', "the Cloud Map namespace 'é' is not 1 to 1024 printable ASCII characters", `${at}, versions['v1'].discovery = 'é'`, 'use another text'),
  },
  {
    title: 'a workload with another service account',
    program: versioned({ pods: { kind: 'document', name: 'products', labels: {}, document: { spec: { template: { spec: { serviceAccountName: 'own' } } } } } }),
    says: text('MESH111', "workload 'products' has spec.template.spec.serviceAccountName 'own', and the mesh needs 'products'", `${at}, versions['v1'].workload = 'own'`, 'leave spec.template.spec.serviceAccountName out of the workload'),
  },
  {
    title: 'a privileged port', program: entered([gatewayRoute('r', http(), [to(id)])], { listeners: [listener(80, 80)] }),
    says: text('MESH108', 'the proxy would bind port 80, and it may bind ports above 1024 only', `${atGateway}, listeners[0].targetPort = 80`, 'give targetPort a number above 1024; clients go on using port'),
  },
  {
    title: 'a tcp check of a gateway',
    program: entered([gatewayRoute('r', http(), [to(id)])], { listeners: [listener(80, 8080, { health: { protocol: 'tcp', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 2 } })] }),
    says: text('MESH302', 'a gateway of App Mesh cannot be checked by tcp', `${atGateway}, listeners[0].healthCheck.protocol = 'tcp'`, 'check by http, http2 or grpc'),
  },
  {
    title: 'four trusted authorities', program: one({ clientTls: { enforce: true, validation: { trust: acm(4), subjectAltNames: [] } } }),
    says: text('MESH701', '4 certificate authorities are trusted, and App Mesh allows 1 to 3', `${at}, clientTls = 4`, 'name 1 to 3'),
  },
  {
    title: 'a long alternative name', program: one({ clientTls: { enforce: true, validation: { trust: acm(1), subjectAltNames: [long(255)] } } }),
    says: text('MESH701', 'the subject alternative name has 255 characters, and App Mesh allows 1 to 254', `${at}, clientTls = '${long(255)}'`, 'use another name'),
  },
  {
    title: 'a long certificate path', program: versioned({ tls: { mode: 'strict', certificate: { kind: 'file', chain: `/${long(255)}`, key: '/k' } } }),
    says: text('MESH701', 'the path of a certificate file has 256 characters, and App Mesh allows 1 to 255', `${at}, versions['v1'].tls = '/${long(255)}'`, 'mount it at a shorter path'),
  },
  {
    title: 'two Secrets in one place of the pods', program: one({
      clientTls: { enforce: true, validation: { trust: mounted('roots'), subjectAltNames: [] } },
      versions: [version('products', 'v1', { tls: { mode: 'strict', certificate: mounted('own') } })],
    }),
    says: text('MESH701', "the pods of version 'v1' of 'shop/products' would have the Secrets 'own' and 'roots' at '/certs'", `${at}, versions['v1'].tls = '/certs'`, 'mount each Secret at a path of its own'),
  },
  {
    title: 'two Secrets in one place, both towards other services', program: one({ clientTls: { enforce: true, certificate: mounted('own'), validation: { trust: mounted('roots'), subjectAltNames: [] } } }),
    says: text('MESH701', "the pods of version 'v1' of 'shop/products' would have the Secrets 'own' and 'roots' at '/certs'", `${at}, clientTls = '/certs'`, 'mount each Secret at a path of its own'),
  },
  {
    title: 'two Secrets in one place of the proxies', program: entered([gatewayRoute('all', http(), [to(id)])], {
      clientTls: { enforce: true, certificate: mounted('own'), validation: { trust: mounted('roots'), subjectAltNames: [] } },
    }),
    says: text('MESH701', "the proxies of gateway 'shop/gateway' would have the Secrets 'own' and 'roots' at '/certs'", `${atGateway}, clientTls = '/certs'`, 'mount each Secret at a path of its own'),
  },
  {
    title: 'too many pods of a version', program: versioned({ pods: imagePods({ scale: fixed(51) }) }),
    says: text('MESH403', "version 'v1' of service 'shop/products' may have 51 pods, and beyond 50 proxies App Mesh cuts running ones off too", `${at}, versions['v1'].replicas = 51`,
      'use at most 50, or raise the quota at AWS and declare quotas.proxiesPerVersion'),
  },
  {
    title: 'too many pods of a gateway',
    program: entered([gatewayRoute('r', http(), [to(id)])], { pods: { scale: { kind: 'auto', minReplicas: 2, maxReplicas: 51, cpuPercent: 60 }, resources: { cpuRequestMillis: 100 }, logLevel: 'info' } }),
    says: text('MESH403', "gateway 'shop/gateway' may have 51 pods, and beyond 50 proxies App Mesh cuts running ones off too", `${atGateway}, autoscaling.maxReplicas = 51`,
      'use at most 50, or raise the quota at AWS and declare quotas.proxiesPerGateway'),
  },
  {
    title: 'too many gateway routes',
    program: entered([
      ...many(9, (index) => gatewayRoute(`r${index}`, http({ kind: 'exact', value: `/${index}` }), [to(id)])),
      gatewayRoute('strip', http(prefix('/p')), [to(id)], { filters: { rewritePath: { kind: 'prefix', value: '/' } } }),
    ]),
    says: text('MESH403', "gateway 'shop/gateway' needs 11 gateway routes for 10 written ones: 'strip' becomes 2 (1 hosts, 1 listeners, 2 forms of its match), and the quota is 10", `${atGateway}, routes = 11`,
      'use at most 10, or raise the quota at AWS and declare quotas.gatewayRoutesPerGateway'),
  },
  {
    title: 'too many services', program: model({ mesh: { quotas: { servicesPerMesh: 1 } }, services: [service('a'), service('b')] }),
    says: text('MESH403', "mesh 'shop' needs 2 virtual services (2 services, and 0 for gateway routes with weights, versions, retries or timeouts), and the quota is 1", 'Shop/Mesh (Mesh), quotas = 2',
      'use at most 1, or raise the quota at AWS and declare quotas.servicesPerMesh'),
  },
  {
    title: 'too many calls', program: model({ mesh: { quotas: { callsPerVersion: 0 } }, services: [service('a', { calls: [{ service: 'shop/b' }] }), service('b')] }),
    says: text('MESH403', "service 'shop/a' declares 1 calls, and the quota is 0", 'Shop/Mesh/a (MeshService), calls = 1', 'use at most 0, or raise the quota at AWS and declare quotas.callsPerVersion'),
  },
];

test.each(wrong.map((program) => [program.title, program] as const))('reports %s', (_title, { program, says }) => {
  expect(findings(program)).toEqual([says]);
});

test('allows more pods when the raised quota is declared', () => {
  const program = versioned({ pods: imagePods({ scale: fixed(51) }) });

  const found = findings({ ...program, mesh: { ...program.mesh, quotas: { proxiesPerVersion: 60 } } });

  expect(found).toEqual([]);
});

test('counts gateways and versions of the whole mesh', () => {
  const routes = [gatewayRoute('r', http(), [to(id)])];
  const gateways = ['a', 'b', 'c', 'd'].map((name) => gateway(routes, { name, id: `shop/${name}` }));
  const program = model({ mesh: { quotas: { versionsPerMesh: 0 } }, services: [service('products')], gateways });

  expect(findings(program)).toEqual([
    text('MESH403', "mesh 'shop' has 1 versions, and the quota is 0", 'Shop/Mesh (Mesh), quotas = 1', 'use at most 0, or raise the quota at AWS and declare quotas.versionsPerMesh'),
    text('MESH403', "mesh 'shop' has 4 gateways, and the quota is 3", 'Shop/Mesh (Mesh), quotas = 4', 'use at most 3, or raise the quota at AWS and declare quotas.gatewaysPerMesh'),
  ]);
});

test('warns once for each gateway whose routes keep the host and do not wait 15 seconds', () => {
  const waits = gatewayRoute('waits', http(prefix('/w')), [to(id)], { policy: { timeouts: { requestMs: 15_000 } } });
  const program = entered([gatewayRoute('a', http(prefix('/a')), [to(id)]), gatewayRoute('b', http(prefix('/b')), [to(id)]), waits]);

  expect(findings(program, 'MESH405')).toEqual([text('MESH405',
    "the routes 'a', 'b' of gateway 'shop/gateway' keep the client's host, and App Mesh was reported to lose the request timeout then: 15 s instead of what is asked for, also where no limit is",
    `${atGateway}, routes`, 'acknowledge it, or give up the host with hostRewrite: HostRewrite.toService()')]);
});

test('says nothing about a program whose references lead to nothing', () => {
  expect(findings(entered([gatewayRoute('r', http(), [to('shop/nobody')])]))).toEqual([]);
});

test.each([{ kind: 'existing', labels: { app: 'products' } }, { kind: 'external', host: 'bank.example.com' }] as const)('has nothing against Secrets in one place of pods that others write: $kind', (pods) => {
  const clientTls = { enforce: true, validation: { trust: mounted('roots'), subjectAltNames: [] } };
  const versions = [version('products', 'v1', { pods, tls: { mode: 'strict', certificate: mounted('own') } })];

  expect(findings(one({ clientTls, versions }), 'MESH701')).toEqual([]);
});
