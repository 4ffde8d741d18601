/** What commands see of the world. Tests give them another one, and assert whole outputs. */
import { createColors } from 'picocolors';

/** How a command ends. Scripts rely on it: the numbers are API. */
export const EXIT = {
  /** Done; the answer is yes, there is nothing to say. */
  OK: 0,
  /** The answer is no: no route, findings, differences. */
  NO: 1,
  /** Wrong usage, or input that cannot be read. */
  WRONG: 2,
  /** A defect of this program. */
  DEFECT: 3,
} as const;

/** One of the numbers in EXIT. */
export type ExitCode = typeof EXIT[keyof typeof EXIT];

/** The world of a command. */
export interface Io {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Whether standard output is a terminal. */
  readonly isTerminal: boolean;
  readonly env: { readonly [name: string]: string | undefined };
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Says how the command ends; left out it ends with EXIT.OK. It does not stop the command. */
  endWith(code: ExitCode): void;
}

/** Colours of a command's output: functions from text to text. */
export type Colors = ReturnType<typeof createColors>;

/** Colours on a terminal only; NO_COLOR forbids and FORCE_COLOR demands them. @see https://no-color.org */
export function colorsOf({ env, isTerminal }: Pick<Io, 'env' | 'isTerminal'>): Colors {
  const isForced = ![undefined, '', '0', 'false'].includes(env.FORCE_COLOR);
  const isForbidden = ![undefined, ''].includes(env.NO_COLOR) || env.FORCE_COLOR === '0' || env.FORCE_COLOR === 'false';
  return createColors(!isForbidden && (isForced || (isTerminal && env.TERM !== 'dumb')));
}

/** The world of the running process. */
export function processIo(): Io {
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    isTerminal: process.stdout.isTTY === true,
    env: process.env,
    cwd: process.cwd(),
    endWith: (code) => {
      process.exitCode = code;
    },
  };
}
