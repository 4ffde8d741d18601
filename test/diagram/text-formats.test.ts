/** Mermaid and DOT. Whether real readers take them is checked in test/conformance/page. */
import { dotOf, graphOf, mermaidOf } from '../../lib/diagram';
import { escapeMermaid } from '../../lib/diagram/mermaid';
import { expectGolden, expectNoOrphans } from '../golden';
import { meshOf } from './meshes';
import { SHOP } from './shop';
import { EDGE_ONLY, gateway, gatewayRoute, http, model, prefix, service, to } from '../model-builders';

test('write a mesh of everything', () => {
  expectGolden('diagram/shop.mmd', mermaidOf(graphOf(SHOP)));
  expectGolden('diagram/shop.dot', dotOf(graphOf(SHOP)));
});

test('lead calls past the routes on a mesh that stands at the edge only', () => {
  const graph = graphOf({ ...SHOP, mesh: { ...SHOP.mesh, ...EDGE_ONLY } });

  expectGolden('diagram/edge-only.mmd', mermaidOf(graph));
  expectGolden('diagram/edge-only.dot', dotOf(graph));
});

test('have no golden without a case', () => {
  expectNoOrphans('diagram', ['shop.mmd', 'shop.dot', 'edge-only.mmd', 'edge-only.dot']);
});

test('are the same for the same model', () => {
  expect(mermaidOf(graphOf(meshOf(30)))).toBe(mermaidOf(graphOf(meshOf(30))));
  expect(dotOf(graphOf(meshOf(30)))).toBe(dotOf(graphOf(meshOf(30))));
});

test.each([
  [50, 'flowchart LR\n  accTitle', '("v2")'],
  [150, 'flowchart LR\n%% versions and gateway routes are text', 'v1 95 %, v2 5 %'],
  [300, 'flowchart LR\n%% versions, routes and calls are text', '<br/>calls '],
  [1500, 'flowchart LR\n%% only namespaces', '<br/>375 services'],
])('Mermaid stays within what its readers draw at %i services', (count, start, detail) => {
  const text = mermaidOf(graphOf(meshOf(count)));

  expect(text.slice(0, start.length)).toBe(start);
  expect(text).toContain(detail);
  expect(text.length).toBeLessThan(50_000);
  expect(text.split('\n').filter((line) => / (-->|==>|-\.->)/.test(line)).length).toBeLessThan(500);
});

test('DOT shows every service and version of 300', () => {
  const mesh = meshOf(300);
  const text = dotOf(graphOf(mesh));

  for (const { id, versions } of mesh.services) for (const { name } of versions) expect(text).toContain(`"version:${id}@${name}" [label="${name}"`);
});

test('Mermaid reads no text as markup', () => {
  expect(escapeMermaid('a "b" <i> &amp; `c` #1; {d} \\ style:#34;\n%%{init}%% $$x$$'))
    .toBe('a #34;b#34; #60;i#62; #38;amp#59; #96;c#96; #35;1#59; #123;d#125; #92; style#58;#35;34#59; %%#123;init#125;%% $\u200b$x$\u200b$');
});

test('Mermaid tells apart ids that look alike in it', () => {
  const text = mermaidOf(graphOf(model({ services: [service('a-b', { namespace: 'c' }), service('b', { namespace: 'c-a', host: 'b.c-a.svc.cluster.local' })] })));

  expect(text).toContain('service_c_a_b["a-b<br/>http 8080"]');
  expect(text).toContain('service_c_a_b_2["b<br/>http 8080"]');
});

test('DOT reads no text as syntax', () => {
  const text = dotOf(graphOf(model({ gateways: [gateway([{ ...gatewayRoute('r', http(prefix('/a"b\\N')), [to('x')]), action: { kind: 'respond', status: 200, body: 'a&lt;"\n\\' } }])] })));

  expect(text).toContain('[label="1 · /a\\"b\\\\N/*\\nr"');
  expect(text).toContain('[label="answer 200\\na&amp;lt;\\" \\\\"');
});
