import { stringify } from 'yaml';
import { allCases, unitsOf, type Case } from './cases';
import { validateModel } from '../../../lib/model/validate';
import { appMeshProvider } from '../../../lib/providers/app-mesh';
import { checkCapabilities } from '../../../lib/providers/check';
import { expectGolden, expectNoOrphans } from '../../golden';
import { expectSound } from '../sound-units';

const provider = appMeshProvider();
const fileOf = ({ title }: Case) => `${title.replace(/,/g, '').replace(/ /g, '-')}.yaml`;

describe.each(allCases().map((situation) => [situation.title, situation] as const))('%s', (_title, situation) => {
  test('is lowered to the known objects', () => {
    const text = unitsOf(situation).map(({ id, wave, needs, shard, retain, objects }) =>
      [`# unit ${id}, wave ${wave}, shard ${shard}${retain ? ', retained' : ''}, needs ${needs.join(' ') || 'nothing'}`,
        ...objects.map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false })}`)].join('\n')).join('\n');

    expectGolden(`app-mesh/${fileOf(situation)}`, text);
  });

  test('has no error', () => {
    const findings = [...validateModel(situation.model), ...checkCapabilities(situation.model, provider, []), ...provider.validate(situation.model)];

    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });

  test('makes every object and unit once, and has an order in which needs come first', () => {
    expectSound(unitsOf(situation));
  });
});

test('keeps no golden that no case writes', () => {
  expectNoOrphans('app-mesh', allCases().map(fileOf));
});
