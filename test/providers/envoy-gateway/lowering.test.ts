import { stringify } from 'yaml';
import { edgeSituations, sharedSituations, type Situation } from './situations';
import { renderDiagnostic } from '../../../lib/diagnostics/render';
import { validateModel } from '../../../lib/model/validate';
import { checkCapabilities } from '../../../lib/providers/check';
import { envoyGatewayProvider } from '../../../lib/providers/envoy-gateway';
import { expectGolden, expectNoOrphans } from '../../golden';
import { ENVIRONMENT } from '../app-mesh/cases';
import { expectSound } from '../sound-units';

const provider = envoyGatewayProvider({ serviceToService: 'edge-only' });
const situations = [...sharedSituations(), ...edgeSituations()];
const fileOf = ({ title }: Situation) => `${title.replace(/,/g, '').replace(/ /g, '-')}.yaml`;
const findingsOf = ({ model }: Situation) => [...validateModel(model), ...checkCapabilities(model, provider, [provider]), ...provider.validate(model)];
const unitsOf = ({ model }: Situation) => provider.lower(model, { environment: ENVIRONMENT, roleArns: new Map() });

/** Pods are made as for every mesh, so one situation shows what this one asks of them. */
const SHOWS_PODS = 'autoscaled pods with an environment';

/** Everything that a situation gives, or why it gives nothing. */
function textOf(situation: Situation): string {
  const findings = findingsOf(situation);
  const said = findings.map((finding) => `${finding.severity} ${renderDiagnostic(finding)}`.replace(/^/gm, '# '));
  if (findings.some(({ severity }) => severity === 'error')) return `${said.join('\n')}\n`;
  const units = unitsOf(situation).flatMap((unit) => {
    const objects = unit.objects.filter(({ kind }) => situation.title === SHOWS_PODS || !['Deployment', 'PodDisruptionBudget'].includes(kind));
    return objects.length === 0 ? [] : [{ ...unit, objects }];
  });
  return [...said, ...units.map(({ id, wave, needs, shard, retain, objects }) => [
    `# unit ${id}, wave ${wave}, shard ${shard}${retain ? ', retained' : ''}, needs ${needs.join(' ') || 'nothing'}`,
    ...objects.map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 })}`),
  ].join('\n'))].join('\n');
}

test.each(situations.map((situation) => [situation.title, situation] as const))('%s is lowered to the known objects, or refused as known', (_, situation) => {
  expectGolden(`envoy-gateway/${fileOf(situation)}`, textOf(situation));
});

test('keeps no golden that no situation writes', () => {
  expectNoOrphans('envoy-gateway', situations.map(fileOf));
});

const sayable = situations.filter((situation) => !findingsOf(situation).some(({ severity }) => severity === 'error'));

test.each(sayable.map((situation) => [situation.title, situation] as const))('%s makes every object and unit once, and has an order in which needs come first', (_, situation) => {
  expectSound(unitsOf(situation));
});

test.each(sayable.map((situation) => [situation.title, situation] as const))('%s gives the same bytes again', (_, situation) => {
  expect(JSON.stringify(unitsOf(situation))).toBe(JSON.stringify(unitsOf(JSON.parse(JSON.stringify(situation)) as Situation)));
});
