/** What a preview says when it cannot go on: what is wrong, how to mend it, and whether the call or the program is to blame. */

/** An error for the user; its text needs no stack. */
export class PreviewError extends Error {
  constructor(
    /** `usage`: the call is wrong; `run`: something on this machine failed. */
    readonly kind: 'usage' | 'run',
    /** What is wrong, with the value got; lower case, no full stop. */
    readonly what: string,
    /** How to mend it. */
    readonly fix: string,
  ) {
    super(`${what}\n  fix  ${fix}`);
    this.name = 'PreviewError';
  }
}
