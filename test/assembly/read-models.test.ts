import { chmodSync } from 'fs';
import { join } from 'path';
import { folderWith, manifest } from './folders';
import { FULL } from './full-model';
import { AssemblyError, readModels } from '../../lib/assembly';
import { gateway, gatewayRoute, http, model, service, to } from '../model-builders';

const shop = model({ services: [service('catalog')], gateways: [gateway([gatewayRoute('all', http(), [to('shop/catalog')])])] });

const named = (name: string) => model({ mesh: { name } });

/** The message of the error that reading throws. */
function complaint(path: string, cwd: string): string {
  try {
    readModels(path, cwd);
  } catch (error) {
    expect(error).toBeInstanceOf(AssemblyError);
    return (error as AssemblyError).message;
  }
  throw new Error('it was read');
}

describe('reading models', () => {
  test('carries every kind of node and every field', () => {
    const folder = folderWith({ 'full.mesh.json': FULL });

    expect(readModels('full.mesh.json', folder)).toEqual([{ file: 'full.mesh.json', name: 'shop', model: FULL }]);
  });

  test('takes a single file of any name', () => {
    const folder = folderWith({ 'models/before.json': shop });

    expect(readModels('models/before.json', folder)).toEqual([{ file: 'before.json', name: 'shop', model: shop }]);
    expect(readModels(join(folder, 'models/before.json'))).toHaveLength(1);
  });

  test('takes the models that the manifest of an assembly names, nested ones too, in the order of their files', () => {
    const folder = folderWith({
      'cdk.out/manifest.json': manifest(['Z-Mesh.mesh.json', 'A-Mesh.mesh.json'], ['assembly-Prod']),
      'cdk.out/A-Mesh.mesh.json': named('a'),
      'cdk.out/Z-Mesh.mesh.json': named('z'),
      'cdk.out/assembly-Prod/manifest.json': manifest(['Prod-Mesh.mesh.json'], ['assembly-Prod-Inner']),
      'cdk.out/assembly-Prod/Prod-Mesh.mesh.json': named('prod'),
      'cdk.out/assembly-Prod/assembly-Prod-Inner/manifest.json': manifest(['Inner-Mesh.mesh.json']),
      'cdk.out/assembly-Prod/assembly-Prod-Inner/Inner-Mesh.mesh.json': named('inner'),
    });

    expect(readModels('cdk.out', folder).map(({ file, name }) => `${file} ${name}`)).toEqual([
      'A-Mesh.mesh.json a',
      'Z-Mesh.mesh.json z',
      'assembly-Prod/Prod-Mesh.mesh.json prod',
      'assembly-Prod/assembly-Prod-Inner/Inner-Mesh.mesh.json inner',
    ]);
  });

  test('passes over what an earlier synthesis left in an assembly', () => {
    const folder = folderWith({
      'manifest.json': manifest(['New-Mesh.mesh.json']),
      'New-Mesh.mesh.json': named('new'),
      'Old-Mesh.mesh.json': named('old'),
      'assembly-Old/Old-Mesh.mesh.json': named('older'),
    });

    expect(readModels(folder).map(({ name }) => name)).toEqual(['new']);
  });

  test('takes all models of a folder without manifest', () => {
    const folder = folderWith({ 'b.mesh.json': named('b'), 'a.mesh.json': named('a'), 'assembly-Prod/c.mesh.json': named('c'), 'other/d.mesh.json': named('d'), 'notes.json': '{}' });

    expect(readModels(folder).map(({ name }) => name)).toEqual(['a', 'c', 'b']);
  });

  test('carries values known only at deployment as the text of their intrinsics', () => {
    const intrinsic = { 'Fn::GetAtt': ['Repository', 'Uri'] };
    const image = shop.services[0]!.versions[0]!.pods;
    const resolved = { ...shop, services: [{ ...shop.services[0]!, versions: [{ ...shop.services[0]!.versions[0]!, pods: { ...image, image: intrinsic } }] }] };

    const [read] = readModels(folderWith({ 'm.mesh.json': resolved }));

    expect(read!.model.services[0]!.versions[0]!.pods).toEqual({ ...image, image: '{"Fn::GetAtt":["Repository","Uri"]}' });
  });
});

describe('what cannot be read', () => {
  test('a path that leads nowhere', () => {
    expect(complaint('cdk.out', folderWith({}))).toBe([
      "there is no file or folder 'cdk.out'",
      '  at   cdk.out',
      '  fix  run npx cdk synth first, or name another folder or a model file (*.mesh.json)',
    ].join('\n'));
  });

  test('a folder without models', () => {
    expect(complaint('cdk.out', folderWith({ 'cdk.out/manifest.json': manifest([]) }))).toBe([
      "'cdk.out' holds no traffic model",
      '  at   cdk.out',
      '  fix  it is made by programs with a Mesh; run npx cdk synth first, or name another folder or a model file (*.mesh.json)',
    ].join('\n'));
  });

  test('a folder whose only model is left over', () => {
    expect(complaint('cdk.out', folderWith({ 'cdk.out/manifest.json': manifest([]), 'cdk.out/Old.mesh.json': shop }))).toMatch(
      /^'cdk\.out' holds no traffic model; 'Old\.mesh\.json' is left from an earlier synthesis, and manifest\.json does not name it\n/,
    );
  });

  test('a manifest that names a model which is gone', () => {
    expect(complaint('cdk.out', folderWith({ 'cdk.out/manifest.json': manifest(['Shop.mesh.json']) }))).toBe([
      "the manifest names 'Shop.mesh.json', which is not there",
      '  at   cdk.out/manifest.json',
      '  fix  run npx cdk synth again',
    ].join('\n'));
  });

  test('a manifest that is broken', () => {
    expect(complaint('cdk.out', folderWith({ 'cdk.out/manifest.json': '{"artifacts": ' }))).toMatch(
      /^the file is not JSON: Unexpected end of JSON input\n {2}at {3}cdk\.out\/manifest\.json\n {2}fix {2}run npx cdk synth to write it anew$/,
    );
  });

  test.each([['null', null], ['a list', []], ['a list of artifacts', { artifacts: [null, 1, 'x'] }], ['empty artifacts', { artifacts: { a: null, b: {}, c: { type: 'none', properties: null } } }]])(
    'a manifest that is %s', (_, content) => {
      expect(complaint('.', folderWith({ 'manifest.json': JSON.stringify(content) }))).toMatch(/^'\.' holds no traffic model\n/);
    });

  test('a folder that is given with a slash at its end', () => {
    expect(complaint('cdk.out//', folderWith({ 'cdk.out/a.mesh.json': '{}' }))).toBe([
      'this is no traffic model: format is missing',
      '  at   cdk.out/a.mesh.json',
      '  fix  give a cloud assembly (cdk.out) or a file *.mesh.json of this version of cdk-eks-mesh',
    ].join('\n'));
  });

  test('a file that is not JSON', () => {
    expect(complaint('m.mesh.json', folderWith({ 'm.mesh.json': '# shop' }))).toMatch(
      /^the file is not JSON: Unexpected token .*\n {2}at {3}m\.mesh\.json\n {2}fix {2}run npx cdk synth to write it anew$/,
    );
  });

  test('a file that may not be read', () => {
    const folder = folderWith({ 'm.mesh.json': shop });
    chmodSync(join(folder, 'm.mesh.json'), 0);
    // root may read everything
    if (process.getuid?.() === 0) return;

    expect(complaint('m.mesh.json', folder)).toBe('the file cannot be read: EACCES: permission denied\n  at   m.mesh.json\n  fix  let the current user read it');
  });

  test('a template', () => {
    expect(complaint('cdk.out/Shop.template.json', folderWith({ 'cdk.out/Shop.template.json': { Resources: {} } }))).toBe([
      'this is no traffic model: format is missing',
      '  at   cdk.out/Shop.template.json',
      '  fix  give a cloud assembly (cdk.out) or a file *.mesh.json of this version of cdk-eks-mesh',
    ].join('\n'));
  });

  test('a model of another format', () => {
    expect(complaint('m.mesh.json', folderWith({ 'm.mesh.json': { ...shop, format: 2 } }))).toBe([
      'this is no traffic model: format is 2, not 1',
      '  at   m.mesh.json',
      '  fix  give a cloud assembly (cdk.out) or a file *.mesh.json of this version of cdk-eks-mesh',
    ].join('\n'));
  });

  test('a broken model in a nested assembly, with the place in its JSON', () => {
    const folder = folderWith({
      'cdk.out/manifest.json': manifest([], ['assembly-Prod']),
      'cdk.out/assembly-Prod/manifest.json': manifest(['M.mesh.json']),
      'cdk.out/assembly-Prod/M.mesh.json': JSON.stringify(shop).replace('"kind":"prefix"', '"kind":"prefx"'),
    });

    expect(complaint('cdk.out', folder)).toBe([
      "this is no traffic model: services[0].routes[0].match.path.kind is 'prefx', not one of 'exact', 'prefix', 'raw-prefix', 'regex'",
      '  at   cdk.out/assembly-Prod/M.mesh.json',
      '  fix  mend the file by hand, or run npx cdk synth with this version of cdk-eks-mesh to write it anew',
    ].join('\n'));
  });
});
