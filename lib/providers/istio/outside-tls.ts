/**
 * TLS that proxies speak to hosts outside of the mesh: a DestinationRule of the calling pods, and the Secrets with authorities and certificates, mounted into their proxies.
 * @see https://istio.io/latest/docs/reference/config/networking/destination-rule/#ClientTLSSettings
 */
import { NETWORKING } from './crd';
import { podSelectors, type PodSelector } from './selectors';
import { trafficPolicyOf } from './traffic-policy';
import { hash8, joinName, MAX_LABEL_LENGTH } from '../../kube/names';
import type { KubeObject } from '../../kube/object';
import type { Gateway } from '../../model/gateway';
import { outsideTlsOf, outsideTlsOfGateway, type OutsideTls } from '../../model/outside';
import type { ClientTls, SecretMount } from '../../model/security';
import type { Service } from '../../model/service';
import { defined } from '../defined';
import type { MeshIndex } from '../mesh-index';
import { ownLabels } from '../workload';

const MAX_OBJECT_NAME = 253;

/** The label that the control plane gives to the pods of a gateway. */
export const GATEWAY_NAME_LABEL = 'gateway.networking.k8s.io/gateway-name';

/** The rules of a service's pods. */
export function outsideRules({ model: { mesh }, services }: MeshIndex, caller: Service): readonly KubeObject[] {
  const spoken = enforced(outsideTlsOf(caller, mesh, services));
  return podSelectors(caller).flatMap((selector) => spoken.map((one) => rule(caller, selector, one)));
}

/** The rules of a gateway's pods. */
export function gatewayOutsideRules({ model: { mesh }, services }: MeshIndex, gateway: Gateway): readonly KubeObject[] {
  const selector = { name: gateway.name, labels: { [GATEWAY_NAME_LABEL]: gateway.name } };
  return enforced(outsideTlsOfGateway(gateway, mesh, services)).map((one) => rule(gateway, selector, one));
}

/** The Secrets that proxies beside a service's pods read, by their paths. */
export function outsideMounts({ model: { mesh }, services }: MeshIndex, caller: Service): readonly SecretMount[] {
  return mountsOf(enforced(outsideTlsOf(caller, mesh, services)));
}

/** The Secrets that proxies of a gateway read, by their paths. */
export function gatewayOutsideMounts({ model: { mesh }, services }: MeshIndex, gateway: Gateway): readonly SecretMount[] {
  return mountsOf(enforced(outsideTlsOfGateway(gateway, mesh, services)));
}

/** Volumes of Secrets, and where the proxy's container has them. */
export function secretVolumes(mounts: readonly SecretMount[]): { readonly volumes: readonly object[]; readonly volumeMounts: readonly object[] } {
  const name = ({ secret, path }: SecretMount) => joinName([secret.replace(/\./g, '-'), hash8(path)], MAX_LABEL_LENGTH);
  return {
    volumes: mounts.map((mount) => ({ name: name(mount), secret: { secretName: mount.secret } })),
    volumeMounts: mounts.map((mount) => ({ name: name(mount), mountPath: mount.path, readOnly: true })),
  };
}

/** The same as annotations, which the injection of proxies reads. */
export function mountAnnotations(mounts: readonly SecretMount[]): { readonly [annotation: string]: string } {
  if (mounts.length === 0) return {};
  const { volumes, volumeMounts } = secretVolumes(mounts) as { readonly volumes: readonly Named[]; readonly volumeMounts: readonly Named[] };
  const byName = (all: readonly Named[]) => JSON.stringify(Object.fromEntries(all.map(({ name, ...rest }) => [name, rest])));
  return { 'sidecar.istio.io/userVolume': byName(volumes), 'sidecar.istio.io/userVolumeMount': byName(volumeMounts) };
}

interface Named {
  readonly name: string;
}

function enforced(all: readonly OutsideTls[]): readonly OutsideTls[] {
  return all.filter(({ tls }) => tls.enforce);
}

function mountsOf(spoken: readonly OutsideTls[]): readonly SecretMount[] {
  const sources = spoken.flatMap(({ tls }) => [tls.validation.trust, ...(tls.certificate === undefined ? [] : [tls.certificate])]);
  const mounts = sources.flatMap((source) => source.kind === 'file' && source.mount !== undefined ? [source.mount] : []);
  return [...new Map(mounts.map((mount) => [`${mount.path}:${mount.secret}`, mount])).entries()].sort(([a], [b]) => a < b ? -1 : 1).map(([, mount]) => mount);
}

function rule(owner: Service | Gateway, { name, labels }: PodSelector, { service, tls, ports }: OutsideTls): KubeObject {
  const [version] = service.versions;
  const policy = trafficPolicyOf(version!);
  const settings = settingsOf(service.host, tls);
  const isWhole = ports.length === service.ports.length;
  return {
    apiVersion: NETWORKING, kind: 'DestinationRule',
    metadata: { name: ruleName(name, owner, service), namespace: owner.namespace, labels: ownLabels(owner.name) },
    spec: {
      host: service.host, exportTo: ['.'], workloadSelector: { matchLabels: labels },
      // what a port says replaces what the host says as a whole
      trafficPolicy: isWhole ? { ...policy, tls: settings } : {
        ...policy, portLevelSettings: ports.map(({ port }) => ({ port: { number: port }, ...policy, tls: settings })),
      },
    },
  };
}

function ruleName(pods: string, { namespace }: Service | Gateway, service: Service): string {
  return joinName([pods, 'to', ...(service.namespace === namespace ? [] : [service.namespace]), service.name], MAX_OBJECT_NAME);
}

/** The host's own name is checked where the program names no other: any certificate of a public authority would do else. */
function settingsOf(host: string, { certificate, validation: { trust, subjectAltNames } }: ClientTls): object {
  if (trust.kind !== 'file' || (certificate !== undefined && certificate.kind !== 'file')) throw new Error('internal: TLS without files; please report this with your program');
  return defined({
    mode: certificate === undefined ? 'SIMPLE' : 'MUTUAL',
    clientCertificate: certificate?.chain, privateKey: certificate?.key, caCertificates: trust.chain,
    subjectAltNames: subjectAltNames.length > 0 ? subjectAltNames : [host], sni: host,
  });
}
