/** Tests on the whole text of findings: `wrong` programs with what is said about them, and the `right` ones next to them. */
import { renderDiagnostic, type Diagnostic } from '../../lib/diagnostics';

/** A program that is refused or warned about, with everything that is said. */
export function wrong(title: string, find: () => readonly Diagnostic[], lines: readonly string[]): void {
  test(`reports ${title}`, () => {
    const findings = find();

    expect(findings.map(renderDiagnostic).join('\n').split('\n')).toEqual(lines);
  });
}

/** A program next to a wrong one about which nothing is said. */
export function right(title: string, find: () => readonly Diagnostic[]): void {
  test(`says nothing about ${title}`, () => {
    const findings = find();

    expect(findings.map(renderDiagnostic)).toEqual([]);
  });
}
