/**
 * App Mesh's own rules and limits: what only its API would refuse, after the objects are in the cluster.
 * @see API model 2019-01-25; user guide, service quotas
 */
import { indexMesh, type MeshIndex } from './mesh-index';
import { gatewayRouteRules } from './rules/gateway-routes';
import { nameRules } from './rules/names';
import { proxyRules } from './rules/proxies';
import { quotaRules } from './rules/quotas';
import { routeRules } from './rules/routes';
import type { Rule } from './rules/rule';
import { tlsRules } from './rules/tls';
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { TrafficModel } from '../../model/traffic-model';

const RULES: readonly Rule[] = [nameRules, routeRules, gatewayRouteRules, proxyRules, tlsRules, quotaRules];

/** All findings. Reports MESH112, MESH213, MESH215, MESH302 to MESH306, MESH401, MESH403 to MESH406, MESH701 and others as each rule says. */
export function validateForAppMesh(model: TrafficModel): readonly Diagnostic[] {
  const index = indexMesh(model);
  // the model's own rules report references to nothing; nothing sensible can be said about what hangs on them
  if (hasBrokenReference(index)) return [];
  return RULES.flatMap((rule) => rule(index));
}

function hasBrokenReference({ model, services }: MeshIndex): boolean {
  const routes = [...model.services, ...model.gateways].flatMap((owner) => owner.routes.map(({ action }) => action));
  const destinations = routes.flatMap((action) => action.kind === 'forward' ? action.destinations : []);
  const calls = model.services.flatMap((service) => service.calls);
  return calls.some(({ service }) => !services.has(service)) || destinations.some(({ service, version }) => {
    const known = services.get(service);
    return known === undefined || (version !== undefined && !known.versions.some(({ name }) => name === version));
  }) || model.services.some((service) => service.routes.some(({ action }) => action.kind === 'forward' && action.destinations.some(({ version }) => version === undefined)));
}
