/** Certificates as Secrets of the cluster, which is all that gateways of the Gateway API read. */
import type { Certificate, Trust } from '../../model/security';

/** Name of the Secret with the keys `tls.crt` and `tls.key`; undefined where a certificate is none. */
export function certificateSecret(certificate: Certificate): string | undefined {
  switch (certificate.kind) {
    case 'acm': return undefined;
    case 'sds': return certificate.secret;
    case 'file': {
      const { mount, chain, key } = certificate;
      return mount !== undefined && chain === `${mount.path}/tls.crt` && key === `${mount.path}/tls.key` ? mount.secret : undefined;
    }
  }
}

/** Name of the Secret with the key `ca.crt`; undefined where authorities are none. */
export function trustSecret(trust: Trust): string | undefined {
  switch (trust.kind) {
    case 'acm': return undefined;
    case 'sds': return trust.secret;
    case 'file': return trust.mount !== undefined && trust.chain === `${trust.mount.path}/ca.crt` ? trust.mount.secret : undefined;
  }
}
