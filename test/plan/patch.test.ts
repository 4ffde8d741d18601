import fc from 'fast-check';
import { configMap, unit } from './units';
import { renderDiagnostic } from '../../lib/diagnostics';
import type { KubeObject } from '../../lib/kube/object';
import { copyPlain, mergePatch, saysTheSame } from '../../lib/plan/merge-patch';
import { applyPatches, type ObjectPatch, type PatchBody, type PatchSelector } from '../../lib/plan/patch';
import { checkIdentities } from '../../lib/plan/unit-list';

const deployment: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'products-v1', namespace: 'shop' },
  spec: { replicas: 2, template: { spec: { containers: [{ name: 'app', image: 'shop/products:1' }] } } },
};
const service: KubeObject = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'products', namespace: 'shop' }, spec: { ports: [{ port: 80 }] } };
const units = [unit('shop/products/v1/version', { objects: [deployment] }), unit('shop/products/service', { objects: [service] })];
const products: PatchSelector = { kind: 'Deployment', name: 'products-v1' };

function patch(selector: PatchSelector, body: PatchBody): ObjectPatch {
  return { selector, patch: body, origin: { path: 'Shop/Mesh', type: 'Mesh' } };
}
const merge = (value: { readonly [key: string]: unknown }, selector = products) => patch(selector, { kind: 'merge', value });
const json = (...operations: Extract<PatchBody, { kind: 'json' }>['operations'][number][]) => patch(products, { kind: 'json', operations });

const patched = (...patches: readonly ObjectPatch[]) => {
  const { units: [first] } = applyPatches(units, patches);
  return first!.objects[0]! as unknown as { readonly spec: Record<string, unknown> };
};
const refusals = (...patches: readonly ObjectPatch[]) => applyPatches(units, patches).diagnostics.map(renderDiagnostic);

test('a merge patch changes, adds and removes keys of the selected object alone', () => {
  const result = applyPatches(units, [merge({ spec: { replicas: null, paused: true }, metadata: { labels: { tier: 'front' } } })]);

  expect(result.diagnostics).toEqual([]);
  expect(result.units[0]!.objects[0]).toEqual({
    ...deployment,
    metadata: { name: 'products-v1', namespace: 'shop', labels: { tier: 'front' } },
    spec: { paused: true, template: (deployment.spec as { template: unknown }).template },
  });
  expect(result.units[1]!.objects).toEqual([service]);
});

test('a JSON patch reaches single entries of lists', () => {
  const object = patched(json(
    { op: 'test', path: '/spec/template/spec/containers/0/name', value: 'app' },
    { op: 'add', path: '/spec/template/spec/containers/0/args', value: ['--fast'] },
    { op: 'copy', from: '/spec/template/spec/containers/0', path: '/spec/template/spec/containers/-' },
    { op: 'replace', path: '/spec/template/spec/containers/1/name', value: 'second' },
  ));

  expect(object.spec.template).toEqual({
    spec: {
      containers: [
        { name: 'app', image: 'shop/products:1', args: ['--fast'] }, { name: 'second', image: 'shop/products:1', args: ['--fast'] },
      ],
    },
  });
});

test('patches of one object build on each other', () => {
  const object = patched(merge({ spec: { strategy: { type: 'Recreate' } } }), json({ op: 'replace', path: '/spec/strategy/type', value: 'RollingUpdate' }));

  expect(object.spec.strategy).toEqual({ type: 'RollingUpdate' });
});

test('neither units nor patches are changed', () => {
  const before = JSON.stringify(units);
  const operations = [{ op: 'add', path: '/spec/extra', value: { deep: [1] } }, { op: 'add', path: '/spec/extra/deep/-', value: 2 }];

  applyPatches(units, [merge({ spec: { replicas: 3 } }), json(...operations)]);

  expect(JSON.stringify(units)).toBe(before);
  expect(operations[0]).toEqual({ op: 'add', path: '/spec/extra', value: { deep: [1] } });
});

test('a selector that matches nothing names the nearest objects', () => {
  expect(refusals(merge({ spec: {} }, { kind: 'Deployment', name: 'product-v1', namespace: 'shop' }))).toEqual([
    `MESH504 the patch of Deployment 'shop/product-v1' matches no object
  at   Shop/Mesh (Mesh), patchObject(Deployment 'shop/product-v1')
  fix  select one of the objects that the mesh makes, for example Deployment 'shop/products-v1', Service 'shop/products'`,
  ]);
});

test('another namespace or API version does not match', () => {
  const elsewhere = merge({ spec: { replicas: 3 } }, { ...products, namespace: 'other' });
  const older = merge({ spec: { replicas: 3 } }, { ...products, apiVersion: 'apps/v1beta1' });

  expect(applyPatches(units, [elsewhere, older]).diagnostics.map(({ what }) => what)).toEqual([
    "the patch of Deployment 'other/products-v1' matches no object",
    "the patch of Deployment 'products-v1' (apps/v1beta1) matches no object",
  ]);
});

test('an object that several units hold is one object: a patch changes it everywhere', () => {
  const account: KubeObject = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'products', namespace: 'shop' } };
  const versions = ['v1', 'v2'].map((name) => unit(`shop/products/${name}/version`, { shard: 'service:shop/products', objects: [account, configMap(name)] }));
  const selector = { kind: 'ServiceAccount', name: 'products' };

  const { units: changed, diagnostics } = applyPatches(versions, [
    merge({ imagePullSecrets: [{ name: 'registry' }] }, selector), patch(selector, { kind: 'json', operations: [{ op: 'add', path: '/imagePullSecrets/-', value: { name: 'mirror' } }] }),
  ]);

  expect(diagnostics).toEqual([]);
  for (const [at, { objects }] of changed.entries()) {
    expect(objects).toEqual([{ ...account, imagePullSecrets: [{ name: 'registry' }, { name: 'mirror' }] }, versions[at]!.objects[1]]);
  }
  expect(checkIdentities(changed)).toEqual([]);
});

test('a selector that matches objects of two namespaces asks for one', () => {
  const copy = unit('beta/products/v1/version', { objects: [{ ...deployment, metadata: { name: 'products-v1', namespace: 'beta' } }] });

  const { diagnostics } = applyPatches([...units, copy], [merge({ spec: { replicas: 3 } })]);

  expect(diagnostics.map(renderDiagnostic)).toEqual([`MESH504 the patch of Deployment 'products-v1' matches 2 objects, not 1
  at   Shop/Mesh (Mesh), patchObject(Deployment 'products-v1')
  fix  add namespace or apiVersion to the selector: Deployment 'shop/products-v1' (apps/v1), Deployment 'beta/products-v1' (apps/v1)`]);
});

test('a patch that changes nothing is refused, also one that only tests', () => {
  const nothing = `MESH504 the patch of Deployment 'shop/products-v1' changes nothing
  at   Shop/Mesh (Mesh), patchObject(Deployment 'products-v1')
  fix  leave the patch out, or correct its keys: the object says this already`;

  expect(refusals(merge({ spec: { replicas: 2, absent: null } }))).toEqual([nothing]);
  expect(refusals(json({ op: 'test', path: '/spec/replicas', value: 2 }))).toEqual([nothing]);
});

test.each([
  [merge({ kind: 'StatefulSet' }), 'kind'],
  [merge({ apiVersion: 'apps/v2' }), 'apiVersion'],
  [merge({ metadata: { name: 'other' } }), 'metadata.name'],
  [json({ op: 'remove', path: '/metadata/namespace' }), 'metadata.namespace'],
  [json({ op: 'replace', path: '', value: [] }), 'whole content'],
])('a patch that changes the identity is refused: %#', (change, field) => {
  expect(refusals(change)).toEqual([`MESH504 the patch of Deployment 'shop/products-v1' changes its ${field}
  at   Shop/Mesh (Mesh), patchObject(Deployment 'products-v1')
  fix  leave ${field} as it is; add an object of your own with mesh.addObjects() instead`]);
});

test.each([
  [{ op: 'replace', path: '/spec/replica', value: 3 }, "nothing is at '/spec/replica'"],
  [{ op: 'remove', path: '/spec/a/b' }, "nothing is at '/spec/a/b'"],
  [{ op: 'add', path: '/spec/a/b/c', value: 1 }, "add '/spec/a/b/c' has no parent in the object"],
  [{ op: 'move', from: '/spec/a', path: '/spec/b' }, "nothing is at from '/spec/a'"],
  [{ op: 'copy', path: '/spec/b' }, "copy '/spec/b' has no from"],
  [{ op: 'add', path: '/spec/b' }, "add '/spec/b' has no value"],
  [{ op: 'add', path: '/spec/b', value: { c: undefined } }, "the value of add '/spec/b' contains undefined"],
  [{ op: 'insert', path: '/spec/b', value: 1 }, "op is 'insert', not add, remove, replace, move, copy or test"],
  [{ op: 'add', path: 'spec/b', value: 1 }, "path is 'spec/b', which does not begin with '/'"],
  [{ op: 'add', path: '/spec/template/spec/containers/9', value: {} }, "'/spec/template/spec/containers/9' is past the end of the list"],
  [{ op: 'add', path: '/spec/template/spec/containers/first', value: {} }, "'/spec/template/spec/containers/first' leads into a list with something that is no index"],
  [{ op: 'test', path: '/spec/replicas', value: 9 }, "test '/spec/replicas' finds another value"],
  [{ op: 'add', path: '/__proto__/x', value: 1 }, "add '/__proto__/x' is not possible on this object"],
])('an operation that does not apply is refused with the reason: %j', (operation, reason) => {
  expect(refusals(json({ op: 'add', path: '/spec/good', value: 1 }, operation))).toEqual([
    `MESH504 operation 2 of the patch of Deployment 'shop/products-v1' does not apply: ${reason}
  at   Shop/Mesh (Mesh), patchObject(Deployment 'products-v1')
  fix  write the operation for the object as the mesh makes it: its manifest in the template shows it`,
  ]);
});

test('a refused patch changes nothing, the others count', () => {
  const result = applyPatches(units, [json({ op: 'add', path: '/spec/paused', value: true }, { op: 'remove', path: '/nowhere' }), merge({ spec: { replicas: 3 } })]);

  expect(result.diagnostics).toHaveLength(1);
  expect(result.units[0]!.objects[0]!.spec).toEqual({ ...(deployment.spec as object), replicas: 3 });
});

// the table in appendix A of RFC 7386, in our own selection
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [['a', 'b'], { a: 'b' }, { a: 'b' }],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  [{ a: 'b' }, ['c'], ['c']],
])('merging %j with %j gives %j', (target, change, expected) => {
  expect(mergePatch(target, change)).toEqual(expected);
});

test('merging twice says the same as merging once, and a copy says the same as its source', () => {
  const data = fc.dictionary(fc.string(), fc.jsonValue());

  fc.assert(fc.property(data, data, (target, change) => {
    const once = mergePatch(target, change);
    return saysTheSame(mergePatch(once, change), once) && saysTheSame(copyPlain(target), target);
  }));
});
