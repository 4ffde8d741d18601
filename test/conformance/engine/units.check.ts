/** Physical ids and clean-up: what leaves a manifest goes when the whole stack has succeeded, and never before; a roll-back leaves what was there. */
import { configMap, failing, namespace, reasonsOf, serviceAccount, shortOf, unit, UNDOCUMENTED, World, type Units } from './world';
import { ownersOf } from '../../../lib/outputs/cloudformation/engine/identity';
import type { Ground } from '../../cluster-emulator/handwritten';
import type { Emulator } from '../cluster/emulator';

jest.setTimeout(600_000);

let world: World;
beforeAll(async () => { world = await World.create(); });
afterAll(async () => { await world?.end(); });

/** ConfigMaps of a namespace with their data. */
async function contents(inNamespace: string): Promise<Readonly<Record<string, unknown>>> {
  const maps = await world.cluster.list('ConfigMap', inNamespace);
  return Object.fromEntries(maps.filter(({ metadata }) => metadata.name !== 'kube-root-ca.crt').map(({ metadata, data }) => [metadata.name, data.key]));
}

async function uidOf(name: string, inNamespace: string, kind = 'ConfigMap'): Promise<string> {
  return (await world.cluster.read(kind, name, inNamespace)).metadata.uid;
}

const inSpace = { DependsOn: ['Space'] };

/** Logical ids of the units that bear an object. */
async function holdersOf(name: string, inNamespace: string, kind = 'ConfigMap'): Promise<readonly string[]> {
  return ownersOf(await world.cluster.read(kind, name, inNamespace)).map(({ mark }) => mark.replace(/^[^/]+\/([A-Za-z0-9]+)-.*$/, '$1')).sort();
}

const idOf = (emulator: Emulator, stack: string, resource: string) => emulator.describe(stack)!.resources[resource]!.id;

test.concurrent('another set of objects is another physical id, other contents are not', async () => {
  const units = (...maps: Parameters<typeof configMap>[]): Units => ({ Space: unit([namespace('ids')]), Unit: unit(maps.map((map) => configMap(...map)), {}, inSpace) });
  await world.mustDeploy({ Ids: units(['a', 'ids'], ['b', 'ids']) });
  const first = idOf(world.emulator, 'Ids', 'Unit');
  await world.mustDeploy({ Ids: units(['b', 'ids', { key: 'other' }], ['a', 'ids']) });
  const reordered = idOf(world.emulator, 'Ids', 'Unit');
  await world.mustDeploy({ Ids: units(['a', 'ids']) });

  expect(reordered).toBe(first);
  expect(idOf(world.emulator, 'Ids', 'Unit')).not.toBe(first);
});

test.concurrent('an object that left its manifest goes in the clean-up, and the rest with the stack', async () => {
  const base = { Space: unit([namespace('leaves')]) };
  await world.mustDeploy({ Leaves: { ...base, Unit: unit([configMap('a', 'leaves'), configMap('b', 'leaves')], {}, inSpace) } });

  const { timeline } = await world.mustDeploy({ Leaves: { ...base, Unit: unit([configMap('a', 'leaves')], {}, inSpace) } });

  expect(shortOf(timeline, 'Leaves')).toEqual(['forward Update Unit complete', 'clean-up Delete Unit complete']);
  expect(await contents('leaves')).toEqual({ a: 'value' });
  await world.mustDelete('Leaves');
  expect(await world.cluster.get('Namespace', 'leaves')).toBeUndefined();
});

describe.each(UNDOCUMENTED.map((options, at) => ({ at, name: JSON.stringify(options), options })))('CloudFormation with $name', ({ at, options }) => {
  let ground: Ground;
  beforeAll(() => { ground = world.groundWith({ cloudFormation: options }); });
  afterAll(async () => { await ground.end(); });

  const space = `matrix-${at}`;
  const stack = `Matrix${at}`;
  const before: Units = { Space: unit([namespace(space)]), Unit: unit([configMap('stays', space), configMap('leaves', space)], {}, inSpace) };
  const after = (...more: ReturnType<typeof configMap>[]) => unit([configMap('stays', space, { key: 'changed' }), configMap('comes', space), ...more], {}, inSpace);

  test.concurrent('a failure elsewhere never deletes what left, and takes back what came', async () => {
    await world.mustDeploy({ [stack]: before }, ground);
    const uids = [await uidOf('stays', space), await uidOf('leaves', space)];

    const result = await world.deploy({ [stack]: { ...before, Unit: after(), Other: failing('Unit') } }, ground);

    expect(result.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await contents(space)).toEqual({ stays: 'value', leaves: 'value' });
    expect([await uidOf('stays', space), await uidOf('leaves', space)]).toEqual(uids);
    expect(await holdersOf('leaves', space)).toEqual(['Unit']);
  });

  test.concurrent('a failure of the unit itself takes back what it had brought in', async () => {
    await world.mustDeploy({ [`${stack}Own`]: { Space: unit([namespace(`${space}-own`)]), Unit: unit([configMap('stays', `${space}-own`)], {}, inSpace) } }, ground);

    const bad = configMap('bad', `${space}-own`, { 'not a key': '' });
    const failed = await world.deploy({
      [`${stack}Own`]: { Space: unit([namespace(`${space}-own`)]), Unit: unit([configMap('stays', `${space}-own`, { key: 'changed' }), configMap('comes', `${space}-own`), bad], {}, inSpace) },
    }, ground);

    expect(failed.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await contents(`${space}-own`)).toEqual({ stays: 'value' });
    const again = await world.mustDeploy({ [`${stack}Own`]: { Space: unit([namespace(`${space}-own`)]), Unit: unit([configMap('comes', `${space}-own`)], {}, inSpace) } }, ground);
    expect(shortOf(again.timeline, `${stack}Own`)).toEqual(['forward Update Unit complete', 'clean-up Delete Unit complete']);
    expect(await contents(`${space}-own`)).toEqual({ comes: 'value' });
  });

  test.concurrent('an object that moves to another unit stays, with success and with roll-back', async () => {
    const place = `${space}-moves`;
    const units = (from: readonly string[], to: readonly string[], more: Units = {}): Units => ({
      Space: unit([namespace(place)]), From: unit(from.map((name) => configMap(name, place)), {}, inSpace), To: unit(to.map((name) => configMap(name, place)), {}, inSpace), ...more,
    });
    await world.mustDeploy({ [`${stack}Moves`]: units(['a', 'moves'], ['b']) }, ground);
    const uid = await uidOf('moves', place);

    const failed = await world.deploy({ [`${stack}Moves`]: units(['a'], ['b', 'moves'], { Other: failing('From', 'To') }) }, ground);
    expect(failed.stacks[0]!.status).toBe('UPDATE_ROLLBACK_COMPLETE');
    expect(await holdersOf('moves', place)).toEqual(['From']);
    await world.mustDeploy({ [`${stack}Moves`]: units(['a'], ['b', 'moves']) }, ground);

    expect(await holdersOf('moves', place)).toEqual(['To']);
    expect(await uidOf('moves', place)).toBe(uid);
  });
});

test.concurrent('a creation that fails leaves nothing, and can be tried again', async () => {
  const units = (more: Units): Units => ({ Space: unit([namespace('again')]), Unit: unit([configMap('a', 'again')], {}, inSpace), ...more });

  const failed = await world.deploy({ Again: units({ Other: failing('Unit') }) });

  expect(failed.stacks[0]!.status).toBe('ROLLBACK_COMPLETE');
  expect(reasonsOf(failed)).toEqual(['Other: core/ConfigMap default/failing was refused: ConfigMap "failing" is invalid: data[not a key]: Invalid value: "not a key": '
    + 'a valid config key must consist of alphanumeric characters, \'-\', \'_\' or \'.\' (e.g. \'key.name\',  or \'KEY_NAME\',  or \'key-name\', regex used for validation is \'[-._a-zA-Z0-9]+\')']);
  expect(await world.cluster.get('Namespace', 'again')).toBeUndefined();
  await world.mustDeploy({ Again: units({}) });
  expect(await contents('again')).toEqual({ a: 'value' });
});

test.concurrent('two units share a ServiceAccount: it goes with the last of them', async () => {
  const space = { Space: unit([namespace('shared')]) };
  const one = unit([serviceAccount('both', 'shared'), configMap('one', 'shared')], {}, inSpace);
  const two = unit([serviceAccount('both', 'shared'), configMap('two', 'shared')], {}, inSpace);
  await world.mustDeploy({ Shared: { ...space, One: one, Two: two } });
  const uid = await uidOf('both', 'shared', 'ServiceAccount');
  expect(await holdersOf('both', 'shared', 'ServiceAccount')).toEqual(['One', 'Two']);

  await world.mustDeploy({ Shared: { ...space, Two: two } });
  expect(await contents('shared')).toEqual({ two: 'value' });
  expect(await uidOf('both', 'shared', 'ServiceAccount')).toBe(uid);
  expect(await holdersOf('both', 'shared', 'ServiceAccount')).toEqual(['Two']);

  await world.mustDeploy({ Shared: space });
  expect(await world.cluster.get('ServiceAccount', 'both', 'shared')).toBeUndefined();
});

test.concurrent('an unknown field is refused, and nothing of it is dropped', async () => {
  const spelled = { ...serviceAccount('spelled', 'default'), automountServiceAccountTokn: true };

  const result = await world.deploy({ Spelled: { Unit: unit([spelled]) } });

  expect(reasonsOf(result)).toEqual(['Unit: core/ServiceAccount default/spelled was refused: failed to create typed patch object (default/spelled; /v1, Kind=ServiceAccount): '
    + '.automountServiceAccountTokn: field not declared in schema']);
  expect(await world.cluster.get('ServiceAccount', 'spelled', 'default')).toBeUndefined();
});
