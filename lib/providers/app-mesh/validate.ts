/**
 * App Mesh's own rules and limits: what only its API would refuse, after the objects are in the cluster.
 * @see API model 2019-01-25; user guide, service quotas
 */
import { indexMesh } from '../mesh-index';
import { hasBrokenReference } from '../references';
import type { Rule } from '../rule';
import { backendRules } from './rules/backends';
import { gatewayRouteRules } from './rules/gateway-routes';
import { nameRules } from './rules/names';
import { proxyRules } from './rules/proxies';
import { quotaRules } from './rules/quotas';
import { routeRules } from './rules/routes';
import { tlsRules } from './rules/tls';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { TrafficModel } from '../../model/traffic-model';

const RULES: readonly Rule[] = [nameRules, routeRules, gatewayRouteRules, proxyRules, backendRules, tlsRules, quotaRules];

/** All findings. Reports MESH112, MESH121, MESH213, MESH215, MESH302 to MESH306, MESH401, MESH403 to MESH406, MESH701 and others as each rule says. */
export function validateForAppMesh(model: TrafficModel): readonly Diagnostic[] {
  const index = indexMesh(model);
  // the model's own rules report references to nothing; nothing sensible can be said about what hangs on them
  if (hasBrokenReference(index)) return [];
  return RULES.flatMap((rule) => rule(index));
}
