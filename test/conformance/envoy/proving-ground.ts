/**
 * Many programs in one real Envoy, each behind addresses of its own. The lowered configuration is marked: every route adds its name and
 * its limits to the answer, so that it is seen which route won, and not only who served.
 */
import { Client } from './client';
import { startEnvoy, type EnvoyProcess } from './envoy-process';
import { Pods } from './pods';
import type { Gateway, Listener } from '../../../lib/model/gateway';
import type { Service } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { lowerToEnvoy, staticBootstrap, type Address, type EnvoyObject, type EnvoyResources, type LocalEnvoyOptions } from '../../../lib/providers/local-envoy';

/** Headers whose number chooses a share. */
export const CHOICE = { gateway: 'x-proof-gateway-choice', service: 'x-proof-service-choice' };

/** Header of the answer that names the routes which won, the inner one first. */
export const ROUTE_MARK = 'x-proof-route';

/** Header of the answer that holds the limits of the route which won at the second stage. */
export const POLICY_MARK = 'x-proof-policy';

/** One program in the proving ground. */
export interface Proven {
  readonly model: TrafficModel;
  readonly gatewayAddress: (gateway: Gateway, listener: Listener) => Address;
  readonly outboundAddress: (service: Service) => Address;
  readonly tcpAddress: (caller: Service, called: Service, port: number) => Address;
}

/** A changed lowering, to show that a wrong one is found. */
export type Sabotage = (resources: EnvoyResources) => EnvoyResources;

/** How programs are put into Envoy. */
export interface GroundOptions {
  readonly sabotage?: Sabotage;
  /** false: chance chooses, as in a mesh. @default true */
  readonly choosesByHeader?: boolean;
}

/** Ports that everything listens on; addresses tell things apart. */
export const PORTS = { listener: 21_080, http: 21_081, http2: 21_082, admin: 21_083 };

let grounds = 0;

/** A number for each ground of this process. */
export function nextGround(): number {
  return grounds++;
}

/** A running Envoy with programs and pods. */
export class ProvingGround {
  private constructor(
    readonly programs: readonly Proven[], readonly pods: Pods, readonly client: Client, readonly envoy: EnvoyProcess,
  ) {}

  /** Starts Envoy with all programs. */
  static async open(models: readonly TrafficModel[], { sabotage = (resources) => resources, choosesByHeader = true }: GroundOptions = {}): Promise<ProvingGround> {
    const nextHost = loopbackHosts(nextGround());
    const pods = new Pods(nextHost, PORTS);
    const admin = { host: nextHost(), port: PORTS.admin };
    const lowered = models.map((model, at) => lowerProgram(model, `m${at}/`, pods, nextHost, choosesByHeader));
    const resources = lowered.map(({ resources: own }) => mark(sabotage(own)));
    const bootstrap = staticBootstrap({
      listeners: resources.flatMap(({ listeners }) => listeners), routes: [], clusters: resources.flatMap(({ clusters }) => clusters),
    }, admin);
    await pods.open();
    const envoy = await startEnvoy(bootstrap, admin).catch(async (error: unknown) => {
      await pods.close();
      throw error;
    });
    return new ProvingGround(lowered.map(({ proven }) => proven), pods, new Client(), envoy);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.envoy.stop();
    await this.pods.close();
  }
}

/** Addresses of the loopback network, apart from those of other processes and grounds. */
export function loopbackHosts(ground: number): () => string {
  let count = 0;
  const [second, third] = [10 + process.pid % 200, ground * 20 % 240];
  return () => {
    count += 1;
    return `127.${second}.${third + Math.floor(count / 250)}.${1 + count % 250}`;
  };
}

function lowerProgram(model: TrafficModel, scope: string, pods: Pods, nextHost: () => string, choosesByHeader: boolean) {
  const addresses = new Map<string, Address>();
  const addressOf = (key: string): Address => {
    const known = addresses.get(key) ?? { host: nextHost(), port: PORTS.listener };
    addresses.set(key, known);
    return known;
  };
  const proven: Proven = {
    model,
    gatewayAddress: ({ id }, { port }) => addressOf(`gateway ${id} ${port}`),
    outboundAddress: ({ id }) => addressOf(`calls ${id}`),
    tcpAddress: (caller, called, port) => addressOf(`tcp ${caller.id} ${called.id} ${port}`),
  };
  const options: LocalEnvoyOptions = {
    gatewayAddress: proven.gatewayAddress,
    outboundAddress: proven.outboundAddress,
    tcpAddress: (caller, called, { port }) => proven.tcpAddress(caller, called, port),
    endpoint: ({ id }, version, { port, protocol }) => pods.addressFor(`${id}@${version.name}:${port}`, protocol),
    ...(choosesByHeader ? { choiceHeaders: CHOICE } : {}),
    routes: { kind: 'inline' },
    scope,
  };
  return { proven, resources: lowerToEnvoy(model, options) };
}

/** Adds the marks to every route of the listeners; the resources stay as they are. */
function mark({ listeners, routes, clusters }: EnvoyResources): EnvoyResources {
  const copies = JSON.parse(JSON.stringify(listeners)) as EnvoyObject[];
  for (const { filter_chains: chains } of copies as { filter_chains?: { filters: { typed_config: { route_config?: RouteConfiguration } }[] }[] }[]) {
    for (const { typed_config: { route_config: table } } of (chains ?? []).flatMap(({ filters }) => filters)) {
      const isReceiver = /\/receivers$/.test(table?.name ?? '');
      for (const route of isReceiver ? [] : table?.virtual_hosts.flatMap((host) => host.routes) ?? []) markRoute(route, /\/services$/.test(table!.name));
    }
  }
  return { listeners: copies, routes, clusters };
}

interface RouteConfiguration {
  readonly name: string;
  readonly virtual_hosts: readonly { readonly routes: MarkedRoute[] }[];
}

interface MarkedRoute {
  readonly name: string;
  readonly route?: { readonly timeout: string; readonly idle_timeout: string; readonly retry_policy?: object };
  response_headers_to_add?: EnvoyObject[];
}

function markRoute(route: MarkedRoute, isInner: boolean): void {
  const add = (key: string, value: string) => ({ header: { key, value: value.replace(/%/g, '%%') }, append_action: 'APPEND_IF_EXISTS_OR_ADD' });
  const { timeout, idle_timeout: idle, retry_policy: retry } = route.route ?? {};
  route.response_headers_to_add = [
    ...route.response_headers_to_add ?? [],
    add(ROUTE_MARK, route.name),
    ...(isInner && route.route !== undefined ? [add(POLICY_MARK, JSON.stringify({ timeout, idle, retry }))] : []),
  ];
}

