/** Every example synthesizes, says the same twice, stays within the limits, and equals its snapshot. */
import { readdirSync, readFileSync } from 'fs';
import { basename, join } from 'path';
import { App } from 'aws-cdk-lib';

const EXAMPLES = readdirSync(join(__dirname, '../examples')).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts')).map((file) => basename(file, '.ts'));

interface Synthesized {
  readonly templates: { readonly [file: string]: string };
  readonly models: { readonly [file: string]: string };
}

function synthesize(example: string): Synthesized {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { build } = require(`../examples/${example}`) as { build: (app: App) => App };
  const { directory } = build(new App({ analyticsReporting: false })).synth();
  const read = (suffix: string) => Object.fromEntries(readdirSync(directory).filter((file) => file.endsWith(suffix)).sort()
    .map((file) => [file, readFileSync(join(directory, file), 'utf8')]));
  return { templates: read('template.json'), models: read('mesh.json') };
}

/** Asset hashes and paths follow the installed packages, not the program. */
function withoutAssets(template: string): unknown {
  return JSON.parse(template
    .replace(/[0-9a-f]{64}/g, '<asset>')
    .replace(/"aws:asset:path": "[^"]*"/g, '"aws:asset:path": "<path>"'));
}

describe.each(EXAMPLES)('%s', (example) => {
  const first = synthesize(example);

  test('equals its snapshot', () => {
    for (const template of Object.values(first.templates)) expect(withoutAssets(template)).toMatchSnapshot();
    for (const model of Object.values(first.models)) expect(JSON.parse(model)).toMatchSnapshot();
  });

  test('is the same when it is synthesized again', () => {
    expect(synthesize(example)).toEqual(first);
  });

  test('stays below 500 resources and 1,000,000 bytes a template', () => {
    for (const template of Object.values(first.templates)) {
      expect(Object.keys((JSON.parse(template) as { Resources: object }).Resources).length).toBeLessThanOrEqual(500);
      expect(template.length).toBeLessThanOrEqual(1_000_000);
    }
  });

  test('writes the model of its mesh into the cloud assembly', () => {
    expect(Object.values(first.models).map((model) => (JSON.parse(model) as { format: number }).format)).toEqual([1]);
  });
});
