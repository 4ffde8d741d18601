/** The shape of a rule, and short ways to complain. */
import { diagnose, type Diagnostic, type Origin } from '../../../diagnostics/diagnostic';
import { showValue } from '../../../diagnostics/mesh-error';
import type { DiagnosticCode } from '../../../diagnostics/catalogue';
import type { MeshIndex } from '../mesh-index';

/** Looks at the whole program. */
export type Rule = (index: MeshIndex) => readonly Diagnostic[];

/** Where a finding points to. */
export interface Place {
  readonly origin: Origin;
  readonly property: string;
  readonly value?: unknown;
}

/** One finding. */
export function finding(code: DiagnosticCode, { origin, property, value }: Place, what: string, fix: string): Diagnostic {
  return diagnose({ code, origin, property, ...(value === undefined ? {} : { value: showValue(value) }), what, fix });
}

/** The finding, when the condition holds. */
export function findIf(condition: boolean, make: () => Diagnostic): readonly Diagnostic[] {
  return condition ? [make()] : [];
}
