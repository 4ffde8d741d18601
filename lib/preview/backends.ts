/** The user's own processes in place of stubs: `products/v1=127.0.0.1:3000`, `shop/products/v1:9090=[::1]:3001`. */
import { connect, isIP } from 'net';
import { LOOPBACK } from './ports';
import { PreviewError } from './preview-error';
import type { Service, ServicePort, Version } from '../model/service';
import type { TrafficModel } from '../model/traffic-model';
import type { Address } from '../providers/local-envoy';

/** One `--backend`, as written. */
export interface BackendOption {
  readonly text: string;
  /** `shop/products` or `products`. */
  readonly service: string;
  readonly version: string;
  /** Port of the service; left out means its only one. */
  readonly port?: number;
  readonly address: Address;
}

/** One endpoint of the mesh: what a backend stands for. */
export interface Endpoint {
  readonly service: Service;
  readonly version: Version;
  readonly port: ServicePort;
}

const SHAPE = /^(?:([^/=:]+)\/)?([^/=:]+)\/([^/=:]+)(?::(\d+))?=(.+)$/;
const EXAMPLE = 'write [namespace/]service/version[:port]=address:port, for example products/v1=127.0.0.1:3000';

/** Reads one `--backend`; throws PreviewError where it cannot be read. */
export function parseBackend(text: string): BackendOption {
  const [, namespace, name, version, port, address] = SHAPE.exec(text) ?? [];
  if (name === undefined || version === undefined || address === undefined) throw new PreviewError('usage', `--backend ${text} is not readable`, EXAMPLE);
  return {
    text, version, service: namespace === undefined ? name : `${namespace}/${name}`, address: parseAddress(address, text),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

/** Every endpoint of a model. */
export function endpointsOf(model: TrafficModel): readonly Endpoint[] {
  return model.services.flatMap(service => service.versions.flatMap(version => service.ports.map(port => ({ service, version, port }))));
}

/** `shop/products@v1:8080`: an endpoint's name. */
export function endpointKey({ service, version, port }: Endpoint): string {
  return `${service.id}@${version.name}:${port.port}`;
}

/** The endpoint that a backend stands for; undefined where another mesh may have it. Throws where the service is here, and the rest is not. */
export function findEndpoint({ text, service: name, version, port }: BackendOption, model: TrafficModel): Endpoint | undefined {
  const services = model.services.filter(one => one.id === name || (!name.includes('/') && one.name === name)).filter(one => one.versions.length > 0);
  if (services.length > 1) throw unknown(text, `names '${name}', which is in several namespaces`, services.map(({ id }) => id));
  const service = services[0];
  if (service === undefined) return undefined;
  const found = service.versions.find(one => one.name === version);
  if (found === undefined) throw unknown(text, `names version '${version}', which ${service.id} does not have`, service.versions.map(one => one.name));
  const ports = service.ports.filter(one => port === undefined || one.port === port);
  if (ports.length === 1) return { service, version: found, port: ports[0]! };
  const known = service.ports.map(one => `${service.name}/${version}:${one.port}`);
  throw unknown(text, port === undefined ? `names no port, and ${service.id} has several` : `names port ${port}, which ${service.id} does not have`, known);
}

/** Which endpoints of the models are the user's own; throws PreviewError for a backend that no model knows. */
export function ownBackends(options: readonly BackendOption[], models: readonly TrafficModel[]): ReadonlyMap<TrafficModel, ReadonlyMap<string, Address>> {
  const found = new Map(models.map(model => [model, new Map<string, Address>()]));
  for (const option of options) {
    const endpoints = models.flatMap(model => {
      const endpoint = findEndpoint(option, model);
      return endpoint === undefined ? [] : [{ model, endpoint }];
    });
    if (endpoints.length === 0) {
      const known = models.flatMap(model => model.services.filter(({ versions }) => versions.length > 0).map(({ id }) => id));
      throw unknown(option.text, `names service '${option.service}', which does not exist`, [...new Set(known)].sort());
    }
    for (const { model, endpoint } of endpoints) found.get(model)!.set(endpointKey(endpoint), option.address);
  }
  return found;
}

/** `localhost` is a name for two addresses, and a process often listens on one of them only: the one that answers is taken. */
export async function settleAddress(option: BackendOption): Promise<BackendOption> {
  if (option.address.host !== 'localhost') return option;
  const onIpv6 = !await accepts({ host: LOOPBACK, port: option.address.port }) && await accepts({ host: '::1', port: option.address.port });
  return { ...option, address: { host: onIpv6 ? '::1' : LOOPBACK, port: option.address.port } };
}

/** Whether something listens there now. */
export function accepts({ host, port }: Address): Promise<boolean> {
  return new Promise(done => {
    const socket = connect({ host, port, timeout: 500 });
    const end = (answer: boolean) => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false)).once('timeout', () => end(false));
  });
}

function parseAddress(text: string, whole: string): Address {
  const [, bracketed, plain, digits] = /^(?:(?:\[([^\]]+)\]|([^:]*)):)?(\d+)$/.exec(text) ?? [];
  const host = (bracketed ?? plain) || LOOPBACK;
  const port = Number(digits);
  if (digits !== undefined && port >= 1 && port <= 65_535 && (isIP(host) !== 0 || host === 'localhost')) return { host, port };
  throw new PreviewError('usage', `--backend ${whole} has the address '${text}'`, 'write an IP address or localhost, and a port from 1 to 65535: 127.0.0.1:3000, [::1]:3000, localhost:3000');
}

function unknown(text: string, what: string, known: readonly string[]): PreviewError {
  return new PreviewError('usage', `--backend ${text} ${what}`, `known: ${known.join(', ')}`);
}
