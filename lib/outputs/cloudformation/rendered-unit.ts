/** The manifest text of a unit. Rendered once, for the budgets and for the writer. */
import { linesOf } from './manifest-lines';
import { textHasTokens } from './token-markers';
import type { Unit } from '../../plan/unit';

/** A unit as text. */
export interface RenderedUnit {
  /** The objects as one JSON list; token markers are still in it. */
  readonly json: string;
  /** The same, cut into lines. */
  readonly lines: readonly string[];
  /** Whether the CDK has to write the text, because values are known only at deployment. */
  readonly hasTokens: boolean;
  /** Bytes of the lines inside of a template or an event, where each is JSON text once more; tokens are estimated. */
  readonly bytes: number;
}

/** A value that is known only at deployment takes about as much as an ARN, or as a reference to one. */
export const TOKEN_BYTES = 120;

/** Quotes, comma, line break and indentation of a line in a template. */
const LINE_BYTES = 10;

const RENDERED = new WeakMap<Unit, RenderedUnit>();

/** The text of a unit; units are never changed, so it is kept as long as the unit. */
export function renderUnit(unit: Unit): RenderedUnit {
  const known = RENDERED.get(unit);
  if (known !== undefined) return known;
  const json = JSON.stringify(unit.objects);
  const lines = linesOf(json);
  const hasTokens = textHasTokens(json);
  const tokens = hasTokens ? json.split('Token[').length - 1 : 0;
  const rendered = { json, lines, hasTokens, bytes: bytesAsJsonText(json) + tokens * TOKEN_BYTES + lines.length * LINE_BYTES };
  RENDERED.set(unit, rendered);
  return rendered;
}

/** Bytes of JSON text inside of a JSON string, without the quotes around it. */
function bytesAsJsonText(json: string): number {
  return Buffer.byteLength(JSON.stringify(json)) - 2;
}
