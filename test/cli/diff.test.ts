/** What `diff` prints for the changes that people make, whole. */
import { App } from 'aws-cdk-lib';
import { SHOP, assemblyOf, run, transcript } from './world';
import { build as quickstart } from '../../examples/quickstart';
import { readModels } from '../../lib/assembly';
import { diffModels } from '../../lib/diff';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { folderWith, manifest } from '../assembly/folders';
import { expectGolden } from '../golden';
import { gateway, gatewayRoute, http, model, prefix, service, serviceRoute, shares, to, version } from '../model-builders';

/** A canary with this share of the requests. */
function canary(percent: number, name = 'shop'): TrafficModel {
  return model({
    mesh: { name },
    services: [service('products', {
      versions: [version('products', 'v1'), version('products', 'v2')],
      routes: [serviceRoute('split', http(), shares('shop/products', { v1: 100 - percent, v2: percent }))],
    })],
    gateways: [gateway([gatewayRoute('products', http(prefix('/products')), [to('shop/products')])])],
  });
}

const closed: TrafficModel = { ...canary(5), gateways: [gateway([gatewayRoute('products', http(prefix('/products/v1')), [to('shop/products')])])] };

const regex = (value: string): TrafficModel =>
  ({ ...canary(5), gateways: [gateway([gatewayRoute('products', http({ kind: 'regex', value }), [to('shop/products')])])] });

const ROLLOUT = folderWith({
  'old/manifest.json': manifest(['Shop-Mesh.mesh.json']), 'old/Shop-Mesh.mesh.json': canary(5),
  'cdk.out/manifest.json': manifest(['Shop-Mesh.mesh.json']), 'cdk.out/Shop-Mesh.mesh.json': canary(25),
  'closed.json': closed, 'a.json': regex('/p[a-z]+'), 'b.json': regex('/p[a-y]+z?'),
});

const SEVERAL = folderWith({
  'old/a.mesh.json': canary(5, 'a'), 'old/b.mesh.json': canary(5, 'b'), 'old/gone.mesh.json': canary(5, 'gone'),
  'new/a.mesh.json': canary(5, 'a'), 'new/b.mesh.json': canary(50, 'b'), 'new/other.mesh.json': SHOP,
});

describe('a terminal shows', () => {
  test('a rollout and a path that is closed', async () => {
    expectGolden('cli/diff-rollout.txt', await transcript(ROLLOUT, [
      ['diff', 'old'], ['diff', 'old', 'cdk.out', '--exit-code'], ['diff', 'old', 'old', '--exit-code'], ['diff', 'old', 'closed.json'], ['diff', 'old', '--markdown'],
    ]));
  });

  test('what cannot be proven equal', async () => {
    expectGolden('cli/diff-unproven.txt', await transcript(ROLLOUT, [['diff', 'a.json', 'b.json', '--exit-code'], ['diff', 'a.json', 'b.json', '--markdown']]));
  });

  test('meshes that come and go, compared by their names', async () => {
    expectGolden('cli/diff-several-meshes.txt', await transcript(SEVERAL, [
      ['diff', 'old', 'new', '--exit-code'], ['diff', 'old', 'new', '--markdown'], ['diff', 'old', 'new', '--mesh', 'a', '--exit-code'],
      ['diff', 'old', 'new', '--mesh', 'gone', '--exit-code'], ['diff', 'old', 'new', '--mesh', 'nothing'], ['diff', 'old/a.mesh.json', 'new/b.mesh.json'],
    ]));
  });

  test('that the quickstart differs from itself in nothing', async () => {
    const { directory } = quickstart(new App({ outdir: folderWith({}) })).synth();

    expect(await run(directory, ['diff', '.', '.', '--exit-code'])).toEqual({ code: 0, stdout: 'mesh shop-mesh\n  no request is treated differently\n', stderr: '' });
  });
});

describe('diff', () => {
  test('prints JSON with the files, the changes and the witnesses', async () => {
    const { code, stdout } = await run(ROLLOUT, ['diff', 'old', '--json']);
    const file = { mesh: 'shop', file: 'Shop-Mesh.mesh.json' };

    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      equal: false, removed: [], added: [], meshes: [{ mesh: 'shop', before: file, after: file, ...JSON.parse(JSON.stringify(diffModels(canary(5), canary(25)))) }],
    });
  });

  test('prints JSON of meshes that came and went', async () => {
    const { stdout } = await run(SEVERAL, ['diff', 'old', 'new', '--json', '--exit-code']);

    expect(JSON.parse(stdout)).toMatchObject({
      equal: false, meshes: [{ mesh: 'a', changes: [], unproven: [] }, { mesh: 'b' }], removed: [{ mesh: 'gone', file: 'gone.mesh.json' }], added: [{ mesh: 'shop', file: 'other.mesh.json' }],
    });
    expect(JSON.parse((await run(SEVERAL, ['diff', 'old', 'old', '--json'])).stdout)).toMatchObject({ equal: true, removed: [], added: [] });
  });

  test('compares meshes of one name by their files', async () => {
    const folder = folderWith({ 'old/a.mesh.json': canary(5), 'old/b.mesh.json': canary(10), 'new/a.mesh.json': canary(5), 'new/b.mesh.json': canary(10) });

    expect(readModels('old', folder).map(({ name }) => name)).toEqual(['shop', 'shop']);
    expect((await run(folder, ['diff', 'old', 'new', '--exit-code'])).code).toBe(0);
  });

  test.each([
    [['diff'], "error missing required argument 'old'\n  fix  see what there is with --help\n"],
    [['diff', 'nope'], "error there is no file or folder 'nope'\n  at   nope\n  fix  run npx cdk synth first, or name another folder or a model file (*.mesh.json)\n"],
    [['diff', 'old', '--json', '--markdown'], "error option '--markdown' cannot be used with option '--json'\n  fix  leave one of the two out\n"],
    [['diff', 'old', 'a', 'b'], "error too many arguments for 'diff'. Expected 2 arguments but got 3\n  fix  see what there is with --help\n"],
  ])('refuses %j', async (args, stderr) => {
    expect(await run(ROLLOUT, args)).toEqual({ code: 2, stdout: '', stderr });
  });

  test('refuses a model with errors, with its name', async () => {
    const broken = folderWith({ 'a.json': canary(5), 'b.json': { ...canary(5), services: [] } });

    expect(await run(broken, ['diff', 'a.json', 'b.json'])).toEqual({
      code: 2, stdout: '',
      stderr: "error mesh 'shop' (b.json) has errors, so nothing can be said about its requests: MESH107\n  fix  mend the program first; cdk-eks-mesh check says what is wrong with it\n",
    });
  });

  test('prints colours on a terminal alone', async () => {
    const coloured = await run(assemblyOf(SHOP), ['diff', 'cdk.out'], { isTerminal: true });

    expect(coloured.stdout).toMatch(/^\u001b\[1mmesh shop\u001b\[22m\n/);
  });
});
