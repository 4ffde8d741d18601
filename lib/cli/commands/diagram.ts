/** `diagram`: what does the mesh look like? */
import { Option, type Command } from 'commander';
import type { Io } from '../io';
import { ASSEMBLY_HELP } from '../models';
import type { DiagramOptions } from '../picture';

const EXAMPLES = `
Examples:
  cdk-eks-mesh diagram                                   # Mermaid, for a README or a pull request
  cdk-eks-mesh diagram --output mesh.html                # one file: hover, search, and a box that asks where a request goes
  cdk-eks-mesh diagram --format dot | dot -Tsvg > mesh.svg
  cdk-eks-mesh diagram --service shop/products           # only what is beside that service
  cdk-eks-mesh diagram --mesh shop --output docs/mesh.md # Mermaid in a fence, which GitHub draws

The format follows from the name of the output: .mmd and .md, .dot and .gv, .html, .json.
A synthesis writes the same files beside the templates: <mesh>.mesh.mmd, .dot and .html.
`;

/** Adds the command. */
export function registerDiagram(program: Command, io: Io): void {
  program.command('diagram')
    .description('draw the mesh: gateways, routes, services, versions with their weights, calls, copies')
    .argument('[assembly]', ASSEMBLY_HELP)
    .addOption(new Option('-f, --format <format>', 'what to write (default: as the output is named, else "mermaid")').choices(['mermaid', 'dot', 'html', 'json']))
    .option('-o, --output <file>', 'file to write (default: standard output)')
    .option('--service <service>', 'only this service and its neighbours')
    .option('--mesh <mesh>', 'mesh that is drawn, where the assembly has several')
    .addHelpText('after', EXAMPLES)
    .action((assembly: string | undefined, options: DiagramOptions) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { drawPicture } = require('../picture') as typeof import('../picture');
      drawPicture(assembly, options, io);
    });
}
