/**
 * From what constructs collected to what is deployed, once, at synthesis: model, checks, lowering, emission.
 * An aspect on the Stage, so that services of every stack are known; its priority is MUTATING, so that other aspects see the result.
 */
import { Stage, type IAspect } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
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

/** Lowers one mesh when its Stage is visited. */
export class LowerMesh implements IAspect {
  constructor(private readonly mesh: Mesh) {}

  visit(node: IConstruct): void {
    // a synthesis that is forced visits again, and what was written or reported stays in the tree
    if (node === Stage.of(this.mesh) && this.mesh._isOpen) lowerMesh(this.mesh);
  }
}

function lowerMesh(mesh: Mesh): void {
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
