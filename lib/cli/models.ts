/** Finds the model that a command is about. */
import { UsageError } from './errors';
import type { Io } from './io';
import { suggestion } from './suggest';
import type { LoadedModel } from '../assembly';

/** Where synthesized programs lie. */
export const DEFAULT_ASSEMBLY = 'cdk.out';

/** What the argument of a command that reads an assembly is called in its help. */
export const ASSEMBLY_HELP = `cloud assembly or model file (default: "${DEFAULT_ASSEMBLY}")`;

/** The models of an assembly; those of one mesh where it is named. Throws AssemblyError or UsageError when there is none. */
export function loadModels(assembly: string | undefined, mesh: string | undefined, { cwd }: Pick<Io, 'cwd'>): readonly LoadedModel[] {
  // the help of every command reads this file, and no assembly
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { readModels } = require('../assembly') as typeof import('../assembly');
  const models = readModels(assembly ?? DEFAULT_ASSEMBLY, cwd);
  if (mesh === undefined) return models;
  const named = models.filter(({ name, file }) => name === mesh || file === mesh);
  if (named.length > 0) return named;
  throw unknownMesh(mesh, models);
}

/** The error for a mesh that none of the models is of. */
export function unknownMesh(mesh: string, models: readonly LoadedModel[]): UsageError {
  const names = [...new Set(models.map(({ name }) => name))];
  return new UsageError(`there is no mesh '${mesh}'${suggestion(mesh, names)}`, `name one of ${names.map((name) => `'${name}'`).join(', ')}`);
}

/** The one model that a question is asked about. Throws UsageError when there are several. */
export function loadModel(assembly: string | undefined, mesh: string | undefined, io: Pick<Io, 'cwd'>): LoadedModel {
  const models = loadModels(assembly, mesh, io);
  const [only, ...others] = models;
  if (only !== undefined && others.length === 0) return only;
  const names = models.map(({ name }) => name);
  const areDifferent = new Set(names).size === names.length;
  throw new UsageError(
    mesh === undefined ? `there are ${models.length} meshes` : `there are ${models.length} meshes of the name '${mesh}'`,
    `name one: ${models.map(({ name, file }) => `--mesh ${areDifferent ? name : file}`).join(' or ')}`,
  );
}
