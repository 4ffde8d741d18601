/** A small table of plain text: what was expected, what is, and which lines differ. */
import type { Row } from '../checks/result';

/** Lines of a table; those that differ begin with a cross. Under `not` these are all that the test speaks of, because it wants something else. */
export function tableOf(rows: readonly Row[], negated: boolean): readonly string[] {
  const cells = rows.map(({ what, expected, actual, holds }) => negated
    ? { mark: expected === undefined ? ' ' : '✗', cells: [what, expected === undefined ? '' : `not ${expected}`, actual] }
    : { mark: holds ? ' ' : '✗', cells: [what, expected ?? '0 %', actual] });
  const all = [{ mark: ' ', cells: ['', 'expected', 'actual'] }, ...cells];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((line) => line.cells[column]!.length)));
  // shares stand flush right, so that their digits stand one below the other
  const right = rows.every(({ expected = '0 %', actual }) => / %/.test(expected) && / %/.test(actual)) ? 'padStart' : 'padEnd';
  return all.map(({ mark, cells: [what, expected, actual] }) =>
    `  ${mark} ${what!.padEnd(widths[0]!)}  ${expected![right](widths[1]!)}  ${actual![right](widths[2]!)}`.trimEnd());
}
