/** TLS rules that the CRDs do not hold. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { ClientTls, ListenerTls, PeerValidation, SecretMount } from '../../../model/security';
import type { Service, Version } from '../../../model/service';
import type { MeshIndex } from '../../mesh-index';
import { findIf, finding, versionProperty, type Place, type Rule } from '../../rule';
import { gatewayMounts, versionMounts } from '../mounts';

/** @see API model 2019-01-25: `FilePath`, `SubjectAlternativeName`, `CertificateAuthorityArns` */
const MAX_PATH = 255;
const MAX_NAME = 254;
const MAX_AUTHORITIES = 3;

/** Reports MESH701 for a certificate out of bounds, and for Secrets that would be mounted in one place. */
export const tlsRules: Rule = (index) => [...boundsFindings(index), ...placeFindings(index)];

function boundsFindings({ model: { mesh, services, gateways } }: MeshIndex): readonly Diagnostic[] {
  return [
    ...listenerFindings(mesh.listenerTls, { origin: mesh.origin, property: 'listenerTls' }),
    ...clientFindings(mesh.clientTls, { origin: mesh.origin, property: 'clientTls' }),
    ...services.flatMap((service) => [
      ...clientFindings(service.clientTls, { origin: service.origin, property: 'clientTls' }),
      ...service.calls.flatMap(({ tls, service: called }) => clientFindings(tls, { origin: service.origin, property: `calls['${called}'].tls` })),
      ...service.versions.flatMap((version) => listenerFindings(version.tls, { origin: version.origin, property: versionProperty(version, 'tls') })),
    ]),
    ...gateways.flatMap((gateway) => [
      ...clientFindings(gateway.clientTls, { origin: gateway.origin, property: 'clientTls' }),
      ...gateway.listeners.flatMap(({ tls }, at) => listenerFindings(tls, { origin: gateway.origin, property: `listeners[${at}].tls` })),
    ]),
  ];
}

/** Pods that others write have their own mounts. */
function placeFindings(index: MeshIndex): readonly Diagnostic[] {
  const { services, gateways } = index.model;
  return [
    ...services.flatMap((service) => service.versions.filter(({ pods }) => pods.kind === 'image' || pods.kind === 'document').flatMap((version) => mountFindings(
      versionMounts(index, service, version), `the pods of version '${version.name}' of '${service.id}'`, mountPlace(service, version)))),
    ...gateways.flatMap((gateway) => mountFindings(gatewayMounts(index, gateway), `the proxies of gateway '${gateway.id}'`, { origin: gateway.origin, property: 'clientTls' })),
  ];
}

/** Where the user reads of certificates: a version that says none itself has those towards other services. */
function mountPlace(service: Service, version: Version): Place {
  return version.tls === undefined ? { origin: service.origin, property: 'clientTls' } : { origin: version.origin, property: versionProperty(version, 'tls') };
}

function mountFindings(mounts: readonly SecretMount[], whose: string, { origin, property }: Place): readonly Diagnostic[] {
  return mounts.flatMap(({ path, secret }, at) => mounts.slice(at + 1).filter((other) => other.path === path).map((other) => finding('MESH701', { origin, property, value: path },
    `${whose} would have the Secrets '${secret}' and '${other.secret}' at '${path}'`, 'mount each Secret at a path of its own')));
}

function listenerFindings(tls: ListenerTls | undefined, place: Place): readonly Diagnostic[] {
  if (tls === undefined) return [];
  return [...fileFindings(tls.certificate, place), ...(tls.clients ? validationFindings(tls.clients, place) : [])];
}

function clientFindings(tls: ClientTls | undefined, place: Place): readonly Diagnostic[] {
  if (tls === undefined) return [];
  return [...(tls.certificate ? fileFindings(tls.certificate, place) : []), ...validationFindings(tls.validation, place)];
}

function validationFindings({ trust, subjectAltNames }: PeerValidation, place: Place): readonly Diagnostic[] {
  const { origin, property } = place;
  return [
    ...fileFindings(trust, place),
    ...(trust.kind === 'acm' ? findIf(trust.arns.length < 1 || trust.arns.length > MAX_AUTHORITIES, () => finding('MESH701', { origin, property, value: trust.arns.length },
      `${trust.arns.length} certificate authorities are trusted, and App Mesh allows 1 to ${MAX_AUTHORITIES}`, `name 1 to ${MAX_AUTHORITIES}`)) : []),
    ...subjectAltNames.flatMap((name) => findIf(name.length < 1 || name.length > MAX_NAME, () => finding('MESH701', { origin, property, value: name },
      `the subject alternative name has ${name.length} characters, and App Mesh allows 1 to ${MAX_NAME}`, 'use another name'))),
  ];
}

function fileFindings(source: { readonly kind: string; readonly chain?: string; readonly key?: string }, { origin, property }: Place): readonly Diagnostic[] {
  return [source.chain, source.key].flatMap((path) => findIf(path !== undefined && (path.length < 1 || path.length > MAX_PATH), () =>
    finding('MESH701', { origin, property, value: path }, `the path of a certificate file has ${path?.length} characters, and App Mesh allows 1 to ${MAX_PATH}`, 'mount it at a shorter path')));
}
