/**
 * From what constructs collected to what is deployed, once, at synthesis: model, checks, lowering, emission.
 * Called by `LowerMesh`, which loads this module only then: most of the library is needed at synthesis alone.
 */
import type { Mesh } from './mesh';
import { emitMesh } from './mesh-emission';
import { metricsFindings } from './metrics-api';
import { attachModel } from './model-artifact';
import type { Diagnostic } from '../../diagnostics';
import type { TrafficModel } from '../../model';
import { validateModel } from '../../model/validate';
import { checkShardPlan } from '../../outputs/cloudformation/shards';
import { textHasTokens } from '../../outputs/cloudformation/token-markers';
import { checkCapabilities } from '../../providers/check';
import type { Provider } from '../../providers/provider';
import { originOf } from '../origin';
import { report } from '../report';
import { checkReadTokens } from '../unread-tokens';

/** Lowers one mesh into its Stage, or reports why it cannot be. */
export function lowerMesh(mesh: Mesh): void {
  mesh._close();
  const model = mesh._model();
  const text = JSON.stringify(model, undefined, 1);
  const holdsTokens = textHasTokens(text);
  attachModel(mesh, holdsTokens ? { model } : { model, text });
  if (report(mesh, [...(holdsTokens ? checkReadTokens(model) : []), ...checkProgram(mesh, model)])) return;
  emitMesh(mesh, model);
}

function checkProgram(mesh: Mesh, model: TrafficModel): readonly Diagnostic[] {
  const { _provider: provider } = mesh._props.provider;
  const plan = mesh._props.shards?._plan;
  return [
    ...validateModel(model),
    ...capabilityFindings(model, provider),
    ...provider.validate(model),
    ...metricsFindings(mesh, model),
    ...(plan === undefined ? [] : checkShardPlan(plan, originOf(mesh), mesh)),
  ];
}

/** The other meshes are needed, and loaded, only to offer them. */
function capabilityFindings(model: TrafficModel, provider: Provider): readonly Diagnostic[] {
  const findings = checkCapabilities(model, provider, []);
  if (findings.every(({ severity }) => severity !== 'error')) return findings;
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { PROVIDERS } = require('../../providers/registry') as typeof import('../../providers/registry');
  return checkCapabilities(model, provider, PROVIDERS);
}
