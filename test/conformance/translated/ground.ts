/**
 * Programs in a real Envoy, loaded with what a mesh's own control plane made of them. What is changed on the way: listeners and endpoints get loopback addresses, access
 * logs and tracing go, shares are chosen by a number in a header instead of by chance, TLS of clients is taken off (the scheme stays), and each route adds its limits to
 * the answer.
 */
import type { TranslatedProgram, Translation, Translator } from './translation';
import { staticBootstrap, type Address, type EnvoyObject } from '../../../lib/providers/local-envoy';
import { Client } from '../envoy/client';
import { startEnvoy, type EnvoyProcess } from '../envoy/envoy-process';
import { Pods } from '../envoy/pods';
import { CHOICE, loopbackHosts, nextGround, POLICY_MARK, PORTS } from '../envoy/proving-ground';

/** Changes a translation, to show that a wrong one is found. */
export type TranslatedSabotage = (translation: Translation) => Translation;

/** A running Envoy with translated programs. */
export class TranslatedGround {
  private constructor(
    readonly programs: readonly TranslatedProgram[], readonly pods: Pods, readonly client: Client, readonly complaints: readonly string[],
    private readonly addresses: ReadonlyMap<string, Address>, private readonly envoy: EnvoyProcess,
  ) {}

  static async open(programs: readonly TranslatedProgram[], translate: Translator, sabotage: TranslatedSabotage = (translation) => translation): Promise<TranslatedGround> {
    const nextHost = loopbackHosts(nextGround());
    const pods = new Pods(nextHost, PORTS);
    const endpoints = endpointsOf(programs, pods);
    const { listeners, clusters, complaints } = sabotage(await translate(programs, (service, port) => endpoints.get(`${service}:${port}`)));
    const addresses = new Map<string, Address>();
    const bound = listeners.map(({ entry, listener, isTls }) => {
      const address = { host: nextHost(), port: PORTS.listener };
      addresses.set(entry, address);
      return prepared(listener, entry, address, isTls);
    });
    const admin = { host: nextHost(), port: PORTS.admin };
    await pods.open();
    const envoy = await startEnvoy(staticBootstrap({ listeners: bound, routes: [], clusters }, admin), admin).catch(async (error: unknown) => {
      await pods.close();
      throw error;
    });
    return new TranslatedGround(programs, pods, new Client(), complaints, addresses, envoy);
  }

  /** Where a client of a gateway or a caller sends its requests; undefined where the control plane made no listener. */
  addressOf(entry: string): Address | undefined {
    return this.addresses.get(entry);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.envoy.stop();
    await this.pods.close();
  }
}

/** Stub pods for each port of each version, and for each service as a whole. */
function endpointsOf(programs: readonly TranslatedProgram[], pods: Pods): ReadonlyMap<string, Address> {
  const endpoints = new Map<string, Address>();
  for (const { services } of programs.map(({ model }) => model)) {
    for (const { id, name, namespace, versions, ports } of services) {
      for (const { port, targetPort, protocol } of ports) {
        for (const version of versions) {
          const address = pods.addressFor(`${id}@${version.name}:${port}`, protocol);
          endpoints.set(version.pods.kind === 'external' ? `${version.pods.host}:${targetPort}` : `${namespace}/${version.resourceName}:${targetPort}`, address);
        }
        endpoints.set(`${namespace}/${name}:${port}`, pods.addressFor(`${id}:${port}`, protocol));
      }
    }
  }
  return endpoints;
}

interface Chain {
  readonly filters: readonly { readonly typedConfig: Manager }[];
  readonly transportSocket?: object;
}

interface Manager {
  accessLog?: unknown;
  tracing?: unknown;
  schemeHeaderTransformation?: unknown;
  readonly streamIdleTimeout?: string;
  readonly routeConfig?: { readonly virtualHosts: readonly { readonly routes?: Route[] }[] };
}

interface Route {
  readonly route?: {
    readonly timeout?: string;
    readonly idleTimeout?: string;
    readonly retryPolicy?: { readonly numRetries?: number; readonly perTryTimeout?: string };
    readonly weightedClusters?: EnvoyObject & { headerName?: string; readonly useHashPolicy?: boolean };
  };
  responseHeadersToAdd?: EnvoyObject[];
}

function prepared(listener: EnvoyObject, entry: string, { host, port }: Address, isTls: boolean): EnvoyObject {
  const copy = JSON.parse(JSON.stringify(listener)) as EnvoyObject & { filterChains?: Chain[]; defaultFilterChain?: Chain; accessLog?: unknown };
  delete copy.accessLog;
  for (const chain of [...copy.filterChains ?? [], ...copy.defaultFilterChain === undefined ? [] : [copy.defaultFilterChain]]) {
    for (const { typedConfig } of chain.filters) {
      delete typedConfig.accessLog;
      delete typedConfig.tracing;
      if (isTls) typedConfig.schemeHeaderTransformation = { schemeToOverwrite: 'https' };
      const silence = typedConfig.streamIdleTimeout ?? '300s';
      for (const route of (typedConfig.routeConfig?.virtualHosts ?? []).flatMap(({ routes }) => routes ?? [])) markRoute(route, silence);
    }
  }
  return { ...copy, name: entry, address: { socketAddress: { address: host, portValue: port } } };
}

/** What a route leaves out holds from its listener, or is a default of Envoy. */
function markRoute(route: Route, silence: string): void {
  if (route.route === undefined) return;
  const { timeout = '15s', idleTimeout = silence, retryPolicy } = route.route;
  const retry = retryPolicy === undefined || retryPolicy.numRetries === 0 ? undefined : { num_retries: retryPolicy.numRetries ?? 1, per_try_timeout: retryPolicy.perTryTimeout };
  const value = JSON.stringify({ timeout, idle: idleTimeout, retry });
  route.responseHeadersToAdd = [...route.responseHeadersToAdd ?? [], { header: { key: POLICY_MARK, value }, appendAction: 'OVERWRITE_IF_EXISTS_OR_ADD' }];
  if (route.route.weightedClusters !== undefined && route.route.weightedClusters.useHashPolicy !== true) route.route.weightedClusters.headerName = CHOICE.gateway;
}
