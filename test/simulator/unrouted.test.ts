/** Calls that no proxy of the mesh routes. */
import type { Service } from '../../lib/model/service';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { describeDecision, describeExplanation, Simulator, type RequestInput } from '../../lib/simulator';
import { EDGE_ONLY, fixed, httpPort, imagePods, model, service, serviceRoute, shares, http, version } from '../model-builders';

const products = service('products', {
  versions: [version('products', 'v1', { pods: imagePods({ scale: fixed(4) }) }), version('products', 'v2', { pods: imagePods({ scale: { kind: 'auto', minReplicas: 1, maxReplicas: 3, cpuPercent: 60 } }) })],
  routes: [serviceRoute('split', http(), shares('shop/products', { v1: 100, v2: 0 }), { policy: { retry: { attempts: 3, on: ['server-error'] }, timeouts: { requestMs: 10_000 } } })],
});
const paths = service('paths', { kind: 'router', versions: [], routes: [serviceRoute('all', http(), shares('shop/products', { v1: 1 }))] });
const single = service('single', { versions: [version('single', 'v1', { timeouts: { requestMs: 100 }, stickiness: { cookie: 'c', ttlMs: 0 } })], ports: [httpPort(8080), httpPort(8081)] });
const bank = service('bank', { kind: 'external', host: 'bank.example.com', routes: [], versions: [version('bank', 'external', { pods: { kind: 'external', host: 'bank.example.com' } })] });
const web = service('web', { calls: ['products', 'paths', 'single', 'bank'].map((name) => ({ service: `shop/${name}` })) });

function shop(more: readonly Service[] = []): TrafficModel {
  return model({ mesh: EDGE_ONLY, services: [bank, paths, products, single, web, ...more] });
}

function ask(request: RequestInput, from = 'web') {
  const simulator = new Simulator(shop());
  return simulator.decide(simulator.serviceEntry(from), request);
}

test('reach any pod of all versions, those without a share among them', () => {
  const decision = ask({ path: '/x', host: 'products', headers: { 'x-a': 'b' } });

  expect(describeDecision(decision)).toBe('any pod of shop/products, not routed: v1 (4 pods) or v2 (1 to 3 pods)');
  expect(decision.branches).toMatchObject([{ share: { numerator: 1, denominator: 1 }, policy: {}, mirrors: [], faults: [], arrival: { path: '/x', host: 'products', headers: { 'x-a': 'b' } } }]);
});

test('reach the only version exactly, without limits of its own', () => {
  const decision = ask({ path: '/', host: 'single', port: 8081 });

  expect(describeDecision(decision)).toBe('shop/single@v1:8081, not routed');
  expect(decision.branches[0]).toMatchObject({ policy: {}, ending: { kind: 'unrouted', port: 8081 } });
});

test('are refused where no pods stand behind a name', () => {
  expect(describeDecision(ask({ path: '/', host: 'paths' }))).toBe('connection refused, no pods behind shop/paths');
});

test('go to a host outside of the mesh itself, declared or not', () => {
  expect([ask({ path: '/', host: 'bank.example.com' }), ask({ path: '/', host: 'bank.example.com' }, 'products'), ask({ path: '/', host: 'other.example.com' })]
    .map((decision) => [describeDecision(decision), decision.undeclared])).toEqual([
    ['shop/bank@external, not routed', undefined], ['shop/bank@external, not routed', true], ['other.example.com, outside of the mesh', true],
  ]);
});

test('are explained', () => {
  const simulator = new Simulator(shop());
  const lines = (from: string, host: string) => describeExplanation(simulator.explain(simulator.serviceEntry(from), { path: '/', host })).slice(1, -1).map((line) => line.trim());

  expect(lines('single', 'products')).toEqual([
    'products is shop/products',
    'shop/single does not declare this call (calls: none), and nothing in this mesh refuses it',
    'this mesh routes no calls between services: routes, shares, retries, timeouts, faults and mirrors of shop/products act on requests through gateways alone',
    'each connection goes to any ready pod of v1 or v2: the shares follow the numbers of pods, and are not known here',
  ]);
  expect(lines('web', 'single')[2]).toBe('all pods behind the name of shop/single are of v1');
  expect(lines('web', 'paths').slice(1)).toEqual(['this mesh routes no calls between services', 'no pods stand behind the name of shop/paths, so the connection is refused']);
  expect(lines('web', 'bank.example.com')).toEqual(['bank.example.com is shop/bank', 'this mesh routes no calls: the connection goes to the host itself']);
  expect(lines('web', 'other.example.com')).toEqual(['other.example.com is no host of the mesh',
    'shop/web does not declare this call (calls: shop/products, shop/paths, shop/single, shop/bank), and nothing in this mesh refuses it']);
});
