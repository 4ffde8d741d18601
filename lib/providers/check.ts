/**
 * The one place where a program meets a dialect's capability table.
 * In: a model and a dialect. Out: findings, before any lowering.
 */
import { describeFeature } from './feature-words';
import type { Capability, Provider } from './provider';
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic';
import { featuresOf, type Feature, type FeatureUse } from '../model/features';
import type { TrafficModel } from '../model/traffic-model';

/**
 * Reports MESH401 for each feature that the dialect cannot say, and MESH402 where it says one in a form that the user can notice.
 * One finding for each origin, property and feature; `others` are the dialects that are offered instead.
 */
export function checkCapabilities(model: TrafficModel, provider: Provider, others: readonly Provider[]): readonly Diagnostic[] {
  const uses = new Map(featuresOf(model).map((use) => [JSON.stringify([use.origin.path, use.property, use.feature]), use]));
  return [...uses.values()].flatMap((use) => findingsOf(use, provider, others));
}

function findingsOf(use: FeatureUse, provider: Provider, others: readonly Provider[]): Diagnostic[] {
  const capability: Capability = provider.capabilities[use.feature];
  const { origin, property } = use;
  switch (capability.kind) {
    case 'native': return [];
    case 'emulated': return capability.notice === undefined ? [] : [diagnose({
      code: 'MESH402', origin, property,
      what: `${provider.title} says ${describeFeature(use.feature)} in another form: ${capability.how}`,
      fix: capability.notice,
    })];
    case 'unsupported': return [diagnose({
      code: 'MESH401', origin, property,
      what: `${provider.title} cannot say ${describeFeature(use.feature)}: ${capability.why} (${capability.source})`,
      fix: remedy(use.feature, provider, others),
    })];
  }
}

function remedy(feature: Feature, provider: Provider, others: readonly Provider[]): string {
  const able = others.filter((other) => other.name !== provider.name && other.capabilities[feature].kind !== 'unsupported');
  if (able.length === 0) return 'leave it out; no mesh that this library knows can say it';
  return `leave it out, or choose ${able.map(({ title }) => title).join(' or ')}, which can`;
}
