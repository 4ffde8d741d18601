/** The manifest text of a unit. Rendered once, for the budgets and for the writer. */
import type { Unit } from '../../kube/unit';
import { textHasTokens } from './tokens';

/** A unit as text. */
export interface RenderedUnit {
  /** The objects as one JSON list; token markers are still in it. */
  readonly json: string;
  /** Whether the CDK has to write the text, because values are known only at deployment. */
  readonly hasTokens: boolean;
}

const RENDERED = new WeakMap<Unit, RenderedUnit>();

/** The text of a unit; units are never changed, so it is kept as long as the unit. */
export function renderUnit(unit: Unit): RenderedUnit {
  const known = RENDERED.get(unit);
  if (known !== undefined) return known;
  const json = JSON.stringify(unit.objects);
  const rendered = { json, hasTokens: textHasTokens(json) };
  RENDERED.set(unit, rendered);
  return rendered;
}
