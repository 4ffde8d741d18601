/** Where requests are sent: the Service of a version, or a host outside of the mesh. */
import { HOSTNAME_GROUP } from './crd';
import type { Destination, Mirror } from '../../model/action';
import { defined } from '../defined';
import type { BackendObjectRef } from '../gateway-api/crd';
import { serviceOf, versionOf, type MeshIndex } from '../mesh-index';

/** The reference to a version, from a route in a namespace. */
export function backendOf(index: MeshIndex, from: string, { service: id, version: name, port }: Pick<Destination, 'service' | 'version' | 'port'>): BackendObjectRef {
  const service = serviceOf(index, id);
  const version = versionOf(service, name!);
  const entry = service.ports.find((one) => one.port === port) ?? service.ports[0]!;
  if (version.pods.kind === 'external') return { group: HOSTNAME_GROUP, kind: 'Hostname', name: version.pods.host, port: entry.port };
  // a version's Service has the ports of its pods
  const namespace = service.namespace === from ? undefined : service.namespace;
  return defined({ group: '', kind: 'Service', name: version.resourceName, namespace, port: entry.targetPort });
}

/** The reference for copies: of one version, or of the service as a whole. */
export function mirrorBackendOf(index: MeshIndex, from: string, mirror: Mirror): BackendObjectRef {
  const service = serviceOf(index, mirror.service);
  const [only, ...others] = service.versions;
  const version = mirror.version ?? (others.length === 0 ? only?.name : undefined);
  if (version !== undefined) return backendOf(index, from, { ...mirror, version });
  const namespace = service.namespace === from ? undefined : service.namespace;
  return defined({ group: '', kind: 'Service', name: service.name, namespace, port: mirror.port ?? service.ports[0]!.port });
}
