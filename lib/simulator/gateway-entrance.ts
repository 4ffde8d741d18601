/** How a request enters a gateway: which listener, which host, which table. */
import { ANY_OTHER_HOST } from './any-other-host';
import { DEFAULT_PORTS } from './changes';
import { readHost, type Arrived, type RequestInput } from './request';
import { RouteTable } from './route-table';
import { listNames, SimulationError } from './simulation-error';
import { clientScheme, type Gateway, type GatewayRoute, type Listener } from '../model/gateway';
import type { HostMatch } from '../model/match';
import { hostTables } from '../model/precedence';

/** The table that a host selects. */
export interface SelectedTable {
  /** Left out: the table without host. */
  readonly host?: HostMatch;
  readonly table: RouteTable<GatewayRoute>;
}

/** A gateway, prepared for many requests. */
export class GatewayEntrance {
  private readonly byName = new Map<string, SelectedTable>();
  private readonly byEnding = new Map<string, SelectedTable>();
  private readonly withoutHost: SelectedTable | undefined;
  /** Where requests that say nothing of port, protocol or scheme come in. */
  private firstDoor: Omit<Arrived, 'host'> | undefined;

  constructor(readonly gateway: Gateway) {
    let withoutHost: SelectedTable | undefined;
    for (const { host, routes } of hostTables(gateway)) {
      const table = new RouteTable(routes);
      if (host === undefined) withoutHost = { table };
      else (host.kind === 'exact' ? this.byName : this.byEnding).set(host.value, { host, table });
    }
    this.withoutHost = withoutHost;
  }

  /** The table for a host: the exact one, else the longest wildcard's, else the one without host; there is no way back from it. */
  tableFor(host: string): SelectedTable | undefined {
    const named = this.byName.get(host);
    if (named !== undefined || this.byEnding.size === 0) return named ?? this.withoutHost;
    // a wildcard stands for at least one character before its dot
    for (let dot = host.indexOf('.', 1); dot > 0; dot = host.indexOf('.', dot + 1)) {
      const wildcard = this.byEnding.get(host.slice(dot));
      if (wildcard !== undefined) return wildcard;
    }
    return this.withoutHost;
  }

  /** What the request is apart from its text. Throws SimulationError where it leaves open what it means. */
  arrive(input: RequestInput): Arrived {
    const open = input.port === undefined && input.protocol === undefined && input.scheme === undefined;
    const { port, protocol, scheme } = open ? this.firstDoor ??= this.doorOf(this.listenerFor(input)) : this.doorOf(this.listenerFor(input));
    return { protocol, scheme: input.scheme ?? scheme, host: input.host === undefined ? this.defaultHost() : readHost(input.host), port };
  }

  private doorOf(listener: Listener): Omit<Arrived, 'host'> {
    return { protocol: protocolOf(listener), scheme: clientScheme(this.gateway, listener), port: listener.port };
  }

  private listenerFor({ port, protocol, scheme }: RequestInput): Listener {
    const { listeners, id } = this.gateway;
    const fitting = listeners.filter((listener) =>
      (port === undefined || listener.port === port) && (protocol === undefined || protocolOf(listener) === protocol));
    const spoken = scheme === undefined ? fitting : fitting.filter((listener) => clientScheme(this.gateway, listener) === scheme);
    // a URL without port means the port of its scheme
    const found = (scheme === undefined ? undefined : spoken.find((listener) => listener.port === DEFAULT_PORTS[scheme])) ?? spoken[0] ?? fitting[0];
    if (found !== undefined) return found;
    const known = listeners.map((listener) => `${listener.port} (${listener.protocol})`).join(', ') || 'none';
    const wanted = [...(port === undefined ? [] : [`on port ${port}`]), ...(protocol === undefined ? [] : [`that speaks ${protocol}`])].join(' ');
    throw new SimulationError(`gateway '${id}' has no listener ${wanted}`, `use one of its listeners: ${known}`);
  }

  private defaultHost(): string {
    if (this.withoutHost !== undefined || this.byName.size + this.byEnding.size === 0) return ANY_OTHER_HOST;
    if (this.byName.size === 1 && this.byEnding.size === 0) return [...this.byName.keys()][0]!;
    const hosts = [...this.byName.keys(), ...[...this.byEnding.keys()].map((ending) => `*${ending}`)];
    throw new SimulationError(`the request names no host, and every route of gateway '${this.gateway.id}' does`, `give the request a host: ${listNames(hosts)}`);
  }
}

function protocolOf({ protocol }: Listener): 'http' | 'grpc' {
  return protocol === 'grpc' ? 'grpc' : 'http';
}
