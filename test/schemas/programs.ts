/** Every list of objects that the checkers of App Mesh judge, one for each example and for each case; and the examples on every mesh. */
import { readdirSync, readFileSync } from 'fs';
import { basename, join } from 'path';
import { App } from 'aws-cdk-lib';
import { objectsIn } from './assembly';
import type { KubeObject } from '../../lib/kube/object';
import type { Quotas } from '../../lib/model/traffic-model';
import { allCases, lowerCase } from '../providers/app-mesh/cases';

/** The objects of one program, as if alone in a cluster. */
export interface Program {
  /** `example quickstart`, `case weight-zero-is-kept`. */
  readonly title: string;
  readonly objects: readonly KubeObject[];
  /** The quotas that it declares. */
  readonly quotas: Quotas;
}

const EXAMPLES = join(__dirname, '../../examples');

/** Names of the examples: their files without ending. */
export function exampleNames(): string[] {
  return readdirSync(EXAMPLES).filter(file => file.endsWith('.ts') && !file.endsWith('.test.ts') && file !== 'mesh-choice.ts').map(file => basename(file, '.ts')).sort();
}

/** Each example with each mesh that its context can name; the articles are about App Mesh. */
export function examplesByMesh(): readonly (readonly [name: string, mesh: string])[] {
  return exampleNames().flatMap(name => name === 'articles' ? [[name, 'app-mesh'] as const] : ['istio', 'envoy-gateway', 'app-mesh'].map(mesh => [name, mesh] as const));
}

/** The app of an example, not yet synthesized. */
export function buildExample(name: string, mesh = 'app-mesh', context: { readonly [key: string]: unknown } = {}): App {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { build } = require(join(EXAMPLES, name)) as { build: (app: App) => App };
  return build(new App({ analyticsReporting: false, context: { ...context, mesh } }));
}

/** The objects of an example. */
export function exampleProgram(name: string): Program {
  const { directory } = buildExample(name).synth();
  const [model] = readdirSync(directory).filter(file => file.endsWith('.mesh.json')).map(file => readFileSync(join(directory, file), 'utf8'));
  const { mesh } = JSON.parse(model) as { mesh: { quotas: Quotas } };
  return { title: `example ${name}`, objects: objectsIn(directory), quotas: mesh.quotas };
}

/** The objects of every case of the App Mesh provider. */
export function casePrograms(): Program[] {
  return allCases().map(situation => ({
    title: `case ${situation.title}`,
    objects: lowerCase(situation),
    quotas: situation.model.mesh.quotas,
  }));
}

/** All programs. */
export function allPrograms(): Program[] {
  return [...exampleNames().map(exampleProgram), ...casePrograms()];
}
