/** FIGURES.md, and nightly-figures.json for the next run of a part: what the last nightly run saw. Failed scenarios stand there as well. */
import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import type { LivingMesh } from './shop';
import type { Seen } from './stage';
import { ENVOY_GATEWAY } from '../../../../lib/providers/envoy-gateway/control-plane';
import { ISTIO } from '../../../../lib/providers/istio/control-plane';
import { VERSIONS } from '../../tools';
import { MODULES } from '../versions';

/** One scenario on one mesh. */
export interface Figure extends Pick<Seen, 'requests' | 'lost' | 'late' | 'again' | 'text' | 'problems'> {
  readonly group: string;
  readonly name: string;
  readonly mesh: LivingMesh;
  readonly seconds: number;
  /** When it began, in UTC. */
  readonly at: string;
}

/** What ran last, by scenario, on whichever machine: a run of a part replaces its own rows. */
const STORE = join(__dirname, 'nightly-figures.json');
const FILE = join(__dirname, 'FIGURES.md');

/** True where a scenario held what its sentence says. */
export function hasPassed({ problems }: Pick<Figure, 'problems'>): boolean {
  return problems.length === 0;
}

/** What earlier runs saw; nothing for a run of the whole table. */
export function earlierFigures(): readonly Figure[] {
  return existsSync(STORE) ? JSON.parse(readFileSync(STORE, 'utf8')) as Figure[] : [];
}

/** Adds what a run saw to what stays of earlier ones, and writes the file. */
export function writeFigures(earlier: readonly Figure[], own: readonly Figure[]): void {
  const keyOf = ({ group, name, mesh }: Figure) => `${group}: ${name} (${mesh})`;
  const fresh = new Map(own.map((figure) => [keyOf(figure), figure]));
  const all = [...earlier.map((figure) => fresh.get(keyOf(figure)) ?? figure), ...own.filter((figure) => !earlier.some((one) => keyOf(one) === keyOf(figure)))];
  const figures = all.map((figure) => ({ ...figure, text: readable(figure.text), problems: figure.problems.map(readable) }));
  writeFileSync(STORE, `${JSON.stringify(figures, null, 1)}\n`);
  writeFileSync(FILE, render(figures));
}

function render(figures: readonly Figure[]): string {
  const groups = [...new Set(figures.map(({ group }) => group))];
  const failed = figures.filter((figure) => !hasPassed(figure));
  const [first, last] = [...figures].map(({ at }) => at).sort().filter((_, at, all) => at === 0 || at === all.length - 1);
  const minutes = Math.round(figures.reduce((sum, { seconds }) => sum + seconds, 0) / 60);
  const tables = groups.flatMap((group) => [`## ${group}`, '', '| scenario | mesh | requests | lost | seconds | verdict | ran (UTC) |', '|---|---|---|---|---|---|---|',
    ...figures.filter((figure) => figure.group === group).map(row), '']);
  const refusals = figures.filter((figure) => hasPassed(figure) && figure.text !== '');
  return [
    '# Figures of the nightly run', '',
    `Written by \`npm run cluster:nightly\`, between ${first} and ${last ?? first} UTC: ${minutes} minutes, ${figures.length - failed.length} of ${figures.length} passed. A scenario that did not run is not in the tables.`,
    `Kubernetes ${MODULES.kubernetes}, Istio ${ISTIO.chartVersion}, Envoy Gateway ${ENVOY_GATEWAY.chartVersion}, Envoy ${VERSIONS.envoyServer}. 200 requests/s through the gateway, GET and POST on kept and on new `
      + 'connections, and one long stream; 200 requests/s from a pod between services. Pods get ready 8 s after their start. Late answers (2 s) count as lost. 0 requests: nothing is streamed in that scenario.', '',
    ...tables,
    ...section('What failed', failed.map(({ name, mesh, problems, text }) => ({ name, mesh, lines: [...problems, ...(text === '' ? [] : [text])] }))),
    ...section('Texts of failures that were expected', refusals.map(({ name, mesh, text }) => ({ name, mesh, lines: [text] }))),
  ].join('\n').trimEnd() + '\n';
}

function row(figure: Figure): string {
  const { name, mesh, requests, lost, late, again, seconds, at } = figure;
  return `| ${name} | ${mesh} | ${requests}${again === 0 ? '' : ` (${again} sent again by the client)`} | ${lost}${late === 0 ? '' : ` (${late} late)`} | ${seconds} | ${hasPassed(figure) ? 'passed' : '**failed**'} | ${at} |`;
}

function section(title: string, entries: readonly { readonly name: string; readonly mesh: LivingMesh; readonly lines: readonly string[] }[]): readonly string[] {
  if (entries.length === 0) return [];
  return [`## ${title}`, '', ...entries.flatMap(({ name, mesh, lines }) => [`**${name}** (${mesh})`, '', '```text', ...lines, '```', ''])];
}

/** Texts of a run lose the names of this machine, and what is too long to read. */
function readable(text: string): string {
  return text.replace(/\/(?:root|home|tmp|work|var)\/[^\s'":,)]*/g, '(path)').replace(/```/g, "'''").slice(0, 1_500);
}
