import { Lazy } from 'aws-cdk-lib';
import { errorOf, modelOf, program, version } from './program';
import { CanaryService, HeaderMatch, HealthCheck, Pin, Protocol, QueryMatch, ServiceVersion } from '../../lib';
import type { Service } from '../../lib/model';

function serviceOf(props: Partial<ConstructorParameters<typeof CanaryService>[2]> = {}): Service {
  const { mesh } = program();
  new CanaryService(mesh, 'Products', { port: 8080, stable: version('v1'), canary: version('v2'), canaryPercent: 5, ...props });
  return modelOf(mesh).services[0];
}

test('splits all requests between stable and canary', () => {
  const service = serviceOf();

  expect(service.routes).toHaveLength(1);
  expect(service.routes[0]).toMatchObject({
    name: 'split',
    match: { kind: 'http', path: { kind: 'prefix', value: '/' }, headers: [], query: [] },
    action: { kind: 'forward', destinations: [{ service: 'shop/products', version: 'v1', weight: 95 }, { service: 'shop/products', version: 'v2', weight: 5 }] },
  });
});

test.each([[0, [100, 0]], [100, [0, 100]]])('writes both weights at %i percent', (percent, weights) => {
  const service = serviceOf({ canaryPercent: percent });

  const { action } = service.routes[0];
  expect(action.kind === 'forward' && action.destinations.map(({ weight }) => weight)).toEqual(weights);
});

test('has one version without a canary', () => {
  const service = serviceOf({ canary: undefined, canaryPercent: undefined });

  expect(service.versions.map(({ name }) => name)).toEqual(['v1']);
  expect(service.routes[0].action).toEqual({ kind: 'forward', destinations: [{ service: 'shop/products', version: 'v1', weight: 100 }] });
});

test('sends pinned requests to the canary, each by a route named after its condition', () => {
  const service = serviceOf({ pins: [Pin.header('X-Group', HeaderMatch.exactly('b')), Pin.cookie('beta', 'yes.1'), Pin.query('v', QueryMatch.present())] });

  expect(service.routes.map(({ name }) => name)).toEqual(['pin-header-x-group', 'pin-cookie-beta', 'pin-query-v', 'split']);
  expect(service.routes[0].match).toMatchObject({ headers: [{ name: 'x-group', match: { kind: 'exact', value: 'b' }, inversion: 'none' }] });
  expect(service.routes[1].match).toMatchObject({ headers: [{ name: 'cookie', match: { kind: 'regex', value: '(.*;\\s*)?beta=yes\\.1(\\s*;.*)?' } }] });
  expect(service.routes[2].match).toMatchObject({ query: [{ name: 'v', match: { kind: 'present' } }] });
});

test('names two pins of the same header apart', () => {
  const service = serviceOf({ pins: [Pin.header('x-group', HeaderMatch.exactly('b')), Pin.header('x-group', HeaderMatch.exactly('c'))] });

  expect(service.routes.map(({ name }) => name)).toEqual(['pin-header-x-group', 'pin-header-x-group-2', 'split']);
});

test('pins gRPC calls by metadata', () => {
  const service = serviceOf({ protocol: Protocol.GRPC, pins: [Pin.header('x-group', HeaderMatch.exactly('b'))] });

  expect(service.routes[0].match).toMatchObject({ kind: 'grpc', metadata: [{ name: 'x-group' }] });
});

test('fails if a version has no health check', () => {
  const message = errorOf(() => serviceOf({ canary: ServiceVersion.fromImage('v2', { image: 'shop/app:v2' }) }));

  expect(message).toBe(`MESH301 version 'v2' of canary service 'products' has no health check
  at   Shop/Mesh/Products (CanaryService), canary.healthCheck
  fix  give it one, for example healthCheck: HealthCheck.http('/ping'): traffic must not reach a version that cannot serve`);
});

test.each([105, -1, 2.5])('fails if the percentage is %d', (percent) => {
  const message = errorOf(() => serviceOf({ canaryPercent: percent }));

  expect(message).toBe(`MESH203 canaryPercent is ${percent}, not an integer from 0 to 100
  at   Shop/Mesh/Products (CanaryService), canaryPercent = ${percent}
  fix  give canaryPercent an integer from 0 to 100`);
});

test('fails if there is a canary without a percentage', () => {
  const message = errorOf(() => serviceOf({ canaryPercent: undefined }));

  expect(message).toBe(`MESH111 there is a canary, but canaryPercent is left out
  at   Shop/Mesh/Products (CanaryService), canaryPercent
  fix  give canaryPercent an integer from 0 to 100; 0 keeps the canary warm without traffic`);
});

test('fails if there is a percentage without a canary', () => {
  const message = errorOf(() => serviceOf({ canary: undefined }));

  expect(message).toBe(`MESH111 canaryPercent is given, but there is no canary
  at   Shop/Mesh/Products (CanaryService), canaryPercent
  fix  add canary, or leave out canaryPercent`);
});

test('fails if the name is a token', () => {
  const message = errorOf(() => serviceOf({ serviceName: Lazy.string({ produce: () => 'late' }) }));

  expect(message).toBe(`MESH109 serviceName must be known at synthesis, but is a token
  at   Shop/Mesh/Products (CanaryService), serviceName
  fix  give serviceName a literal value; tokens work only where they are carried unread: images, ARNs, environment values, annotations`);
});

test('fails if a query pin stands on a gRPC port', () => {
  const message = errorOf(() => serviceOf({ protocol: Protocol.GRPC, pins: [Pin.query('v', QueryMatch.present())] }));

  expect(message).toBe(`MESH213 its conditions cannot be read on a grpc port
  at   Shop/Mesh/Products (CanaryService), pins[0]
  fix  use a header, which is a metadata entry of the call; gRPC calls have no query`);
});

test('takes the health check into the model with its defaults written out', () => {
  const service = serviceOf({ stable: ServiceVersion.fromImage('v1', { image: 'a:1', healthCheck: HealthCheck.http('/live', { port: 8080 }) }) });

  expect(service.versions[0].health).toEqual({
    protocol: 'http', path: '/live', port: 8080, intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 3,
  });
});
