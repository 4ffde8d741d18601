/** An Envoy on this machine: the same program without a cluster. Lowers to Envoy's own v3 configuration, as plain JSON. */
import { featuresOf } from '../../model/features';
import type { TrafficModel } from '../../model/traffic-model';
import { describeFeature } from '../feature-words';
import type { Dialect } from '../provider';
import { LOCAL_ENVOY_CAPABILITIES } from './capabilities';
import { lowerModel } from './lower';
import type { EnvoyResources, LocalEnvoyOptions } from './options';
import { validateForEnvoy } from './validate';

export { staticBootstrap, watchedFile, watchingBootstrap, type WatchedFiles, type WatchedKind } from './bootstrap';
export type * from './options';

/** The dialect, for the capability check and the support table. */
export function localEnvoyDialect(): Dialect {
  return { name: 'local-envoy', title: 'local Envoy', capabilities: LOCAL_ENVOY_CAPABILITIES, validate: validateForEnvoy };
}

/** Listeners, routes and clusters that mean what the model means. Pure; the same model gives the same bytes. The model has been validated. */
export function lowerToEnvoy(model: TrafficModel, options: LocalEnvoyOptions): EnvoyResources {
  return lowerModel(model, options);
}

/**
 * What the model asks for and a local Envoy leaves out, one line for each feature and reason, in the model's order:
 * `TLS in mode strict at a gateway: it speaks plain text on this machine; requests to such a listener count as https`.
 */
export function unactedFeatures(model: TrafficModel): readonly string[] {
  return [...new Set(featuresOf(model).flatMap(({ feature }) => {
    const capability = LOCAL_ENVOY_CAPABILITIES[feature];
    return capability.kind === 'unsupported' ? [`${describeFeature(feature)}: ${capability.why}`] : [];
  }))];
}
