import type { DiagnosticCode } from './catalogue';
import { diagnose, type Diagnostic, type Origin } from './diagnostic';
import { renderDiagnostic } from './render';

/** The error thrown where a wrong value is visible at the user's own line. */
export class MeshError extends Error {
  /** The finding behind the message. */
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(renderDiagnostic(diagnostic));
    this.name = 'MeshError';
    this.diagnostic = diagnostic;
  }
}

/** A place to complain about: who wrote it and which property. */
export interface Site {
  readonly origin: Origin;
  readonly property: string;
  readonly value?: unknown;
}

/** Throws one finding at the user's line. */
export function fail(code: DiagnosticCode, site: Site, what: string, fix: string): never {
  const value = site.value === undefined ? undefined : showValue(site.value);
  throw new MeshError(diagnose({ code, what, fix, origin: site.origin, property: site.property, ...(value === undefined ? {} : { value }) }));
}

/** A short, stable text of a value: strings in single quotes, objects as JSON. */
export function showValue(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value);
}

/** Exhaustiveness check; reaching it is a defect of this library. */
export function assertNever(value: never): never {
  throw new Error(`internal: unexpected variant ${JSON.stringify(value)}; please report this with your program`);
}
