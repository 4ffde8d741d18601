/** The table of what each dialect can say, as the documentation prints it. */
import { featureWords, stageOf } from './feature-words';
import type { Capability, Dialect } from './provider';
import type { Feature } from '../model/features';

const STAGES = ['gateway', 'service', 'mesh'] as const;

/** Markdown: one table for each stage, one row for each feature, one column for each dialect; sorted by the feature's words. */
export function renderSupportTable(dialects: readonly Dialect[]): string {
  const features = [...new Set(dialects.flatMap(({ capabilities }) => Object.keys(capabilities) as Feature[]))];
  const sections = STAGES.map((stage) => renderStage(stage, features.filter((feature) => stageOf(feature) === stage), dialects));
  return `${sections.join('\n\n')}\n`;
}

function renderStage(stage: typeof STAGES[number], features: readonly Feature[], dialects: readonly Dialect[]): string {
  const rows = features
    .map((feature) => `| ${featureWords(feature)} | ${dialects.map(({ capabilities }) => answer(capabilities[feature])).join(' | ')} |`)
    .sort();
  return [
    `### ${stage === 'mesh' ? 'Mesh' : stage === 'gateway' ? 'Gateway' : 'Service to service'}`,
    '',
    `| feature | ${dialects.map(({ title }) => title).join(' | ')} |`,
    `|---|${dialects.map(() => '---|').join('')}`,
    ...rows,
  ].join('\n');
}

function answer(capability: Capability): string {
  switch (capability.kind) {
    case 'native': return 'yes';
    case 'emulated': return `yes: ${capability.how}`;
    case 'not-enforced': return `not enforced: ${capability.why}`;
    case 'unsupported': return `no: ${capability.why} ([source](${capability.source}))`;
  }
}
