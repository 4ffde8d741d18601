/** Envoy Gateway's controller for a mesh, from what the user chose. */
import type { EnvoyGatewayProviderOptions } from './provider-options';
import type { TrafficModel } from '../../model';
import type { ControlPlane } from '../../plan/control-plane';
import { envoyGatewayControlPlane } from '../../providers/envoy-gateway/control-plane';

/** What is installed; nothing where the cluster has a controller. */
export function envoyGatewayInstallation(model: TrafficModel, { controller = {} }: EnvoyGatewayProviderOptions): ControlPlane | undefined {
  const { existing, ...settings } = controller;
  return existing === true ? undefined : envoyGatewayControlPlane(model, settings);
}
