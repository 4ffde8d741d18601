/** Ways into JSON values, for tests that change one place after the other. */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** A key or an index. */
export type Step = string | number;

/** Every way into a JSON value, the whole first. */
export function waysInto(value: Json, way: readonly Step[] = []): readonly (readonly Step[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  const steps = Array.isArray(value) ? value.map((entry, at) => [at, entry] as const) : Object.entries(value);
  return [way, ...steps.flatMap(([step, entry]) => waysInto(entry, [...way, step]))];
}

/** A copy with another value at a place; undefined takes the place out. */
export function changed(value: Json, [step, ...rest]: readonly Step[], to: Json | undefined): Json {
  if (step === undefined) return to!;
  const copy = (Array.isArray(value) ? [...value] : { ...value as object }) as { [key: string]: Json };
  if (rest.length === 0 && to === undefined && Array.isArray(copy)) copy.splice(step as number, 1);
  else if (rest.length === 0 && to === undefined) delete copy[step];
  else copy[step] = changed(copy[step]!, rest, to);
  return copy as Json;
}

/** A way in words: `services[0].routes`. */
export function placeOf(way: readonly Step[]): string {
  return way.map((step) => typeof step === 'number' ? `[${step}]` : `.${step}`).join('').replace(/^\./, '');
}
