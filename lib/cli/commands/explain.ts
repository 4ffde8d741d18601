/** `explain`: why does a request go there? */
import type { Command } from 'commander';
import type { Io } from '../io';
import { addQuestion, type QuestionOptions } from '../question-options';

const EXAMPLES = `
Examples:
  cdk-eks-mesh explain GET /products
  cdk-eks-mesh explain GET /product          # why is this a 404?
  cdk-eks-mesh explain GET http://catalog.shop/items --from shop/products

It takes what simulate takes, and ends as simulate does.
`;

/** Adds the command. */
export function registerExplain(program: Command, io: Io): void {
  addQuestion(program.command('explain'))
    .description('say why: which routes were asked, which condition failed, why this one won')
    .addHelpText('after', EXAMPLES)
    .action((words: string[], options: QuestionOptions) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { explain } = require('../answer') as typeof import('../answer');
      explain(words, options, io);
    });
}
