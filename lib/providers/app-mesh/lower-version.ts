/** A version: its virtual node with the Service that finds its pods, and its pods where they are ours. */
import type { KubeObject } from '../../kube/object';
import type { Call, Service, Version } from '../../model/service';
import { versionPodLabels, versionService } from '../workload';
import { workloadUnits } from '../workload-units';
import { APP_MESH_API_VERSION, type Backend, type NodeListener, type VirtualNode } from './crd';
import { defined, filled } from '../defined';
import { lowerHealth, lowerOutliers, lowerPool, lowerTimeouts } from './lower-resilience';
import { wireProtocolOf } from './lower-routes';
import { lowerAccessLog, lowerClientTls, lowerListenerTls } from './lower-tls';
import { accessLogOf, clientTlsOf, healthPort, listenerTlsOf, nodePorts, serviceOf, type MeshIndex } from '../mesh-index';
import { awsName } from './names';
import { podsOf } from './sidecar';
import { Wave, type Unit } from '../../plan/unit';
import { meshUnit, serviceUnit, shardOf, unit, versionUnit } from '../units';

/** All units of a version. */
export function lowerVersion(index: MeshIndex, service: Service, version: Version): readonly Unit[] {
  const node = nodeUnit(index, service, version);
  return [node, ...workloadUnits(service, version, podsOf(index, service, version), [serviceUnit(service), node.id])];
}

function nodeUnit(index: MeshIndex, service: Service, version: Version): Unit {
  const isExternal = version.pods.kind === 'external';
  const objects: readonly KubeObject[] = [
    ...(isExternal ? [] : [versionService(service, version)]),
    virtualNode(index, service, version),
  ];
  return unit({
    id: versionUnit(service, version, 'node'), wave: Wave.NODES, needs: [meshUnit(index.model.mesh)], objects,
  }, version.origin.path, shardOf(service));
}

function virtualNode(index: MeshIndex, service: Service, version: Version): VirtualNode {
  const { namespace } = service;
  const name = version.resourceName;
  // a default would hold for hosts, too, with which the pods speak TLS themselves
  const clientPolicy = callsOfOwnTls(index, service).length > 0 ? undefined : lowerClientTls(clientTlsOf(index, service));
  return {
    apiVersion: APP_MESH_API_VERSION, kind: 'VirtualNode', metadata: { name, namespace },
    spec: defined({
      awsName: awsName(name, namespace),
      podSelector: version.pods.kind === 'external' ? undefined : { matchLabels: versionPodLabels(service, version) },
      listeners: listenersOf(index, service, version),
      serviceDiscovery: discoveryOf(service, version),
      backends: filled(backendsOf(index, service)),
      backendDefaults: version.pods.kind === 'external' || clientPolicy === undefined ? undefined : { clientPolicy },
      logging: version.pods.kind === 'external' ? undefined : lowerAccessLog(accessLogOf(index, version)),
    }),
  };
}

function listenersOf(index: MeshIndex, service: Service, version: Version): readonly NodeListener[] {
  const ports = nodePorts(service);
  const checked = version.health === undefined ? undefined : healthPort(service, version.health.port);
  return ports.map(({ targetPort: port, protocol }) => defined({
    portMapping: { port, protocol: wireProtocolOf(protocol) },
    healthCheck: version.health && checked === port ? lowerHealth(version.health, port) : undefined,
    outlierDetection: lowerOutliers(version.outliers),
    connectionPool: lowerPool(version.pool, protocol),
    timeout: { [wireProtocolOf(protocol)]: lowerTimeouts(version.timeouts, protocol) },
    tls: lowerListenerTls(listenerTlsOf(index, version)),
  }));
}

function discoveryOf(service: Service, { discovery, pods, resourceName }: Version): VirtualNode['spec']['serviceDiscovery'] {
  if (discovery.kind === 'cloud-map') {
    const { namespace: namespaceName, service: serviceName, attributes } = discovery;
    return { awsCloudMap: defined({ namespaceName, serviceName, attributes: filled(attributes) }) };
  }
  const hostname = pods.kind === 'external' ? pods.host : `${resourceName}.${service.namespace}.svc.cluster.local`;
  return { dns: { hostname, responseType: discovery.kind === 'dns-endpoints' ? 'ENDPOINTS' : 'LOADBALANCER' } };
}

function backendsOf(index: MeshIndex, service: Service): readonly Backend[] {
  const untouched = callsOfOwnTls(index, service);
  return service.calls.map((call) => {
    const { name, namespace } = serviceOf(index, call.service);
    const tls = untouched.length === 0 ? call.tls : untouched.includes(call) ? undefined : call.tls ?? clientTlsOf(index, service);
    return { virtualService: defined({ virtualServiceRef: { namespace, name }, clientPolicy: lowerClientTls(tls) }) };
  });
}

/** Calls of hosts with which the pods speak TLS themselves. */
function callsOfOwnTls(index: MeshIndex, { calls }: Service): readonly Call[] {
  return calls.filter(({ service: id }) => serviceOf(index, id).ports.every(({ protocol }) => protocol === 'tls'));
}
