/** Certificates as Secrets of the cluster, which is all that gateways of the Gateway API read. */
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { Certificate, Trust } from '../../model/security';
import { finding, type Place } from '../rule';

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
const OBJECT_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Name of the Secret with the keys `tls.crt` and `tls.key`; undefined where a certificate is none. */
export function certificateSecret(certificate: Certificate): string | undefined {
  switch (certificate.kind) {
    case 'acm': return undefined;
    case 'sds': return secretNamed(certificate.secret);
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
    case 'sds': return secretNamed(trust.secret);
    case 'file': return trust.mount !== undefined && trust.chain === `${trust.mount.path}/ca.crt` ? trust.mount.secret : undefined;
  }
}

/** MESH701 for a certificate that no Secret holds; `title` is the mesh in the user's words. Nothing is said of ACM: that is a feature which a mesh has or has not. */
export function certificateFindings(certificate: Certificate | undefined, place: Place, title: string): readonly Diagnostic[] {
  if (certificate === undefined || certificate.kind === 'acm' || certificateSecret(certificate) !== undefined) return [];
  return [certificate.kind === 'sds' ? noSecret(certificate.secret, place, title) : finding('MESH701', place,
    `${title} reads a certificate from a Secret under the keys tls.crt and tls.key, and this one is not mounted from there`,
    "mount a Secret of type kubernetes.io/tls, and name the files '<path>/tls.crt' and '<path>/tls.key'")];
}

/** MESH701 for authorities that no Secret holds. */
export function trustFindings(trust: Trust | undefined, place: Place, title: string): readonly Diagnostic[] {
  if (trust === undefined || trust.kind === 'acm' || trustSecret(trust) !== undefined) return [];
  return [trust.kind === 'sds' ? noSecret(trust.secret, place, title) : finding('MESH701', place,
    `${title} reads authorities from a Secret under the key ca.crt, and these are not mounted from there`, "mount a Secret, and name the file '<path>/ca.crt'")];
}

function secretNamed(name: string): string | undefined {
  return OBJECT_NAME.test(name) ? name : undefined;
}

function noSecret(name: string, place: Place, title: string): Diagnostic {
  return finding('MESH701', { ...place, value: name }, `${title} reads certificates from Secrets of the cluster, and '${name}' is no name of one`,
    "name a Secret beside the gateway in lower case, for example 'shop-tls'");
}
