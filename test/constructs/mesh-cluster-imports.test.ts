/** Importing the library must not load what only some programs need; a fresh process tells, because jest has a registry of its own. */
import { execFileSync } from 'child_process';
import { join } from 'path';

const ROOT = join(__dirname, '..', '..');

/** The modules that are loaded after `module`. */
function loadedBy(module: string): readonly string[] {
  const script = `require('./${module}'); process.stdout.write(JSON.stringify(Object.keys(require.cache)))`;
  const output = execFileSync(process.execPath, ['-r', 'ts-node/register/transpile-only', '-e', script], { cwd: ROOT, encoding: 'utf8' });
  return JSON.parse(output.slice(output.indexOf('[')));
}

test.each(['lib/constructs/mesh-cluster', 'lib/index'])('%s loads no EKS module, no kubectl layer and no cdk8s-plus', (module) => {
  const loaded = loadedBy(module);

  expect(loaded.length).toBeGreaterThan(10);
  expect(loaded.filter((path) => /aws-cdk-lib\/aws-eks(-v2)?\/|lambda-layer-kubectl|cdk8s-plus/.test(path))).toEqual([]);
}, 30_000);
