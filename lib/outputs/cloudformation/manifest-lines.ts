/**
 * The objects of a unit as lines of JSON text. Joined, they are the JSON list; a diff of two templates shows the lines that changed instead of one long text.
 * What fits on a line stays on it, so the cut costs little room.
 */
import type { KubeObject } from '../../kube/object';

/** A line is not cut below this. */
const WIDTH = 100;

/** As wide as a token counts. */
const TOKEN = '-'.repeat(30);

/** JSON text of a value that holds tokens, in a form that the CDK settles. */
export type WriteToken = (value: unknown) => string;

/** Lines of the list. `writeToken` is asked for texts and numbers that hold tokens; left out where there are none. */
export function manifestLines(objects: readonly KubeObject[], hasTokens?: (value: unknown) => boolean, writeToken?: WriteToken): readonly string[] {
  return new Lines(hasTokens, writeToken).of(objects);
}

/** A part as text on one line, or as several lines. */
type Part = string | readonly string[];

class Lines {
  constructor(private readonly hasTokens: ((value: unknown) => boolean) | undefined, private readonly writeToken: WriteToken | undefined) {}

  of(objects: readonly KubeObject[]): readonly string[] {
    const part = this.part(objects)!;
    return typeof part === 'string' ? [part] : part;
  }

  /** Nothing for what JSON does not know, as `JSON.stringify` has it. */
  private part(value: unknown): Part | undefined {
    if (typeof value !== 'object' || value === null) return this.scalar(value);
    if (hasJsonForm(value)) return this.part(value.toJSON());
    if (Array.isArray(value)) return this.enclosed('[', Array.from(value, (entry) => ({ prefix: '', part: this.part(entry) ?? 'null' })), ']');
    const entries = Object.entries(value).flatMap(([key, entry]) => {
      const part = this.part(entry);
      return part === undefined ? [] : [{ prefix: `${this.scalar(key)}:`, part }];
    });
    return this.enclosed('{', entries, '}');
  }

  private scalar(value: unknown): string | undefined {
    return this.hasTokens?.(value) === true ? this.writeToken!(value) : JSON.stringify(value);
  }

  private enclosed(open: string, entries: readonly Entry[], close: string): Part {
    let width = open.length + close.length;
    const isShort = entries.every(({ prefix, part }) => typeof part === 'string' && (width += this.widthOf(prefix) + this.widthOf(part) + 1) <= WIDTH);
    return isShort ? `${open}${entries.map(({ prefix, part }) => `${prefix}${part as string}`).join(',')}${close}` : onLines(open, entries, close);
  }

  /** The number of a token says how many were made before, so the cut must not depend on it. */
  private widthOf(text: string): number {
    return this.hasTokens === undefined ? text.length : text.replace(/\$\{Token\[[^\]]*\]\}/g, TOKEN).length;
  }
}

interface Entry {
  readonly prefix: string;
  readonly part: Part;
}

/** Brackets are no lines of their own. */
function onLines(open: string, entries: readonly Entry[], close: string): readonly string[] {
  const lines = entries.flatMap(({ prefix, part }, at) => {
    const [first = '', ...rest] = typeof part === 'string' ? [part] : part;
    const own = [`${prefix}${first}`, ...rest];
    return at === entries.length - 1 ? own : [...own.slice(0, -1), `${own.at(-1)},`];
  });
  lines[0] = `${open}${lines[0]}`;
  lines[lines.length - 1] += close;
  return lines;
}

/** Dates, and values of the CDK that are known only at deployment. */
function hasJsonForm(value: object): value is { toJSON(): unknown } {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function';
}
