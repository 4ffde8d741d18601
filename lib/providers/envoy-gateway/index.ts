/** Envoy Gateway: a gateway at the edge through the Gateway API, without proxies beside the pods. */
import { plainIdentities } from '../accounts';
import type { Provider } from '../provider';
import { envoyGatewayCapabilities } from './capabilities';
import { lowerModel } from './lower';
import type { EnvoyGatewayOptions } from './options';
import { validateForEnvoyGateway } from './validate';

export type { EnvoyGatewayOptions } from './options';

/** The dialect. */
export function envoyGatewayProvider(options: EnvoyGatewayOptions = {}): Provider {
  return {
    name: 'envoy-gateway',
    title: 'Envoy Gateway',
    capabilities: envoyGatewayCapabilities(options),
    serviceToService: { routes: 'ignored', undeclaredCalls: 'allowed' },
    validate: validateForEnvoyGateway,
    identities: (model) => plainIdentities(model),
    lower: lowerModel,
  };
}
