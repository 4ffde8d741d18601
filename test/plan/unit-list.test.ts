import { configMap, unit } from './units';
import { renderDiagnostic } from '../../lib/diagnostics';
import { inCreationOrder } from '../../lib/plan/creation-order';
import { Wave } from '../../lib/plan/unit';
import { checkIdentities, composeUnits } from '../../lib/plan/unit-list';

test('lists are joined in the order of wave and id, whatever order they came in', () => {
  const namespace = unit('shop/namespace', { wave: Wave.NAMESPACE });
  const early = unit('shop/a');
  const late = unit('shop/b');

  const lists = [composeUnits([[late], [early, namespace]]), composeUnits([[namespace, late, early]])];

  expect(lists[0]).toEqual([namespace, early, late]);
  expect(lists[1]).toEqual(lists[0]);
});

test('the same unit id from two owners is refused and names both', () => {
  const first = unit('shop/products/router', { owner: 'Shop/Mesh/Products' });
  const second = unit('shop/products/router', { owner: 'Team/Products' });

  expect(() => composeUnits([[first], [second]])).toThrow(`MESH505 'Team/Products' and 'Shop/Mesh/Products' both make the unit 'shop/products/router'
  at   Team/Products (Construct), name = 'shop/products/router'
  fix  give one of them another name or another namespace`);
});

test('the same object in two units is refused and names both owners, whatever its API version', () => {
  const ours = unit('shop/products/router', { owner: 'Shop/Mesh/Products', objects: [{ ...configMap('colors'), apiVersion: 'example.com/v1beta2' }] });
  const theirs = unit('shop/mine/part', { owner: 'Shop/Mesh', objects: [{ ...configMap('colors'), apiVersion: 'example.com/v1' }] });

  const texts = checkIdentities([ours, theirs], (path) => ({ path, type: 'Mesh' })).map(renderDiagnostic);

  expect(texts).toEqual([`MESH505 'Shop/Mesh' and 'Shop/Mesh/Products' both make ConfigMap 'shop/colors'
  at   Shop/Mesh (Mesh), unit 'shop/mine/part'
  fix  rename one of the two objects, or leave one out and change the other with mesh.patchObject()`]);
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
  const account = unit('shop/z-account', { wave: Wave.EXTRAS });

  expect(inCreationOrder([gateway, account]).map(({ id }) => id)).toEqual(['shop/z-account', 'shop/a-gateway']);
});

test('units that need each other, or nothing known, are defects that say so', () => {
  const circle = [unit('a', { needs: ['b'] }), unit('b', { needs: ['a'] })];

  expect(() => inCreationOrder(circle)).toThrow("internal: unit 'a' needs itself through others");
  expect(() => inCreationOrder([unit('a', { needs: ['b'] })])).toThrow("internal: unit 'a' needs 'b', which is not in the list");
});
