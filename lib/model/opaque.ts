/**
 * A value that may be known only at deployment (an image, an ARN, an account, a region).
 * The model carries it, and never parses or compares it.
 */
export type Opaque = string & { readonly __opaque: 'opaque' };

/** Marks a text as opaque. */
export function opaque(value: string): Opaque {
  return value as Opaque;
}
