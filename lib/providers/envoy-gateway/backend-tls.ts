/**
 * TLS from gateways to services. No proxy stands beside the pods, so these have to present a certificate themselves. A policy belongs to a service's Services, and so acts
 * for every gateway that leads there.
 * @see https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/
 */
import { ENVOY_GATEWAY_GROUP } from './crd';
import type { GatewayPlan } from './plan';
import type { KubeObject } from '../../kube/object';
import { kindOf } from '../../model/arrival';
import type { Gateway } from '../../model/gateway';
import type { ClientTls } from '../../model/security';
import type { Service, ServiceId, ServicePort, Version } from '../../model/service';
import { defined, filled } from '../defined';
import { certificateSecret, trustSecret } from '../gateway-api/certificates';
import { GATEWAY_API_VERSION } from '../gateway-api/crd';
import type { ProbeModes } from '../probes';
import { ownLabels } from '../workload';

/** A gateway and its tables. */
export interface Planned {
  readonly gateway: Gateway;
  readonly plan: GatewayPlan;
}

/** Ids of the services that a gateway sends requests or copies to. */
export function servicesBehind({ plan }: Planned): ReadonlySet<ServiceId> {
  return new Set(plan.tables.flatMap(({ groups }) => groups.flat()).flatMap(({ action, filters }) => [
    ...(action.kind === 'forward' ? action.destinations.map(({ service }) => service) : []), ...(filters.mirrors ?? []).map(({ service }) => service),
  ]));
}

/** Whether copies go to a service as a whole, and not to its versions. */
function isCopiedWhole(planned: readonly Planned[], id: ServiceId): boolean {
  return planned.some(({ plan }) => plan.tables.flatMap(({ groups }) => groups.flat())
    .some(({ filters }) => (filters.mirrors ?? []).some((mirror) => mirror.service === id && mirror.version === undefined)));
}

/** The TLS that gateways speak to a service. */
export interface SpokenTls {
  readonly client: ClientTls;
  /** Whether copies go to the service as a whole. */
  readonly isCopiedWhole: boolean;
}

/** The TLS that is spoken to each service, with a certificate where one of its gateways presents one; to the others, plain text. */
export function spokenTls(planned: readonly Planned[]): ReadonlyMap<ServiceId, SpokenTls> {
  const speaking = new Map<ServiceId, ClientTls>();
  for (const one of planned) {
    const { clientTls } = one.gateway;
    if (clientTls === undefined) continue;
    for (const id of servicesBehind(one)) if (speaking.get(id)?.certificate === undefined) speaking.set(id, clientTls);
  }
  return new Map([...speaking].map(([id, client]) => [id, { client, isCopiedWhole: isCopiedWhole(planned, id) }]));
}

/** Ports of a service that speak TLS. */
export function tlsPorts({ ports }: Service, tls: ClientTls): readonly ServicePort[] {
  return ports.filter(({ port, protocol }) => kindOf(protocol) !== 'tcp' && (tls.ports?.includes(port) ?? true));
}

/** How the kubelet, which presents no certificate, checks the ports of a service's pods. */
export function probesOf(service: Service, tls: ClientTls | undefined): ProbeModes {
  const spoken = tls === undefined ? [] : tlsPorts(service, tls).map(({ targetPort }) => targetPort);
  return (port) => port === undefined || !spoken.includes(port) ? 'plain' : tls!.certificate === undefined ? 'tls' : 'connection';
}

/** What proxies of a gateway present to services. */
export function clientCertificateOf({ clientTls }: Gateway): object | undefined {
  const secret = clientTls?.certificate && certificateSecret(clientTls.certificate);
  return secret === undefined ? undefined : { clientCertificateRef: { group: '', kind: 'Secret', name: secret } };
}

/** The policy of a version's Service. */
export function versionTlsObjects(service: Service, version: Version, tls: SpokenTls | undefined): readonly KubeObject[] {
  const ports = tls === undefined ? [] : tlsPorts(service, tls.client);
  return ports.length === 0 ? [] : [policy(service, version.resourceName, tls!.client, versionTargets(service, version, ports))];
}

/** The policy of a service's own Service, where copies go to it as a whole; with one version, that version's policy has its name. */
export function wholeTlsObjects(service: Service, tls: SpokenTls | undefined): readonly KubeObject[] {
  const ports = tls === undefined ? [] : tlsPorts(service, tls.client);
  if (ports.length === 0 || !tls!.isCopiedWhole || service.kind === 'external' || service.versions.length === 1) return [];
  return [policy(service, service.name, tls!.client, ports.map((port) => target(service.name, port.protocol, port.port)))];
}

/** A version's Service has each port of the pods once. */
function versionTargets(service: Service, { pods, resourceName }: Version, ports: readonly ServicePort[]): readonly object[] {
  if (pods.kind === 'external') return ports.map(({ port }) => ({ group: ENVOY_GATEWAY_GROUP, kind: 'Backend', name: `${resourceName}-${port}` }));
  const written = new Map(service.ports.map((port) => [port.targetPort, port]));
  return [...new Set(ports.map(({ targetPort }) => targetPort))].map((targetPort) => target(resourceName, written.get(targetPort)!.protocol, targetPort));
}

function target(name: string, protocol: string, port: number): object {
  return { group: '', kind: 'Service', name, sectionName: `${protocol}-${port}` };
}

function policy(service: Service, name: string, { validation: { trust, subjectAltNames } }: ClientTls, targetRefs: readonly object[]): KubeObject {
  const [version] = service.versions;
  return {
    apiVersion: GATEWAY_API_VERSION, kind: 'BackendTLSPolicy', metadata: { name, namespace: service.namespace, labels: ownLabels(service.name) },
    spec: {
      targetRefs,
      validation: defined({
        caCertificateRefs: [{ group: '', kind: 'Secret', name: trustSecret(trust) }],
        hostname: version?.pods.kind === 'external' ? version.pods.host : service.host,
        subjectAltNames: filled(subjectAltNames.map((value) => value.includes('://') ? { type: 'URI', uri: value } : { type: 'Hostname', hostname: value })),
      }),
    },
  };
}
