/** The whole lowering: traffic model in, App Mesh and native objects out. Pure; the same model gives the same bytes. */
import type { TrafficModel } from '../../model/traffic-model';
import type { LoweringContext } from '../provider';
import { lowerGateway } from './lower-gateway';
import { lowerGatewayRoutes } from './lower-gateway-route';
import { lowerMesh } from './lower-mesh';
import { lowerService } from './lower-service';
import { lowerVersion } from './lower-version';
import type { Unit } from '../../plan/unit';
import { indexMesh } from '../mesh-index';
import type { AppMeshOptions } from './options';

/** All units, sorted by wave, then id. */
export function lowerModel(model: TrafficModel, options: AppMeshOptions, context: LoweringContext): readonly Unit[] {
  const index = indexMesh(model, context);
  const units = [
    ...lowerMesh(model),
    ...model.services.flatMap((service) => [
      ...service.versions.flatMap((version) => lowerVersion(index, service, version, context)), lowerService(index, service),
    ]),
    ...model.gateways.flatMap((gateway) => [lowerGateway(index, gateway, options, context), ...lowerGatewayRoutes(index, gateway)]),
  ];
  return units.sort((a, b) => a.wave - b.wave || (a.id < b.id ? -1 : Number(a.id > b.id)));
}
