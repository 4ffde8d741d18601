/** TLS and access logs of proxies. */
import type { WireCertificate, WireClientPolicy, WireListenerTls, WireLogging, WireTrust, WireValidation } from './crd';
import type { AccessLog } from '../../model/observability';
import type { Certificate, ClientTls, ListenerTls, PeerValidation, Trust } from '../../model/security';
import { defined } from '../defined';

const MODES = { strict: 'STRICT', permissive: 'PERMISSIVE', disabled: 'DISABLED' } as const;

/** TLS of a listener. */
export function lowerListenerTls(tls: ListenerTls | undefined): WireListenerTls | undefined {
  if (tls === undefined) return undefined;
  return defined({
    mode: MODES[tls.mode],
    certificate: lowerCertificate(tls.certificate),
    validation: tls.clients && lowerValidation(tls.clients),
  });
}

/** TLS towards a server. */
export function lowerClientTls(tls: ClientTls | undefined): WireClientPolicy | undefined {
  if (tls === undefined) return undefined;
  return {
    tls: defined({
      enforce: tls.enforce,
      ports: tls.ports,
      certificate: tls.certificate && lowerCertificate(tls.certificate),
      validation: lowerValidation(tls.validation),
    }),
  };
}

function lowerCertificate(certificate: Certificate): WireCertificate {
  switch (certificate.kind) {
    case 'acm': return { acm: { certificateARN: certificate.arn } };
    case 'file': return { file: { certificateChain: certificate.chain, privateKey: certificate.key } };
    case 'sds': return { sds: { secretName: certificate.secret } };
  }
}

function lowerTrust(trust: Trust): WireTrust {
  switch (trust.kind) {
    case 'acm': return { acm: { certificateAuthorityARNs: trust.arns } };
    case 'file': return { file: { certificateChain: trust.chain } };
    case 'sds': return { sds: { secretName: trust.secret } };
  }
}

function lowerValidation({ trust, subjectAltNames }: PeerValidation): WireValidation {
  const subjectAlternativeNames = subjectAltNames.length === 0 ? undefined : { match: { exact: subjectAltNames } };
  return defined({ trust: lowerTrust(trust), subjectAlternativeNames });
}

/** An access log. */
export function lowerAccessLog(log: AccessLog | undefined): WireLogging | undefined {
  if (log === undefined) return undefined;
  const { path, format } = log;
  if (format === undefined) return { accessLog: { file: { path } } };
  return { accessLog: { file: { path, format: format.kind === 'text' ? { text: format.text } : { json: format.fields } } } };
}
