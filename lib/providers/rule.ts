/** The shape of a dialect's rule: it looks at the whole program. */
import type { MeshIndex } from './mesh-index';
import type { Diagnostic } from '../diagnostics/diagnostic';

export { besideProperty, finding, matchProperty, targetProperty, versionProperty, type Place } from '../model/rules/rule';

/** Looks at the whole program. */
export type Rule = (index: MeshIndex) => readonly Diagnostic[];

/** The finding, when the condition holds. */
export function findIf(condition: boolean, make: () => Diagnostic): readonly Diagnostic[] {
  return condition ? [make()] : [];
}
