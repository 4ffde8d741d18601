/** The whole lowering: traffic model in, objects of the Gateway API and of Istio out. Pure; the same model gives the same bytes. */
import { lowerGateway } from './lower-gateway';
import { lowerMesh } from './lower-mesh';
import { lowerService } from './lower-service';
import type { IstioOptions } from './options';
import type { TrafficModel } from '../../model/traffic-model';
import type { Unit } from '../../plan/unit';
import { indexMesh } from '../mesh-index';
import type { LoweringContext } from '../provider';

/** All units, sorted by wave, then id. */
export function lowerModel(model: TrafficModel, options: IstioOptions, context: LoweringContext): readonly Unit[] {
  const index = indexMesh(model, context);
  const units = [
    ...lowerMesh(model, options),
    ...model.services.flatMap((service) => lowerService(index, service, options, context)),
    ...model.gateways.flatMap((gateway) => lowerGateway(index, gateway)),
  ];
  return units.sort((a, b) => a.wave - b.wave || (a.id < b.id ? -1 : Number(a.id > b.id)));
}
