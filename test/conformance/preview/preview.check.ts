/** The preview of the quickstart as a process of its own, with a real Envoy: how fast, how true, how clean. */
import { writeFileSync } from 'fs';
import { createServer, Agent } from 'http';
import { connect } from 'http2';
import type { AddressInfo } from 'net';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { ask, isCompiled, listensOn, Models, Running, shell, startSeconds, type Answer } from './running';
import { build } from '../../../examples/quickstart';
import { readModels } from '../../../lib/assembly';
import type { TrafficModel } from '../../../lib/model/traffic-model';

const { directory } = build(new App({ analyticsReporting: false })).synth();
const quickstart = readModels(directory)[0]!.model;

/** The quickstart with another share for the canary, and another version as the canary. */
function withCanary(percent: number, canary = 'v2'): TrafficModel {
  const nameOf = (version: string) => version === 'v2' ? canary : version;
  return {
    ...quickstart,
    services: quickstart.services.map(service => service.name !== 'products' ? service : {
      ...service,
      versions: service.versions.map(version => ({ ...version, name: nameOf(version.name), resourceName: `products-${nameOf(version.name)}` })),
      routes: service.routes.map(route => {
        if (route.action.kind !== 'forward') return route;
        const isSplit = route.action.destinations.length > 1;
        const destinations = route.action.destinations.map(one => ({
          ...one, version: nameOf(one.version!), weight: !isSplit ? one.weight : one.version === 'v2' ? percent : 100 - percent,
        }));
        return { ...route, action: { ...route.action, destinations } };
      }),
    }),
  };
}

const served = ({ headers }: Answer) => String(headers['x-served-by']);

describe('a preview of the quickstart', () => {
  let models: Models;
  let preview: Running;
  let gateway: string;
  let firstAnswer: number;
  let start: number;

  beforeAll(async () => {
    models = new Models({ shop: quickstart });
    // what the system has to read for the first time is not what is measured
    const warm = new Running(models.folder);
    await warm.next('ready');
    await warm.stop();
    warm.dispose();
    start = startSeconds();
    preview = new Running(models.folder);
    gateway = (await preview.next('ready')).meshes[0].entrances[0].url;
    await ask(`${gateway}/products/7`);
    firstAnswer = (performance.now() - preview.startedAt) / 1000;
  });

  afterAll(() => {
    preview.dispose();
    models.dispose();
  });

  test('answers the first request within seconds of the command', () => {
    console.log(`from the command to the first routed answer: ${firstAnswer.toFixed(2)} s (${isCompiled() ? 'compiled' : 'from the sources'}; it says its version in ${start.toFixed(2)} s)`);

    // about 1 s on a quiet machine, and less than 2 is promised; a busy machine must not fail the check, but a wait of seconds must
    expect(firstAnswer).toBeLessThan(3 + 8 * start);
  });

  test('prints lines that work as they stand', async () => {
    const again = new Running(models.folder, { text: true });
    while (!again.output.includes('a local Envoy does not act on')) await new Promise(done => setTimeout(done, 20));
    const lines = again.output.split('\n').filter(line => line.startsWith('  curl')).map(line => line.trim());
    const answers = lines.map(line => shell(line.replace('curl', 'curl -s')));
    await again.stop();
    again.dispose();

    expect(answers.map(answer => (JSON.parse(answer) as { service: string }).service)).toEqual(['shop/products', 'shop/checkout-blue', 'shop/catalog']);
    expect(again.output).toContain('health check');
  });

  test('sends what a pin or preview names to its version, and says what arrived', async () => {
    const pinned = await ask(`${gateway}/products/7?tab=new`, { headers: { 'x-experiment-id': 'b' } });

    expect(JSON.parse(pinned.body)).toMatchObject({
      service: 'shop/products', version: 'v2', method: 'GET', path: '/products/7?tab=new', host: 'products.shop.svc.cluster.local', headers: { 'x-experiment-id': 'b' },
    });
    expect(served(await ask(`${gateway}/checkout`, { headers: { 'x-preview': 'green' } }))).toBe('shop/checkout-green@v1');
    expect((await ask(`${gateway}/admin`)).status).toBe(404);
  });

  test('sends 5 % of 10,000 requests to the canary, within 4 sigma, and counts them', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    let canary = 0;
    for (let at = 0; at < 10_000; at += 100) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => ask(`${gateway}/products/7`, { agent })));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      canary += answers.filter(answer => served(answer) === 'shop/products@v2').length;
    }
    agent.destroy();

    expect(Math.abs(canary - 500)).toBeLessThanOrEqual(87);
    const { meshes } = await preview.next('hits', said => versionsOf(said.meshes).v1!.total + versionsOf(said.meshes).v2!.total >= 10_000);
    expect(versionsOf(meshes).v2!.wantedPercent).toBe(5);
    expect(Math.abs(versionsOf(meshes).v2!.percent - 5)).toBeLessThan(1);
  });

  test('tries again what the program says, and gives up after that', async () => {
    const third = await ask(`${gateway}/products/7`, { headers: { 'x-stub-fail': '2' } });
    const fifth = await ask(`${gateway}/products/7`, { headers: { 'x-stub-fail': '4', 'x-experiment-id': 'b' } });

    expect(JSON.parse(third.body)).toMatchObject({ try: 3 });
    // 3 tries after the first
    expect([fifth.status, (JSON.parse(fifth.body) as { try: number }).try]).toEqual([503, 4]);
    expect((await ask(`${gateway}/checkout`, { headers: { 'x-stub-fail': '1' } })).status).toBe(503);
  });

  test('follows a change under load without a lost request, and the shares move', async () => {
    const load = new Load(gateway);
    for (const [percent, canary, words] of [
      [25, 'v2', '95 shop/products@v1, 5 shop/products@v2 -> 75'], [100, 'v2', '75 shop/products@v1, 25 shop/products@v2 -> 0'],
      // the old version goes while requests are on their way to it, and another one comes
      [50, 'v3', 'shop/products, version v2: gone'], [50, 'v2', 'shop/products, version v3: gone'],
    ] as const) {
      await load.requests(1200);
      models.write('shop', withCanary(percent, canary));
      const { changes } = await preview.next('reloaded');
      expect(changes.join()).toContain(words);
      // a request that was routed before the change may be answered after it
      await load.requests(100);
      load.restart();
      await load.requests(1200);
      const share = load.canary / load.answered;
      expect(Math.abs(share - percent / 100)).toBeLessThanOrEqual(4 * Math.sqrt(0.25 / load.answered));
    }
    // the old configuration is taken away some seconds after the last change
    await load.seconds(6);
    const { failures, total } = await load.end();
    console.log(`${total} requests over HTTP/1.1 (kept and new connections) and HTTP/2 while the program changed 4 times; lost: ${failures.length}`);

    expect(failures).toEqual([]);
    expect(total).toBeGreaterThan(9000);
  });

  test('keeps what it had while a model is broken or gone, and follows when it is mended', async () => {
    models.write('shop', withCanary(0));
    await preview.next('reloaded');
    models.writeText('shop', '{ "format": 1, "mesh": ');
    const broken = await preview.next('problem');
    expect(broken.text).toMatch(/is not JSON[^]*the preview goes on with what it had/);
    expect(served(await ask(`${gateway}/products/7`))).toBe('shop/products@v1');

    models.write('shop', { ...quickstart, gateways: [{ ...quickstart.gateways[0]!, routes: [] }] });
    expect((await preview.next('problem')).text).toMatch(/MESH113[^]*the preview goes on with what it had/);
    expect(served(await ask(`${gateway}/products/7`))).toBe('shop/products@v1');

    models.write('shop', withCanary(100));
    await preview.next('reloaded');
    expect(served(await ask(`${gateway}/products/7`))).toBe('shop/products@v2');
  });

  test('listens on the loopback interface only', () => {
    const [envoy] = preview.envoys();
    const addresses = [...listensOn(envoy!), ...listensOn(preview.process.pid!)];

    expect(addresses.length).toBeGreaterThan(5);
    expect(new Set(addresses)).toEqual(new Set(['0100007F']));
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('leaves nothing behind after %s', async signal => {
    const ending = new Running(models.folder);
    const url = (await ending.next('ready')).meshes[0].entrances[0].url;
    expect(ending.envoys()).toHaveLength(1);
    const { code } = await ending.stop(signal);

    expect(code).toBe(0);
    expect(ending.envoys()).toEqual([]);
    expect(ending.leftovers()).toEqual([]);
    await expect(ask(url)).rejects.toThrow('ECONNREFUSED');
    ending.dispose();
  });

  test('says why and ends with 1 when Envoy dies', async () => {
    const dying = new Running(models.folder, { text: true });
    while (dying.envoys().length === 0 || !dying.output.includes('calls of')) await new Promise(done => setTimeout(done, 20));
    process.kill(dying.envoys()[0]!, 'SIGSEGV');
    const { code } = await dying.ended;

    expect(code).toBe(1);
    expect(dying.output).toMatch(/Envoy was ended by SIGSEGV|Envoy ended with exit code \d+|Caught Segmentation fault/);
    expect(dying.leftovers()).toEqual([]);
    dying.dispose();
  });

  test('says the last lines of the log when Envoy does not start', async () => {
    const failing = new Running(models.folder, { text: true, env: { ENVOY: wrapper(models.folder, 'exec "$REAL" --no-such-option') } });
    const { code } = await failing.ended;

    expect(code).toBe(1);
    expect(failing.output).toContain('no-such-option');
    expect(failing.leftovers()).toEqual([]);
    failing.dispose();
  });

  test('uses a process of the user in place of a stub', async () => {
    const own = createServer((request, response) => response.end(`mine: ${request.url}`)).listen(0, '127.0.0.1');
    await new Promise(done => own.once('listening', done));
    const mine = new Running(models.folder, { args: ['--backend', `products/v2=localhost:${(own.address() as AddressInfo).port}`] });
    const { meshes } = await mine.next('ready');
    const answer = await ask(`${meshes[0].entrances[0].url}/products/1`, { headers: { 'x-experiment-id': 'b' } });
    await mine.stop();
    own.close();
    mine.dispose();

    expect(answer.body).toBe('mine: /products/1');
    expect(meshes[0].own).toEqual([expect.stringMatching(/^shop\/products@v2:8080 is 127\.0\.0\.1:\d+$/)]);
  });

  test.each([
    [['--backend', 'basket/v1=3000'], "names service 'basket', which does not exist"],
    [['--mesh', 'nothing'], "there is no mesh 'nothing'"],
    [['--port-base', '80'], 'a port from 1025 to 65000 is needed'],
    [['--envoy', '/no/envoy'], '--envoy names /no/envoy, but there is no such file'],
  ])('refuses %j with exit code 2', async (args, said) => {
    const wrong = new Running(models.folder, { args });
    const { code } = await wrong.ended;

    expect([code, wrong.output]).toEqual([2, expect.stringContaining(said)]);
    expect(wrong.leftovers()).toEqual([]);
    wrong.dispose();
  });
});

/** A program in place of Envoy that answers `--version` and fails in another way than a missing one. */
function wrapper(folder: string, script: string): string {
  const path = join(folder, 'envoy.sh');
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { envoy } = require('../tools') as typeof import('../tools');
  writeFileSync(path, `#!/bin/sh\nREAL=${envoy()}\n[ "$1" = --version ] && exec "$REAL" --version\n${script}\n`, { mode: 0o755 });
  return path;
}

interface Row { readonly version: string; readonly total: number; readonly percent: number; readonly wantedPercent: number }

/** Rows of the products by version, of the only mesh. */
function versionsOf(meshes: readonly { readonly groups: readonly (readonly (Row & { readonly service: string })[])[] }[]): { readonly [version: string]: Row | undefined } {
  return Object.fromEntries(meshes[0]!.groups.flat().filter(({ service }) => service === 'shop/products').map(row => [row.version, row]));
}

/** Requests without pause: on kept and on new connections, HTTP/1.1 and HTTP/2. */
class Load {
  readonly failures: string[] = [];
  total = 0;
  answered = 0;
  canary = 0;
  private going = true;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 4 });
  private readonly session;
  private readonly loops: readonly Promise<void>[];

  constructor(private readonly gateway: string) {
    this.session = connect(gateway);
    const kept = () => ask(`${gateway}/products/7`, { agent: this.agent });
    const fresh = () => ask(`${gateway}/products/7`);
    this.loops = [kept, kept, fresh, fresh, () => this.http2(), () => this.http2()].map(one => this.repeat(one));
  }

  restart(): void {
    this.answered = 0;
    this.canary = 0;
  }

  async requests(count: number): Promise<void> {
    const goal = this.total + count;
    while (this.total < goal) await new Promise(done => setTimeout(done, 5));
  }

  seconds(count: number): Promise<void> {
    return new Promise(done => setTimeout(done, count * 1000));
  }

  async end(): Promise<this> {
    this.going = false;
    await Promise.all(this.loops);
    this.agent.destroy();
    this.session.close();
    return this;
  }

  private async repeat(one: () => Promise<Answer>): Promise<void> {
    while (this.going) {
      try {
        const answer = await one();
        this.answered += 1;
        if (answer.status !== 200) this.failures.push(`${answer.status} ${answer.body}`);
        if (served(answer) !== 'shop/products@v1') this.canary += 1;
      } catch (error) {
        this.failures.push(String(error));
      }
      this.total += 1;
    }
  }

  private http2(): Promise<Answer> {
    return new Promise((done, failed) => {
      const stream = this.session.request({ ':path': '/products/7', ':authority': new URL(this.gateway).host });
      let status = 0;
      let headers: Answer['headers'] = {};
      stream.on('response', got => { [status, headers] = [got[':status']!, got as Answer['headers']]; });
      stream.on('error', failed).on('end', () => done({ status, headers, body: '' })).resume();
    });
  }
}
