/** `check`: what is wrong or surprising in a program? */
import type { Command } from 'commander';
import type { CheckOptions } from '../findings';
import type { Io } from '../io';
import { ASSEMBLY_HELP } from '../models';
import { gather } from '../request';

const EXAMPLES = `
Examples:
  cdk-eks-mesh check
  cdk-eks-mesh check --provider app-mesh     # can that mesh say all of it?
  cdk-eks-mesh check --strict --acknowledge MESH208 cdk.out

Ends with 1 where there are errors; with --strict warnings count as errors.
`;

/** Adds the command. */
export function registerCheck(program: Command, io: Io): void {
  program.command('check')
    .description('say what is wrong or surprising: conflicts, routes that are never reached, what a mesh cannot do')
    .argument('[assembly]', ASSEMBLY_HELP)
    .option('--mesh <mesh>', 'only this mesh')
    .option('--provider <name>', 'also check what this mesh can do; can be given several times', gather)
    .option('--strict', 'let warnings fail, too')
    .option('--acknowledge <code>', 'accept this warning and say it no more; can be given several times', gather)
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((assembly: string | undefined, options: CheckOptions) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { check } = require('../findings') as typeof import('../findings');
      check(assembly, options, io);
    });
}
