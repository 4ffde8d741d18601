/** The live table of hits, as lines of text that fit a terminal. */
import { createColors } from 'picocolors';
import type { GroupHits, VersionHits } from './hits';

/** The terminal that the table is drawn on. */
export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  readonly colours: boolean;
}

const TITLES = ['', 'hits', 'share', 'wanted', '5xx', 'since start'] as const;

/** Rows of versions, in groups, with a line of titles. What does not fit is left out from the end, those without hits first, and said so. */
export function renderTable(groups: readonly GroupHits[], { columns, rows, colours }: Canvas): readonly string[] {
  const room = Math.max(rows, 4) - 2;
  const shown = fitting(groups, room);
  const cells = shown.flatMap(group => group.map(cellsOf));
  const left = Math.max(groups.flat().length - cells.length, 0);
  const widths = TITLES.map((title, at) => Math.max(title.length, ...cells.map(row => row[at]!.length)));
  const paint = createColors(colours);
  const line = (row: readonly string[]) => row.map((cell, at) => at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)).join('  ').slice(0, columns - 1);
  return [
    paint.dim(line(TITLES)),
    ...cells.map((row, at) => shown.flat()[at]!.failed > 0 ? paint.yellow(line(row)) : line(row)),
    ...(left === 0 ? [] : [paint.dim(`… and ${left} more versions`.slice(0, columns - 1))]),
  ];
}

/** Groups that fit: those with hits come first where not all do. */
function fitting(groups: readonly GroupHits[], room: number): readonly GroupHits[] {
  if (groups.flat().length <= room) return groups;
  const busy = (group: GroupHits) => group.some(({ total }) => total > 0);
  const shown: GroupHits[] = [];
  let used = 1;
  for (const group of [...groups.filter(busy), ...groups.filter(one => !busy(one))]) {
    if (used + group.length > room) continue;
    shown.push(group);
    used += group.length;
  }
  return groups.filter(group => shown.includes(group));
}

function cellsOf({ service, version, hits, percent, wantedPercent, failed, total }: VersionHits): readonly string[] {
  return [`${service}@${version}`, `${hits}`, percent === undefined ? '' : inPercent(percent), wantedPercent === undefined ? '' : inPercent(wantedPercent), failed === 0 ? '' : `${failed}`, `${total}`];
}

/** One line for a pipe: `shop/products  v1 95 hits (95 %, wanted 95 %), v2 5 hits (5 %, wanted 5 %)`. */
export function renderLine(group: GroupHits): string {
  const several = new Set(group.map(({ service }) => service)).size > 1;
  const words = group.map(({ service, version, hits, percent, wantedPercent, failed }) => {
    const facts = [
      // the only one has them all
      ...(group.length === 1 ? [] : [inPercent(percent ?? 0), ...(wantedPercent === undefined ? [] : [`wanted ${inPercent(wantedPercent)}`])]),
      ...(failed === 0 ? [] : [`${failed} failed`]),
    ];
    return `${several ? `${service}@` : ''}${version} ${hits} hits${facts.length === 0 ? '' : ` (${facts.join(', ')})`}`;
  });
  return `${several ? '' : `${group[0]!.service}  `}${words.join(', ')}`;
}

function inPercent(percent: number): string {
  return `${Math.round(percent * 10) / 10} %`;
}
