/** Physical ids and clean-up: what leaves a manifest goes when the whole stack has succeeded, and never before. */
import { configMap, failing, namespace, reasonsOf, serviceAccount, shortOf, unit, UNDOCUMENTED, World } from './world';

jest.setTimeout(600_000);

let world: World;
beforeAll(async () => { world = await World.create(); });
afterAll(async () => { await world?.end(); });

const names = async (inNamespace: string) => (await world.cluster.list('ConfigMap', inNamespace)).map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt').sort();

test('an object that left its manifest goes in the clean-up', async () => {
  const base = { Space: unit([namespace('leaves')]) };
  await world.mustDeploy({ Leaves: { ...base, Unit: unit([configMap('a', 'leaves'), configMap('b', 'leaves')], {}, { DependsOn: ['Space'] }) } });

  const { timeline } = await world.mustDeploy({ Leaves: { ...base, Unit: unit([configMap('a', 'leaves')], {}, { DependsOn: ['Space'] }) } });

  expect(shortOf(timeline)).toEqual(['forward Update Unit complete', 'clean-up Delete Unit complete']);
  expect(await names('leaves')).toEqual(['a']);
  await world.mustDelete('Leaves');
  expect(await world.cluster.get('Namespace', 'leaves')).toBeUndefined();
});
