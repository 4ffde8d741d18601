/** Calls in a preview of a mesh that routes none: past the table and all limits, to versions by their numbers of pods. */
import { lower, named, routesOf } from './lowered';
import type { MeshSettings } from '../../../lib/model/traffic-model';
import * as build from '../../model-builders';

const pods = (replicas: number) => ({ pods: build.imagePods({ scale: build.fixed(replicas) }) });
const products = build.service('products', {
  versions: [build.version('products', 'v1', pods(3)), build.version('products', 'v2', { ...pods(1), timeouts: { requestMs: 100 } }), build.version('products', 'v3', { ...pods(2), pool: { maxConnections: 1 } })],
  routes: [build.serviceRoute('split', build.http(), build.shares('shop/products', { v1: 100, v2: 0, v3: 0 }), { policy: { timeouts: { requestMs: 500 } } })],
});
const rows = build.service('rows', {
  ports: [{ port: 5432, targetPort: 5432, protocol: 'tcp' }], versions: [build.version('rows', 'v1'), build.version('rows', 'v2', pods(5))],
  routes: [build.serviceRoute('rows', { kind: 'tcp' }, build.shares('shop/rows', { v1: 1 }))],
});
const paths = build.service('paths', { kind: 'router', versions: [], routes: [build.serviceRoute('all', build.http(), build.shares('shop/products', { v1: 1 }))] });
const web = build.service('web', { calls: [{ service: 'shop/products' }, { service: 'shop/rows' }] });
const lowered = (mesh: Partial<MeshSettings>) => lower(build.model({ mesh, services: [paths, products, rows, web], gateways: [build.gateway([build.gatewayRoute('all', build.http(), [build.to('shop/products')])])] }));

const edge = lowered(build.EDGE_ONLY);
const called = (resources: typeof edge, host: string) => routesOf(resources, 'calls/shop/web', `${host}.shop.svc.cluster.local`);

test('requests go to all versions, without limits', () => {
  const [route, ...others] = called(edge, 'products');

  expect(others).toEqual([]);
  expect(route!.route).toMatchObject({ timeout: '0s', idle_timeout: '0s' });
  expect(route!.route!.weighted_clusters.clusters.map(({ name, weight }) => [name, weight])).toEqual([
    ['shop/products@v1:8080', 3], ['shop/products@v2:8080/pods', 1], ['shop/products@v3:8080/pods', 2],
  ]);
  expect(named(edge.clusters, 'shop/products@v3:8080/pods')).toMatchObject({ circuit_breakers: { thresholds: [{ max_connections: 4_294_967_295 }] } });
});

test('connections do, too', () => {
  const listener = JSON.stringify(named(edge.listeners, 'calls/shop/web/tcp/shop/rows:5432'));

  expect(listener).toContain('"weighted_clusters":{"clusters":[{"name":"shop/rows@v1:5432","weight":2},{"name":"shop/rows@v2:5432","weight":5}]}');
});

test('a name without pods answers nothing', () => {
  expect(called(edge, 'paths').map((route) => route.direct_response)).toEqual([
    { status: 503, body: { inline_string: "no pods stand behind the name of 'shop/paths', and this mesh routes no calls between services\n" } },
  ]);
});

test('a call that nobody declares is let through, and other hosts are elsewhere', () => {
  expect(called(edge, 'paths')).toHaveLength(1);
  expect(() => called(lowered({}), 'paths')).toThrow("no table 'paths.shop.svc.cluster.local'");
  expect(called(lowered({ serviceToService: { routes: 'applied', undeclaredCalls: 'allowed' } }), 'paths')).toHaveLength(1);
  expect(JSON.stringify(routesOf(edge, 'calls/shop/web', '*'))).toContain('this host is none of the mesh');
});

test('a mesh that routes calls has no more clusters than before', () => {
  const names = (resources: typeof edge) => resources.clusters.map(({ name }) => name);

  expect(names(edge).filter((name) => !names(lowered({})).includes(name))).toEqual(['shop/products@v3:8080/pods']);
});
