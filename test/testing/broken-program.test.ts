/** What a user sees who breaks the quickstart: the test that fails names the request, the shares, the construct, the property and the reason. */
import { readFileSync } from 'fs';
import { join } from 'path';
import type { App } from 'aws-cdk-lib';
import * as ts from 'typescript';
import { messageOf } from './shop';
import { GET, meshIn, requests, type MeshHandle } from '../../lib/testing/jest';
import { expectGolden } from '../golden';

const EXAMPLES = join(__dirname, '../../examples');

/** The quickstart with one text replaced by another. */
function quickstartWith(text: string, replacement: string): MeshHandle {
  const source = readFileSync(join(EXAMPLES, 'quickstart.ts'), 'utf8');
  if (source.split(text).length !== 2) throw new Error(`'${text}' does not stand once in the quickstart`);
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  const { outputText } = ts.transpileModule(source.replace(text, replacement), { compilerOptions });
  const module = { exports: {} as { build(): App } };
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const load = (path: string): unknown => require(path.startsWith('.') ? join(EXAMPLES, path) : path);
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  (new Function('require', 'module', 'exports', outputText) as (...args: unknown[]) => void)(Object.assign(load, { main: undefined }), module, module.exports);
  return meshIn(module.exports.build());
}

test.each<[string, string, string, (mesh: MeshHandle) => unknown]>([
  ['weight', 'canaryPercent: 5', 'canaryPercent: 50', (mesh) => expect(mesh.gateway()).toSplit(GET('/products/7'), { v1: 95, v2: 5 })],
  ['match', "RouteMatch.prefix('/products')", "RouteMatch.exact('/products')", (mesh) => expect(mesh.gateway()).toSplit(GET('/products/7'), { v1: 95, v2: 5 })],
  ['pin', "HeaderMatch.exactly('b')", "HeaderMatch.exactly('B')", (mesh) => expect(mesh.gateway()).toRoute(GET('/products/7', { headers: { 'x-experiment-id': 'b' } }), 'products@v2')],
  ['cut-over', 'active: Color.BLUE', 'active: Color.GREEN', (mesh) => expect(mesh.gateway()).toRoute(requests({ method: ['GET', 'POST'], path: ['/checkout', '/checkout/pay'] }), 'checkout-blue')],
  ['call', 'calls: [catalog]', 'calls: []', (mesh) => expect(mesh.service('products')).toRoute(GET('http://catalog/items'), 'catalog@v1')],
  ['timeout', 'timeout: Duration.seconds(10)', 'timeout: Duration.seconds(30)', (mesh) => expect(mesh.gateway()).toTimeOutAfter(GET('/products'), '10s')],
])('breaking a %s', (what, text, replacement, claim) => {
  claim(quickstartWith(text, text));
  const message = messageOf(() => claim(quickstartWith(text, replacement)));

  expectGolden(`broken-quickstart/${what}.txt`, `${text}  ->  ${replacement}\n\n${message}\n`);
});
