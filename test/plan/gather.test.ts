import fc from 'fast-check';
import { configMap, unit } from './units';
import { keyOf } from '../../lib/kube/object';
import { gatherUnits, type Gathering } from '../../lib/plan/gather';
import { Wave, type Unit } from '../../lib/plan/unit';
import { checkIdentities } from '../../lib/plan/unit-list';

const GROUP = { id: 'shop/gateway/routes', owner: 'Main/Mesh/Gateway' };

const route = (part: string, draft: Partial<Unit> = {}) => unit(`shop/gateway/routes/${part}`, {
  wave: Wave.ROUTES, owner: `Main/Mesh/Gateway/${part}`, shard: 'edge', needs: ['shop/gateway/gateway'], group: GROUP, objects: [configMap(part)], ...draft,
});

function gathered(units: readonly Unit[], { buckets = 1, placeOf = () => '' }: { readonly buckets?: number; readonly placeOf?: Gathering['placeOf'] } = {}) {
  return gatherUnits(units, { placeOf, bucketsOf: () => buckets });
}

test('units of one group become one, with the needs and the objects of all, owned by their common owner', () => {
  const [only, ...more] = gathered([route('a', { needs: ['shop/gateway/gateway', 'shop/z/service'] }), route('b', { needs: ['shop/a/service', 'shop/gateway/gateway'] })]);

  expect(more).toEqual([]);
  expect(only).toEqual({
    id: 'shop/gateway/routes', wave: Wave.ROUTES, owner: GROUP.owner, group: GROUP, shard: 'edge', retain: false,
    needs: ['shop/a/service', 'shop/gateway/gateway', 'shop/z/service'], objects: [configMap('a'), configMap('b')],
  });
});

test('the owner stays where there is only one', () => {
  expect(gathered([route('a'), route('b', { owner: 'Main/Mesh/Gateway/a' })]).map(({ owner }) => owner)).toEqual(['Main/Mesh/Gateway/a']);
});

test('other units stay as they are, in their place, and two groups are two', () => {
  const gateway = unit('shop/gateway/gateway', { wave: Wave.GATEWAYS });
  const other = route('c', { group: { id: 'shop/edge/routes', owner: 'Main/Mesh/Edge' } });

  const units = gathered([gateway, route('a'), other, route('b')]);

  expect(units[0]).toEqual(gateway);
  expect(units.map(({ id }) => id)).toEqual(['shop/gateway/gateway', 'shop/gateway/routes', 'shop/edge/routes']);
});

test('an object that several of them hold is written once', () => {
  const answer = configMap('answer');

  const [only] = gathered([route('a', { objects: [answer, configMap('a')] }), route('b', { objects: [answer, configMap('b')] })]);

  expect(only!.objects).toEqual([answer, configMap('a'), configMap('b')]);
});

test('buckets of one group may share an object as their routes did, and two gateways may not', () => {
  const answer = configMap('answer');
  const routes = Array.from({ length: 20 }, (_, at) => route(`r${at}`, { objects: [answer, configMap(`r${at}`)] }));

  const buckets = gathered(routes, { buckets: 3 });

  expect(buckets).toHaveLength(3);
  for (const { objects } of buckets) expect(objects.filter(({ metadata: { name } }) => name === 'answer')).toEqual([answer]);
  expect(checkIdentities(buckets)).toEqual([]);
  expect(checkIdentities([...buckets, route('other', { group: { id: 'shop/edge/routes', owner: 'Main/Mesh/Edge' }, objects: [answer] })])).toHaveLength(1);
});

test('a unit that stays when it goes is not joined with others, but stays in its group', () => {
  const answer = configMap('answer');
  const units = gathered([route('a', { objects: [answer] }), route('b', { retain: true, objects: [answer, configMap('b')] }), route('c', { retain: true })]);

  expect(units.map(({ id, retain, objects }) => [id, retain, objects.length])).toEqual([
    ['shop/gateway/routes', false, 1], ['shop/gateway/routes/b', true, 2], ['shop/gateway/routes/c', true, 1],
  ]);
  expect(checkIdentities(units)).toEqual([]);
});

test('units of two places are never joined; the place is a part of the identity, that of the mesh itself is not', () => {
  const units = gathered([route('a'), route('b'), route('c', { shard: 'service:shop/c' })], { placeOf: ({ shard }) => shard === 'edge' ? '' : 'Shard3' });

  expect(units.map(({ id, objects }) => [id, objects.map(({ metadata: { name } }) => name)])).toEqual([
    ['shop/gateway/routes', ['a', 'b']], ['shop/gateway/routes/Shard3', ['c']],
  ]);
});

test('what needs a unit that was joined needs what it became, and no unit needs itself', () => {
  const units = gathered([route('a'), route('b', { needs: ['shop/gateway/routes/a'] }), unit('shop/late', { wave: Wave.ROUTES, needs: ['shop/gateway/routes/a', 'shop/gateway/routes/b'] })]);

  expect(units.map(({ id, needs }) => [id, needs])).toEqual([['shop/gateway/routes', ['shop/gateway/gateway']], ['shop/late', ['shop/gateway/routes']]]);
});

test('neither the list nor its units are changed', () => {
  const units = [route('a'), route('b', { needs: ['shop/gateway/routes/a'] })];
  const before = JSON.stringify(units);

  gathered(units, { buckets: 3 });

  expect(JSON.stringify(units)).toBe(before);
});

test('buckets are numbered from 1, and one bucket has no number', () => {
  const routes = Array.from({ length: 40 }, (_, at) => route(`r${at}`));

  expect(gathered(routes, { buckets: 3 }).map(({ id }) => id).sort()).toEqual(['shop/gateway/routes-1', 'shop/gateway/routes-2', 'shop/gateway/routes-3']);
  expect(gathered(routes, { buckets: 3, placeOf: () => 'Shard0' }).map(({ id }) => id).sort()).toEqual(
    ['shop/gateway/routes-1/Shard0', 'shop/gateway/routes-2/Shard0', 'shop/gateway/routes-3/Shard0']);
  expect(gathered(routes).map(({ id }) => id)).toEqual(['shop/gateway/routes']);
});

const parts = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 30 });

test('no object is lost or doubled, and one route more changes one bucket', () => {
  fc.assert(fc.property(parts, fc.stringMatching(/^[a-z]{7}$/), fc.integer({ min: 1, max: 8 }), (names, added, buckets) => {
    const contents = (units: readonly Unit[]) => new Map(gathered(units, { buckets }).map(({ id, objects }) => [id, objects.map(keyOf)]));

    const before = contents(names.map((name) => route(name)));
    const after = contents([...names, added].map((name) => route(name)));

    expect([...before.values()].flat().sort()).toEqual(names.map((name) => keyOf(configMap(name))).sort());
    const changed = [...after].filter(([id, keys]) => JSON.stringify(keys) !== JSON.stringify(before.get(id)));
    expect(changed).toHaveLength(1);
    expect(changed[0]![1].filter((key) => !(before.get(changed[0]![0]) ?? []).includes(key))).toEqual([keyOf(configMap(added))]);
  }));
});
