/** Kubernetes names: checks, and cutting to length with a hash. Pure; the hash is FNV-1a, 32 bit. */

const DNS_LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Longest name of a Service, and of a label's value. */
export const MAX_LABEL_LENGTH = 63;

/** True for a name that a Service may carry: lower case letters, digits and hyphens, starting with a letter, at most 63. */
export function isServiceName(name: string): boolean {
  return name.length <= MAX_LABEL_LENGTH && DNS_LABEL.test(name);
}

/** True for a label or namespace name: as `isServiceName`, but may start with a digit. */
export function isDnsLabel(name: string): boolean {
  return name.length <= MAX_LABEL_LENGTH && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(name);
}

const UTF8 = new TextEncoder();

/* eslint-disable no-bitwise -- the hash is defined by bit operations */
/** Eight hexadecimal digits that depend on the text alone. */
export function hash8(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of UTF8.encode(text)) {
    hash ^= byte;
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
/* eslint-enable no-bitwise */

/** The parts joined by hyphens; over the limit: cut, with `-` and eight hexadecimal digits of a hash of the whole name. */
export function joinName(parts: readonly string[], limit = MAX_LABEL_LENGTH): string {
  const name = parts.join('-');
  if (name.length <= limit) return name;
  return `${name.slice(0, limit - 9).replace(/-+$/, '')}-${hash8(name)}`;
}
