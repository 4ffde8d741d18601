/** A test that is wrong itself: an unknown name, shares that do not add up, a matrix without requests. Never a failed expectation. */
export class RoutingTestError extends Error {
  constructor(
    /** What is wrong, with the value got; lower case, no full stop. */
    readonly what: string,
    /** How to write it right. */
    readonly fix: string,
  ) {
    super(`${what}\n  fix  ${fix}`);
    this.name = 'RoutingTestError';
  }
}

/** Refuses a test that cannot be right. */
export function refuse(what: string, fix: string): never {
  throw new RoutingTestError(what, fix);
}

/** Known names for a message, the first eight. */
export function listKnown(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, 8).map((name) => `'${name}'`).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

/** Refuses names that do not exist, which would otherwise say nothing. */
export function requireKnown(what: string, record: object, known: readonly string[]): void {
  const unknown = Object.keys(record).find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(`${what} has no '${unknown}'`, `use ${known.join(', ')}`);
}
