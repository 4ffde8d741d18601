/** Envoy Gateway's controller for a mesh. */
import type { CfnResource } from 'aws-cdk-lib';
import type { InstallationTarget } from './mesh-provider';
import { GatewayApiInstall, type EnvoyGatewayProviderOptions } from './provider-options';
import { installEnvoyGateway } from '../../platform/envoy-gateway';
import { originOf } from '../origin';

/** Installs the controller; returns what the mesh waits for. */
export function installEnvoyGatewayFor({ scope, cluster, model }: InstallationTarget, options: EnvoyGatewayProviderOptions): readonly CfnResource[] {
  const { controller = {} } = options;
  const { existing, gatewayApi, gatewayApiRepository, chartVersion, chartRepository, imageRegistry, values } = controller;
  if (existing === true) return [];
  return [installEnvoyGateway(scope, cluster._access, {
    site: { origin: originOf(scope), property: 'provider' },
    mesh: model.mesh.name,
    gatewayApi: gatewayApi !== GatewayApiInstall.EXISTING,
    ...(gatewayApiRepository === undefined ? {} : { definitionsRepository: gatewayApiRepository }),
    usesBackends: model.services.some(({ versions }) => versions.some(({ pods }) => pods.kind === 'external')),
    ...(chartVersion === undefined ? {} : { chartVersion }),
    ...(chartRepository === undefined ? {} : { chartRepository }),
    ...(imageRegistry === undefined ? {} : { imageRegistry }),
    ...(values === undefined ? {} : { values }),
  })];
}
