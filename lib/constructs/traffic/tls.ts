/** TLS as users write it: certificates, trust, and the two sides of a connection. */
import type { aws_certificatemanager as acm } from 'aws-cdk-lib';
import type { Certificate, ClientTls, ListenerTls, PeerValidation, Trust } from '../../model';
import { carried, defined } from '../origin';

/** Files of a certificate inside of the proxy's container. */
export interface CertificateFiles {
  /** Absolute path of the PEM chain, leaf first. */
  readonly chain: string;
  /** Absolute path of the PEM private key. */
  readonly key: string;
}

/** A certificate with its private key. */
export class TlsCertificate {
  /**
   * A certificate of AWS Certificate Manager. App Mesh takes only certificates issued by a private CA, in the same region and account;
   * for a public certificate, end TLS at the load balancer (`GatewayLoadBalancer`). Never as a client's certificate.
   */
  public static fromAcm(certificate: acm.ICertificate): TlsCertificate {
    return new TlsCertificate({ kind: 'acm', arn: carried(certificate.certificateArn) });
  }

  /** Files that are there already, by a volume of the user's own. */
  public static fromFile(files: CertificateFiles): TlsCertificate {
    return new TlsCertificate({ kind: 'file', chain: files.chain, key: files.key });
  }

  /** A `kubernetes.io/tls` secret of the same namespace, mounted into the proxy as `/certs/<secret>/tls.crt` and `tls.key`. */
  public static fromSecret(secretName: string): TlsCertificate {
    const path = `/certs/${secretName}`;
    return new TlsCertificate({ kind: 'file', chain: `${path}/tls.crt`, key: `${path}/tls.key`, mount: { secret: secretName, path } });
  }

  /** A secret that an agent beside the proxy serves, for example SPIRE: `spiffe://example.org/products`. */
  public static fromSds(secretName: string): TlsCertificate {
    return new TlsCertificate({ kind: 'sds', secret: secretName });
  }

  private constructor(private readonly certificate: Certificate) {}

  /** @internal */
  public get _model(): Certificate {
    return this.certificate;
  }
}

/** The authorities that a peer's certificate is checked against. */
export class TlsTrust {
  /** One to three private CAs of AWS Private CA, by ARN. Not for the clients of a listener. */
  public static fromAcmPca(...certificateAuthorityArns: string[]): TlsTrust {
    return new TlsTrust({ kind: 'acm', arns: certificateAuthorityArns.map(carried) });
  }

  /** A PEM bundle that is there already, by a volume of the user's own. */
  public static fromFile(chain: string): TlsTrust {
    return new TlsTrust({ kind: 'file', chain });
  }

  /** The entry `ca.crt` of a secret of the same namespace, mounted into the proxy as `/certs/<secret>/ca.crt`. */
  public static fromSecret(secretName: string): TlsTrust {
    const path = `/certs/${secretName}`;
    return new TlsTrust({ kind: 'file', chain: `${path}/ca.crt`, mount: { secret: secretName, path } });
  }

  /** A bundle that an agent beside the proxy serves, for example SPIRE: `spiffe://example.org`. */
  public static fromSds(secretName: string): TlsTrust {
    return new TlsTrust({ kind: 'sds', secret: secretName });
  }

  private constructor(private readonly trust: Trust) {}

  /** @internal */
  public get _model(): Trust {
    return this.trust;
  }
}

/** Whether a listener takes plain text. */
export enum TlsMode {
  /** TLS only. */
  STRICT = 'strict',
  /** TLS and plain text. */
  PERMISSIVE = 'permissive',
  /** Plain text only; the certificate waits. */
  DISABLED = 'disabled',
}

/** A check of the peer's certificate. */
export interface TlsValidationOptions {
  readonly trust: TlsTrust;
  /**
   * Names of which the peer has to present one, exactly.
   * @default - any certificate of a trusted authority
   */
  readonly subjectAltNames?: string[];
}

/** TLS of a listener. */
export interface ListenerTlsOptions {
  readonly certificate: TlsCertificate;
  /** @default TlsMode.STRICT */
  readonly mode?: TlsMode;
  /**
   * Demands a certificate of every client (mutual TLS).
   * @default - clients present none
   */
  readonly clients?: TlsValidationOptions;
}

/** TLS towards called services. */
export interface ClientTlsOptions {
  readonly validation: TlsValidationOptions;
  /**
   * Presented to the server (mutual TLS); from a file or by SDS.
   * @default - none
   */
  readonly certificate?: TlsCertificate;
  /**
   * false uses plain text where the server offers no TLS.
   * @default true
   */
  readonly enforce?: boolean;
  /** @default - all ports */
  readonly ports?: number[];
}

/** Mutual TLS between all services of a mesh. */
export interface MutualTlsOptions {
  /** Presented by servers and clients. */
  readonly certificate: TlsCertificate;
  /** Checked by servers and clients. */
  readonly trust: TlsTrust;
  /** @default TlsMode.STRICT */
  readonly mode?: TlsMode;
}

function validationModel(options: TlsValidationOptions): PeerValidation {
  return { trust: options.trust._model, subjectAltNames: options.subjectAltNames ?? [] };
}

/** The model of a listener's TLS. */
export function listenerTlsModel(options: ListenerTlsOptions | undefined): ListenerTls | undefined {
  if (options === undefined) return undefined;
  return defined({
    mode: (options.mode ?? TlsMode.STRICT) as ListenerTls['mode'],
    certificate: options.certificate._model,
    clients: options.clients === undefined ? undefined : validationModel(options.clients),
  });
}

/** The model of a client's TLS. */
export function clientTlsModel(options: ClientTlsOptions | undefined): ClientTls | undefined {
  if (options === undefined) return undefined;
  return defined({
    enforce: options.enforce ?? true,
    ports: options.ports,
    certificate: options.certificate?._model,
    validation: validationModel(options.validation),
  });
}

/** Both sides of mutual TLS. */
export function mutualTlsModel(options: MutualTlsOptions | undefined): { readonly listenerTls?: ListenerTls; readonly clientTls?: ClientTls } {
  if (options === undefined) return {};
  const { certificate, trust, mode } = options;
  return {
    listenerTls: listenerTlsModel({ certificate, ...(mode === undefined ? {} : { mode }), clients: { trust } }),
    clientTls: clientTlsModel({ certificate, validation: { trust } }),
  };
}
