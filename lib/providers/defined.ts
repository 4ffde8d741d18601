/** A fresh record without the fields that are undefined; 0, false and '' stay. A large mesh has a hundred thousand, so one that has none of them is not copied. */
export function defined<T extends object>(record: T): T {
  for (const key in record) if (record[key] === undefined) return withoutUndefined(record);
  return record;
}

function withoutUndefined<T extends object>(record: T): T {
  const copy: Partial<T> = {};
  // Object.fromEntries() takes four times as long
  for (const key in record) if (record[key] !== undefined) copy[key] = record[key];
  return copy as T;
}

/** The list, or undefined when it is empty: the CRDs ask for at least one entry. */
export function filled<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
