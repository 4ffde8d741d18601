/** What a synthesis writes beside the templates. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { build } from '../../examples/quickstart';
import { dotOf, graphOf, mermaidOf, pageOf } from '../../lib/diagram';
import { hasPageScript, readPageScript } from '../../lib/diagram/page-script';
import type { TrafficModel } from '../../lib/model/traffic-model';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function synthesize(): { readonly [file: string]: string } {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-eks-mesh-picture-'));
  folders.push(folder);
  build(new App({ outdir: folder, analyticsReporting: false })).synth();
  const names = readdirSync(folder).filter((file) => file.startsWith('Shop-Mesh.mesh.')).sort();
  return Object.fromEntries(names.map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
}

test('the picture lies beside the model, in three forms, and is the same the next time', () => {
  const written = synthesize();
  const model = JSON.parse(written['Shop-Mesh.mesh.json']!) as TrafficModel;

  expect(Object.keys(written)).toEqual(['dot', ...(hasPageScript() ? ['html'] : []), 'json', 'mmd'].map((ending) => `Shop-Mesh.mesh.${ending}`));
  expect(written['Shop-Mesh.mesh.mmd']).toBe(mermaidOf(graphOf(model)));
  expect(written['Shop-Mesh.mesh.dot']).toBe(dotOf(graphOf(model)));
  if (hasPageScript()) expect(written['Shop-Mesh.mesh.html']).toBe(pageOf(model, readPageScript()));
  expect(synthesize()).toEqual(written);
});
