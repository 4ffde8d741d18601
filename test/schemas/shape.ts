/**
 * A small language for closed JSON schemas: every object lists its keys, and anything else is refused.
 * A key that ends in `*` is required, as in tables of fields: `record({ 'name*': text(), namespace: text() })`.
 */

/** The part of JSON Schema that Kubernetes' structural schemas use. */
export interface Schema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'boolean';
  readonly properties?: { readonly [key: string]: Schema };
  readonly required?: readonly string[];
  /** false closes an object; a schema makes it a map. */
  readonly additionalProperties?: false | Schema;
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Lowest and highest, both included; either may be left out. */
interface Bounds {
  readonly from?: number;
  readonly to?: number;
}

/** A closed object. */
export function record(fields: { readonly [key: string]: Schema }): Schema {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, schema]) => [key.replace(/\*$/, ''), schema])),
    required: entries.filter(([key]) => key.endsWith('*')).map(([key]) => key.slice(0, -1)),
    additionalProperties: false,
  };
}

/** A map from any key to one kind of value. */
export function mapOf(value: Schema): Schema {
  return { type: 'object', additionalProperties: value };
}

/** A string of bounded length. */
export function text({ from, to }: Bounds = {}): Schema {
  return { type: 'string', ...present({ minLength: from, maxLength: to }) };
}

/** A whole number within bounds. */
export function integer({ from, to }: Bounds = {}): Schema {
  return { type: 'integer', ...present({ minimum: from, maximum: to }) };
}

/** true or false. */
export function flag(): Schema {
  return { type: 'boolean' };
}

/** One of some words. */
export function choice(...words: readonly string[]): Schema {
  return { type: 'string', enum: words };
}

/** A list of bounded length. */
export function list(items: Schema, { from, to }: Bounds = {}): Schema {
  return { type: 'array', items, ...present({ minItems: from, maxItems: to }) };
}

function present<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
