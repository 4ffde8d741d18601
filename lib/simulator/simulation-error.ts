/** A question that cannot be asked: an unknown gateway, service or port, or a request that leaves open what it means. */
export class SimulationError extends Error {
  constructor(
    /** What is wrong, with the value got; lower case, no full stop. */
    readonly what: string,
    /** How to ask it right. */
    readonly fix: string,
  ) {
    super(`${what}\n  fix  ${fix}`);
    this.name = 'SimulationError';
  }
}

/** A short list of known names for a message. */
export function listNames(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, 8).map((name) => `'${name}'`).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
