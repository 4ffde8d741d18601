/** The table of who may import whom, no import cycles, pure layers, sizes of files. ARCHITECTURE.md explains the table. */
import { readdirSync, readFileSync } from 'fs';
import { dirname, join, posix, relative } from 'path';
import * as ts from 'typescript';

const LIB = join(__dirname, '../lib');

/** Packages of the CDK, which pure layers know nothing of. */
const CDK = ['aws-cdk-lib', 'constructs', 'cdk8s', 'cdk8s-plus-28', '@aws-cdk'];

/** What a layer may import. Its own files are always allowed, but for dialects those of its own folder only. */
interface Allowance {
  /** Folders below lib/; `providers/*` means its own files, not the dialects. */
  readonly layers: readonly string[];
  readonly packages: readonly string[];
}

/** First match wins; a path is a folder or a file below lib/. */
const TABLE: readonly (Allowance & { readonly of: string })[] = [
  { of: 'diagnostics', layers: [], packages: [] },
  { of: 'kube', layers: [], packages: [] },
  { of: 'model', layers: ['diagnostics'], packages: ['re2js', 'ipaddr.js'] },
  { of: 'simulator', layers: ['model', 'diagnostics'], packages: ['re2js'] },
  { of: 'diff', layers: ['simulator', 'model', 'diagnostics'], packages: [] },
  // the one file of the picture that reads: the script of the page, which lies beside the compiled library
  { of: 'diagram/page-script.ts', layers: [], packages: ['fs', 'path'] },
  // a hash of the page's script and style is a function of their text
  { of: 'diagram/page.ts', layers: ['model', 'diagnostics', 'diagram'], packages: ['crypto'] },
  // the page asks the simulator, and lights up what it answers
  { of: 'diagram', layers: ['model', 'diagnostics', 'simulator'], packages: [] },
  // the one list of dialects
  { of: 'providers/registry.ts', layers: ['model', 'diagnostics', 'plan', 'kube', 'providers'], packages: [] },
  { of: 'providers/envoy-gateway', layers: ['model', 'diagnostics', 'plan', 'kube', 'providers/*', 'providers/gateway-api'], packages: [] },
  { of: 'providers/istio', layers: ['model', 'diagnostics', 'plan', 'kube', 'providers/*', 'providers/gateway-api'], packages: [] },
  { of: 'providers', layers: ['model', 'diagnostics', 'plan', 'kube', 'providers/*'], packages: ['re2js'] },
  // runs in Lambda: of the library it knows what an object is and what templates send
  {
    of: 'outputs/cloudformation/engine', layers: ['kube', 'outputs/cloudformation/protocol.ts'],
    packages: ['crypto', 'http', 'https', 'zlib', 'aws4', 'async-retry', 'js-yaml', 'tar-stream'],
  },
  { of: 'outputs/cloudformation', layers: ['plan', 'kube', 'diagnostics'], packages: [...CDK, 'fs', 'path'] },
  { of: 'plan', layers: ['kube', 'diagnostics'], packages: ['fast-json-patch'] },
  // routing tests for other languages than TypeScript: a face of the same core, which the other constructs do not know
  { of: 'constructs/testing', layers: ['constructs', 'testing', 'simulator'], packages: CDK },
  {
    of: 'constructs',
    layers: ['model', 'diagnostics', 'kube', 'simulator', 'diagram', 'providers', 'plan', 'outputs'],
    packages: [...CDK, 'fs', 'path'],
  },
  // reads what a synthesis wrote, for programs that run without the CDK
  { of: 'assembly', layers: ['model', 'diagnostics'], packages: ['fs', 'path'] },
  // the expect of the running test, where it is no global
  { of: 'testing', layers: ['simulator', 'model', 'diagnostics', 'assembly'], packages: ['@jest/globals'] },
  // runs the lowered model on this machine: processes, sockets, files and a terminal are its work
  {
    of: 'preview',
    layers: ['assembly', 'simulator', 'model', 'diagnostics', 'providers/local-envoy'],
    packages: ['fs', 'path', 'os', 'child_process', 'http', 'http2', 'net', 'timers', 'picocolors'],
  },
  {
    of: 'cli',
    layers: ['assembly', 'simulator', 'diff', 'diagram', 'preview', 'model', 'diagnostics', 'providers'],
    packages: ['fs', 'path', 'commander', 'picocolors'],
  },
  { of: 'index.ts', layers: ['constructs', 'model', 'diagnostics', 'kube', 'providers', 'plan', 'outputs'], packages: [] },
];

/** Layers whose result depends on their arguments alone. */
const PURE = ['diagnostics', 'kube', 'plan', 'model', 'simulator', 'diff', 'diagram', 'providers'];

const MAX_LINES = 300;

/** Files that may be longer, and why. */
const LONG_FILES: { readonly [file: string]: string } = {
  'diagnostics/catalogue.ts': 'a table: one line for each code',
  'providers/app-mesh/crd.ts': 'wire shapes: one line for each field of seven kinds',
};

/** One import of a file. */
interface Import {
  /** Path below lib/ for our own files, else the package. */
  readonly target: string;
  readonly own: boolean;
  /** Erased by the compiler: counts for the table, not for cycles. */
  readonly typeOnly: boolean;
}

/** A file below lib/. */
interface Source {
  readonly file: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

function parse(file: string, text: string): Source {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    if (specifier !== undefined && ts.isStringLiteral(specifier)) imports.push(targetOf(file, specifier.text, typeOnly));
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isErased(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && ['import', 'require'].includes(node.expression.getText())) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
  return { file, text, imports };
}

function isErased(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.every(element => element.isTypeOnly);
}

const files = new Set(readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => relative(LIB, join(LIB, file))));

function targetOf(file: string, specifier: string, typeOnly: boolean): Import {
  if (!specifier.startsWith('.')) return { target: specifier, own: false, typeOnly };
  const path = posix.normalize(posix.join(dirname(file), specifier));
  const target = path === '.' ? 'index.ts' : [`${path}.ts`, `${path}/index.ts`].find(candidate => files.has(candidate)) ?? `${path}.ts`;
  return { target, own: true, typeOnly };
}

const isBelow = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`);

/** `providers/*`: the files of the folder itself. */
function matchesLayer(target: string, layer: string): boolean {
  return layer.endsWith('/*') ? dirname(target) === layer.slice(0, -2) && target !== 'providers/registry.ts' : isBelow(target, layer);
}

/** The folder whose files may import each other freely: a dialect for providers, else the row's own folder. */
function homeOf(file: string, row: string): string {
  return row.startsWith('providers') && file.split('/').length > 2 ? file.split('/').slice(0, 2).join('/') : row;
}

/** The imports of a file that the table does not allow. */
function forbiddenImports({ file, imports }: Source): string[] {
  const row = TABLE.find(({ of }) => isBelow(file, of));
  if (row === undefined) return [`${file} is in no layer of the table`];
  const isAllowed = ({ target, own }: Import) => own
    ? isBelow(target, homeOf(file, row.of)) && homeOf(file, row.of) !== 'providers' || row.layers.some(layer => matchesLayer(target, layer))
    : row.packages.some(name => isBelow(target.replace(/^node:/, ''), name));
  return imports.filter(one => !isAllowed(one)).map(({ target }) => `${file} imports ${target}`);
}

/** Cycles of imports that survive compilation, each as the files on the way. */
function cyclesOf(sources: readonly Source[]): string[] {
  const next = new Map(sources.map(({ file, imports }) => [file, imports.filter(one => one.own && !one.typeOnly).map(one => one.target)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) {cycles.push([...way.slice(way.indexOf(file)), file].join(' -> '));} else if (!done.has(file)) {
      for (const target of next.get(file) ?? []) walk(target, [...way, file]);
      done.add(file);
    }
  };
  for (const file of next.keys()) walk(file, []);
  return cycles;
}

/** What a pure layer may not ask: the environment, the clock, chance. */
function impurities({ file, text }: Source): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isName = ts.isIdentifier(node) && !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node)
      && !((ts.isPropertyAssignment(node.parent) || ts.isPropertySignature(node.parent)) && node.parent.name === node);
    if (isName && ['process', 'Date', 'performance', 'globalThis', 'setTimeout', 'console'].includes(node.text)) found.push(`${file} uses ${node.text}`);
    if (ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random') found.push(`${file} uses Math.random`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true));
  return found;
}

function overlong({ file, text }: Source): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines <= MAX_LINES || file in LONG_FILES ? [] : [`${file} has ${lines} lines, at most ${MAX_LINES}`];
}

describe('lib', () => {
  const sources = [...files].sort().map(file => parse(file, readFileSync(join(LIB, file), 'utf8')));

  test('imports only what the table allows', () => {
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.flatMap(forbiddenImports)).toEqual([]);
  });

  test('has no import cycle', () => {
    expect(cyclesOf(sources)).toEqual([]);
  });

  test('asks no clock, chance or environment in pure layers', () => {
    expect(sources.filter(({ file }) => PURE.some(layer => isBelow(file, layer))).flatMap(impurities)).toEqual([]);
  });

  test(`has no file over ${MAX_LINES} lines but those with a reason`, () => {
    expect(sources.flatMap(overlong)).toEqual([]);
  });

  test('still has the files that may be long', () => {
    expect(Object.keys(LONG_FILES).filter(file => !files.has(file))).toEqual([]);
  });
});

describe('the checks themselves', () => {
  test.each([
    ['model/match.ts', "import type { KubeObject } from '../kube/object';", 'model/match.ts imports kube/object.ts'],
    ['model/match.ts', "import { Stack } from 'aws-cdk-lib/core';", 'model/match.ts imports aws-cdk-lib/core'],
    ['kube/yaml.ts', "const fs = require('fs');", 'kube/yaml.ts imports fs'],
    ['providers/app-mesh/lower.ts', "import { x } from '../istio/lower';", 'providers/app-mesh/lower.ts imports providers/istio/lower.ts'],
    ['providers/check.ts', "import { x } from './app-mesh/lower';", 'providers/check.ts imports providers/app-mesh/lower.ts'],
    ['plan/budget.ts', "import { Stack } from 'aws-cdk-lib';", 'plan/budget.ts imports aws-cdk-lib'],
    ['plan/control-plane.ts', "import type { TrafficModel } from '../model/traffic-model';", 'plan/control-plane.ts imports model/traffic-model.ts'],
    ['providers/istio/control-plane.ts', "import type { CfnResource } from 'aws-cdk-lib';", 'providers/istio/control-plane.ts imports aws-cdk-lib'],
    ['providers/app-mesh/control-plane/index.ts', "import { x } from '../../istio/control-plane';", 'providers/app-mesh/control-plane/index.ts imports providers/istio/control-plane.ts'],
    ['providers/app-mesh/control-plane/values.ts', "import { x } from '../../../outputs/cloudformation/roles';",
      'providers/app-mesh/control-plane/values.ts imports outputs/cloudformation/roles.ts'],
    ['outputs/cloudformation/control-plane/chart.ts', "import { ISTIO } from '../../../providers/istio/control-plane';",
      'outputs/cloudformation/control-plane/chart.ts imports providers/istio/control-plane.ts'],
    ['constructs/mesh/mesh.ts', "export * from '../../cli/main';", 'constructs/mesh/mesh.ts imports cli/main.ts'],
    ['util/text.ts', '', 'util/text.ts is in no layer of the table'],
  ])('refuse an import in %s: %s', (file, text, complaint) => {
    expect(forbiddenImports(parse(file, text))).toEqual([complaint]);
  });

  test.each([
    ['providers/app-mesh/lower.ts', "import { x } from './names'; import { y } from '../provider'; import { z } from '../../kube/object';"],
    ['providers/istio/lower.ts', "import { x } from '../gateway-api/lower';"],
    ['providers/app-mesh/control-plane/index.ts', "import { x } from '../versions'; import { y } from '../../../plan/chart-values'; import { z } from '../../../model/security';"],
    ['outputs/cloudformation/control-plane/chart.ts', "import { CfnResource } from 'aws-cdk-lib'; import { x } from '../../../plan/chart-values'; import { y } from '../cluster-port';"],
    ['outputs/cloudformation/manifests.ts', "import { Stack } from 'aws-cdk-lib'; import { x } from '../../plan/budget';"],
  ])('allow the imports of %s', (file, text) => {
    expect(forbiddenImports(parse(file, text))).toEqual([]);
  });

  test('see a cycle of values, but none of types', () => {
    const a = parse('model/a.ts', "import { b } from './b';");

    expect(cyclesOf([a, parse('model/b.ts', "export { a } from './a';")])).toEqual(['model/a.ts -> model/b.ts -> model/a.ts']);
    expect(cyclesOf([a, parse('model/b.ts', "import type { A } from './a'; import { type B } from './a';")])).toEqual([]);
  });

  test('see impure code, but no property of the same name', () => {
    const impure = parse('model/a.ts', 'const seed = Math.random() + new Date().getTime(); const home = process.env.HOME;');

    expect(impurities(impure).sort()).toEqual(['model/a.ts uses Date', 'model/a.ts uses Math.random', 'model/a.ts uses process']);
    expect(impurities(parse('model/a.ts', 'const x = { process: 1 }; x.process;'))).toEqual([]);
  });

  test('see a long file', () => {
    expect(overlong(parse('model/a.ts', '\n'.repeat(300) + 'x'))).toEqual(['model/a.ts has 301 lines, at most 300']);
  });
});
