/** Nothing that a program asks for is ignored in silence: every dialect writes it down, tells the user, or has a reason here why nothing is to be seen. */
import { FEATURE_PROGRAMS } from './features/programs';
import { TARGETS } from './features/targets';
import { ALWAYS_REFUSED, UNSEEN } from './features/unseen';
import { featuresOf, type Feature } from '../../lib/model/features';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { validateModel } from '../../lib/model/validate';
import { checkCapabilities } from '../../lib/providers/check';
import { describeFeature } from '../../lib/providers/feature-words';

const programs = (Object.keys(FEATURE_PROGRAMS) as readonly Feature[]).flatMap((feature) => {
  const found = FEATURE_PROGRAMS[feature];
  return found === undefined ? [] : [{ feature, ...found }];
});
const uses = (program: TrafficModel, feature: Feature) => featuresOf(program).filter((use) => use.feature === feature).length;

test.each(programs)('one program asks for $feature, and one differs in nothing else', ({ feature, using, without }) => {
  expect(uses(using, feature)).toBeGreaterThan(uses(without, feature));
  expect([...validateModel(using), ...validateModel(without)].filter(({ severity }) => severity === 'error')).toEqual([]);
});

describe.each(TARGETS.map((target) => [target.name, target] as const))('%s', (name, { dialect, refusals, complaints, write }) => {
  const isSayable = ({ feature }: { readonly feature: Feature }) => dialect.capabilities[feature].kind !== 'unsupported' && ALWAYS_REFUSED[name]?.[feature] === undefined;

  test.each(programs.filter((one) => !isSayable(one)))('refuses $feature, and says why', ({ feature, using }) => {
    const capability = dialect.capabilities[feature];
    const said = complaints(using).filter((text) => capability.kind !== 'unsupported' || (text.includes(describeFeature(feature)) && text.includes(capability.why)));

    expect(said).not.toEqual([]);
  });

  /** What a service says may hold between pods alone, so a program that is refused for its gateway is asked without one. */
  const shown = ({ feature, using, without }: typeof programs[number]) => {
    const needsNone = feature.startsWith('service.') && refusals(using).length > 0;
    return needsNone ? { feature, using: { ...using, gateways: [] }, without: { ...without, gateways: [] } } : { feature, using, without };
  };

  test.each(programs.filter(isSayable).map(shown))('writes $feature down, or says that it does not', ({ feature, using, without }) => {
    const notice = checkCapabilities(using, dialect, []).find(({ code, what }) => ['MESH402', 'MESH407'].includes(code) && what.includes(` ${describeFeature(feature)}`));

    expect(refusals(using)).toEqual([]);
    const isSeen = write(using) !== write(without) || notice !== undefined;
    // a reason that nothing needs any more must go
    expect([isSeen ? 'seen' : 'not seen', UNSEEN[name]?.[feature]]).toEqual(isSeen ? ['seen', undefined] : ['not seen', expect.any(String) as string]);
  });
});
