/**
 * What the library says when a program is wrong or surprising.
 * In: facts found by the model's rules, providers and writers. Out: plain data that `render` turns into text.
 */
import { CATALOGUE, type DiagnosticCode } from './catalogue';

/** `error` stops the synthesis; `warning` can be acknowledged by its code. */
export type Severity = 'error' | 'warning';

/** The place in the user's program that a value came from. */
export interface Origin {
  /** Construct path, for example `Shop/Mesh/Products`. */
  readonly path: string;
  /** The class the user wrote, for example `CanaryService`. */
  readonly type: string;
}

/** One finding: what is wrong, where it was written, how to mend it. */
export interface Diagnostic {
  /** Stable code, for example `MESH204`. */
  readonly code: DiagnosticCode;
  /** Follows from the code. */
  readonly severity: Severity;
  /** What is wrong, with the value got and the value allowed; lower case, no full stop. */
  readonly what: string;
  /** Who wrote it. */
  readonly origin: Origin;
  /** The property as the user wrote it, for example `versions[1].weight`. */
  readonly property: string;
  /** The value got, as text; left out where a value has no short form. */
  readonly value?: string;
  /** What to change. */
  readonly fix: string;
}

/** Everything of a diagnostic but what follows from its code. */
export type Finding = Omit<Diagnostic, 'severity'>;

/** Completes a finding with the severity that the catalogue gives its code. */
export function diagnose(finding: Finding): Diagnostic {
  return { severity: CATALOGUE[finding.code].severity, ...finding };
}
