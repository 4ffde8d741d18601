/** On which port, and as what, a request arrives at a service: what every target and the simulator have to read alike. */
import type { Request } from './evaluate';
import type { Protocol, Service, ServicePort } from './service';

/** What a port's protocol makes of a request. */
export function kindOf(protocol: Protocol): Request['protocol'] {
  if (protocol === 'http2') return 'http';
  return protocol === 'tls' ? 'tcp' : protocol;
}

/**
 * The port of a service that a request arrives on: the one that the destination names, the only one, the only one that speaks its
 * protocol, the one of the same number as the port it came in on, or the first that speaks its protocol.
 */
export function arrivalPort({ ports }: Service, wanted: number | undefined, came: Pick<Request, 'port' | 'protocol'>): number {
  if (wanted !== undefined) return wanted;
  if (ports.length === 1) return ports[0]!.port;
  const spoken = ports.filter(({ protocol }) => kindOf(protocol) === came.protocol);
  const found: ServicePort | undefined = spoken.length === 1 ? spoken[0] : spoken.find(({ port }) => port === came.port) ?? spoken[0];
  return (found ?? ports[0])!.port;
}
