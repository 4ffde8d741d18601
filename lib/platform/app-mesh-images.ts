/**
 * Registries of App Mesh's images.
 * @see https://docs.aws.amazon.com/app-mesh/latest/userguide/envoy.html
 */
import { Token } from 'aws-cdk-lib';
import { APP_MESH } from './versions';
import { fail, type Site } from '../diagnostics/mesh-error';

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
const FALLBACK_REGION = 'us-west-2';

/** Host of the registry for a region; for regions known only at deployment, that of `us-west-2`. Throws MESH603 for partitions without App Mesh. */
export function appMeshRegistry(region: string, site: Site): string {
  if (Token.isUnresolved(region)) return registry(COMMON_ACCOUNT, FALLBACK_REGION);
  if (/^(cn|us-gov|us-iso|eu-isoe|eusc)/.test(region)) {
    fail('MESH603', site, `no registry of App Mesh's images is known in region '${region}'`,
      'copy the images into a registry of your own and name it with imageRegistry');
  }
  return registry(ACCOUNTS[region] ?? COMMON_ACCOUNT, region);
}

/** The pinned Envoy image of a registry. */
export function appMeshEnvoyImage(registryHost: string): string {
  return `${registryHost}/aws-appmesh-envoy:${APP_MESH.envoyTag}`;
}

function registry(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}
