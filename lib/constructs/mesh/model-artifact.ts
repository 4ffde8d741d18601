/** The traffic model beside the templates: `<mesh path>.mesh.json` in the cloud assembly, which later tools read. */
import { writeFileSync } from 'fs';
import { join } from 'path';
import { attachCustomSynthesis, Stack, type ISynthesisSession } from 'aws-cdk-lib';
import type { Mesh } from './mesh';
import type { TrafficModel } from '../../model';

/** Writes the model when the templates are written; values known only at deployment stand as CloudFormation intrinsics. */
export function attachModel(mesh: Mesh, model: TrafficModel): void {
  const file = `${mesh.node.path.replace(/[^A-Za-z0-9]+/g, '-')}.mesh.json`;
  attachCustomSynthesis(mesh, {
    onSynthesize: ({ assembly }: ISynthesisSession) =>
      writeFileSync(join(assembly.outdir, file), `${JSON.stringify(Stack.of(mesh).resolve(model), undefined, 1)}\n`),
  });
}
