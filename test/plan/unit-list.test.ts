import { configMap, unit } from './units';
import { renderDiagnostic } from '../../lib/diagnostics';
import { inCreationOrder } from '../../lib/plan/creation-order';
import { Wave, type Unit } from '../../lib/plan/unit';
import { checkIdentities, compareUnits } from '../../lib/plan/unit-list';

test('units are created in the order of wave and id, whatever order they came in', () => {
  const namespace = unit('shop/namespace', { wave: Wave.NAMESPACE });
  const early = unit('shop/a');
  const late = unit('shop/b');

  const lists = [[late, early, namespace], [namespace, late, early]].map((units) => units.sort(compareUnits));

  expect(lists[0]).toEqual([namespace, early, late]);
  expect(lists[1]).toEqual(lists[0]);
});

test('the same unit id from two owners is refused and names both', () => {
  const first = unit('shop/products/service', { owner: 'Shop/Mesh/Products' });
  const second = unit('shop/products/service', { owner: 'Team/Products' });

  expect(checkIdentities([first, second]).map(renderDiagnostic)).toEqual([`MESH505 'Team/Products' and 'Shop/Mesh/Products' both make the unit 'shop/products/service'
  at   Team/Products (Construct), name = 'shop/products/service'
  fix  give one of them another name or another namespace`]);
});

test('the same object in two units is refused and names both owners, whatever its API version', () => {
  const ours = unit('shop/products/service', { owner: 'Shop/Mesh/Products', objects: [{ ...configMap('colors'), apiVersion: 'example.com/v1beta2' }] });
  const theirs = unit('shop/mine/part', { owner: 'Shop/Mesh', objects: [{ ...configMap('colors'), apiVersion: 'example.com/v1' }] });

  const texts = checkIdentities([ours, theirs], (path) => ({ path, type: 'Mesh' })).map(renderDiagnostic);

  expect(texts).toEqual([`MESH505 'Shop/Mesh' and 'Shop/Mesh/Products' both make ConfigMap 'shop/colors'
  at   Shop/Mesh (Mesh), unit 'shop/mine/part'
  fix  rename one of the two objects, or leave one out and change the other with mesh.patchObject()`]);
});

describe('an object in several units', () => {
  const ofVersion = (version: string, draft: Partial<Unit> = {}) => unit(`shop/products/${version}/version`, {
    wave: Wave.VERSIONS, owner: `Shop/Mesh/Products/${version}`, shard: 'service:shop/products', objects: [configMap('shared')], ...draft,
  });
  const whats = (...units: readonly Unit[]) => checkIdentities(units).map(({ what }) => what);

  test('is shared by units of one service, as long as they say the same of it', () => {
    const other = { color: 'green' };

    expect(whats(ofVersion('v1'), ofVersion('v2'), ofVersion('v3'))).toEqual([]);
    expect(whats(ofVersion('v1'), ofVersion('v2', { objects: [configMap('shared', other)] }))).toEqual([
      "'Shop/Mesh/Products/v2' and 'Shop/Mesh/Products/v1' both make ConfigMap 'shop/shared'",
    ]);
    expect(whats(ofVersion('v1'), ofVersion('v2'), ofVersion('v3', { objects: [configMap('shared', other)] }))).toHaveLength(1);
  });

  test('is the same whatever the order of its keys, and with a key that is undefined', () => {
    const one = configMap('shared', { a: '1', b: '2' });
    const same = { ...configMap('shared', { b: '2', a: '1' }), spec: undefined };

    expect(whats(ofVersion('v1', { objects: [one] }), ofVersion('v2', { objects: [same] }))).toEqual([]);
  });

  test('is refused between two services, and between a service and the mesh', () => {
    expect(whats(ofVersion('v1'), ofVersion('v2', { shard: 'service:shop/cart' }))).toHaveLength(1);
    expect(whats(ofVersion('v1'), unit('shop/mine/part', { objects: [configMap('shared')] }))).toHaveLength(1);
    expect(whats(unit('shop/a/part', { objects: [configMap('shared')] }), unit('shop/b/part', { objects: [configMap('shared')] }))).toHaveLength(1);
  });

  test('is refused twice in one unit, also where it may be shared', () => {
    expect(whats(ofVersion('v1', { objects: [configMap('shared'), configMap('shared')] }))).toEqual(["'Shop/Mesh/Products/v1' makes ConfigMap 'shop/shared' twice"]);
  });

  test('is shared by units of one group alone', () => {
    const route = (part: string, group: string) => unit(`shop/gateway/routes/${part}`, {
      wave: Wave.ROUTES, shard: 'edge', objects: [configMap('answer')], group: { id: group, owner: 'Shop/Mesh/Gateway' },
    });

    expect(whats(route('a', 'shop/gateway/routes'), route('b', 'shop/gateway/routes'))).toEqual([]);
    expect(whats(route('a', 'shop/gateway/routes'), route('b', 'shop/edge/routes'))).toHaveLength(1);
    expect(whats(route('a', 'shop/gateway/routes'), unit('shop/b', { objects: [configMap('answer')] }))).toHaveLength(1);
  });
});

test('an object that one owner makes twice is refused', () => {
  const twice = unit('shop/mine/part', { objects: [configMap('colors'), configMap('colors')] });

  expect(checkIdentities([twice]).map(({ what }) => what)).toEqual(["'Main/Mesh' makes ConfigMap 'shop/colors' twice"]);
});

test('equal names in two namespaces, or of two kinds, are two objects', () => {
  const objects = [configMap('a'), configMap('a', {}, 'other'), { ...configMap('a'), kind: 'Secret' }];

  expect(checkIdentities([unit('shop/mine/part', { objects })])).toEqual([]);
});

test('a needed unit comes first even if its wave or id is later', () => {
  const gateway = unit('shop/a-gateway', { needs: ['shop/z-account'] });
  const account = unit('shop/z-account', { wave: Wave.ROUTES });

  expect(inCreationOrder([gateway, account]).map(({ id }) => id)).toEqual(['shop/z-account', 'shop/a-gateway']);
});

test('units that need each other, or nothing known, are defects that say so', () => {
  const circle = [unit('a', { needs: ['b'] }), unit('b', { needs: ['a'] })];

  expect(() => inCreationOrder(circle)).toThrow("internal: unit 'a' needs itself through others");
  expect(() => inCreationOrder([unit('a', { needs: ['b'] })])).toThrow("internal: unit 'a' needs 'b', which is not in the list");
});
