/**
 * TLS: what a listener presents and demands, what a client presents and trusts.
 */
import type { Opaque } from './opaque';

/** A secret of the cluster that is mounted into the proxy, so that a file path exists. */
export interface SecretMount {
  readonly secret: string;
  /** Absolute folder, for example `/certs/gateway`. */
  readonly path: string;
}

/** A certificate with its private key. */
export type Certificate =
  | { readonly kind: 'acm'; readonly arn: Opaque }
  | { readonly kind: 'file'; readonly chain: string; readonly key: string; readonly mount?: SecretMount }
  | { readonly kind: 'sds'; readonly secret: string };

/** The authorities that a peer's certificate is checked against. */
export type Trust =
  | { readonly kind: 'acm'; readonly arns: readonly Opaque[] }
  | { readonly kind: 'file'; readonly chain: string; readonly mount?: SecretMount }
  | { readonly kind: 'sds'; readonly secret: string };

/** A check of the peer. */
export interface PeerValidation {
  readonly trust: Trust;
  /** Exact subject alternative names, any of which the peer must present; empty means no check of names. */
  readonly subjectAltNames: readonly string[];
}

/** TLS of a listener. `strict` takes TLS only, `permissive` plain text as well. */
export interface ListenerTls {
  readonly mode: 'strict' | 'permissive' | 'disabled';
  readonly certificate: Certificate;
  /** Left out: clients present no certificate. */
  readonly clients?: PeerValidation;
}

/** TLS towards a called service. */
export interface ClientTls {
  /** false: plain text is used where the server offers no TLS. */
  readonly enforce: boolean;
  /** Only these ports; left out means all. */
  readonly ports?: readonly number[];
  /** Presented to the server (mutual TLS); left out means none. */
  readonly certificate?: Certificate;
  readonly validation: PeerValidation;
}
