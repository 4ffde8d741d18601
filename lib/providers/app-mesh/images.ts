/**
 * Registries of App Mesh's images.
 * @see https://docs.aws.amazon.com/app-mesh/latest/userguide/envoy.html
 */
import { APP_MESH } from './versions';

/** Account of the registries of most regions. */
const COMMON_ACCOUNT = '840364872350';

const ACCOUNTS: { readonly [region: string]: string } = {
  'af-south-1': '924023996002',
  'ap-east-1': '856666278305',
  'ap-southeast-3': '909464085924',
  'eu-south-1': '422531588944',
  'me-south-1': '772975370895',
};

/** Serves deployments whose region is not known at synthesis; it is what the chart itself says. */
export const FALLBACK_REGION = 'us-west-2';

/** Host of the registry for a region; nothing for partitions without App Mesh. */
export function appMeshRegistry(region: string): string | undefined {
  return /^(cn|us-gov|us-iso|eu-isoe|eusc)/.test(region) ? undefined : registryOf(region);
}

/** Host of the registry as a region's name says it. */
export function registryOf(region: string): string {
  return `${ACCOUNTS[region] ?? COMMON_ACCOUNT}.dkr.ecr.${region}.amazonaws.com`;
}

/** The pinned Envoy image of a registry. */
export function appMeshEnvoyImage(registry: string): string {
  return `${registry}/aws-appmesh-envoy:${APP_MESH.envoyTag}`;
}
