/**
 * Readers of plain JSON: each takes a value and the way to it, and gives the typed value back or throws a ShapeError that names the place.
 * A reader of a record has to name every field of its type, so the compiler says when the model has grown.
 */

/** A value that has not the shape it should have. */
export class ShapeError extends Error {
  constructor(
    /** The way into the JSON, for example `services[0].routes[1].match.path`; empty for the whole. */
    readonly place: string,
    /** What is wrong there. */
    readonly what: string,
  ) {
    super(`${place === '' ? 'the whole' : place} ${what}`);
    this.name = 'ShapeError';
  }
}

/** Reads one value; `place` is the way to it. */
export type Reader<T> = (value: unknown, place: string) => T;

/** A field that may be left out. */
export interface Optional<T> {
  readonly optional: Reader<T>;
}

/** A reader for each field; fields that may be left out must be marked so. */
export type Fields<T> = { readonly [K in keyof T]-?: undefined extends T[K] ? Optional<Exclude<T[K], undefined>> : Reader<T[K]> };

/** A union whose variants are told apart by `kind`: the fields beside it, for each. */
export type Variants<T extends { readonly kind: string }> = { readonly [K in T['kind']]: Fields<Omit<Extract<T, { readonly kind: K }>, 'kind'>> };

/** A field that may be left out. */
export function optional<T>(reader: Reader<T>): Optional<T> {
  return { optional: reader };
}

/** Any text. */
export const text: Reader<string> = (value, place) => typeof value === 'string' ? value : wrong(value, place, 'a text');

/** A number with an end. */
export const number: Reader<number> = (value, place) => typeof value === 'number' ? value : wrong(value, place, 'a number');

/** An integer that can be said exactly. */
export const integer: Reader<number> = (value, place) => Number.isSafeInteger(value) ? value as number : wrong(value, place, 'an integer');

/** An integer from 0. */
export const count: Reader<number> = (value, place) => Number.isSafeInteger(value) && (value as number) >= 0 ? value as number : wrong(value, place, 'an integer from 0');

/** true or false. */
export const flag: Reader<boolean> = (value, place) => typeof value === 'boolean' ? value : wrong(value, place, 'true or false');

/** A JSON object of any content. */
export const document: Reader<{ readonly [key: string]: unknown }> = (value, place) => objectAt(value, place);

/** One of a few values. */
export function oneOf<T extends string | number>(...allowed: readonly T[]): Reader<T> {
  return (value, place) => allowed.includes(value as T) ? value as T : wrong(value, place, allowed.length === 1 ? show(allowed[0]) : `one of ${allowed.map(show).join(', ')}`);
}

/** A list. */
export function listOf<T>(reader: Reader<T>): Reader<readonly T[]> {
  return (value, place) => Array.isArray(value) ? value.map((entry, at) => reader(entry, `${place}[${at}]`)) : wrong(value, place, 'a list');
}

/** An object whose keys are free. */
export function mapOf<T>(reader: Reader<T>): Reader<{ readonly [key: string]: T }> {
  return (value, place) => Object.fromEntries(Object.entries(objectAt(value, place)).map(([key, entry]) => [key, reader(entry, below(place, key))]));
}

/** An object with exactly these fields. A field that is unknown is refused: it would be dropped in silence. */
export function record<T>(fields: Fields<T>): Reader<T> {
  const readers = Object.entries(fields) as [string, Reader<unknown> | Optional<unknown>][];
  const names = readers.map(([name]) => name);
  return (value, place) => {
    const given = objectAt(value, place);
    const stranger = Object.keys(given).find((key) => !names.includes(key));
    if (stranger !== undefined) throw new ShapeError(below(place, stranger), `is no field of a traffic model; known here are ${names.join(', ')}`);
    return Object.fromEntries(readers.flatMap(([name, reader]) => {
      const entry = Object.hasOwn(given, name) ? given[name] : undefined;
      if (entry === undefined && 'optional' in reader) return [];
      if (entry === undefined) throw new ShapeError(below(place, name), 'is missing');
      return [[name, ('optional' in reader ? reader.optional : reader)(entry, below(place, name))]];
    })) as T;
  };
}

/** One variant of a union that is told apart by `kind`. */
export function union<T extends { readonly kind: string }>(variants: Variants<T>): Reader<T> {
  const readers = new Map(Object.entries(variants).map(([kind, fields]) => [kind, record({ kind: text, ...fields as object })]));
  const kindOf = oneOf(...readers.keys());
  return (value, place) => {
    const { kind } = objectAt(value, place);
    if (kind === undefined) throw new ShapeError(below(place, 'kind'), 'is missing');
    return readers.get(kindOf(kind, below(place, 'kind')))!(value, place) as unknown as T;
  };
}

/** The JSON object at a place. */
export function objectAt(value: unknown, place: string): { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as { readonly [key: string]: unknown } : wrong(value, place, 'an object');
}

function wrong(value: unknown, place: string, wanted: string): never {
  throw new ShapeError(place, `is ${show(value)}, not ${wanted}`);
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  const json = JSON.stringify(value);
  const shown = typeof value === 'string' ? `'${value}'` : json;
  return shown.length > 60 ? `${shown.slice(0, 57)}...` : shown;
}

function below(place: string, key: string): string {
  const step = /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  return place === '' ? step.replace(/^\./, '') : `${place}${step}`;
}
