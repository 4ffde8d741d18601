/**
 * What a route of a gateway asks of its requests before it acts: asked in this order, after the route was chosen. A request that no route takes is asked nothing.
 * Preflights are answered first, because browsers send them without tokens.
 */
import { assertNever } from '../diagnostics/mesh-error';

/** Which scripts of other sites may read answers. */
export interface Cors {
  readonly origins: readonly OriginMatch[];
  /** Methods beside those that browsers send unasked; `*` means any. */
  readonly methods: readonly string[];
  /** Headers beside those that browsers send unasked, in lower case; `*` means any. */
  readonly headers: readonly string[];
  /** Headers of answers that scripts may read, in lower case. */
  readonly exposedHeaders: readonly string[];
  /** How long a browser remembers the answer to a preflight; left out means as it likes. */
  readonly maxAgeMs?: number;
  /** Whether cookies and credentials may be sent. */
  readonly credentials: boolean;
}

/** Where a script comes from. */
export type OriginMatch =
  | { readonly kind: 'any' }
  /** `https://shop.example.com`, with the port where it is not that of the scheme. */
  | { readonly kind: 'exact'; readonly value: string }
  /** Every host below one: scheme `https` and ending `.example.com`. */
  | { readonly kind: 'subdomains'; readonly scheme: 'http' | 'https'; readonly ending: string };

/** An origin as users and meshes write it: `https://shop.example.com`, `https://*.example.com`, `*`. */
export function originText(origin: OriginMatch): string {
  switch (origin.kind) {
    case 'any': return '*';
    case 'exact': return origin.value;
    case 'subdomains': return `${origin.scheme}://*${origin.ending}`;
    default: return assertNever(origin);
  }
}

/** Where the keys are that tokens are signed with. */
export type TokenKeys =
  /** Fetched by the proxies, for example from `https://id.example.com/jwks.json`. */
  | { readonly kind: 'remote'; readonly uri: string }
  /** A JSON Web Key Set as JSON text. */
  | { readonly kind: 'inline'; readonly jwks: string };

/** Whose tokens are taken. */
export interface TokenIssuer {
  /** The claim `iss`, letter for letter. */
  readonly issuer: string;
  /** Any of these in the claim `aud`; empty means no check. */
  readonly audiences: readonly string[];
  readonly keys: TokenKeys;
}

/** Requests that each proxy of the gateway lets through. */
export interface RateLimit {
  /** From 1. */
  readonly requests: number;
  readonly per: 'second' | 'minute' | 'hour' | 'day';
}

/** All that is asked; each field left out asks nothing. */
export interface Guards {
  readonly cors?: Cors;
  /** A token of any of these in `Authorization: Bearer …`, else 401. */
  readonly tokens?: readonly TokenIssuer[];
  /** Networks of clients, for example `10.0.0.0/8`; others are answered 403. */
  readonly clients?: readonly string[];
  /** More are answered 429. */
  readonly rateLimit?: RateLimit;
}

/** Whether anything is asked. */
export function asksSomething(guards: Guards | undefined): guards is Guards {
  return guards !== undefined && Object.values(guards).some((guard) => guard !== undefined);
}
