/** A cloud assembly (`cdk.out`): its stacks in the order of deployment, and its files. */
import * as fs from 'fs';
import * as path from 'path';

/** A stack of the assembly. */
export interface AssemblyStack {
  readonly name: string;
  readonly templateFile: string;
  /** Names of the stacks that have to be deployed before. */
  readonly dependencies: readonly string[];
}

/** A file or a folder that the deployment uploads. */
export interface AssemblyAsset { readonly objectKey: string; readonly source: string }

export interface Assembly { readonly stacks: readonly AssemblyStack[]; readonly assets: readonly AssemblyAsset[] }

interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly file?: string; readonly directoryName?: string };
}

interface AssetManifest {
  readonly files?: {
    readonly [id: string]: {
      readonly source: { readonly path?: string; readonly executable?: readonly string[] };
      readonly destinations: { readonly [id: string]: { readonly objectKey: string } };
    };
  };
}

/**
 * Reads an assembly; assemblies of Stages inside of it are part of it.
 * @see https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema-readme.html
 */
export function readAssembly(folder: string): Assembly {
  const stacks = new Map<string, AssemblyStack>();
  const assets: AssemblyAsset[] = [];
  readFolder(path.resolve(folder), stacks, assets);
  return { stacks: inOrder([...stacks.values()]), assets };
}

function readFolder(folder: string, stacks: Map<string, AssemblyStack>, assets: AssemblyAsset[]): void {
  const { artifacts = {} } = readJson<{ readonly artifacts?: { readonly [id: string]: Artifact } }>(path.join(folder, 'manifest.json'));
  const nameOf = (id: string) => artifacts[id]?.properties?.stackName ?? id;
  const isStack = (id: string) => artifacts[id]?.type === 'aws:cloudformation:stack';
  for (const [id, artifact] of Object.entries(artifacts)) {
    const { templateFile, file, directoryName } = artifact.properties ?? {};
    if (isStack(id) && templateFile) {
      stacks.set(nameOf(id), { name: nameOf(id), templateFile: path.join(folder, templateFile), dependencies: (artifact.dependencies ?? []).filter(isStack).map(nameOf) });
    } else if (artifact.type === 'cdk:asset-manifest' && file) {
      assets.push(...readAssets(folder, path.join(folder, file)));
    } else if (artifact.type === 'cdk:cloud-assembly' && directoryName) {
      readFolder(path.join(folder, directoryName), stacks, assets);
    }
  }
}

function readAssets(folder: string, manifest: string): AssemblyAsset[] {
  return Object.values(readJson<AssetManifest>(manifest).files ?? {}).flatMap(({ source, destinations }) => {
    if (source.path === undefined) throw new Error(`${manifest}: the emulator does not run the command of an asset: ${source.executable?.join(' ')}`);
    return Object.values(destinations).map(({ objectKey }) => ({ objectKey, source: path.join(folder, source.path!) }));
  });
}

function inOrder(stacks: readonly AssemblyStack[]): AssemblyStack[] {
  const ordered: AssemblyStack[] = [];
  const visit = (stack: AssemblyStack, above: readonly string[]): void => {
    if (above.includes(stack.name)) throw new Error(`the stacks of the assembly depend on each other in a circle: ${[...above, stack.name].join(' -> ')}`);
    if (ordered.includes(stack)) return;
    for (const name of stack.dependencies) stacks.filter(other => other.name === name).forEach(other => visit(other, [...above, stack.name]));
    ordered.push(stack);
  };
  for (const stack of stacks) visit(stack, []);
  return ordered;
}

function readJson<T>(file: string): T {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
}
