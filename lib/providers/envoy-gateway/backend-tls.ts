/**
 * TLS from gateways to services. No proxy stands beside the pods, so these have to present a certificate themselves. A policy belongs to a service's Services, and so acts
 * for every gateway that leads there.
 * @see https://gateway-api.sigs.k8s.io/api-types/backendtlspolicy/
 */
import { ENVOY_GATEWAY_GROUP } from './crd';
import type { GatewayPlan } from './plan';
import type { KubeObject } from '../../kube/object';
import { Wave, type Unit } from '../../plan/unit';
import { kindOf } from '../../model/arrival';
import type { Gateway } from '../../model/gateway';
import type { ClientTls } from '../../model/security';
import type { Service, ServiceId, ServicePort, Version } from '../../model/service';
import { defined, filled } from '../defined';
import { certificateSecret, trustSecret } from '../gateway-api/certificates';
import { GATEWAY_API_VERSION } from '../gateway-api/crd';
import { serviceOf, type MeshIndex } from '../mesh-index';
import { serviceUnit, shardOf, unit, versionUnit } from '../units';
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

/** The TLS that is spoken to each service, with a certificate where one of its gateways presents one; to the others, plain text. */
export function spokenTls(planned: readonly Planned[]): ReadonlyMap<ServiceId, ClientTls> {
  const speaking = new Map<ServiceId, ClientTls>();
  for (const one of planned) {
    const { clientTls } = one.gateway;
    if (clientTls === undefined) continue;
    for (const id of servicesBehind(one)) if (speaking.get(id)?.certificate === undefined) speaking.set(id, clientTls);
  }
  return speaking;
}

/** Ports of a service that speak TLS. */
export function tlsPorts({ ports }: Service, tls: ClientTls): readonly ServicePort[] {
  return ports.filter(({ port, protocol }) => kindOf(protocol) !== 'tcp' && (tls.ports?.includes(port) ?? true));
}

/** How the kubelet, which presents no certificate, asks pods whether they are ready. */
export function probesOf(service: Service, { health }: Version, tls: ClientTls | undefined): 'plain' | 'tls' | 'connection' {
  const checked = health?.port ?? service.ports[0]?.targetPort;
  const isSpoken = tls !== undefined && tlsPorts(service, tls).some(({ port, targetPort }) => targetPort === checked || port === checked);
  if (!isSpoken) return 'plain';
  return tls.certificate === undefined ? 'tls' : 'connection';
}

/** The policies of all services that a gateway speaks TLS to. */
export function backendTlsUnits(index: MeshIndex, planned: readonly Planned[]): readonly Unit[] {
  return [...spokenTls(planned)].flatMap(([id, tls]) => serviceUnits(serviceOf(index, id), tls, isCopiedWhole(planned, id)));
}

/** Units of the policies of a service's versions, which stand before routes, so that nothing is sent in plain text. */
export function backendTlsNeeds(service: Service, tls: ClientTls | undefined): readonly string[] {
  return tls === undefined || tlsPorts(service, tls).length === 0 ? [] : service.versions.map((version) => versionUnit(service, version, 'backend-tls'));
}

/** What proxies of a gateway present to services. */
export function clientCertificateOf({ clientTls }: Gateway): object | undefined {
  const secret = clientTls?.certificate && certificateSecret(clientTls.certificate);
  return secret === undefined ? undefined : { clientCertificateRef: { group: '', kind: 'Secret', name: secret } };
}

function serviceUnits(service: Service, tls: ClientTls, isWhole: boolean): readonly Unit[] {
  const ports = tlsPorts(service, tls);
  if (ports.length === 0) return [];
  const needs = [serviceUnit(service)];
  const whole = !isWhole || service.kind === 'external' || service.versions.length === 1 ? [] : [unit({
    id: serviceUnit(service, 'backend-tls'), wave: Wave.SERVICES, needs, objects: [policy(service, service.name, tls, ports.map((port) => target(service.name, port.protocol, port.port)))],
  }, service.origin.path, shardOf(service))];
  return [...whole, ...service.versions.map((version) => unit({
    id: versionUnit(service, version, 'backend-tls'), wave: Wave.SERVICES, needs, objects: [policy(service, version.resourceName, tls, versionTargets(service, version, ports))],
  }, version.origin.path, shardOf(service)))];
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
