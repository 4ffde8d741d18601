/** Every example synthesizes on every mesh that it can choose, says the same twice, stays within the limits, and equals its snapshot. */
import { readdirSync, readFileSync } from 'fs';
import { basename, join } from 'path';
import { App } from 'aws-cdk-lib';

const EXAMPLES = readdirSync(join(__dirname, '../examples')).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'mesh-choice.ts')
  .map((file) => basename(file, '.ts'));

/** Meshes that the context can name. */
const MESHES = ['istio', 'envoy-gateway', 'app-mesh'];

/** The articles are about App Mesh. */
const CASES = EXAMPLES.flatMap((example) => example === 'articles' ? [[example, 'app-mesh'] as const] : MESHES.map((mesh) => [example, mesh] as const));

interface Synthesized {
  readonly templates: { readonly [file: string]: string };
  readonly models: { readonly [file: string]: string };
}

function synthesize(example: string, mesh: string): Synthesized {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { build } = require(`../examples/${example}`) as { build: (app: App) => App };
  const { directory } = build(new App({ analyticsReporting: false, context: { mesh } })).synth();
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

describe.each(CASES)('%s on %s', (example, mesh) => {
  const first = synthesize(example, mesh);

  test('equals its snapshot', () => {
    for (const template of Object.values(first.templates)) expect(withoutAssets(template)).toMatchSnapshot();
    for (const model of Object.values(first.models)) expect(JSON.parse(model)).toMatchSnapshot();
  });

  test('is the same when it is synthesized again', () => {
    expect(synthesize(example, mesh)).toEqual(first);
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

describe.each(['quickstart', 'color-app', 'workloads'].flatMap((example) => MESHES.map((mesh) => [example, mesh])))('the routing tests of %s hold on %s', (example, mesh) => {
  process.env.CDK_CONTEXT_JSON = JSON.stringify({ mesh });
  // the file defines its tests here
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  jest.isolateModules(() => { require(`../examples/${example}.routing.test`); });
  delete process.env.CDK_CONTEXT_JSON;
});

test('a mesh that nobody knows is named with those that can be chosen', () => {
  expect(() => synthesize('quickstart', 'linkerd')).toThrow("context value mesh is 'linkerd'; it can be 'istio', 'envoy-gateway' or 'app-mesh'");
});
