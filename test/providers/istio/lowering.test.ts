import { stringify } from 'yaml';
import { renderDiagnostic } from '../../../lib/diagnostics/render';
import { opaque } from '../../../lib/model/opaque';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { checkCapabilities } from '../../../lib/providers/check';
import { istioProvider, meshConfigOf } from '../../../lib/providers/istio';
import { identityKey, type Provider } from '../../../lib/providers/provider';
import { expectGolden, expectNoOrphans } from '../../golden';
import { allCases as sharedCases, ENVIRONMENT } from '../app-mesh/cases';
import { GUARD_SITUATIONS } from '../guard-situations';
import { OUTSIDE_SITUATIONS } from './outside-situations';
import { expectSound } from '../sound-units';

type Case = Pick<ReturnType<typeof sharedCases>[number], 'title' | 'model'>;

const allCases = (): readonly Case[] => [...sharedCases(), ...GUARD_SITUATIONS, ...OUTSIDE_SITUATIONS];
const sidecar = istioProvider();
const ambient = istioProvider({ dataPlane: 'ambient' });
const fileOf = ({ title }: Case, suffix = '') => `${title.replace(/,/g, '').replace(/ /g, '-')}${suffix}.yaml`;
const findingsOf = (provider: Provider, model: TrafficModel) => [...checkCapabilities(model, provider, [provider]), ...provider.validate(model)];

function unitsOf(provider: Provider, { model }: Case) {
  const roleArns = new Map(provider.identities(model, ENVIRONMENT).map((identity) => [identityKey(identity), opaque(`arn:aws:iam::444455556666:role/${identity.name}`)]));
  return provider.lower(model, { environment: ENVIRONMENT, roleArns });
}

/** Pods are made as for every mesh, so one case shows what this one asks of them. */
const SHOWS_PODS = 'autoscaled pods with an environment';

/** Everything that a case gives, or why it gives nothing. */
function textOf(provider: Provider, situation: Case): string {
  const { title, model } = situation;
  const findings = findingsOf(provider, model);
  const said = findings.map((finding) => `${finding.severity} ${renderDiagnostic(finding)}`.replace(/^/gm, '# '));
  if (findings.some(({ severity }) => severity === 'error')) return `${said.join('\n')}\n`;
  const units = unitsOf(provider, situation).flatMap((unit) => {
    const objects = unit.objects.filter(({ kind }) => title === SHOWS_PODS || !['Deployment', 'PodDisruptionBudget'].includes(kind));
    return objects.length === 0 ? [] : [{ ...unit, objects }];
  });
  return [
    ...said,
    `# mesh configuration\n${stringify(meshConfigOf(model))}`,
    ...units.map(({ id, wave, needs, shard, retain, objects }) => [
      `# unit ${id}, wave ${wave}, shard ${shard}${retain ? ', retained' : ''}, needs ${needs.join(' ') || 'nothing'}`,
      ...objects.map((object) => `---\n${stringify(object, { aliasDuplicateObjects: false, lineWidth: 0 })}`),
    ].join('\n')),
  ].join('\n');
}

/** What differs where no proxy stands beside the pods is shown once. */
const AMBIENT = ['canary at 5 percent', 'access logs in all forms'];
const ambientCases = allCases().filter(({ title }) => AMBIENT.includes(title));

test.each(allCases().map((situation) => [situation.title, situation] as const))('%s is lowered to the known objects, or refused as known', (_, situation) => {
  expectGolden(`istio/${fileOf(situation)}`, textOf(sidecar, situation));
});

test.each(ambientCases.map((situation) => [situation.title, situation] as const))('%s is lowered to the known objects in ambient mode', (_, situation) => {
  expectGolden(`istio/${fileOf(situation, '-ambient')}`, textOf(ambient, situation));
});

test('keeps no golden that no case writes', () => {
  expectNoOrphans('istio', [...allCases().map((situation) => fileOf(situation)), ...ambientCases.map((situation) => fileOf(situation, '-ambient'))]);
});

const sayable = [sidecar, ambient].flatMap((provider, at) => allCases()
  .filter(({ model }) => !findingsOf(provider, model).some(({ severity }) => severity === 'error'))
  .map((situation) => [at === 0 ? 'sidecar' : 'ambient', situation.title, provider, situation] as const));

test.each(sayable)('in %s mode, %s makes every object and unit once, and has an order in which needs come first', (_mode, _title, provider, situation) => {
  expectSound(unitsOf(provider, situation));
});

test('refuses of the cases that were written for App Mesh those that it cannot say', () => {
  const refused = allCases().filter((situation) => !sayable.some(([mode, title]) => mode === 'sidecar' && title === situation.title)).map(({ title }) => title);

  expect(refused).toEqual([
    'retries and timeouts of a service', 'several namespaces, one existing, in a shared mesh', 'raw prefix, exact path, regex and full rewrite', 'methods, headers and query',
    'retries and timeouts at the gateway', 'http2 service behind a path regex and a scheme', 'cloud map', 'tls from acm', 'mutual tls from files', 'access logs in all forms',
  ]);
});
