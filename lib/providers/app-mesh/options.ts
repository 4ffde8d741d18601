/** What a user of App Mesh chooses beside the model. */
import type { Opaque } from '../../model/opaque';

/** Options of the App Mesh provider; all have pinned defaults. */
export interface AppMeshOptions {
  /** Envoy image of gateways. @default - the pinned App Mesh Envoy of the region's account, see `DEFAULT_ENVOY` */
  readonly envoyImage?: Opaque;
}

/** Tag of the pinned proxy image: that of the controller's chart, which replaces a gateway's image by its own. */
export const ENVOY_TAG = 'v1.29.12.3-prod';

/** Where the proxy is pulled from when the region is known only at deployment. */
export const DEFAULT_ENVOY = `840364872350.dkr.ecr.us-west-2.amazonaws.com/aws-appmesh-envoy:${ENVOY_TAG}`;

/**
 * Regions whose images are in another account.
 * @see https://github.com/awsdocs/aws-app-mesh-user-guide doc_source/envoy.md
 */
const ACCOUNT_BY_REGION: { readonly [region: string]: string } = {
  'me-south-1': '772975370895',
  'ap-east-1': '856666278305',
  'ap-southeast-3': '909464085924',
  'eu-south-1': '422531588944',
  'af-south-1': '924023996002',
};

/** The proxy image: the user's, else the region's own where the region is concrete. */
export function envoyImageOf(options: AppMeshOptions, region: Opaque): Opaque | string {
  if (options.envoyImage !== undefined) return options.envoyImage;
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) return DEFAULT_ENVOY;
  return `${ACCOUNT_BY_REGION[region] ?? '840364872350'}.dkr.ecr.${region}.amazonaws.com/aws-appmesh-envoy:${ENVOY_TAG}`;
}
