/** What the commands print, whole. Each golden is one situation, as a terminal shows it. */
import { App } from 'aws-cdk-lib';
import { SHOP, assemblyOf, transcript } from './world';
import { build as quickstart } from '../../examples/quickstart';
import { folderWith } from '../assembly/folders';
import { expectGolden, expectNoOrphans } from '../golden';
import { EDGE_ONLY, gateway, gatewayRoute, header, http, listener, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

const EDGE = ['--gateway', 'shop/edge'];

/** A mesh that lets every call out, with hosts of both kinds. */
const OPEN = model({
  mesh: { egress: 'any' },
  services: [
    service('a', {
      versions: [version('a', 'v1', { timeouts: { requestMs: 250 } }), version('a', 'v2')],
      routes: [serviceRoute('split', http(), shares('shop/a', { v1: 1, v2: 0 }), { policy: { retry: { attempts: 1, on: ['gateway-error', 'connection-error'] } } })],
    }),
    service('b', { routes: [serviceRoute('reads', http(prefix('/'), { method: 'GET' }), shares('shop/b', { v1: 1 }))] }),
  ],
  gateways: [gateway([
    gatewayRoute('shop', http(), [to('shop/a')], { hosts: [{ kind: 'exact', value: 'shop.example.com' }] }),
    gatewayRoute('others', http(), [to('shop/b')], { hosts: [{ kind: 'suffix', value: '.example.com' }] }),
    gatewayRoute('canary', http(prefix('/c')), [{ service: 'shop/a', version: 'v1', weight: 2 }, { service: 'shop/a', version: 'v2', weight: 1 }], {
      hosts: [{ kind: 'exact', value: 'shop.example.com' }], filters: { requestHeaders: { set: [], add: [{ name: 'x-tag', value: 'b' }], remove: [] } },
    }),
  ], { listeners: [listener(80), listener(443, 8443, { tls: { mode: 'strict', certificate: { kind: 'sds', secret: 'cert' } } })] })],
});

/** The shop on a mesh that stands at the edge only, with pods of two kinds. */
const AT_THE_EDGE = { ...SHOP, mesh: { ...SHOP.mesh, ...EDGE_ONLY }, services: SHOP.services.map((one) => one.name === 'reviews' ? { ...one, calls: [{ service: 'shop/products' }] } : one) };

const WRONG = model({
  services: [service('a', { versions: [version('a', 'v1'), version('a', 'v2')], routes: [serviceRoute('split', http(), shares('shop/a', { v1: 0, v2: 0 }))] })],
  gateways: [gateway([
    gatewayRoute('everything', http(), [to('shop/a')], { priority: 1 }),
    gatewayRoute('hidden', http(prefix('/hidden')), [to('shop/a')]),
    gatewayRoute('beta', http(prefix('/x'), { headers: [header('x-beta', { kind: 'regex', value: '(?=a)' })] }), [to('shop/gone')], { priority: 0 }),
  ])],
});

const SURPRISING = model({
  services: [service('a')],
  gateways: [gateway([gatewayRoute('everything', http(), [to('shop/a')], { priority: 1 }), gatewayRoute('hidden', http(prefix('/hidden')), [to('shop/a')])])],
});

const SITUATIONS: readonly { readonly name: string; readonly folder: () => string; readonly commands: readonly (readonly string[])[] }[] = [
  {
    name: 'simulate-rewrites-and-policies',
    folder: () => assemblyOf(SHOP),
    commands: [['simulate', 'GET', '/products/7?tab=new', ...EDGE, '-H', 'Cookie: a=1', '-H', 'x-env: beta'], ['simulate', '/products', ...EDGE, '--header', 'X-Beta:yes']],
  },
  { name: 'simulate-split-of-services', folder: () => assemblyOf(SHOP), commands: [['simulate', '/half', ...EDGE]] },
  {
    name: 'simulate-without-forwarding',
    folder: () => assemblyOf(SHOP),
    commands: [['simulate', '/old', ...EDGE], ['simulate', '/old', '--host', 'old.example.com:8080', ...EDGE], ['simulate', 'post', '/closed', ...EDGE], ['simulate', '/nope', ...EDGE]],
  },
  {
    name: 'simulate-hosts-and-ports',
    folder: () => assemblyOf(OPEN),
    commands: [
      ['simulate', 'https://shop.example.com/x'], ['simulate', 'http://shop.example.com:443/c'], ['simulate', 'DELETE', '/x', '-H', 'Host: www.example.com'],
      ['simulate', '/x', '--host', 'example.com'], ['simulate', '/c', '--host', 'SHOP.example.com', '-H', 'x-tag: a'],
    ],
  },
  {
    name: 'simulate-calls-and-protocols',
    folder: () => assemblyOf(SHOP),
    commands: [
      ['simulate', '--grpc', 'stock.v1.Stock/Get', '--gateway', 'calls', '-H', 'x-tenant: a'], ['simulate', 'http://stock.stock:5432', '--from', 'products'],
      ['simulate', '--grpc', '/a.B/C', '--host', 'stock.stock', '--from', 'shop/products'], ['simulate', '/', '--host', 'products', '--from', 'reviews'],
    ],
  },
  { name: 'simulate-calls-that-leave', folder: () => assemblyOf(OPEN), commands: [['simulate', 'https://api.payments.example.com/v1', '--from', 'a'], ['simulate', 'http://b/x', '--from', 'a']] },
  {
    name: 'simulate-calls-at-the-edge-only',
    folder: () => assemblyOf(AT_THE_EDGE),
    commands: [
      ['simulate', 'http://products/x', '--from', 'reviews', '-H', 'x-beta: yes'], ['simulate', '--grpc', '/a.B/C', '--host', 'stock.stock', '--from', 'reviews'],
      ['simulate', 'http://api.example.com/', '--from', 'reviews'], ['simulate', 'http://products/x', '--from', 'reviews', '--json'], ['simulate', '/half', ...EDGE],
    ],
  },
  {
    name: 'explain-calls-at-the-edge-only',
    folder: () => assemblyOf(AT_THE_EDGE),
    commands: [['explain', 'http://products/x', '--from', 'reviews'], ['explain', 'http://reviews/', '--from', 'products'], ['explain', 'http://api.example.com/', '--from', 'reviews']],
  },
  {
    name: 'simulate-quickstart',
    folder: () => quickstart(new App({ outdir: folderWith({}) })).synth().directory,
    commands: [
      ['simulate', 'GET', '/products', '.'], ['simulate', 'GET', '/products', '-H', 'x-experiment-id: b', '.'], ['simulate', '/checkout/pay', '.'],
      ['simulate', '/checkout/pay', '-H', 'x-preview: green', 'Shop-Mesh.mesh.json'], ['simulate', 'http://catalog.shop/items', '.', '--from', 'products'], ['simulate', '/product', '.'],
    ],
  },
  {
    name: 'explain-gateway',
    folder: () => assemblyOf(SHOP),
    commands: [['explain', '/products', ...EDGE, '-H', 'x-beta: no'], ['explain', 'https://api.example.com/x', ...EDGE], ['explain', '/nope', ...EDGE]],
  },
  {
    name: 'explain-calls',
    folder: () => assemblyOf(SHOP),
    commands: [
      ['explain', '--grpc', 'stock.v2.Stock/Get', '--gateway', 'calls'], ['explain', '--grpc', '/a.B/C', '--host', 'stock.stock', '--from', 'products'],
      ['explain', '/', '--host', 'products', '--from', 'reviews'],
    ],
  },
  { name: 'explain-service-commits', folder: () => assemblyOf(OPEN), commands: [['explain', 'DELETE', 'https://www.example.com/x']] },
  { name: 'check-errors', folder: () => assemblyOf(WRONG), commands: [['check'], ['simulate', '/']] },
  { name: 'check-warnings', folder: () => assemblyOf(SURPRISING), commands: [['check'], ['check', '--strict'], ['check', '--strict', '--acknowledge', 'MESH207'], ['simulate', '/hidden']] },
  { name: 'check-provider', folder: () => assemblyOf(SHOP), commands: [['check', '--strict'], ['check', '--provider', 'app-mesh', '--provider', 'app-mesh']] },
  {
    name: 'check-several-meshes',
    folder: () => folderWith({ 'models/a.mesh.json': SURPRISING, 'models/b.mesh.json': { ...SHOP, mesh: { ...SHOP.mesh, name: 'other' } } }),
    commands: [['check', 'models'], ['check', 'models', '--mesh', 'other', '--strict'], ['check', 'models/a.mesh.json'], ['simulate', '/', 'models', '--mesh', 'shop'], ['simulate', '/', 'models']],
  },
];

describe('a terminal shows', () => {
  test.each(SITUATIONS)('$name', async ({ name, folder, commands }) => {
    expectGolden(`cli/${name}.txt`, await transcript(folder(), commands));
  });

  test('no situation that is not asserted', () => {
    expectNoOrphans('cli', [...SITUATIONS.map(({ name }) => `${name}.txt`), 'help.txt', ...['rollout', 'unproven', 'several-meshes'].map((name) => `diff-${name}.txt`)]);
  });
});
