/** What a user of App Mesh chooses beside the model. */
import { appMeshEnvoyImage, FALLBACK_REGION, registryOf } from './images';
import type { Opaque } from '../../model/opaque';

/** Options of the App Mesh provider; all have pinned defaults. */
export interface AppMeshOptions {
  /** Envoy image of gateways. @default - the pinned App Mesh Envoy of the region's account */
  readonly envoyImage?: Opaque;
}

/** The proxy image: the user's, else the region's own where the region is concrete. */
export function envoyImageOf(options: AppMeshOptions, region: Opaque): Opaque | string {
  return options.envoyImage ?? appMeshEnvoyImage(registryOf(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region) ? region : FALLBACK_REGION));
}
