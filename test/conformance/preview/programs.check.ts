/** Previews of programs that use more than the quickstart does: protocols, several gateways and meshes, faults, mirrors, limits, structural changes. */
import { mkdtempSync, rmSync } from 'fs';
import { connect, constants, type IncomingHttpHeaders } from 'http2';
import { connect as connectTcp, createServer, type AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import { ask, Models, Running, shell, type Answer } from './running';
import { opaque } from '../../../lib/model/opaque';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { MeshPreview } from '../../../lib/preview/mesh-preview';
import { PortBook } from '../../../lib/preview/ports';
import {
  EDGE_ONLY, gateway, gatewayRoute, grpc, header, http, httpPort, listener, model, prefix, service, serviceRoute, shares, to, version,
} from '../../model-builders';
import { envoy } from '../tools';

const servedBy = ({ headers }: Answer) => headers['x-served-by'];

/** A catch-all to one version, with filters and policy. */
const only = (name: string, draft: Parameters<typeof serviceRoute>[3] = {}) => [serviceRoute('all', http(), shares(`shop/${name}`, { v1: 100 }), draft)];

/** Every behaviour that a route or version can ask for, each under a path of its own. */
const behaving: TrafficModel = model({
  services: [
    service('api', { routes: only('api', { policy: { timeouts: { requestMs: 2000 } } }) }),
    service('copy'),
    service('limited', { versions: [version('limited', 'v1', { pool: { maxConnections: 1, maxPendingRequests: 1 } })] }),
    service('mirrored', { routes: only('mirrored', { filters: { mirrors: [{ service: 'shop/copy', percent: 100 }] } }) }),
    service('tries', {
      routes: only('tries', { policy: { retry: { attempts: 2, perTryTimeoutMs: 1000, on: ['gateway-error'] }, timeouts: { requestMs: 30_000 } } }),
    }),
    service('wrong', { routes: only('wrong', { filters: { fault: { abort: { status: 418, percent: 100 } } } }) }),
  ],
  gateways: [gateway([
    ...['api', 'copy', 'limited', 'mirrored', 'tries', 'wrong'].map(name => gatewayRoute(name, http(prefix(`/${name}`)), [to(`shop/${name}`)])),
    gatewayRoute('rewritten', http(prefix('/old')), [to('shop/copy')], { filters: { rewritePath: { kind: 'prefix', value: '/new' }, rewriteHost: { kind: 'exact', value: 'inner.example.com' } } }),
  ], { listeners: [listener(18_080)] })],
});

/** Programs whose preview is brought up, asked and ended. */
async function withPreview(
  models: { readonly [name: string]: TrafficModel }, check: (preview: Running, ready: any, files: Models) => Promise<void>, args: readonly string[] = [],
): Promise<void> {
  const files = new Models(models);
  const preview = new Running(files.folder, { args });
  try {
    await check(preview, await preview.next('ready'), files);
    expect((await preview.stop()).code).toBe(0);
    expect([preview.envoys(), preview.leftovers()]).toEqual([[], []]);
  } finally {
    preview.dispose();
    files.dispose();
  }
}

const totals = (said: any): { readonly [version: string]: number } =>
  Object.fromEntries(said.meshes.flatMap((mesh: any) => mesh.groups.flat()).map((row: any) => [`${row.service}@${row.version}`, row.total]));

/** A mesh at the edge only: the table of shop/api has a share of nothing for v2, a fault and a limit, none of which a call meets. */
const atTheEdge: TrafficModel = model({
  mesh: EDGE_ONLY,
  services: [
    service('api', {
      versions: [version('api', 'v1'), version('api', 'v2', { timeouts: { requestMs: 50 } })],
      routes: [serviceRoute('all', http(), shares('shop/api', { v1: 100, v2: 0 }), { filters: { fault: { abort: { status: 418, percent: 100 } } } })],
    }),
    service('copy'), service('web', { calls: [{ service: 'shop/api' }] }),
  ],
  gateways: [gateway([gatewayRoute('api', http(), [to('shop/api')])], { listeners: [listener(18_081)] })],
});

describe('a preview', () => {
  test('lets calls pass by the table where the mesh stands at the edge only', () => withPreview({ shop: atTheEdge }, async (_, { meshes: [mesh] }) => {
    const [edge, calls]: readonly string[] = mesh.entrances.map(({ url }: { readonly url: string }) => url);
    const called = await Promise.all(Array.from({ length: 40 }, () => ask(`${calls!}/`, { headers: { 'host': 'api', 'x-stub-delay-ms': '100' } })));

    expect(mesh.notes[0]).toContain('this mesh routes no calls between services');
    expect(called.map(({ status }) => status)).toEqual(called.map(() => 200));
    expect([...new Set(called.map(servedBy))].sort()).toEqual(['shop/api@v1', 'shop/api@v2']);
    expect((await ask(`${edge!}/`)).status).toBe(418);
    // nobody declares it
    expect((await ask(`${calls!}/`, { headers: { host: 'copy' } })).status).toBe(200);
    expect((await ask(`${calls!}/`, { headers: { host: 'example.com' } })).status).toBe(502);
  }));

  test('makes timeouts, tries, mirrors, faults, limits and rewrites act', () => withPreview({ shop: behaving }, async (preview, { meshes: [mesh] }) => {
    const url: string = mesh.entrances[0].url;
    expect(url).toBe('http://127.0.0.1:18080');

    expect((await ask(`${url}/api`, { headers: { 'x-stub-delay-ms': '50' } })).status).toBe(200);
    expect((await ask(`${url}/api`, { headers: { 'x-stub-delay-ms': '20000' } })).status).toBe(504);

    expect(JSON.parse((await ask(`${url}/tries`, { headers: { 'x-stub-fail': '2' } })).body)).toMatchObject({ try: 3 });
    expect((await ask(`${url}/tries`, { headers: { 'x-stub-fail': '2', 'x-stub-status': '500' } })).status).toBe(500);
    const started = performance.now();
    expect((await ask(`${url}/tries`, { headers: { 'x-stub-delay-ms': '20000' } })).status).toBe(504);
    // three tries of 1 s and the pauses between them; neither the backend's 20 s nor the 30 s of the whole request
    expect(performance.now() - started).toBeGreaterThan(2900);
    expect(performance.now() - started).toBeLessThan(15_000);

    expect((await ask(`${url}/wrong`)).status).toBe(418);
    expect(JSON.parse((await ask(`${url}/old/x?y=1`)).body)).toMatchObject({ path: '/new/x?y=1', host: 'inner.example.com' });

    const crowd = await Promise.all(Array.from({ length: 6 }, () => ask(`${url}/limited`, { headers: { 'x-stub-delay-ms': '2000' } })));
    expect(crowd.filter(({ status }) => status === 503).length).toBeGreaterThanOrEqual(3);
    expect(crowd.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);

    const before = totals(await preview.next('hits', said => totals(said)['shop/copy@v1'] === 1));
    await Promise.all(Array.from({ length: 20 }, () => ask(`${url}/mirrored`)));
    const after = totals(await preview.next('hits', said => totals(said)['shop/mirrored@v1'] === 20 && totals(said)['shop/copy@v1']! >= 21));
    expect(after['shop/copy@v1']! - before['shop/copy@v1']!).toBe(20);
  }));

  test('speaks every protocol, and offers each call of a service', async () => {
    const spoken = model({
      services: [
        service('caller', { calls: [{ service: 'data/db' }, { service: 'data/rpc' }, { service: 'data/many' }] }),
        service('db', { namespace: 'data', ports: [{ port: 15_432, targetPort: 5432, protocol: 'tcp' }], routes: [serviceRoute('tcp', { kind: 'tcp' }, shares('data/db', { v1: 100 }))] }),
        service('many', { namespace: 'data', ports: [httpPort(8080), httpPort(9090)] }),
        service('rpc', { namespace: 'data', ports: [{ port: 9000, targetPort: 9000, protocol: 'grpc' }], routes: [serviceRoute('rpc', grpc(), shares('data/rpc', { v1: 100 }))] }),
        service('web2', { namespace: 'data', ports: [{ port: 8080, targetPort: 8080, protocol: 'http2' }] }),
      ],
      gateways: [
        gateway([gatewayRoute('rpc', grpc({ service: 'shop.v1.Catalog' }), [to('data/rpc')])], { id: 'data/calls', name: 'calls', namespace: 'data', listeners: [listener(9443, 9443, { protocol: 'grpc' })] }),
        gateway([gatewayRoute('web', http(), [to('data/web2')], { hosts: [{ kind: 'exact', value: 'api.example.com' }, { kind: 'suffix', value: '.example.org' }] })], {
          listeners: [listener(80, 8080, { protocol: 'http2' }), listener(19_443, 8443, { tls: { mode: 'strict', certificate: { kind: 'acm', arn: opaque('arn:aws:acm:eu-west-1:111122223333:certificate/1') } } })],
        }),
      ].sort((a, b) => a.id < b.id ? -1 : 1),
    });

    await withPreview({ spoken }, async (_, { meshes: [mesh] }) => {
      const entrances: any[] = mesh.entrances;
      const commands: string[] = entrances.flatMap(one => one.commands);
      expect(entrances.map(({ of, called, url }) => `${of}${called === undefined ? '' : `>${called}`} ${url}`)).toEqual([
        'data/calls http://127.0.0.1:9443', 'shop/gateway http://127.0.0.1:10000', 'shop/gateway http://127.0.0.1:19443',
        'shop/caller http://127.0.0.1:10100', 'shop/caller>data/db tcp://127.0.0.1:15432',
      ]);

      const call = await grpcCall('http://127.0.0.1:9443', '/shop.v1.Catalog/Get', {});
      expect([call.headers['x-served-by'], call.trailers['grpc-status'], call.bytes]).toEqual(['data/rpc@v1', '0', 5]);
      expect((await grpcCall('http://127.0.0.1:9443', '/shop.v1.Catalog/Get', { 'x-stub-grpc-status': '14' })).trailers['grpc-status']).toBe('14');

      const said = commands.filter(one => one.startsWith('curl')).map(one => shell(one.replace('curl', 'curl -s')));
      expect(said.map(one => /data\/[a-z0-9]+(?=[@"])/.exec(one)?.[0])).toEqual([
        'data/rpc', 'data/web2', 'data/web2', 'data/web2', 'data/web2', 'data/rpc', 'data/many', 'data/many',
      ]);
      expect(said.filter(one => one.includes('data/many')).map(one => (JSON.parse(one) as { port: number }).port)).toEqual([8080, 9090]);
      expect(await greeting(15_432)).toBe('data/db@v1\n');
      expect((await ask('http://127.0.0.1:10100/', { headers: { host: 'nobody.example.com' } })).status).toBe(502);
      expect(mesh.leftOut.join()).toMatch(/TLS/i);
    });
  });

  test('runs several meshes with the same names side by side, each with its own backends', () => {
    const mesh = (name: string, v1: string) => model({
      mesh: { name }, services: [service('products', { versions: [version('products', v1)], routes: [serviceRoute('all', http(), shares('shop/products', { [v1]: 100 }))] })],
      gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')])])],
    });

    return withPreview({ a: mesh('blue', 'v1'), b: mesh('green', 'v9') }, async (preview, { meshes }) => {
      const [blue, green]: string[] = meshes.map((one: any) => one.entrances[0].url);
      expect(meshes.map((one: any) => one.mesh)).toEqual(['blue', 'green']);
      expect([servedBy(await ask(blue!)), servedBy(await ask(green!))]).toEqual(['shop/products@v1', 'shop/products@v9']);
      expect(preview.envoys()).toHaveLength(2);
    });
  });

  test('keeps ports, and requests on their way, while versions, services and gateways come and go', () => {
    const products = (names: readonly string[], to: string) => service('products', {
      versions: names.map(name => version('products', name)), routes: [serviceRoute('all', http(), shares('shop/products', Object.fromEntries(names.map(name => [name, name === to ? 100 : 0]))))],
    });
    const edge = (port: number, name: string, id = 'products') => gateway([gatewayRoute('all', http(), [to(`shop/${id}`)])], { id: `shop/${name}`, name, listeners: [listener(port)] });
    const first = model({ services: [products(['v1'], 'v1')], gateways: [edge(80, 'edge')] });
    const second = model({ services: [service('extra'), products(['v1', 'v2'], 'v2')], gateways: [edge(80, 'aside', 'extra'), edge(80, 'edge')] });
    const third = model({ services: [products(['v2'], 'v2')], gateways: [edge(80, 'edge')] });

    return withPreview({ shop: first }, async (preview, { meshes: [mesh] }, files) => {
      const url: string = mesh.entrances[0].url;
      expect(servedBy(await ask(url))).toBe('shop/products@v1');

      files.write('shop', second);
      const { changes, entrances } = await preview.next('reloaded');
      expect(changes).toEqual(['gateway shop/aside: new', 'shop/extra: new', 'shop/products, version v2: new', expect.stringContaining('shop/products, route all: 100 shop/products@v1 -> ')]);
      expect(entrances).toHaveLength(1);
      expect([servedBy(await ask(url)), servedBy(await ask(entrances[0].url))]).toEqual(['shop/products@v2', 'shop/extra@v1']);

      // on its way for longer than the old configuration is kept
      files.write('shop', first);
      await preview.next('reloaded');
      const slow = ask(url, { headers: { 'x-stub-delay-ms': '8000' } });
      await new Promise(done => setTimeout(done, 300));
      files.write('shop', third);
      await preview.next('reloaded');
      expect(servedBy(await ask(url))).toBe('shop/products@v2');
      expect([(await slow).status, servedBy(await slow)]).toEqual([200, 'shop/products@v1']);
      await expect(ask(entrances[0].url)).rejects.toThrow('ECONNREFUSED');
    });
  });

  test('leaves a taken port to its owner', () => withPreview({ shop: behaving }, async (_, { meshes: [mesh] }) => {
    expect(mesh.entrances[0].url).toBe('http://127.0.0.1:18080');
    await withPreview({ shop: behaving }, async (_preview, { meshes: [other] }) => {
      expect(other.entrances[0].url).toBe('http://127.0.0.1:21000');
    }, ['--port-base', '21000']);
  }));

  test('starts on another port when somebody takes the one in the last moment', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'preview-race-'));
    const owner = createServer().listen(0, '127.0.0.1');
    await new Promise(done => owner.once('listening', done));
    const { port } = owner.address() as AddressInfo;
    const taken = model({ services: [service('a')], gateways: [gateway([gatewayRoute('all', http(), [to('shop/a')])], { listeners: [listener(port)] })] });
    // a look that sees nobody, as one that came a moment too early
    const mesh = await MeshPreview.start({ model: taken, own: new Map() }, { key: 'shop', binary: envoy(), folder, ports: new PortBook(22_000, () => Promise.resolve(true)) });
    const { url } = mesh.entrances[0]!;
    const answer = await ask(url);
    await mesh.stop();
    owner.close();
    rmSync(folder, { recursive: true });

    expect([url, servedBy(answer)]).toEqual(['http://127.0.0.1:22000', 'shop/a@v1']);
  });

  test('matches headers as the program says, also on a second gateway', () => withPreview({
    shop: model({
      services: [service('a'), service('b')],
      gateways: [gateway([
        gatewayRoute('beta', http(prefix('/'), { headers: [header('x-env', { kind: 'exact', value: 'beta' })] }), [to('shop/b')]),
        gatewayRoute('all', http(), [to('shop/a')]),
      ])],
    }),
  }, async (_, { meshes: [mesh] }) => {
    const { url } = mesh.entrances[0];

    expect([servedBy(await ask(url)), servedBy(await ask(url, { headers: { 'X-Env': 'beta' } }))]).toEqual(['shop/a@v1', 'shop/b@v1']);
  }));
});

interface GrpcAnswer {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly bytes: number;
}

/** One gRPC call with an empty message. */
function grpcCall(url: string, path: string, headers: { readonly [name: string]: string }): Promise<GrpcAnswer> {
  return new Promise((done, failed) => {
    const session = connect(url).on('error', failed);
    const stream = session.request({ ...headers, [constants.HTTP2_HEADER_METHOD]: 'POST', [constants.HTTP2_HEADER_PATH]: path, 'content-type': 'application/grpc', 'te': 'trailers' });
    let [got, trailers, bytes]: [IncomingHttpHeaders, IncomingHttpHeaders, number] = [{}, {}, 0];
    stream.on('response', answer => { got = answer; }).on('trailers', last => { trailers = last; }).on('data', (part: Buffer) => { bytes += part.length; }).on('error', failed)
      .on('close', () => {
        session.close();
        done({ headers: got, trailers: 'grpc-status' in trailers ? trailers : got, bytes });
      });
    stream.end(Buffer.alloc(5));
  });
}

/** What a TCP port says first. */
function greeting(port: number): Promise<string> {
  return new Promise((done, failed) => {
    const socket = connectTcp(port, '127.0.0.1').on('error', failed);
    socket.once('data', text => {
      socket.destroy();
      done(text.toString());
    });
  });
}
