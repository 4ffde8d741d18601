/** Istio's control plane for a mesh: what the program uses decides what the mesh's configuration holds. */
import type { CfnResource } from 'aws-cdk-lib';
import type { InstallationTarget } from './mesh-provider';
import { GatewayApiInstall, IstioDataPlane, type IstioProviderOptions } from './provider-options';
import { installIstio } from '../../platform/istio';
import { meshConfigOf } from '../../providers/istio';
import { originOf } from '../origin';

/** Installs the control plane; returns what the mesh waits for. */
export function installIstioFor({ scope, cluster, model }: InstallationTarget, options: IstioProviderOptions): readonly CfnResource[] {
  const { controlPlane = {}, dataPlane, revision } = options;
  const { existing, gatewayApi, gatewayApiRepository, chartVersion, chartRepository, imageHub, values } = controlPlane;
  if (existing === true) return [];
  return [installIstio(scope, cluster._access, {
    site: { origin: originOf(scope), property: 'provider' },
    mesh: model.mesh.name,
    gatewayApi: gatewayApi !== GatewayApiInstall.EXISTING,
    ...(gatewayApiRepository === undefined ? {} : { definitionsRepository: gatewayApiRepository }),
    ambient: dataPlane === IstioDataPlane.AMBIENT,
    meshConfig: meshConfigOf(model),
    ...(revision === undefined ? {} : { revision }),
    ...(chartVersion === undefined ? {} : { chartVersion }),
    ...(chartRepository === undefined ? {} : { chartRepository }),
    ...(imageHub === undefined ? {} : { imageHub }),
    ...(values === undefined ? {} : { values }),
  })];
}
