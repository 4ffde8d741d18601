/** Istio, through the Gateway API first, and its own kinds where that has none. */
import { plainIdentities } from '../accounts';
import type { Provider } from '../provider';
import { istioCapabilities } from './capabilities';
import { lowerModel } from './lower';
import type { IstioOptions } from './options';
import { validateForIstio } from './validate';

export type { IstioOptions } from './options';
export { meshConfigOf } from './mesh-config';

/** The dialect. */
export function istioProvider(options: IstioOptions = {}): Provider {
  return {
    name: 'istio',
    title: 'Istio',
    capabilities: istioCapabilities(options),
    serviceToService: { routes: 'applied', undeclaredCalls: options.dataPlane === 'ambient' ? 'allowed' : 'refused' },
    validate: (model) => validateForIstio(model, options),
    identities: (model) => plainIdentities(model),
    lower: (model, context) => lowerModel(model, options, context),
  };
}
