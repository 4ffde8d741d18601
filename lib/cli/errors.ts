/** What is said when a command cannot do its work: what, where, how to mend it; a stack only for defects of our own. */
import { colorsOf, EXIT, type ExitCode, type Io } from './io';

/** A wrong use of the command line. */
export class UsageError extends Error {
  constructor(
    /** What is wrong, with the value got; lower case, no full stop. */
    readonly what: string,
    /** How to use it right. */
    readonly fix: string,
  ) {
    super(`${what}\n  fix  ${fix}`);
    this.name = 'UsageError';
  }
}

/** What every error of the library that is meant for users carries. */
interface Told {
  readonly what: string;
  readonly where?: string;
  readonly fix: string;
}

/** Says an error on standard error. Returns how the command ends. */
export function reportError(error: unknown, io: Io): ExitCode {
  const { red } = colorsOf(io);
  if (isTold(error)) {
    io.stderr(`${red('error')} ${[error.what, ...(error.where === undefined ? [] : [`  at   ${error.where}`]), `  fix  ${error.fix}`].join('\n')}\n`);
    return EXIT.WRONG;
  }
  const text = error instanceof Error ? error.stack ?? error.message : String(error);
  io.stderr(`${red('internal:')} ${text}\nthis is a defect of cdk-eks-mesh; please report this, with the command and the model file\n`);
  return EXIT.DEFECT;
}

function isTold(error: unknown): error is Told {
  return error instanceof Error && typeof (error as Partial<Told>).what === 'string' && typeof (error as Partial<Told>).fix === 'string';
}
