/** A cloud assembly or model file that cannot be read: what is wrong, where it lies, how to mend it. */
export class AssemblyError extends Error {
  constructor(
    /** What is wrong, with the value got; lower case, no full stop. */
    readonly what: string,
    /** The file or folder, as it was given. */
    readonly where: string,
    /** What to do. */
    readonly fix: string,
  ) {
    super(`${what}\n  at   ${where}\n  fix  ${fix}`);
    this.name = 'AssemblyError';
  }
}
