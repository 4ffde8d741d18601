/** A traffic diff as text for a terminal, and as Markdown for a pull request. */
import type { TrafficChange, TrafficDiff, Unproven } from './traffic-diff';

/** One line: `/products/* without header x-experiment-id 'b': shop/products v1 95 % -> 75 %, v2 5 % -> 25 %`. */
export function describeChange({ requests, effect, through }: TrafficChange): string {
  const ways = through.length > 1 ? ` (through ${through.slice(0, 4).join(', ')}${through.length > 4 ? ` and ${through.length - 4} more` : ''})` : '';
  return `${requests}${ways}: ${effect}`;
}

/** One line about what could not be decided. */
export function describeUnproven({ owner, routes, reason }: Unproven): string {
  return `cannot prove equal: ${owner}, before ${routes.before}, after ${routes.after}; ${reason}`;
}

/** All lines for a terminal; each change with its witness below it. */
export function describeDiff({ changes, unproven }: TrafficDiff): readonly string[] {
  if (changes.length + unproven.length === 0) return ['no request is treated differently'];
  return [
    ...changes.flatMap((change) => [describeChange(change), ...witnessLines(change)]),
    ...unproven.map(describeUnproven),
  ];
}

function witnessLines({ witness: { entry, text, before, after } }: TrafficChange): readonly string[] {
  return [`  e.g.  ${text} at ${entry}`, `        before  ${before}`, `        after   ${after}`];
}

/** A section of a pull request's description; `title` is its heading, for example the name of the mesh. */
export function diffMarkdown({ changes, unproven }: TrafficDiff, title: string): string {
  const head = `### Traffic of ${cell(title)}`;
  if (changes.length + unproven.length === 0) return `${head}\n\nNo request is treated differently.\n`;
  const rows = changes.map((change) => {
    const { text, before, after } = change.witness;
    return `| ${cell(describeChange({ ...change, effect: '' }).replace(/: $/, ''))} | ${cell(change.effect)} | ${cell(text)} | ${cell(before)} | ${cell(after)} |`;
  });
  const table = ['| requests | change | for example | before | after |', '| --- | --- | --- | --- | --- |', ...rows];
  const open = unproven.map((one) => `- ${cell(describeUnproven(one))}`);
  return `${[head, '', ...(changes.length === 0 ? [] : [...table, '']), ...(open.length === 0 ? [] : [...open, ''])].join('\n')}`;
}

/** Text that stands in a table of Markdown as it is. */
function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&').replace(/\r?\n/g, ' ');
}
