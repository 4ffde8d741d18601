/** Mermaid by Mermaid itself, in a browser; DOT by Graphviz itself, compiled to WebAssembly. */
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { pathToFileURL } from 'url';
import type { Page } from 'playwright-core';
import { dotOf, graphOf, mermaidOf } from '../../../lib/diagram';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { meshOf } from '../../diagram/meshes';
import { SHOP } from '../../diagram/shop';
import { gateway, gatewayRoute, header, http, model, prefix, service, serviceRoute, shares, to } from '../../model-builders';
import { mustRun, npmPackage, run, VERSIONS } from '../tools';
import { PageBrowser } from './browser';

/** Texts that a format could take for its own. */
const HOSTILE = ['a "b" <b>c</b>', '1. list', '- list', '*x* _y_ ~~z~~ `q`', 'style:#34;x', '%%{init: {}}%%', 'end', '$$x$$', 'a --> b; c', '&lt; &amp; \\N \\" \\', '[x](y) {z} |w|'];

const hostile = model({
  services: [service('a', {
    routes: HOSTILE.map((text, at) => serviceRoute(`r${at}`, http(prefix('/'), { headers: [header('x', { kind: 'exact', value: text })] }), shares('shop/a', { v1: 1 }))),
  })],
  gateways: [gateway(HOSTILE.map((text) => gatewayRoute(text, http(prefix(`/${text}`)), [to('shop/a')])))],
});

const MESHES: readonly (readonly [string, TrafficModel])[] = [
  ['everything', SHOP], ['hostile texts', hostile], ['nothing', model({})], ['5 services', meshOf(5)], ['50 services', meshOf(50)], ['150 services', meshOf(150)],
  ['300 services', meshOf(300)], ['1500 services', meshOf(1500)],
];

describe('Mermaid', () => {
  const browser = new PageBrowser();
  let page: Page;
  beforeAll(async () => {
    await browser.start();
    page = await browser.blank();
    await page.addScriptTag({ content: readFileSync(join(npmPackage('mermaid', VERSIONS.mermaid), 'dist/mermaid.min.js'), 'utf8') });
  });
  afterAll(() => browser.stop());

  /** What Mermaid draws: texts of nodes and edges, or its complaint. */
  const drawn = (text: string) => page.evaluate(async (source) => {
    const { mermaid } = window as unknown as { mermaid: { initialize(config: object): void; render(id: string, text: string): Promise<{ svg: string }> } };
    mermaid.initialize({ startOnLoad: false, suppressErrorRendering: true });
    try {
      const { svg } = await mermaid.render('picture', source);
      const holder = document.createElement('div');
      holder.innerHTML = svg.replace(/<br\s*\/?>/g, '\n');
      return [...holder.querySelectorAll('.nodeLabel, .edgeLabel')].map((label) => (label.textContent ?? '').replaceAll('\u200b', '').trim());
    } catch (error) {
      return `refused: ${String(error)}`;
    }
  }, text);

  test.each(MESHES)('draws %s', async (_, mesh) => {
    const graph = graphOf(mesh);
    const labels = await drawn(mermaidOf(graph));

    expect(labels).toEqual(expect.any(Array));
    // in the largest one only namespaces are shown, in the others every service
    if (mesh.services.length > 1000) expect(labels).toContain('billing\n375 services');
    else expect(mesh.services.filter(({ name }) => !(labels as string[]).some((label) => label.split('\n')[0] === name))).toEqual([]);
  });

  test.each(HOSTILE)('shows %j as it is', async (text) => {
    const labels = await drawn(mermaidOf(graphOf(hostile)));

    expect((labels as string[]).filter((label) => label.includes(`/${text}/*\n${text}`))).toHaveLength(1);
  });

  test('refuses what is no diagram, and what is too large', async () => {
    expect(await drawn('flowchart LR\n a[ -->')).toMatch(/^refused: /);
    expect(await drawn(`flowchart LR\n${Array.from({ length: 501 }, (_, at) => `a${at} --> b`).join('\n')}`)).toMatch(/^refused: /);
  });
});

describe('Graphviz', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-eks-mesh-dot-'));
  const script = join(folder, 'dot.mjs');
  beforeAll(() => {
    const library = pathToFileURL(join(npmPackage('@hpcc-js/wasm-graphviz', VERSIONS.graphviz), 'dist/index.js')).href;
    writeFileSync(script, `import { readFileSync } from 'fs';\nimport { Graphviz } from '${library}';\nconst graphviz = await Graphviz.load();\n`
      + "process.stdout.write(graphviz.layout(readFileSync(process.argv[2], 'utf8'), 'json', 'dot'));\n");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  interface Laid { readonly objects?: readonly { readonly name: string; readonly label?: string; readonly pos?: string }[]; readonly edges?: readonly object[] }
  const layout = (text: string) => {
    writeFileSync(join(folder, 'mesh.dot'), text);
    return JSON.parse(mustRun('node', [script, join(folder, 'mesh.dot')])) as Laid;
  };

  test.each(MESHES.filter(([, { services }]) => services.length <= 300))('draws %s', (_, mesh) => {
    const { nodes } = graphOf(mesh);
    const { objects = [] } = layout(dotOf(graphOf(mesh)));

    expect(objects.filter(({ pos }) => pos !== undefined).map(({ name }) => name.replace(/\\\\/g, '\\')).sort()).toEqual(nodes.filter(({ kind }) => kind !== 'service-route').map(({ id }) => id).sort());
  });

  test('refuses what is no graph', () => {
    writeFileSync(join(folder, 'wrong.dot'), 'digraph { a -> ');

    expect(run('node', [script, join(folder, 'wrong.dot')]).status).not.toBe(0);
  });
});
