import type { Diagnostic } from './diagnostic';

/**
 * The text of one finding: three lines, what / at / fix.
 *
 *     MESH204 weights of route 'checkout/split' add up to 95, not 100
 *       at   Shop/Mesh/Checkout (CanaryService), versions[1].weight = 15
 *       fix  raise a weight by 5
 */
export function renderDiagnostic(d: Diagnostic): string {
  const value = d.value === undefined ? '' : ` = ${d.value}`;
  return [
    `${d.code} ${d.what}`,
    `  at   ${d.origin.path} (${d.origin.type}), ${d.property}${value}`,
    `  fix  ${d.fix}`,
  ].join('\n');
}
