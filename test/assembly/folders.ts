/** Folders of files for tests that read from disk. They are removed when the tests of a file are done. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';

const made: string[] = [];

afterAll(() => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A new folder with these files; what is no text is written as JSON. */
export function folderWith(files: { readonly [path: string]: unknown }): string {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-eks-mesh-'));
  made.push(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

/** A manifest that names models and nested assemblies, as the CDK writes one. */
export function manifest(models: readonly string[], nested: readonly string[] = []): object {
  return {
    version: '54.0.0',
    artifacts: {
      ...Object.fromEntries(models.map((file) => [file.replace(/\.json$/, ''), { type: 'none', properties: { file } }])),
      ...Object.fromEntries(nested.map((directoryName) => [directoryName, { type: 'cdk:cloud-assembly', properties: { directoryName, displayName: directoryName } }])),
      Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      Stack: { type: 'aws:cloudformation:stack', properties: { templateFile: 'Stack.template.json' } },
    },
  };
}
