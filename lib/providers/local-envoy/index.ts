/** An Envoy on this machine: the same program without a cluster. Lowers to Envoy's own v3 configuration, as plain JSON. */
import type { Address, EnvoyObject, EnvoyResources, LocalEnvoyOptions } from './options';
import type { TrafficModel } from '../../model/traffic-model';

export type * from './options';

/** Listeners, routes and clusters that mean what the model means. Pure; the same model gives the same bytes. */
export function lowerToEnvoy(model: TrafficModel, options: LocalEnvoyOptions): EnvoyResources {
  throw new Error(`internal: no lowering yet for ${model.mesh.name} by ${options.routes.kind} routes`);
}

/** A bootstrap that holds everything; routes are inline. */
export function staticBootstrap(resources: EnvoyResources, admin?: Address): EnvoyObject {
  return { admin, static_resources: { listeners: resources.listeners, clusters: resources.clusters } };
}

/** A bootstrap whose listeners and clusters come from watched files. `id` tells several Envoys of one machine apart. */
export function watchingBootstrap(files: { readonly listeners: string; readonly clusters: string; readonly id?: string }, admin?: Address): EnvoyObject {
  return { admin, dynamic_resources: { lds_config: files.listeners, cds_config: files.clusters } };
}

/** What the model asks for and a local Envoy does not act on, one phrase for each: `TLS in mode strict at a gateway`. */
export function unactedFeatures(model: TrafficModel): readonly string[] {
  throw new Error(`internal: no table yet for ${model.mesh.name}`);
}
