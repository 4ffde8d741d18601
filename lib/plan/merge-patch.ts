/** JSON merge patches and the comparison of plain data. Inputs are never changed; values that are no plain data are carried as they are. */

/** A map of plain data. */
export type PlainMap = { readonly [key: string]: unknown };

/** True for maps, but not for lists, null or instances of classes such as unresolved tokens. */
export function isPlainMap(value: unknown): value is PlainMap {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The target with the patch merged in: maps are merged, null removes, everything else replaces.
 * A key whose patch is undefined counts as absent.
 * @see https://www.rfc-editor.org/rfc/rfc7386
 */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlainMap(patch)) return copyPlain(patch);
  const merged = new Map<string, unknown>(isPlainMap(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** A deep copy of maps and lists. */
export function copyPlain<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyPlain) as T;
  if (!isPlainMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, copyPlain(entry)])) as T;
}

/** True when both say the same; the order of keys does not matter, a key with the value undefined counts as absent. */
export function saysTheSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((entry, index) => saysTheSame(entry, b[index]));
  if (!isPlainMap(a) || !isPlainMap(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => saysTheSame(a[key], b[key]));
}
