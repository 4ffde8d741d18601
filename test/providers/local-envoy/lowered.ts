/** Reads lowered configurations: what a test wants to know of them, by name. */
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { lowerToEnvoy, type EnvoyObject, type EnvoyResources, type LocalEnvoyOptions } from '../../../lib/providers/local-envoy';

/** Addresses that tell apart what they belong to. */
export const OPTIONS: LocalEnvoyOptions = {
  gatewayAddress: (_, { port }) => ({ host: '127.0.0.1', port: 10_000 + port }),
  outboundAddress: ({ calls }) => calls.length === 0 ? undefined : { host: '127.0.0.1', port: 20_000 },
  tcpAddress: (_, __, { port }) => ({ host: '127.0.0.1', port: 30_000 + port }),
  endpoint: (_, { name }, { targetPort }) => ({ host: name === 'dns' ? 'pods.test' : '127.0.0.1', port: 40_000 + targetPort % 10_000 }),
  routes: { kind: 'inline' },
};

/** An Envoy route, as far as tests look at it. */
export interface LoweredRoute extends EnvoyObject {
  readonly name: string;
  readonly match: EnvoyObject;
  readonly route?: EnvoyObject & { readonly weighted_clusters: { readonly clusters: readonly EnvoyObject[] } };
}

/** A table. */
export interface LoweredHost {
  readonly name: string;
  readonly domains: readonly string[];
  readonly routes: readonly LoweredRoute[];
}

/** Lowers with the options of tests. */
export function lower(model: TrafficModel, options: Partial<LocalEnvoyOptions> = {}): EnvoyResources {
  return lowerToEnvoy(model, { ...OPTIONS, ...options });
}

/** The tables of a route configuration. */
export function hostsOf(resources: EnvoyResources, name: string): readonly LoweredHost[] {
  const found = resources.routes.find((routes) => routes.name === name);
  if (found === undefined) throw new Error(`no routes '${name}' among ${resources.routes.map((routes) => String(routes.name)).join(', ')}`);
  return found.virtual_hosts as readonly LoweredHost[];
}

/** The routes of one table. */
export function routesOf(resources: EnvoyResources, name: string, host: string): readonly LoweredRoute[] {
  const hosts = hostsOf(resources, name);
  const found = hosts.find((one) => one.name === host);
  if (found === undefined) throw new Error(`no table '${host}' among ${hosts.map((one) => one.name).join(', ')}`);
  return found.routes;
}

/** A resource by its name. */
export function named(resources: readonly EnvoyObject[], name: string): EnvoyObject {
  const found = resources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no '${name}' among ${resources.map((resource) => String(resource.name)).join(', ')}`);
  return found;
}
