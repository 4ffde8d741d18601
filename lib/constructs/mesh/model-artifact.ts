/** The traffic model beside the templates: `<mesh path>.mesh.json` in the cloud assembly, which later tools read. */
import { writeFileSync } from 'fs';
import { join } from 'path';
import { attachCustomSynthesis, cloud_assembly_schema, Stack, type ISynthesisSession } from 'aws-cdk-lib';
import { writeDiagram } from './diagram-artifact';
import type { Mesh } from './mesh';
import type { TrafficModel } from '../../model';

/** A model on its way to a file. */
export interface WrittenModel {
  readonly model: TrafficModel;
  /** The file's text. Left out: the model holds tokens, which are not known yet. */
  readonly text?: string;
}

/**
 * Writes the model when the templates are written; values known only at deployment stand as CloudFormation intrinsics.
 * The assembly's manifest names the file, because a synthesis leaves the files of earlier ones where they are.
 */
export function attachModel(mesh: Mesh, { model, text }: WrittenModel): void {
  const name = `${mesh.node.path.replace(/[^A-Za-z0-9]+/g, '-')}.mesh`;
  attachCustomSynthesis(mesh, {
    onSynthesize: ({ assembly }: ISynthesisSession) => {
      const file = `${name}.json`;
      const resolved = text === undefined ? Stack.of(mesh).resolve(model) as TrafficModel : model;
      writeFileSync(join(assembly.outdir, file), `${text ?? JSON.stringify(resolved, undefined, 1)}\n`);
      writeDiagram(assembly.outdir, name, resolved);
      // the type that the CDK's own tools pass over
      assembly.addArtifact(name, { type: cloud_assembly_schema.ArtifactType.NONE, properties: { file } });
    },
  });
}
