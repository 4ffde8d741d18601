/**
 * The one place where a program meets a dialect's capability table.
 * In: a model and a dialect. Out: findings, before any lowering.
 */
import { describeFeature } from './feature-words';
import type { Capability, Dialect } from './provider';
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic';
import { featuresOf, type Feature, type FeatureUse } from '../model/features';
import type { TrafficModel } from '../model/traffic-model';

/**
 * Reports MESH401 for each feature that the dialect cannot say, MESH402 where it says one in a form that the user can notice, and MESH407 for what it does not enforce.
 * One finding for each origin, property and feature; `others` are the dialects that are offered instead.
 */
export function checkCapabilities(model: TrafficModel, dialect: Dialect, others: readonly Dialect[]): readonly Diagnostic[] {
  const notable = featuresOf(model, (feature) => dialect.capabilities[feature].kind !== 'native');
  const uses = new Map(notable.map((use) => [JSON.stringify([use.origin.path, use.property, use.feature]), use]));
  return [...uses.values()].flatMap((use) => findingsOf(use, dialect, others));
}

function findingsOf(use: FeatureUse, dialect: Dialect, others: readonly Dialect[]): Diagnostic[] {
  const capability: Capability = dialect.capabilities[use.feature];
  const { origin, property } = use;
  switch (capability.kind) {
    case 'native': return [];
    case 'emulated': return capability.notice === undefined ? [] : [diagnose({
      code: 'MESH402', origin, property,
      what: `${dialect.title} says ${describeFeature(use.feature)} in another form: ${capability.how}`,
      fix: capability.notice,
    })];
    case 'not-enforced': return [diagnose({
      code: 'MESH407', origin, property,
      what: `${dialect.title} does not enforce ${describeFeature(use.feature)}: ${capability.why}`,
      fix: capability.remedy,
    })];
    case 'unsupported': return [diagnose({
      code: 'MESH401', origin, property,
      what: `${dialect.title} cannot say ${describeFeature(use.feature)}: ${capability.why} (${capability.source})`,
      fix: remedy(use.feature, dialect, others),
    })];
  }
}

function remedy(feature: Feature, dialect: Dialect, others: readonly Dialect[]): string {
  const able = others.filter((other) => other.name !== dialect.name && !['unsupported', 'not-enforced'].includes(other.capabilities[feature].kind));
  if (able.length === 0) return 'leave it out; no mesh that this library knows can say it';
  return `leave it out, or choose ${able.map(({ title }) => title).join(' or ')}, which can`;
}
