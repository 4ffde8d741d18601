/** Istio's control plane for a mesh, from what the user chose. */
import type { IstioProviderOptions } from './provider-options';
import type { TrafficModel } from '../../model';
import type { ControlPlane } from '../../plan/control-plane';
import { istioControlPlane } from '../../providers/istio/control-plane';

/** What is installed; nothing where the cluster has a control plane. */
export function istioInstallation(model: TrafficModel, { controlPlane = {}, dataPlane, revision }: IstioProviderOptions): ControlPlane | undefined {
  const { existing, ...settings } = controlPlane;
  return existing === true ? undefined : istioControlPlane(model, { ...settings, dataPlane, revision });
}
