/** The command `diagram`. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { SHOP } from './shop';
import { dotOf, graphOf, mermaidOf } from '../../lib/diagram';
import { hasPageScript } from '../../lib/diagram/page-script';
import { folderWith, manifest } from '../assembly/folders';
import { assemblyOf, run } from '../cli/world';

test('prints Mermaid unless another format is named', async () => {
  const folder = assemblyOf(SHOP);

  expect(await run(folder, ['diagram'])).toEqual({ code: 0, stdout: mermaidOf(graphOf(SHOP)), stderr: '' });
  expect(await run(folder, ['diagram', 'cdk.out/Shop-Mesh.mesh.json', '-f', 'dot'])).toEqual({ code: 0, stdout: dotOf(graphOf(SHOP)), stderr: '' });
  expect(JSON.parse((await run(folder, ['diagram', '--format', 'json'])).stdout)).toEqual(graphOf(SHOP));
});

test('writes a file in the format of its name', async () => {
  const folder = assemblyOf(SHOP);
  const written = async (name: string) => {
    expect(await run(folder, ['diagram', '--output', name])).toEqual({ code: 0, stdout: `${name}\n`, stderr: '' });
    return readFileSync(join(folder, name), 'utf8');
  };

  expect(await written('mesh.mmd')).toBe(mermaidOf(graphOf(SHOP)));
  expect(await written('README.md')).toBe(`\`\`\`mermaid\n${mermaidOf(graphOf(SHOP))}\`\`\`\n`);
  expect(await written('cdk.out/mesh.gv')).toBe(dotOf(graphOf(SHOP)));
});

test('writes the page, or says how its script is made', async () => {
  const { code, stdout, stderr } = await run(assemblyOf(SHOP), ['diagram', '-f', 'html']);

  if (hasPageScript()) expect({ code, start: stdout.slice(0, 15), stderr }).toEqual({ code: 0, start: '<!doctype html>', stderr: '' });
  else expect(stderr).toContain('fix  run npx projen bundle');
});

test('shows the neighbours of one service', async () => {
  const { stdout } = await run(assemblyOf(SHOP), ['diagram', '--service', 'mail']);

  expect(stdout).toContain('service_shop_products["products');
  expect(stdout).not.toContain('service_stock_stock');
});

test.each([
  [['diagram', '--service', 'produts'], "error there is no service 'produts', did you mean 'products'?\n  fix  name one of 'shop/any', 'shop/mail', 'shop/products', 'stock/stock'\n"],
  [['diagram', '-o', 'mesh.png'], "error the name 'mesh.png' says no format\n  fix  end it in .mmd, .md, .dot, .html or .json, or give --format\n"],
  [['diagram', '-o', 'no/mesh.mmd'], "error there is no folder 'no'\n  fix  make it first, or name another file\n"],
  [['diagram', '-f', 'html', '--service', 'mail'], 'error a page always shows the whole mesh\n  fix  leave --service out, and click the service in the page\n'],
])('refuses %j', async (args, stderr) => {
  expect(await run(assemblyOf(SHOP), args)).toEqual({ code: 2, stdout: '', stderr });
});

test('wants a file for a page on a terminal, and one mesh', async () => {
  const several = folderWith({ 'cdk.out/manifest.json': manifest(['a.mesh.json', 'b.mesh.json']), 'cdk.out/a.mesh.json': SHOP, 'cdk.out/b.mesh.json': { ...SHOP, mesh: { ...SHOP.mesh, name: 'other' } } });

  expect((await run(assemblyOf(SHOP), ['diagram', '-f', 'html'], { isTerminal: true, env: { NO_COLOR: '1' } })).stderr).toBe('error a page is nothing to read on a terminal\n  fix  name a file: --output mesh.html\n');
  expect((await run(several, ['diagram'])).stderr).toBe('error there are 2 meshes\n  fix  name one: --mesh shop or --mesh other\n');
  expect((await run(several, ['diagram', '--mesh', 'other'])).stdout).toContain('accTitle: Mesh other');
});
