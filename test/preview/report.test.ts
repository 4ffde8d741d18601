/** What a preview says, to a terminal, a pipe and a program. */
import type { Entrance } from '../../lib/preview/entrances';
import type { PreviewIo } from '../../lib/preview/preview-io';
import { reportTo, type MeshHits, type Started } from '../../lib/preview/report/report';

const entrance: Entrance = { kind: 'gateway', of: 'shop/gateway', listenerPort: 80, url: 'http://127.0.0.1:10000', hosts: [], commands: ['curl http://127.0.0.1:10000/products'] };
const started: Started = { mesh: 'shop', entrances: [entrance], leftOut: ['a health check'], own: ['shop/products@v1:8080 is 127.0.0.1:3000'] };
const hits = (v1: number, v2: number): readonly MeshHits[] => [{
  mesh: 'shop',
  groups: [[
    { service: 'shop/products', version: 'v1', hits: v1, failed: 0, total: v1, percent: (100 * v1) / (v1 + v2), wantedPercent: 95 },
    { service: 'shop/products', version: 'v2', hits: v2, failed: 0, total: v2, percent: (100 * v2) / (v1 + v2), wantedPercent: 5 },
  ], [{ service: 'shop/catalog', version: 'v1', hits: 0, failed: 0, total: 0 }]],
}];

function reporting(isTerminal: boolean, json = false) {
  let written = '';
  const errors: string[] = [];
  const io: PreviewIo = {
    out: text => { written += text; }, err: text => { errors.push(text); }, isTerminal, colours: false, size: () => ({ columns: 60, rows: 20 }), env: {}, cwd: '/', stop: new AbortController().signal,
  };
  const take = () => {
    const taken = written;
    written = '';
    return taken;
  };
  return { report: reportTo(io, json), take, errors };
}

const envoy = { path: '/bin/envoy', version: '1.40.0' };

describe('to a pipe', () => {
  test('comes what can be asked, and what is left out', () => {
    const { report, take } = reporting(false);
    report.started(envoy, [started]);

    expect(take()).toBe(`Envoy 1.40.0 (/bin/envoy) serves on this machine only; Ctrl-C ends it

gateway shop/gateway, port 80: http://127.0.0.1:10000
  curl http://127.0.0.1:10000/products

own processes:
  shop/products@v1:8080 is 127.0.0.1:3000

a local Envoy does not act on:
  a health check
`);
  });

  test('comes what does not happen on the mesh, and so not here', () => {
    const { report, take } = reporting(false);
    report.started(envoy, [{ ...started, own: [], leftOut: [], notes: ['this mesh routes no calls between services'] }]);

    expect(take()).toContain('\n\nas in the cluster:\n  this mesh routes no calls between services\n');
  });

  test('comes a line for what changed, and none for what did not or has no hit', () => {
    const { report, take } = reporting(false);
    report.hits(hits(95, 5));
    report.hits(hits(95, 5));

    expect(take()).toBe('shop/products  v1 95 hits (95 %, wanted 95 %), v2 5 hits (5 %, wanted 5 %)\n');
  });

  test('come names of meshes where there are several', () => {
    const { report, take } = reporting(false);
    report.started(envoy, [started, { ...started, mesh: 'blog', entrances: [] }]);

    expect(take()).toMatch(/\n\nshop\n\ngateway[^]*\n\nblog\n\nblog has neither a gateway nor a service that calls another: nothing can be asked\n/);
  });

  test('comes what was reloaded, with new entrances, and problems', () => {
    const { report, take } = reporting(false);
    report.reloaded('shop', ['shop/products: new'], [entrance]);
    report.reloaded('shop', [], []);
    report.problem('broken');
    report.note('known');

    expect(take()).toBe(`shop was synthesized again:
  shop/products: new
gateway shop/gateway, port 80: http://127.0.0.1:10000
  curl http://127.0.0.1:10000/products
shop was synthesized again:
  nothing changed for requests
broken
known
`);
  });
});

describe('on standard error', () => {
  test('comes why a preview cannot go on', () => {
    const { report, take, errors } = reporting(false);
    report.failed('Envoy ended');

    expect([take(), errors]).toEqual(['', ['error Envoy ended\n']]);
  });
});

describe('on a terminal', () => {
  test('the table is drawn again in its place, and what is said stands above it', () => {
    const { report, take } = reporting(true);
    report.hits(hits(95, 5));
    const first = take();
    report.hits(hits(190, 10));
    const second = take();
    report.note('known');
    const third = take();

    expect(first).toBe([
      '', '                  hits  share  wanted  5xx  since start', 'shop/products@v1    95   95 %    95 %                95',
      'shop/products@v2     5    5 %     5 %                 5', 'shop/catalog@v1      0                                0', '',
    ].join('\n'));
    expect(second.startsWith('\x1b[5A\r\x1b[J\n')).toBe(true);
    expect(second).toContain('shop/products@v1   190');
    expect(third.startsWith('\x1b[5A\r\x1b[Jknown\n\n')).toBe(true);
    expect(third.endsWith(second.slice('\x1b[5A\r\x1b[J'.length))).toBe(true);
  });

  test('nothing is erased before the first table', () => {
    const { report, take } = reporting(true);
    report.note('known');

    expect(take()).toBe('known\n');
  });
});

describe('as JSON', () => {
  test('every line is an object with its event', () => {
    const { report, take } = reporting(true, true);
    report.started(envoy, [started]);
    report.hits(hits(95, 5));
    report.hits(hits(95, 5));
    report.reloaded('shop', ['x'], []);
    report.problem('broken');
    report.note('known');
    report.failed('ended');

    expect(take().trim().split('\n').map(line => JSON.parse(line) as object)).toEqual([
      { event: 'ready', envoy, meshes: [started] }, { event: 'hits', meshes: hits(95, 5) }, { event: 'reloaded', mesh: 'shop', changes: ['x'], entrances: [] },
      { event: 'problem', text: 'broken' }, { event: 'note', text: 'known' }, { event: 'failed', text: 'ended' },
    ]);
  });
});
