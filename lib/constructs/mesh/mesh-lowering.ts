/**
 * From what constructs collected to what is deployed, once, at synthesis: model, checks, lowering, emission.
 * Called by `LowerMesh`, which loads this module only then: most of the library is needed at synthesis alone.
 */
import type { Mesh } from './mesh';
import { emitMesh } from './mesh-emission';
import { attachModel } from './model-artifact';
import type { Diagnostic } from '../../diagnostics';
import { checkShardPlan } from '../../emit/cloudformation/shards';
import type { TrafficModel } from '../../model';
import { validateModel } from '../../model/validate';
import { checkCapabilities } from '../../providers/check';
import { PROVIDERS } from '../../providers/registry';
import { originOf } from '../origin';
import { report } from '../report';
import { checkReadTokens } from '../unread-tokens';

/** Lowers one mesh into its Stage, or reports why it cannot be. */
export function lowerMesh(mesh: Mesh): void {
  mesh._close();
  const model = mesh._model();
  attachModel(mesh, model);
  if (report(mesh, checkProgram(mesh, model))) return;
  emitMesh(mesh, model);
}

function checkProgram(mesh: Mesh, model: TrafficModel): readonly Diagnostic[] {
  const { _provider: provider } = mesh._props.provider;
  const plan = mesh._props.shards?._plan;
  return [
    ...checkReadTokens(model),
    ...validateModel(model),
    ...checkCapabilities(model, provider, PROVIDERS),
    ...provider.validate(model),
    ...(plan === undefined ? [] : checkShardPlan(plan, originOf(mesh), mesh)),
  ];
}
