/** The whole lowering: traffic model in, objects of the Gateway API and of Envoy Gateway out. Pure; the same model gives the same bytes. */
import { spokenTls } from './backend-tls';
import { classUnit, lowerGateway } from './lower-gateway';
import { lowerTables } from './lower-routes';
import { lowerService } from './lower-service';
import { planGateway } from './plan';
import type { TrafficModel } from '../../model/traffic-model';
import type { Unit } from '../../plan/unit';
import { indexMesh } from '../mesh-index';
import { namespaceUnits } from '../namespace-units';
import type { LoweringContext } from '../provider';

/** All units, sorted by wave, then id. */
export function lowerModel(model: TrafficModel, context: LoweringContext): readonly Unit[] {
  const index = indexMesh(model, context);
  const planned = model.gateways.map((gateway) => ({ gateway, plan: planGateway(index, gateway) }));
  const tls = spokenTls(planned);
  const units = [
    ...namespaceUnits(model.mesh, {}),
    classUnit(model.mesh),
    ...model.services.flatMap((service) => lowerService(index, service, { ...context, tls: tls.get(service.id) })),
    ...planned.flatMap(({ gateway, plan }) => [lowerGateway(index, gateway, plan), ...lowerTables(index, gateway, plan)]),
  ];
  return units.sort((a, b) => a.wave - b.wave || (a.id < b.id ? -1 : Number(a.id > b.id)));
}
