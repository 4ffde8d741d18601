/** Addresses in Envoy's words. */
import type { Address, EnvoyObject } from './options';

/** A TCP address to bind or to reach. */
export function socketAddress({ host, port }: Address): EnvoyObject {
  return { socket_address: { address: host, port_value: port } };
}

/** Whether a host is an address and needs no name lookup. */
export function isIP(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}
