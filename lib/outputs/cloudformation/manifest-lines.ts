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

/** Of a large mesh there are millions of parts, so each is looked at once and makes no objects of its own. */
class Lines {
  private readonly keys = new Map<string, string>();

  constructor(private readonly hasTokens: ((value: unknown) => boolean) | undefined, private readonly writeToken: WriteToken | undefined) {}

  of(objects: readonly KubeObject[]): readonly string[] {
    const part = this.part(objects)!;
    return typeof part === 'string' ? [part] : part;
  }

  /** Nothing for what JSON does not know, as `JSON.stringify` has it. */
  private part(value: unknown): Part | undefined {
    if (typeof value !== 'object' || value === null) return this.scalar(value);
    if (hasJsonForm(value)) return this.part(value.toJSON());
    return Array.isArray(value) ? this.list(value) : this.record(value as { readonly [key: string]: unknown });
  }

  private list(value: readonly unknown[]): Part {
    const parts: Part[] = [];
    for (let at = 0; at < value.length; at++) parts.push(this.part(value[at]) ?? 'null');
    return this.enclosed('[', parts, [], ']');
  }

  private record(value: { readonly [key: string]: unknown }): Part {
    const parts: Part[] = [];
    const prefixes: string[] = [];
    for (const key of Object.keys(value)) {
      const part = this.part(value[key]);
      if (part === undefined) continue;
      parts.push(part);
      prefixes.push(this.prefixOf(key));
    }
    return this.enclosed('{', parts, prefixes, '}');
  }

  private prefixOf(key: string): string {
    const known = this.keys.get(key);
    if (known !== undefined) return known;
    const prefix = `${this.scalar(key)}:`;
    this.keys.set(key, prefix);
    return prefix;
  }

  private scalar(value: unknown): string | undefined {
    return this.hasTokens?.(value) === true ? this.writeToken!(value) : JSON.stringify(value);
  }

  private enclosed(open: string, parts: readonly Part[], prefixes: readonly string[], close: string): Part {
    let width = open.length + close.length;
    let text = open;
    for (let at = 0; at < parts.length; at++) {
      const part = parts[at]!;
      if (typeof part !== 'string') return onLines(open, parts, prefixes, close);
      const entry = `${prefixes[at] ?? ''}${part}`;
      width += this.widthOf(entry) + 1;
      if (width > WIDTH) return onLines(open, parts, prefixes, close);
      text += at === 0 ? entry : `,${entry}`;
    }
    return `${text}${close}`;
  }

  /** The number of a token says how many were made before, so the cut must not depend on it. */
  private widthOf(text: string): number {
    return this.hasTokens === undefined ? text.length : text.replace(/\$\{Token\[[^\]]*\]\}/g, TOKEN).length;
  }
}

/** Brackets are no lines of their own. */
function onLines(open: string, parts: readonly Part[], prefixes: readonly string[], close: string): readonly string[] {
  const lines: string[] = [];
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at]!;
    const before = `${at === 0 ? open : ''}${prefixes[at] ?? ''}`;
    const after = at === parts.length - 1 ? close : ',';
    if (typeof part === 'string') {
      lines.push(`${before}${part}${after}`);
      continue;
    }
    const start = lines.length;
    for (const line of part) lines.push(line);
    lines[start] = `${before}${lines[start]}`;
    lines[lines.length - 1] += after;
  }
  return lines;
}

/** Dates, and values of the CDK that are known only at deployment. */
function hasJsonForm(value: object): value is { toJSON(): unknown } {
  return typeof (value as { readonly toJSON?: unknown }).toJSON === 'function';
}
