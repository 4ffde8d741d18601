/** A copy without the fields that are undefined; 0, false and '' stay. */
export function defined<T extends object>(record: T): T {
  const copy: Partial<T> = {};
  // Object.fromEntries() takes four times as long, and a large mesh has a hundred thousand records
  for (const key of Object.keys(record) as (keyof T)[]) if (record[key] !== undefined) copy[key] = record[key];
  return copy as T;
}

/** The list, or undefined when it is empty: the CRDs ask for at least one entry. */
export function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
