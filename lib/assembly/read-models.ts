/**
 * The traffic models of a synthesized program. In: a cloud assembly (`cdk.out`, with the nested ones of its Stages) or one model file.
 * Out: the models, by file. Called by whatever answers questions without the program: command line, routing tests, previews.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'fs';
import { basename, join, resolve } from 'path';
import { AssemblyError } from './assembly-error';
import { modelFrom } from './model-shape';
import { ShapeError } from './shape';
import type { TrafficModel } from '../model/traffic-model';

/** A model and where it was read. */
export interface LoadedModel {
  /** Relative to what was given, with `/`; for a file its name. */
  readonly file: string;
  /** Name of the mesh. */
  readonly name: string;
  readonly model: TrafficModel;
}

/** How a file of a model ends. */
const ENDING = '.mesh.json';

const SYNTH = 'run npx cdk synth first, or name another folder or a model file (*.mesh.json)';

/**
 * All models below a path, by file. In a folder with a manifest those that it names; files that an earlier synthesis left there do not count.
 * `cwd` is the folder that a relative path starts from; left out, the working directory. Throws AssemblyError where there is nothing to read.
 */
export function readModels(given: string, cwd = ''): readonly LoadedModel[] {
  const path = given.replace(/(?<=.)[\\/]+$/, '');
  const found = resolve(cwd, path);
  if (!existsSync(found)) throw new AssemblyError(`there is no file or folder '${path}'`, path, SYNTH);
  if (!statSync(found).isDirectory()) return [readModel(found, path, basename(found))];
  const files = [...modelFiles(found, path, '')].sort();
  if (files.length === 0) throw new AssemblyError(`'${path}' holds no traffic model${leftOver(found)}`, path, `it is made by programs with a Mesh; ${SYNTH}`);
  return files.map((file) => readModel(join(found, file), `${path}/${file}`, file));
}

/** Files of models below a folder, relative to it. */
function modelFiles(folder: string, shown: string, prefix: string): readonly string[] {
  const { models, nested } = existsSync(join(folder, 'manifest.json')) ? listedIn(folder, shown) : lyingIn(folder);
  return [
    ...models.map((file) => `${prefix}${file}`),
    ...nested.flatMap((name) => modelFiles(join(folder, name), `${shown}/${name}`, `${prefix}${name}/`)),
  ];
}

interface Listing {
  readonly models: readonly string[];
  /** Folders of nested assemblies. */
  readonly nested: readonly string[];
}

interface Artifact {
  readonly type?: unknown;
  readonly properties?: { readonly file?: unknown; readonly directoryName?: unknown };
}

/** What the manifest of an assembly names. */
function listedIn(folder: string, shown: string): Listing {
  const place = `${shown}/manifest.json`;
  const { artifacts } = (readJson(join(folder, 'manifest.json'), place) ?? {}) as { readonly artifacts?: { readonly [id: string]: Artifact | null } };
  const properties = Object.values(artifacts ?? {}).map((artifact) => ({ type: artifact?.type, ...artifact?.properties }));
  const listing = {
    models: properties.flatMap(({ type, file }) => type === 'none' && typeof file === 'string' && file.endsWith(ENDING) ? [file] : []),
    nested: properties.flatMap(({ type, directoryName }) => type === 'cdk:cloud-assembly' && typeof directoryName === 'string' ? [directoryName] : []),
  };
  const missing = [...listing.models, ...listing.nested].find((name) => !existsSync(join(folder, name)));
  if (missing !== undefined) throw new AssemblyError(`the manifest names '${missing}', which is not there`, place, 'run npx cdk synth again');
  return listing;
}

/** A folder without manifest: model files that somebody put there. */
function lyingIn(folder: string): Listing {
  const entries = readdirSync(folder, { withFileTypes: true });
  return {
    models: entries.filter((entry) => !entry.isDirectory() && entry.name.endsWith(ENDING)).map(({ name }) => name),
    nested: entries.filter((entry) => entry.isDirectory() && entry.name.startsWith('assembly-')).map(({ name }) => name),
  };
}

/** Model files that the manifest does not name explain why nothing was found. */
function leftOver(folder: string): string {
  const [file] = lyingIn(folder).models;
  return file === undefined ? '' : `; '${file}' is left from an earlier synthesis, and manifest.json does not name it`;
}

function readModel(path: string, shown: string, file: string): LoadedModel {
  const json = readJson(path, shown);
  try {
    const model = modelFrom(json);
    return { file, name: model.mesh.name, model };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new AssemblyError(`this is no traffic model: ${error.message}`, shown, fixOf(error));
  }
}

function fixOf({ place }: ShapeError): string {
  return place === 'format'
    ? 'give a cloud assembly (cdk.out) or a file *.mesh.json of this version of cdk-eks-mesh'
    : 'mend the file by hand, or run npx cdk synth with this version of cdk-eks-mesh to write it anew';
}

function readJson(path: string, shown: string): unknown {
  const content = readFile(path, shown);
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    throw new AssemblyError(`the file is not JSON: ${(error as Error).message}`, shown, 'run npx cdk synth to write it anew');
  }
}

function readFile(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AssemblyError(`the file cannot be read: ${(error as Error).message.replace(/, \w+ '.*'$/, '')}`, shown, 'let the current user read it');
  }
}
