/**
 * The objects of a unit as lines of JSON text. Joined, they are the JSON list; a diff of two templates shows the lines that changed instead of one long text.
 * What fits on a line stays on it, so the cut costs little room.
 */
import type { KubeObject } from '../../kube/object';

/** A list or record of this length or more is cut after each of its commas. */
const WIDTH = 100;

/** As wide as a token counts: its number says how many were made before, and the cut must not depend on it. */
const TOKEN_WIDTH = 30;

/** JSON text of a value that holds tokens, in a form that the CDK settles. */
export type WriteToken = (value: unknown) => string;

/** Lines of the list. `writeToken` is asked for texts and numbers that hold tokens; left out where there are none. */
export function manifestLines(objects: readonly KubeObject[], hasTokens?: (value: unknown) => boolean, writeToken?: WriteToken): readonly string[] {
  if (hasTokens === undefined) return linesOf(JSON.stringify(objects));
  return linesOf(textWithTokens(objects, (value) => hasTokens(value) ? writeToken!(value) : JSON.stringify(value))!);
}

/** Lines of JSON text without line breaks. */
export function linesOf(json: string): readonly string[] {
  let start = 0;
  return [...cutsOf(json), json.length].map((end) => json.slice(start, start = end));
}

/** Characters of JSON, by code. */
const enum Character {
  QUOTE = 34,
  DOLLAR = 36,
  COMMA = 44,
  OPEN_LIST = 91,
  BACKSLASH = 92,
  CLOSE_LIST = 93,
  OPEN_RECORD = 123,
  CLOSE_RECORD = 125,
}

/** Where lines begin, but for the first. One look at each character, because a large mesh has ten million. */
function cutsOf(json: string): readonly number[] {
  const cuts: number[] = [];
  /** Of each bracket that is open: its place, and how many cuts there are before it. */
  const [starts, marks]: [number[], number[]] = [[], []];
  let widening = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case Character.QUOTE: at = endOfText(json, at); break;
      case Character.COMMA: cuts.push(at + 1); break;
      case Character.OPEN_LIST: case Character.OPEN_RECORD: starts.push(at + widening); marks.push(cuts.length); break;
      case Character.CLOSE_LIST: case Character.CLOSE_RECORD: {
        const [start, mark] = [starts.pop()!, marks.pop()!];
        if (at + widening - start + 1 < WIDTH) while (cuts.length > mark) cuts.pop();
        break;
      }
      // what stands outside of quotes is a token that becomes JSON text
      case Character.DOLLAR: {
        const end = json.indexOf(']}', at) + 1;
        widening += TOKEN_WIDTH - (end - at + 1);
        at = end;
      }
    }
  }
  return cuts;
}

function endOfText(json: string, quote: number): number {
  let at = quote + 1;
  while (json.charCodeAt(at) !== Character.QUOTE) at += json.charCodeAt(at) === Character.BACKSLASH ? 2 : 1;
  return at;
}

/** As `JSON.stringify`, with texts, numbers and keys as `scalar` writes them. */
function textWithTokens(value: unknown, scalar: (value: unknown) => string | undefined): string | undefined {
  if (typeof value !== 'object' || value === null) return scalar(value);
  if (hasJsonForm(value)) return textWithTokens(value.toJSON(), scalar);
  if (Array.isArray(value)) return `[${Array.from(value, (entry) => textWithTokens(entry, scalar) ?? 'null').join(',')}]`;
  const entries = Object.entries(value).map(([key, entry]) => ({ key, text: textWithTokens(entry, scalar) })).filter(({ text }) => text !== undefined);
  return `{${entries.map(({ key, text }) => `${scalar(key)}:${text}`).join(',')}}`;
}

/** Dates, and values of the CDK that are known only at deployment. */
function hasJsonForm(value: object): value is { toJSON(): unknown } {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function';
}
