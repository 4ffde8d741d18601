/** The picture beside the templates: `<mesh path>.mesh.mmd`, `.dot` and `.html`. Called once, at synthesis, when the model is written. */
import { writeFileSync } from 'fs';
import { join } from 'path';
import { dotOf, graphOf, mermaidOf, pageOf } from '../../diagram';
import { hasPageScript, readPageScript } from '../../diagram/page-script';
import type { TrafficModel } from '../../model';

/**
 * Writes the picture of a model without tokens. The page's script is always in the package; among the library's own sources, where it was not
 * bundled yet, the page is left out.
 */
export function writeDiagram(folder: string, name: string, model: TrafficModel): void {
  const graph = graphOf(model);
  writeFileSync(join(folder, `${name}.mmd`), mermaidOf(graph));
  writeFileSync(join(folder, `${name}.dot`), dotOf(graph));
  if (hasPageScript()) writeFileSync(join(folder, `${name}.html`), pageOf(model, readPageScript()));
}
