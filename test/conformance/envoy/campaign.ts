/**
 * A campaign of any length, by seed:
 *
 *     npx ts-node -T --project test/tsconfig.json test/conformance/envoy/campaign.ts --models 500 --requests 100000 --seed 1
 *
 * `--only N` repeats one program of that campaign and prints it. Ends with 1 where simulator and Envoy differ.
 */
import { parseArgs } from 'util';
import { modelOf, runCampaign, type Difference } from './campaign-run';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      models: { type: 'string', default: '60' }, requests: { type: 'string', default: '6000' }, seed: { type: 'string', default: '1' },
      only: { type: 'string' }, differences: { type: 'string', default: '20' },
    },
  });
  const [models, requests, seed, maxDifferences] = [values.models, values.requests, values.seed, values.differences].map(Number) as [number, number, number, number];
  const start = Date.now();
  const only = values.only === undefined ? {} : { only: Number(values.only) };
  const result = await runCampaign({
    models, requests, seed, maxDifferences, ...only,
    log: (line) => process.stderr.write(`${line}\n`), report: (difference) => process.stdout.write(`${describe(difference, seed)}\n`),
  });
  if (values.only !== undefined) process.stdout.write(`${JSON.stringify(modelOf(seed, Number(values.only)), null, 1)}\n`);
  const endings = Object.entries(result.endings).map(([kind, count]) => `${kind} ${count}`).join(', ');
  process.stdout.write(`seed ${seed}: ${result.models} programs, ${result.requests} requests (${endings}), ${result.splits} splits counted out, `
    + `${result.meaningless} requests without a meaning that meshes share left out, `
    + `${result.differences.length} differences, ${Math.round((Date.now() - start) / 1000)} s\n`);
  return result.differences.length === 0 ? 0 : 1;
}

function describe({ model, question, choice, expected, seen }: Difference, seed: number): string {
  return [
    `difference in program ${model} of seed ${seed} (--seed ${seed} --only ${model} prints it)`,
    `  request   ${JSON.stringify(question)} with numbers ${choice.gateway} and ${choice.service}`,
    `  simulator ${JSON.stringify(expected)}`,
    `  Envoy     ${JSON.stringify(seen)}`,
  ].join('\n');
}

main().then((code) => { process.exitCode = code; }, (error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
});
