/** Logical ids that come from what a thing is, not from where its construct sits: moving code around deploys nothing. */
import { hash8 } from '../../kube/names';

/** Longest logical id that CloudFormation takes. */
const MAX_LENGTH = 255;

/**
 * A readable part and eight hexadecimal digits of a hash of the whole identity: `shop/products/v1-node` becomes
 * `ShopProductsV1Node` and its hash. The realm tells equal identities of one stack apart; it is part of the hash only.
 */
export function logicalIdOf(identity: string, realm = ''): string {
  const words = identity.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const readable = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  const started = /^[A-Za-z]/.test(readable) ? readable : `N${readable}`;
  return `${started.slice(0, MAX_LENGTH - 8)}${hash8(realm === '' ? identity : `${realm}\n${identity}`)}`;
}
