/** Where requests are sent: the Service of a version, or the Backend of a host outside of the mesh. */
import { ENVOY_GATEWAY_API_VERSION, ENVOY_GATEWAY_GROUP } from './crd';
import type { KubeObject } from '../../kube/object';
import type { Destination, Mirror } from '../../model/action';
import type { Gateway } from '../../model/gateway';
import type { Service, Version } from '../../model/service';
import { defined } from '../defined';
import type { BackendObjectRef } from '../gateway-api/crd';
import { serviceOf, versionOf, type MeshIndex } from '../mesh-index';
import { ownLabels } from '../workload';

/** The reference to a version. */
export function backendOf(index: MeshIndex, gateway: Gateway, { service: id, version: name, port }: Pick<Destination, 'service' | 'version' | 'port'>): BackendObjectRef {
  const service = serviceOf(index, id);
  const version = versionOf(service, name!);
  const entry = service.ports.find((one) => one.port === port) ?? service.ports[0]!;
  const namespace = service.namespace === gateway.namespace ? undefined : service.namespace;
  if (version.pods.kind === 'external') return defined({ group: ENVOY_GATEWAY_GROUP, kind: 'Backend', name: backendName(version, entry.port), namespace });
  // a version's Service has the ports of its pods
  return defined({ group: '', kind: 'Service', name: version.resourceName, namespace, port: entry.targetPort });
}

/** The reference for copies: of one version, or of the service as a whole. */
export function mirrorBackendOf(index: MeshIndex, gateway: Gateway, mirror: Mirror): BackendObjectRef {
  const service = serviceOf(index, mirror.service);
  const [only, ...others] = service.versions;
  if (mirror.version !== undefined || service.kind === 'external' || (only !== undefined && others.length === 0)) {
    return backendOf(index, gateway, { ...mirror, version: mirror.version ?? only!.name });
  }
  const namespace = service.namespace === gateway.namespace ? undefined : service.namespace;
  return defined({ group: '', kind: 'Service', name: service.name, namespace, port: mirror.port ?? service.ports[0]!.port });
}

/** A host outside of the mesh, once for each of its ports. */
export function externalBackends(service: Service, version: Version): readonly KubeObject[] {
  const { pods } = version;
  if (pods.kind !== 'external') return [];
  return service.ports.map(({ port, targetPort, protocol }) => ({
    apiVersion: ENVOY_GATEWAY_API_VERSION, kind: 'Backend', metadata: { name: backendName(version, port), namespace: service.namespace, labels: ownLabels(service.name) },
    spec: defined({
      endpoints: [{ fqdn: { hostname: pods.host, port: targetPort } }],
      appProtocols: protocol === 'http2' || protocol === 'grpc' ? ['gateway.envoyproxy.io/h2c'] : undefined,
    }),
  }));
}

function backendName({ resourceName }: Version, port: number): string {
  return `${resourceName}-${port}`;
}
