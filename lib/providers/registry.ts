/** Every mesh that the library knows. A new one is a folder and a line here. */
import { appMeshProvider } from './app-mesh';
import { envoyGatewayProvider } from './envoy-gateway';
import { istioProvider } from './istio';
import type { Provider } from './provider';

/** The known meshes with their default options, in the order that documents print them. */
export const PROVIDERS: readonly Provider[] = [appMeshProvider(), istioProvider(), envoyGatewayProvider()];

/** The mesh of that name. Throws and names the known ones when there is none. */
export function providerNamed(name: string): Provider {
  const found = PROVIDERS.find((provider) => provider.name === name);
  if (found !== undefined) return found;
  throw new Error(`unknown mesh '${name}'; known are ${PROVIDERS.map((provider) => `'${provider.name}'`).join(', ')}`);
}
