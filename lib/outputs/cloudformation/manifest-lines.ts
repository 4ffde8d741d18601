/**
 * The objects of a unit as lines of JSON text. Joined, they are the JSON list; a diff of two templates shows the lines that changed instead of one long text.
 * What fits on a line stays on it, so the cut costs little room.
 */
import type { KubeObject } from '../../kube/object';

/** A line is not cut below this. */
const WIDTH = 100;

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
    const part = this.part(objects);
    return typeof part === 'string' ? [part] : part;
  }

  private part(value: unknown): Part {
    if (typeof value !== 'object' || value === null) return this.scalar(value);
    if (Array.isArray(value)) return enclosed('[', value.map((entry) => ({ prefix: '', part: this.part(entry ?? null) })), ']');
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return enclosed('{', entries.map(([key, entry]) => ({ prefix: `${this.scalar(key)}:`, part: this.part(entry) })), '}');
  }

  private scalar(value: unknown): string {
    return this.hasTokens?.(value) === true ? this.writeToken!(value) : JSON.stringify(value);
  }
}

interface Entry {
  readonly prefix: string;
  readonly part: Part;
}

function enclosed(open: string, entries: readonly Entry[], close: string): Part {
  let length = open.length + close.length;
  const isShort = entries.every(({ prefix, part }) => typeof part === 'string' && (length += prefix.length + part.length + 1) <= WIDTH);
  if (isShort) return `${open}${entries.map(({ prefix, part }) => `${prefix}${part as string}`).join(',')}${close}`;
  // brackets are no lines of their own
  const lines = entries.flatMap(({ prefix, part }, at) => {
    const [first = '', ...rest] = typeof part === 'string' ? [part] : part;
    const own = [`${prefix}${first}`, ...rest];
    return at === entries.length - 1 ? own : [...own.slice(0, -1), `${own.at(-1)},`];
  });
  lines[0] = `${open}${lines[0]}`;
  lines[lines.length - 1] += close;
  return lines;
}
