/** Networks of clients, as CIDR or as one address. */
import * as ip from 'ipaddr.js';

/** Whether a text is a network or an address. */
export function isNetwork(text: string): boolean {
  const [address, length, ...more] = text.split('/') as [string, ...string[]];
  if (length === undefined) return isAddress(text);
  return more.length === 0 && /^(0|[1-9]\d{0,2})$/.test(length) && isAddress(address) && ip.isValidCIDR(text);
}

/** Whether a text is one address: four numbers, or one of IPv6 without a zone. Proxies do not agree on what else may stand for one, such as `10.1` or `0x7f.1`. */
export function isAddress(text: string): boolean {
  return ip.IPv4.isValidFourPartDecimal(text) || (ip.IPv6.isValid(text) && !text.includes('%'));
}

/** A network in the one form that every mesh reads: `10.1.2.3` becomes `10.1.2.3/32`. */
export function networkOf(text: string): string {
  if (text.includes('/') || !isAddress(text)) return text;
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
