/** The program `cdk-eks-mesh`: its commands and what they have in common. In: arguments. Out: text and an exit code, through `Io`. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { Command, CommanderError } from 'commander';
import { COMMANDS } from './commands';
import { reportError } from './errors';
import { colorsOf, EXIT, type ExitCode, type Io } from './io';

const ENDINGS = `
Exit codes:
  0  done, and the answer is yes
  1  the answer is no: no route takes the request, findings, differences
  2  wrong usage, or input that cannot be read
  3  a defect of cdk-eks-mesh

Commands read the cloud assembly in ./cdk.out unless another is named: run npx cdk synth first.
cdk-eks-mesh help <command> shows examples.
`;

/** Runs one command line, without the name of the program. Never throws: what goes wrong is said, and decides the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<void> {
  try {
    await buildProgram(io).parseAsync([...args], { from: 'user' });
  } catch (error) {
    io.endWith(error instanceof CommanderError ? endingOf(error) : reportError(error, io));
  }
}

/** The program with all its commands. */
export function buildProgram(io: Io): Command {
  const { bold, isColorSupported, red } = colorsOf(io);
  const program = new Command('cdk-eks-mesh')
    .description('Where does a request go? Asks a synthesized service mesh, without a cluster.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureHelp({ styleTitle: bold, subcommandTerm: (command) => command.name() })
    .configureOutput({
      writeOut: io.stdout,
      writeErr: io.stderr,
      getOutHasColors: () => isColorSupported,
      getErrHasColors: () => isColorSupported,
      outputError: (text, write) => write(`${red('error')} ${usageText(text)}\n`),
    })
    .addHelpText('after', ENDINGS);
  for (const register of COMMANDS) register(program, io);
  return program;
}

/** Help that was asked for is an answer; help in place of an answer is not. */
function endingOf({ exitCode }: CommanderError): ExitCode {
  return exitCode === 0 ? EXIT.OK : EXIT.WRONG;
}

/** The parser's words in the form of all our errors: what, then how to mend it. */
function usageText(text: string): string {
  const [, what, meant] = /^error: (.*?)\.?(?:\n\(Did you mean (.*)\?\))?\n$/s.exec(text) ?? [];
  if (what === undefined) return text.trimEnd();
  if (meant !== undefined) return `${what}\n  fix  did you mean ${meant}?`;
  return `${what}\n  fix  ${what.includes('cannot be used with') ? 'leave one of the two out' : 'see what there is with --help'}`;
}

function version(): string {
  return (JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { readonly version: string }).version;
}
