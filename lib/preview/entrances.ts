/** Where requests can be sent: the URL of each gateway listener and of each service that calls others, with lines to try. */
import { LOOPBACK, type PortBook } from './ports';
import { kindOf } from '../model/arrival';
import type { Gateway, GatewayRoute, Listener } from '../model/gateway';
import type { PathMatch } from '../model/match';
import { hostTables } from '../model/precedence';
import type { Service, ServicePort } from '../model/service';
import type { TrafficModel } from '../model/traffic-model';

/** One URL of a preview. */
export interface Entrance {
  readonly kind: 'gateway' | 'service';
  /** `shop/gateway` or `shop/products`. */
  readonly of: string;
  /** Port of the gateway as clients of the cluster see it; left out for calls of a service. */
  readonly listenerPort?: number;
  /** The service that a TCP call leads to; left out where the host of each request says it. */
  readonly called?: string;
  readonly url: string;
  /** Hosts that it knows, as the program writes them; empty where any host will do. */
  readonly hosts: readonly string[];
  /** Commands to try it with. */
  readonly commands: readonly string[];
}

/** Ports of calls begin so far above the base, that those of gateways stay together. */
const CALLS_OFFSET = 100;

/** How many lines to try are printed for one host. */
const SAMPLES = 3;

/** The name that a listener keeps its port under. */
export function listenerKey(gateway: Gateway, listener: Listener): string {
  return `gateway ${gateway.id}:${listener.port}`;
}

/** The name that the calls of a service keep their port under. */
export function callsKey(service: Service): string {
  return `calls of ${service.id}`;
}

/** The name that a TCP call keeps its port under: a connection names no host, so each has an address of its own. */
export function tcpKey(caller: Service, called: Service, port: number): string {
  return `calls of ${caller.id} to ${called.id}:${port}`;
}

/** Every entrance of a model, with its port chosen; gateways first. */
export async function openEntrances(model: TrafficModel, scope: string, ports: PortBook): Promise<ReadonlyMap<string, Entrance>> {
  const entrances = new Map<string, Entrance>();
  for (const gateway of model.gateways) {
    for (const listener of gateway.listeners) {
      const port = await ports.portFor(`${scope} ${listenerKey(gateway, listener)}`, { wanted: listener.port });
      entrances.set(listenerKey(gateway, listener), gatewayEntrance(gateway, listener, `http://${LOOPBACK}:${port}`));
    }
  }
  for (const service of model.services.filter(({ calls }) => calls.length > 0)) {
    const port = await ports.portFor(`${scope} ${callsKey(service)}`, { offset: CALLS_OFFSET });
    entrances.set(callsKey(service), callsEntrance(service, model, `http://${LOOPBACK}:${port}`));
    for (const { called, port: { port: wanted } } of tcpCalls(service, model)) {
      const tcp = await ports.portFor(`${scope} ${tcpKey(service, called, wanted)}`, { wanted, offset: CALLS_OFFSET });
      const hosts = [`${called.host}:${wanted}`];
      entrances.set(tcpKey(service, called, wanted), {
        kind: 'service', of: service.id, called: called.id, url: `tcp://${LOOPBACK}:${tcp}`, hosts, commands: [`nc ${LOOPBACK} ${tcp}`],
      });
    }
  }
  return entrances;
}

function tcpCalls(service: Service, model: TrafficModel): readonly { readonly called: Service; readonly port: ServicePort }[] {
  return calledBy(service, model).flatMap(called => called.ports.filter(({ protocol }) => kindOf(protocol) === 'tcp').map(port => ({ called, port })));
}

function calledBy(service: Service, model: TrafficModel): readonly Service[] {
  return service.calls.flatMap(call => model.services.find(({ id }) => id === call.service) ?? []);
}

/** The port of an entrance. */
export function portOf({ url }: Entrance): number {
  return Number(url.slice(url.lastIndexOf(':') + 1));
}

function gatewayEntrance(gateway: Gateway, listener: Listener, url: string): Entrance {
  const tables = hostTables(gateway);
  const hosts = tables.flatMap(({ host }) => host === undefined ? [] : [host.kind === 'suffix' ? `*${host.value}` : host.value]);
  const commands = tables.flatMap(({ host, routes }) => {
    const name = host === undefined ? undefined : host.kind === 'suffix' ? `any${host.value}` : host.value;
    const paths = routes.filter(({ match }) => fits(match, listener) && isPlain(match)).map(samplePath);
    return [...new Set(paths)].slice(0, SAMPLES).map(path => curl(url, path, { host: name, protocol: listener.protocol }));
  });
  return { kind: 'gateway', of: gateway.id, listenerPort: listener.port, url, hosts, commands };
}

function fits(match: GatewayRoute['match'], listener: Listener): boolean {
  return (match.kind === 'grpc') === (listener.protocol === 'grpc') && (match.port === undefined || match.port === listener.port);
}

/** A route that a request takes without special headers or parameters, by GET. */
function isPlain(match: GatewayRoute['match']): boolean {
  if (match.kind === 'grpc') return match.metadata.length === 0;
  return match.headers.length === 0 && match.query.length === 0 && (match.method ?? 'GET') === 'GET';
}

/** A path that a route takes; a regular expression is not solved, the root stands for it. */
function samplePath({ match }: GatewayRoute): string {
  if (match.kind === 'grpc') return `/${match.service ?? 'any.Service'}/${match.method ?? 'Method'}`;
  return sampleOf(match.path);
}

function sampleOf(path: PathMatch): string {
  return path.kind === 'regex' ? '/' : path.value;
}

function callsEntrance(service: Service, model: TrafficModel, url: string): Entrance {
  const called = calledBy(service, model);
  const commands = called.flatMap(({ host, ports }) => ports.filter(({ protocol }) => kindOf(protocol) !== 'tcp').map(({ protocol, port }) =>
    curl(url, '/', { host: ports.length > 1 ? `${host}:${port}` : host, protocol })));
  return { kind: 'service', of: service.id, url, hosts: called.map(({ host }) => host), commands };
}

function curl(url: string, path: string, { host, protocol }: { readonly host: string | undefined; readonly protocol: string }): string {
  const words = ['curl', ...(host === undefined ? [] : ['-H', quoted(`Host: ${host}`)])];
  switch (protocol) {
    case 'grpc': return [...words, '-s -o /dev/null -D - --http2-prior-knowledge -X POST -H', quoted('content-type: application/grpc'), '-H', quoted('te: trailers'), quotedUrl(url + path)].join(' ');
    case 'http2': return [...words, '--http2-prior-knowledge', quotedUrl(url + path)].join(' ');
    default: return [...words, quotedUrl(url + path)].join(' ');
  }
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, "'\\''")}'`;
}

function quotedUrl(url: string): string {
  return /^[\w:/.-]+$/.test(url) ? url : quoted(url);
}
