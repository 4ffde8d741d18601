import { right, wrong } from './findings';
import { gateway, http, program, service, serviceRoute, to, version } from './programs';
import type { HealthCheck, Match, Pods, Protocol, RoutePolicy, Scale, Version } from '../../lib/model';
import { opaque } from '../../lib/model';
import { checkGateway, checkService, checkServiceRoute, validateModel } from '../../lib/model/validate';

const image = (scale: Scale = { kind: 'fixed', replicas: 2 }, cpuRequestMillis: number | undefined = 100): Pods => ({
  kind: 'image', image: opaque('shop/products:1'), scale, env: [], resources: cpuRequestMillis === 0 ? {} : { cpuRequestMillis }, writableRootFilesystem: false, runAsRoot: false, terminationGraceSeconds: 30,
});
const checkVersion = (rest: Partial<Version>, protocol: Protocol = 'http') => checkService(service({ ports: [{ port: 80, targetPort: 8080, protocol }], versions: [version('v1', { property: 'stable', ...rest })] }));
const checkHealth = (rest: Partial<HealthCheck>) => checkVersion({ health: { ...version('v1').health!, ...rest } });
const checkPolicy = (policy: RoutePolicy, match: Match = http('/')) => checkServiceRoute(serviceRoute('one', { property: 'pins[0]', match, policy }),
  service({ ports: [{ port: 80, targetPort: 80, protocol: match.kind }] }));

describe('health checks', () => {
  const split = { kind: 'forward', destinations: [to('v1', 95), to('v2', 5)] } as const;
  const unchecked = [version('v1', { pods: image() }), version('v2', { pods: image(), health: undefined, property: 'canary' })];
  wrong('a path without slash', () => checkHealth({ path: 'ping' }), [
    "MESH302 the http health check has the path 'ping', which does not start with '/'",
    "  at   Shop/Mesh/Products (MeshService), stable.healthCheck.path = 'ping'",
    "  fix  give a path, for example '/ping'",
  ]);
  wrong('a path that a TCP check does not ask for', () => checkHealth({ protocol: 'tcp' }), [
    'MESH302 the tcp health check has a path, which it does not ask for',
    "  at   Shop/Mesh/Products (MeshService), stable.healthCheck.path = '/ping'",
    '  fix  leave out the path, or check by http',
  ]);
  wrong('a threshold of 0', () => checkHealth({ healthyThreshold: 0 }), [
    'MESH302 healthyThreshold is 0, not an integer from 1',
    '  at   Shop/Mesh/Products (MeshService), stable.healthCheck.healthyThreshold = 0',
    '  fix  give healthyThreshold an integer from 1',
  ]);
  wrong('an interval of 0', () => checkHealth({ intervalMs: 0 }), [
    'MESH302 the interval of the health check is 0 ms, not more than 0',
    "  at   Shop/Mesh/Products (MeshService), stable.healthCheck.interval = '0 ms'",
    '  fix  give interval a positive duration',
  ]);
  wrong('a listener check without path', () => checkGateway(gateway({
    listeners: [{ port: 80, targetPort: 8080, protocol: 'http', health: { protocol: 'http', intervalMs: 1, timeoutMs: 1, healthyThreshold: 1, unhealthyThreshold: 1 } }],
  })), [
    "MESH302 the http health check has the path '', which does not start with '/'",
    '  at   Shop/Mesh/Gateway (MeshGateway), listeners[0].healthCheck.path',
    "  fix  give a path, for example '/ping'",
  ]);
  wrong('a canary without check', () => validateModel(program({ services: [service({ versions: unchecked, routes: [serviceRoute('split', { action: split })] })] })), [
    "MESH301 version 'v2' gets a share of the traffic of service 'shop/products', but has no health check",
    '  at   Shop/Mesh/Products (MeshService), canary.healthCheck',
    "  fix  give it one, for example healthCheck: HealthCheck.http('/ping'): traffic must not reach a version that cannot serve",
  ]);
  wrong('a pinned version without check', () => validateModel(program({
    services: [service({ versions: unchecked, routes: [serviceRoute('pin', { match: http('/b'), action: { kind: 'forward', destinations: [to('v2')] } }), serviceRoute('all')] })],
  })), [
    "MESH301 version 'v2' gets a share of the traffic of service 'shop/products', but has no health check",
    '  at   Shop/Mesh/Products (MeshService), canary.healthCheck',
    "  fix  give it one, for example healthCheck: HealthCheck.http('/ping'): traffic must not reach a version that cannot serve",
  ]);
  right('a version without check that gets nothing', () => validateModel(program({
    services: [service({ versions: unchecked, routes: [serviceRoute('split', { action: { kind: 'forward', destinations: [to('v1', 100), to('v2', 0)] } })] })],
  })));
  right('pods that exist already and bring no check', () => validateModel(program({
    services: [service({ versions: [version('v1', { health: undefined }), version('v2')], routes: [serviceRoute('split', { action: split })] })],
  })));
});

describe('retries', () => {
  wrong('no retry', () => checkPolicy({ retry: { attempts: 0, on: ['server-error'] } }), [
    'MESH303 the number of retries is 0, not an integer from 1',
    '  at   Shop/Mesh/Products (MeshService), retries.attempts = 0',
    '  fix  give attempts at least 1, or leave out retries',
  ]);
  wrong('retries on nothing', () => checkPolicy({ retry: { attempts: 2, on: [] } }), [
    'MESH303 the retry policy names no failure, so nothing is ever tried again',
    '  at   Shop/Mesh/Products (MeshService), retries.on',
    '  fix  name at least one failure, for example RetryOn.SERVER_ERROR',
  ]);
  wrong('tries without time', () => checkPolicy({ retry: { attempts: 2, perTryTimeoutMs: 0, on: ['server-error'] } }), [
    'MESH303 the limit of each try is 0 ms, not more than 0',
    "  at   Shop/Mesh/Products (MeshService), retries.perTryTimeout = '0 ms'",
    '  fix  give a positive duration, or leave it out',
  ]);
  wrong('a gRPC status on http', () => checkPolicy({ retry: { attempts: 2, on: ['server-error', 'unavailable'] } }), [
    "MESH303 'unavailable' cannot happen to http requests",
    "  at   Shop/Mesh/Products (MeshService), retries.on = 'unavailable'",
    '  fix  use server-error, gateway-error, client-error, stream-error, connection-error',
  ]);
  wrong('tries that do not fit into the timeout', () => checkPolicy({ retry: { attempts: 2, perTryTimeoutMs: 1500, on: ['server-error'] }, timeouts: { requestMs: 4000 } }), [
    'MESH304 3 tries of 1500 ms need 4500 ms, but the request may take 4000 ms',
    "  at   Shop/Mesh/Products (MeshService), timeout = '4000 ms'",
    '  fix  raise timeout to 4500 ms, or lower attempts or perTryTimeout',
  ]);
  wrong('a policy of addRoute by its own property', () => checkServiceRoute(serviceRoute('one', { policy: { retry: { attempts: 0.5, on: ['server-error'] } } }), service()), [
    'MESH303 the number of retries is 0.5, not an integer from 1',
    "  at   Shop/Mesh/Products (MeshService), addRoute('one').retries.attempts = 0.5",
    '  fix  give attempts at least 1, or leave out retries',
  ]);
  right('tries that just fit', () => checkPolicy({ retry: { attempts: 2, perTryTimeoutMs: 1500, on: ['server-error'] }, timeouts: { requestMs: 4500 } }));
  right('a gRPC status on gRPC', () => checkPolicy({ retry: { attempts: 1, on: ['unavailable'] } }, { kind: 'grpc', metadata: [] }));
  right('a failed connection on TCP', () => checkPolicy({ retry: { attempts: 1, on: ['connection-error'] } }, { kind: 'tcp' }));
});

describe('timeouts', () => {
  wrong('a timeout of 0', () => checkPolicy({ timeouts: { requestMs: 0 } }), [
    'MESH309 timeout is 0 ms, not more than 0',
    "  at   Shop/Mesh/Products (MeshService), timeout = '0 ms'",
    '  fix  give timeout a positive duration, or leave it out for no limit',
  ]);
  wrong('a negative idle timeout of a version', () => checkVersion({ timeouts: { idleMs: -1 } }), [
    'MESH309 idleTimeout is -1 ms, not more than 0',
    "  at   Shop/Mesh/Products (MeshService), stable.idleTimeout = '-1 ms'",
    '  fix  give idleTimeout a positive duration, or leave it out for no limit',
  ]);
  right('a millisecond', () => checkPolicy({ timeouts: { requestMs: 1, idleMs: 1 } }));
});

describe('pools', () => {
  wrong('pending requests without connections', () => checkVersion({ pool: { maxPendingRequests: 10 } }), [
    'MESH305 the connection pool of a port that speaks http has no maxConnections',
    '  at   Shop/Mesh/Products (MeshService), stable.connectionPool',
    '  fix  add maxConnections, or leave out the pool for no limit',
  ]);
  wrong('connections on http2', () => checkVersion({ pool: { maxConnections: 10 } }, 'http2'), [
    'MESH305 maxConnections has no meaning on a port that speaks http2',
    '  at   Shop/Mesh/Products (MeshService), stable.connectionPool.maxConnections = 10',
    '  fix  use maxRequests',
    'MESH305 the connection pool of a port that speaks http2 has no maxRequests',
    '  at   Shop/Mesh/Products (MeshService), stable.connectionPool',
    '  fix  add maxRequests, or leave out the pool for no limit',
  ]);
  wrong('pending requests on tcp', () => checkVersion({ pool: { maxConnections: 10, maxPendingRequests: 1 } }, 'tcp'), [
    'MESH305 maxPendingRequests has no meaning on a port that speaks tcp',
    '  at   Shop/Mesh/Products (MeshService), stable.connectionPool.maxPendingRequests = 1',
    '  fix  use maxConnections',
  ]);
  wrong('a pool of 0', () => checkVersion({ pool: { maxRequests: 0 } }, 'grpc'), [
    'MESH305 maxRequests is 0, not an integer from 1',
    '  at   Shop/Mesh/Products (MeshService), stable.connectionPool.maxRequests = 0',
    '  fix  give maxRequests an integer from 1, or leave it out for no limit',
  ]);
  wrong('a listener pool that does not fit', () => checkGateway(gateway({ listeners: [{ port: 80, targetPort: 8080, protocol: 'http', pool: { maxRequests: 5 } }] })), [
    'MESH305 maxRequests has no meaning on a port that speaks http',
    '  at   Shop/Mesh/Gateway (MeshGateway), listeners[0].connectionPool.maxRequests = 5',
    '  fix  use maxConnections, maxPendingRequests',
    'MESH305 the connection pool of a port that speaks http has no maxConnections',
    '  at   Shop/Mesh/Gateway (MeshGateway), listeners[0].connectionPool',
    '  fix  add maxConnections, or leave out the pool for no limit',
  ]);
  right('a pool of each protocol', () => [
    ...checkVersion({ pool: { maxConnections: 10, maxPendingRequests: 1 } }), ...checkVersion({ pool: { maxRequests: 1 } }, 'grpc'), ...checkVersion({ pool: { maxConnections: 1 } }, 'tcp'),
  ]);
});

describe('outlier detection', () => {
  const outliers = { consecutiveErrors: 5, intervalMs: 10000, baseEjectionMs: 30000, maxEjectionPercent: 50 };
  const endpoints = { discovery: { kind: 'dns-endpoints' } } as const;
  wrong('pods behind one address', () => checkVersion({ outliers }), [
    "MESH307 outlier detection of version 'v1' cannot see single pods, because it is discovered by one load-balanced address",
    '  at   Shop/Mesh/Products (MeshService), stable.outlierDetection',
    '  fix  leave out discovery or give VersionDiscovery.endpoints(), or leave out outlierDetection',
  ]);
  wrong('an ejection of more than everything', () => checkVersion({ ...endpoints, outliers: { ...outliers, maxEjectionPercent: 101 } }), [
    'MESH306 maxEjectionPercent is 101, not an integer from 0 to 100',
    '  at   Shop/Mesh/Products (MeshService), stable.outlierDetection.maxEjectionPercent = 101',
    '  fix  give a percentage from 0 to 100',
  ]);
  wrong('an ejection without error', () => checkVersion({ ...endpoints, outliers: { ...outliers, consecutiveErrors: 0 } }), [
    'MESH306 consecutiveErrors is 0, not an integer from 1',
    '  at   Shop/Mesh/Products (MeshService), stable.outlierDetection.consecutiveErrors = 0',
    '  fix  give consecutiveErrors an integer from 1',
  ]);
  wrong('an interval of 0', () => checkVersion({ ...endpoints, outliers: { ...outliers, intervalMs: 0 } }), [
    'MESH306 interval is 0 ms, not more than 0',
    "  at   Shop/Mesh/Products (MeshService), stable.outlierDetection.interval = '0 ms'",
    '  fix  give interval a positive duration',
  ]);
  right('pods that are seen', () => checkVersion({ ...endpoints, outliers }));
});

describe('scales', () => {
  const auto = { kind: 'auto', minReplicas: 2, maxReplicas: 4, cpuPercent: 60 } as const;
  wrong('half a replica', () => checkVersion({ pods: image({ kind: 'fixed', replicas: 0.5 }) }), [
    'MESH308 replicas is 0.5, not an integer from 0',
    '  at   Shop/Mesh/Products (MeshService), stable.replicas = 0.5',
    '  fix  give replicas an integer from 0',
  ]);
  wrong('a range that starts at 0', () => checkVersion({ pods: image({ ...auto, minReplicas: 0 }) }), [
    'MESH308 minReplicas is 0, not an integer from 1',
    '  at   Shop/Mesh/Products (MeshService), stable.autoscaling.minReplicas = 0',
    '  fix  give minReplicas an integer from 1',
  ]);
  wrong('a range that ends before it starts', () => checkVersion({ pods: image({ ...auto, maxReplicas: 1 }) }), [
    'MESH308 maxReplicas is 1, not an integer from minReplicas, which is 2',
    '  at   Shop/Mesh/Products (MeshService), stable.autoscaling.maxReplicas = 1',
    '  fix  give maxReplicas an integer from 2',
  ]);
  wrong('a range that nothing moves', () => checkVersion({ pods: image({ kind: 'auto', minReplicas: 1, maxReplicas: 2 }) }), [
    'MESH308 autoscaling names neither cpuPercent nor memoryPercent, so nothing moves the number of pods',
    '  at   Shop/Mesh/Products (MeshService), stable.autoscaling',
    '  fix  give cpuPercent or memoryPercent',
  ]);
  wrong('a share of a request that is not made', () => checkVersion({ pods: image(auto, 0) }), [
    'MESH308 autoscaling.cpuPercent is a share of resources.cpuRequestMillis, which is not given',
    '  at   Shop/Mesh/Products (MeshService), stable.autoscaling.cpuPercent = 60',
    '  fix  give resources.cpuRequestMillis',
  ]);
  wrong('a share of nothing', () => checkVersion({ pods: image({ ...auto, cpuPercent: 0 }) }), [
    'MESH308 autoscaling.cpuPercent is 0, not an integer from 1',
    '  at   Shop/Mesh/Products (MeshService), stable.autoscaling.cpuPercent = 0',
    '  fix  give autoscaling.cpuPercent an integer from 1, for example 60',
  ]);
  wrong('replicas of a gateway', () => checkGateway(gateway({ pods: { ...gateway().pods, scale: { kind: 'fixed', replicas: -1 } } })), [
    'MESH308 replicas is -1, not an integer from 0',
    '  at   Shop/Mesh/Gateway (MeshGateway), replicas = -1',
    '  fix  give replicas an integer from 0',
  ]);
  right('a range of one', () => checkVersion({ pods: image({ ...auto, minReplicas: 1, maxReplicas: 1 }) }));
  right('no pods at all', () => checkVersion({ pods: image({ kind: 'fixed', replicas: 0 }) }));
});
