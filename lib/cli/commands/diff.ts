/** `diff`: what does a change of the program do to traffic? */
import { Option, type Command } from 'commander';
import type { DiffOptions } from '../comparison';
import type { Io } from '../io';
import { ASSEMBLY_HELP } from '../models';

const EXAMPLES = `
Examples:
  cdk-eks-mesh diff main/cdk.out cdk.out
  cdk-eks-mesh diff main/cdk.out --markdown > traffic.md     # for a pull request
  cdk-eks-mesh diff before.mesh.json after.mesh.json --exit-code
  cdk-eks-mesh diff cdk.out/assembly-Test cdk.out/assembly-Prod

Meshes are compared by name; where each side holds one, whatever their names are. Every line comes with a request that shows it.
Ends with 0 unless --exit-code is given; then with 1 where anything differs or cannot be proven equal.
`;

/** Adds the command. */
export function registerDiff(program: Command, io: Io): void {
  program.command('diff')
    .description('say what a change does to traffic: which requests go elsewhere, with an example of each')
    .argument('<old>', 'cloud assembly or model file before the change')
    .argument('[new]', ASSEMBLY_HELP.replace('file', 'file after it'))
    .option('--mesh <mesh>', 'only this mesh')
    .option('--exit-code', 'end with 1 where anything differs or cannot be proven equal')
    .addOption(new Option('--markdown', 'print Markdown').conflicts('json'))
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action((before: string, after: string | undefined, options: DiffOptions) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { compare } = require('../comparison') as typeof import('../comparison');
      compare(before, after, options, io);
    });
}
