import { right, wrong } from './findings';
import { gateway, gatewayRoute, http, ORIGIN, program, service, serviceRoute, to, version } from './programs';
import type { Service } from '../../lib/model';
import { opaque } from '../../lib/model';
import { checkGateway, checkGatewayRoute, checkMesh, checkService, checkServiceRoute, validateModel } from '../../lib/model/validate';

const routed = (rest: Partial<Service> = {}) => service({ routes: [serviceRoute('all')], ...rest });
const second = (rest: Partial<Service> = {}) => service({
  id: 'shop/carts', name: 'carts', host: 'carts', origin: { path: 'Shop/Mesh/Carts', type: 'MeshService' }, versions: [version('v1', { resourceName: 'carts-v1' })], ...rest,
});

describe('names', () => {
  wrong('a service name with capitals', () => checkService(service({ name: 'Products' })), [
    "MESH101 service name 'Products' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter and not ending in '-'",
    "  at   Shop/Mesh/Products (MeshService), serviceName = 'Products'",
    "  fix  choose another name, for example 'products'",
  ]);
  wrong('a service name that begins with a digit', () => checkService(service({ name: '2go' })), [
    "MESH101 service name '2go' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter and not ending in '-'",
    "  at   Shop/Mesh/Products (MeshService), serviceName = '2go'",
    "  fix  choose another name, for example 's-2go'",
  ]);
  wrong('a version name with a dot', () => checkService(service({ versions: [version('v1.2', { property: 'stable' })] })), [
    "MESH101 version name 'v1.2' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter or digit and not ending in '-'",
    "  at   Shop/Mesh/Products (MeshService), stable.name = 'v1.2'",
    "  fix  choose another name, for example 'v1-2'",
  ]);
  wrong('a generated name that is too long', () => checkService(service({ versions: [version('v1', { resourceName: `${'p'.repeat(61)}-v1` })] })), [
    "MESH112 the generated name 'ppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp-v1' has 64 characters, and Kubernetes allows 63",
    "  at   Shop/Mesh/Products (MeshService), versions['v1'].name = 'v1'",
    '  fix  shorten the name of the service or of the version',
  ]);
  wrong('a route name with an underscore', () => checkServiceRoute(serviceRoute('to_v1'), service()), [
    "MESH101 route name 'to_v1' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter or digit and not ending in '-'",
    "  at   Shop/Mesh/Products (MeshService), addRoute('to_v1') = 'to_v1'",
    "  fix  choose another name, for example 'to-v1'",
  ]);
  wrong('a mesh name that ends in a hyphen', () => checkMesh({ ...program().mesh, name: 'shop-' }), [
    "MESH101 mesh name 'shop-' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter or digit and not ending in '-'",
    "  at   Shop/Mesh (Mesh), meshName = 'shop-'",
    "  fix  choose another name, for example 'shop'",
  ]);
  wrong('a gateway name that is empty', () => checkGateway(gateway({ name: '' })), [
    "MESH101 gateway name '' is not a name of 1 to 63 lower-case letters, digits and '-', beginning with a letter and not ending in '-'",
    "  at   Shop/Mesh/Gateway (MeshGateway), gatewayName = ''",
    "  fix  choose another name, for example 'products'",
  ]);
  right('names of 63 characters', () => checkService(service({ name: 'p'.repeat(63), versions: [version('1', { resourceName: 'p'.repeat(63) })] })));
});

describe('duplicates', () => {
  wrong('two services of one name', () => validateModel(program({ services: [routed(), second({ id: 'shop/products', name: 'products' })] })), [
    "MESH102 service 'shop/products' is taken already by Shop/Mesh/Products (MeshService), serviceName",
    "  at   Shop/Mesh/Carts (MeshService), serviceName = 'products'",
    '  fix  say it once, or give one of them another name',
  ]);
  wrong('a service that is called like a version of another', () => validateModel(program({ services: [routed(), second({ id: 'shop/products-v1', name: 'products-v1' })] })), [
    "MESH102 service 'shop/products-v1' is taken already by Shop/Mesh/Products (MeshService), versions['v1'].name",
    "  at   Shop/Mesh/Carts (MeshService), serviceName = 'products-v1'",
    '  fix  say it once, or give one of them another name',
  ]);
  wrong('a gateway that is called like a service', () => validateModel(program({ services: [routed()], gateways: [gateway({ id: 'shop/products', name: 'products', routes: [gatewayRoute('all')] })] })), [
    "MESH102 gateway 'shop/products' is taken already by Shop/Mesh/Products (MeshService), serviceName",
    "  at   Shop/Mesh/Gateway (MeshGateway), gatewayName = 'products'",
    '  fix  say it once, or give one of them another name',
  ]);
  wrong('two services for one host', () => validateModel(program({ services: [routed({ host: 'db.example.com' }), second({ host: 'db.example.com' })] })), [
    "MESH102 host 'db.example.com' is taken already by Shop/Mesh/Products (MeshService), host",
    "  at   Shop/Mesh/Carts (MeshService), host = 'db.example.com'",
    '  fix  declare the host once, and let other places use that service',
  ]);
  wrong('two versions of one name', () => checkService(service({ versions: [version('v1'), version('v1')] })), [
    "MESH102 version 'v1' of service 'shop/products' is taken already by Shop/Mesh/Products (MeshService), versions['v1'].name",
    "  at   Shop/Mesh/Products (MeshService), versions['v1'].name = 'v1'",
    '  fix  say it once, or give one of them another name',
  ]);
  wrong('a port that is declared twice', () => checkService(service({ ports: [{ port: 80, targetPort: 8080, protocol: 'http' }, { port: 80, targetPort: 8081, protocol: 'http' }] })), [
    "MESH102 port 80 of service 'shop/products' is taken already by Shop/Mesh/Products (MeshService), ports[0].port",
    '  at   Shop/Mesh/Products (MeshService), ports[1].port = 80',
    '  fix  say it once, or give one of them another name',
  ]);
  wrong('a call that is declared twice', () => checkService(service({ calls: [{ service: 'shop/carts' }, { service: 'shop/carts' }] })), [
    "MESH102 the call of service 'shop/carts' is taken already by Shop/Mesh/Products (MeshService), calls[0]",
    "  at   Shop/Mesh/Products (MeshService), calls[1] = 'shop/carts'",
    '  fix  say it once, or give one of them another name',
  ]);
  wrong('a route name that is taken', () => checkServiceRoute(serviceRoute('all', { match: http('/b') }), routed()), [
    "MESH102 route 'all' of service 'shop/products' is taken already by Shop/Mesh/Products (MeshService), addRoute('all')",
    "  at   Shop/Mesh/Products (MeshService), addRoute('all') = 'all'",
    '  fix  say it once, or give one of them another name',
  ]);
  wrong('two listeners that bind one port', () => checkGateway(gateway({ listeners: [80, 81].map((port) => ({ port, targetPort: 8080, protocol: 'http' })) })), [
    "MESH102 target port 8080 of gateway 'shop/edge' is taken already by Shop/Mesh/Gateway (MeshGateway), listeners[0].targetPort",
    '  at   Shop/Mesh/Gateway (MeshGateway), listeners[1].targetPort = 8080',
    '  fix  say it once, or give one of them another name',
  ]);
  wrong('a namespace with two owners', () => checkMesh({
    ...program().mesh,
    namespaces: ['A', 'B'].map((id) => ({ name: 'shop', origin: { path: `Shop/${id}`, type: 'MeshNamespace' }, ownership: 'created', retain: true, labels: {} })),
  }), [
    "MESH103 namespace 'shop' is owned twice, the other owner is Shop/A",
    "  at   Shop/B (MeshNamespace), namespace = 'shop'",
    '  fix  declare the namespace once, and let the other place name it',
  ]);
  right('a version that is called like its service, as external hosts are', () => validateModel(program({ services: [service({ kind: 'external', versions: [version('external', { resourceName: 'products' })] })] })));
  right('the same version name in two services', () => validateModel(program({ services: [routed(), second()] })));
});

describe('ports', () => {
  wrong('a port of 0', () => checkService(service({ ports: [{ port: 0, targetPort: 8080, protocol: 'http' }] })), [
    'MESH108 port 0 is not an integer from 1 to 65535',
    '  at   Shop/Mesh/Products (MeshService), port = 0',
    '  fix  choose a port from 1 to 65535',
  ]);
  wrong('a target port over 65535', () => checkService(service({ ports: [{ port: 80, targetPort: 65536, protocol: 'http' }] })), [
    'MESH108 port 65536 is not an integer from 1 to 65535',
    '  at   Shop/Mesh/Products (MeshService), targetPort = 65536',
    '  fix  choose a port from 1 to 65535',
  ]);
  wrong('a service without port', () => checkService(service({ ports: [] })), [
    "MESH108 service 'shop/products' has no port",
    '  at   Shop/Mesh/Products (MeshService), ports',
    '  fix  give it a port, for example port: 8080',
  ]);
  wrong('a workload without version', () => checkService(service({ versions: [] })), [
    "MESH110 service 'shop/products' has no version",
    '  at   Shop/Mesh/Products (MeshService), versions',
    "  fix  give it one, for example ServiceVersion.fromImage('v1', { image })",
  ]);
  wrong('a gateway without listener', () => checkGateway(gateway({ listeners: [] })), [
    "MESH108 gateway 'shop/edge' has no listener",
    '  at   Shop/Mesh/Gateway (MeshGateway), listeners',
    '  fix  give it one, for example GatewayListener.http()',
  ]);
  wrong('a listener that binds a privileged port', () => checkGateway(gateway({ listeners: [{ port: 80, targetPort: 80, protocol: 'http' }] })), [
    'MESH108 port 80 is not an integer from 1025 to 65535, because the proxy does not run as root',
    '  at   Shop/Mesh/Gateway (MeshGateway), listeners[0].targetPort = 80',
    '  fix  choose a port from 1025 to 65535',
  ]);
  wrong('a match on a port that the service has not', () => checkServiceRoute(serviceRoute('admin', { match: http('/', { port: 9090 }) }), service()), [
    "MESH108 service 'shop/products' has no port 9090, it has 80",
    "  at   Shop/Mesh/Products (MeshService), addRoute('admin').match.port = 9090",
    '  fix  name one of 80, or add the port',
  ]);
  wrong('a match on a port that the gateway has not', () => checkGatewayRoute(gatewayRoute('admin', { match: http('/', { port: 8080 }) }), gateway()), [
    "MESH108 gateway 'shop/edge' has no port 8080, it has 80",
    '  at   Shop/Mesh/Gateway/admin (GatewayRoute), match.port = 8080',
    '  fix  name one of 80, or add the port',
  ]);
  wrong('a health check on an unknown port', () => checkService(service({ versions: [version('v1', { health: { ...version('v1').health!, port: 9090 } })] })), [
    "MESH108 service 'shop/products' has no port 9090, it has 80",
    "  at   Shop/Mesh/Products (MeshService), versions['v1'].healthCheck.port = 9090",
    '  fix  name one of 80, or add the port',
  ]);
  wrong('a destination port that the service has not', () => validateModel(program({
    services: [routed()], gateways: [gateway({ routes: [gatewayRoute('all', { action: { kind: 'forward', destinations: [{ service: 'shop/products', port: 81, weight: 1 }] } })] })],
  })), [
    "MESH108 service 'shop/products' has no port 81, it has 80",
    '  at   Shop/Mesh/Gateway/all (GatewayRoute), to.port = 81',
    '  fix  name one of 80, or add the port',
  ]);
  right('the highest port', () => checkService(service({ ports: [{ port: 65535, targetPort: 1, protocol: 'http' }] })));
  right('a router without versions', () => checkService(service({ kind: 'router', versions: [] })));
  right('a match on a port of the service', () => checkServiceRoute(serviceRoute('all', { match: http('/', { port: 80 }) }), service()));
});

describe('references', () => {
  wrong('a call of nobody', () => validateModel(program({ services: [routed({ calls: [{ service: 'shop/carts' }] })] })), [
    "MESH107 there is no service 'shop/carts', known are 'shop/products'",
    "  at   Shop/Mesh/Products (MeshService), calls[0] = 'shop/carts'",
    '  fix  name one of the known services, or add the service to the mesh',
  ]);
  wrong('a service that calls itself', () => validateModel(program({ services: [routed({ calls: [{ service: 'shop/products' }] })] })), [
    "MESH107 service 'shop/products' calls itself",
    "  at   Shop/Mesh/Products (MeshService), calls[0] = 'shop/products'",
    '  fix  leave the call out',
  ]);
  wrong('a route to an unknown version', () => validateModel(program({ services: [routed({ routes: [serviceRoute('all', { action: { kind: 'forward', destinations: [to('v3')] } })] })] })), [
    "MESH107 service 'shop/products' has no version 'v3', known are 'v1', 'v2'",
    "  at   Shop/Mesh/Products (MeshService), addRoute('all') = 'shop/products@v3'",
    '  fix  name one of the known versions, or add the version to the service',
  ]);
  wrong('a gateway route to an unknown service', () => validateModel(program({ gateways: [gateway({ routes: [gatewayRoute('all')] })] })), [
    "MESH107 there is no service 'shop/products', known are none",
    "  at   Shop/Mesh/Gateway/all (GatewayRoute), to = 'shop/products'",
    '  fix  name one of the known services, or add the service to the mesh',
  ]);
  wrong('a mirror to an unknown service', () => validateModel(program({
    services: [routed({ routes: [serviceRoute('all', { filters: { mirrors: [{ service: 'shop/audit', percent: 100 }] } })] })],
  })), [
    "MESH107 there is no service 'shop/audit', known are 'shop/products'",
    "  at   Shop/Mesh/Products (MeshService), addRoute('all').mirror = 'shop/audit'",
    '  fix  name one of the known services, or add the service to the mesh',
  ]);
  wrong('a service route that names no version', () => checkServiceRoute(serviceRoute('all', { action: { kind: 'forward', destinations: [{ service: 'shop/products', weight: 1 }] } }), service()), [
    "MESH107 route 'all' of service 'shop/products' leads to service 'shop/products' without naming a version",
    "  at   Shop/Mesh/Products (MeshService), addRoute('all') = 'shop/products'",
    '  fix  name a version: a route of a service is the place where versions are chosen',
  ]);
  wrong('a workload route to another service', () => checkServiceRoute(serviceRoute('all', { action: { kind: 'forward', destinations: [{ service: 'shop/carts', version: 'v1', weight: 1 }] } }), service()), [
    "MESH107 route 'all' of service 'shop/products' leads to another service, 'shop/carts'",
    "  at   Shop/Mesh/Products (MeshService), addRoute('all') = 'shop/carts'",
    '  fix  lead it to a version of the same service; a RouterService leads to versions of others',
  ]);
  right('a router whose routes lead to other services', () => validateModel(program({
    services: [second(), service({ kind: 'router', versions: [], routes: [serviceRoute('all', { action: { kind: 'forward', destinations: [{ service: 'shop/carts', version: 'v1', weight: 1 }] } })] })],
  })));
});

describe('weights', () => {
  const split = (...weights: number[]) => serviceRoute('split', { property: 'weights', action: { kind: 'forward', destinations: weights.map((weight, index) => to(`v${index + 1}`, weight)) } });
  wrong('a negative weight', () => checkServiceRoute(split(100, -1), service()), [
    "MESH203 the weight -1 of 'shop/products@v2' in route 'split' is not an integer from 0",
    '  at   Shop/Mesh/Products (MeshService), weights = -1',
    '  fix  use integers; only their proportions count',
  ]);
  wrong('a fraction as weight', () => checkServiceRoute(split(99.5, 1), service()), [
    "MESH203 the weight 99.5 of 'shop/products@v1' in route 'split' is not an integer from 0",
    '  at   Shop/Mesh/Products (MeshService), weights = 99.5',
    '  fix  use integers; only their proportions count',
  ]);
  wrong('weights that are all 0', () => checkServiceRoute(split(0, 0), service()), [
    "MESH205 all weights of route 'split' are 0, so it leads nowhere",
    '  at   Shop/Mesh/Products (MeshService), weights',
    '  fix  raise a weight above 0; 0 beside others keeps a version warm',
  ]);
  wrong('a route without destination', () => checkServiceRoute(split(), service()), [
    "MESH205 route 'split' leads nowhere",
    '  at   Shop/Mesh/Products (MeshService), weights',
    '  fix  name at least one destination',
  ]);
  wrong('a destination that is named twice', () => checkServiceRoute(serviceRoute('split', { action: { kind: 'forward', destinations: [to('v1', 50), to('v1', 50)] } }), service()), [
    "MESH102 route 'split' names the destination 'shop/products@v1' twice",
    "  at   Shop/Mesh/Products (MeshService), addRoute('split') = 'shop/products@v1'",
    '  fix  name it once, with the sum of the weights',
  ]);
  wrong('a mirror of more than everything', () => checkServiceRoute(serviceRoute('all', { filters: { mirrors: [{ service: 'shop/audit', percent: 101 }] } }), service()), [
    'MESH203 the mirror percentage is 101, not from 0 to 100',
    "  at   Shop/Mesh/Products (MeshService), addRoute('all').mirror.percent = 101",
    '  fix  give a percentage from 0 to 100',
  ]);
  wrong('a fault that strikes less than never', () => checkServiceRoute(serviceRoute('all', { filters: { fault: { abort: { status: 503, percent: -1 } } } }), service()), [
    'MESH203 the abort percentage is -1, not from 0 to 100',
    "  at   Shop/Mesh/Products (MeshService), addRoute('all').fault.abort.percent = -1",
    '  fix  give a percentage from 0 to 100',
  ]);
  right('a weight of 0 beside another', () => checkServiceRoute(split(100, 0), service()));
  right('weights that add up to something else than 100', () => checkServiceRoute(split(2, 1), service()));
});

describe('settings', () => {
  wrong('an owner that is no account', () => checkMesh({ ...program().mesh, owner: '12345' }), [
    "MESH111 mesh owner '12345' is not an account number of 12 digits",
    "  at   Shop/Mesh (Mesh), owner = '12345'",
    '  fix  give the 12 digits of the account that owns the mesh',
  ]);
  wrong('a sampling rate in percent', () => checkMesh({ ...program().mesh, tracing: { kind: 'x-ray', samplingRate: 5 } }), [
    'MESH203 the sampling rate is 5, not from 0 to 1',
    '  at   Shop/Mesh (Mesh), tracing.samplingRate = 5',
    '  fix  give a share from 0 to 1, for example 0.05 for one request in twenty',
  ]);
  wrong('a relative log path', () => checkGateway(gateway({ accessLog: { path: 'access.log' } })), [
    "MESH111 the access log 'access.log' is not an absolute file path",
    "  at   Shop/Mesh/Gateway (MeshGateway), accessLog.path = 'access.log'",
    "  fix  use '/dev/stdout', or another path that starts with a slash",
  ]);
  right('an account, a share and a file', () => checkMesh({ ...program().mesh, owner: '123456789012', tracing: { kind: 'x-ray', samplingRate: 0.05 }, accessLog: { path: '/dev/stdout' } }));
});

describe('certificates', () => {
  const validation = { trust: { kind: 'acm', arns: [opaque('arn')] }, subjectAltNames: [] } as const;
  wrong('a client certificate from ACM', () => checkService(service({ clientTls: { enforce: true, certificate: { kind: 'acm', arn: opaque('arn') }, validation } })), [
    'MESH701 a client cannot present a certificate from ACM, because its private key never leaves ACM',
    '  at   Shop/Mesh/Products (MeshService), clientTls.certificate',
    '  fix  give the client certificate as a file or by SDS',
  ]);
  wrong('a client certificate from ACM for one call', () => checkService(service({ calls: [{ service: 'shop/carts', tls: { enforce: true, certificate: { kind: 'acm', arn: opaque('arn') }, validation } }] })), [
    'MESH701 a client cannot present a certificate from ACM, because its private key never leaves ACM',
    '  at   Shop/Mesh/Products (MeshService), calls[0].tls.certificate',
    '  fix  give the client certificate as a file or by SDS',
  ]);
  right('a client that trusts ACM and presents a file which the user mounts', () => checkService(service({
    clientTls: { enforce: true, certificate: { kind: 'file', chain: '/certs/tls.crt', key: '/certs/tls.key' }, validation },
  })));
});

describe('gateways', () => {
  wrong('a gateway without route', () => validateModel(program({ gateways: [gateway()] })), [
    "MESH113 gateway 'shop/edge' has no route, so it answers every request with 404",
    '  at   Shop/Mesh/Gateway (MeshGateway), routes',
    '  fix  add a route with addRoute, or remove the gateway',
  ]);
  right('a gateway with a route', () => validateModel(program({ services: [routed()], gateways: [gateway({ routes: [gatewayRoute('all')] })] })));
});

test('all findings come sorted by construct path, code and property, and one that nodes share comes once', () => {
  const policy = { retry: { attempts: 0, on: ['server-error'] as const } };
  const routes = ['a', 'b'].map((name) => serviceRoute(name, { property: `pins[${name}]`, match: http(`/${name}`), policy }));
  const model = program({ services: [service({ name: 'X', versions: [version('v1')], routes })], gateways: [gateway()] });

  const findings = validateModel(model);

  expect(findings.map(({ code, origin, property }) => `${origin.path} ${code} ${property}`)).toEqual([
    'Shop/Mesh/Gateway MESH113 routes', `${ORIGIN.path} MESH101 serviceName`, `${ORIGIN.path} MESH303 retries.attempts`,
  ]);
});
