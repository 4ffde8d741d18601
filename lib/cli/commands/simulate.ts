/** `simulate`: where does a request go? */
import type { Command } from 'commander';
import type { Io } from '../io';
import { addQuestion, type QuestionOptions } from '../question-options';

const EXAMPLES = `
Examples:
  cdk-eks-mesh simulate GET /products
  cdk-eks-mesh simulate /products -H 'x-experiment-id: b'
  cdk-eks-mesh simulate POST 'https://api.example.com/orders?dry=1' --gateway shop/public
  cdk-eks-mesh simulate GET http://catalog.shop/items --from shop/products
  cdk-eks-mesh simulate --grpc /shop.v1.Catalog/GetItem -H 'x-tenant: a' build/cdk.out
  cdk-eks-mesh simulate /products --json | jq '.branches[0].ending'

Ends with 1 where no route takes the request, or the call is refused.
`;

/** Adds the command. */
export function registerSimulate(program: Command, io: Io): void {
  addQuestion(program.command('simulate'))
    .description('say where a request goes: versions with their exact shares, rewrites, retries, timeouts')
    .addHelpText('after', EXAMPLES)
    .action((words: string[], options: QuestionOptions) => {
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      const { simulate } = require('../answer') as typeof import('../answer');
      simulate(words, options, io);
    });
}
