/** Service accounts of services, for meshes whose proxies ask nothing of AWS: their roles hold what the program grants to the services. */
import { serviceAccountsOf } from './names';
import type { Identity } from './provider';
import { shardOf } from './units';
import type { TrafficModel } from '../model/traffic-model';

/** An identity without permissions for each service account. */
export function plainIdentities(model: TrafficModel): readonly Identity[] {
  return model.services.flatMap((service) => serviceAccountsOf(service).map((name): Identity => (
    { name, namespace: service.namespace, owner: service.origin.path, shard: shardOf(service), permissions: [] })));
}
