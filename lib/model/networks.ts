/** Networks of clients, as CIDR or as one address. */
import * as ip from 'ipaddr.js';

/** Whether a text is a network or an address. */
export function isNetwork(text: string): boolean {
  return ip.isValidCIDR(text) || ip.isValid(text);
}

/** Whether a text is one address. */
export function isAddress(text: string): boolean {
  return ip.isValid(text);
}

/** A network in the one form that every mesh reads: `10.1.2.3` becomes `10.1.2.3/32`. */
export function networkOf(text: string): string {
  if (text.includes('/') || !ip.isValid(text)) return text;
  return `${text}/${ip.parse(text).kind() === 'ipv4' ? 32 : 128}`;
}

/** Whether an address lies in one of the networks. An IPv4 address that is written as one of IPv6 counts as what it is. */
export function isWithin(address: string, networks: readonly string[]): boolean {
  const client = ip.process(address);
  return networks.some((network) => {
    const [base, bits] = ip.parseCIDR(networkOf(network));
    return base.kind() === client.kind() && client.match(base, bits);
  });
}
