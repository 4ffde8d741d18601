/** A version: its virtual node with the Service that finds its pods, and its pods where they are ours. */
import type { Call, Service, Version } from '../../model/service';
import { serviceAccount, versionPodLabels, versionService } from '../workload';
import { workloadObjects } from '../workload-units';
import { APP_MESH_API_VERSION, type Backend, type NodeListener, type VirtualNode } from './crd';
import { defined, filled } from '../defined';
import { lowerHealth, lowerOutliers, lowerPool, lowerTimeouts } from './lower-resilience';
import { wireProtocolOf } from './lower-routes';
import { lowerAccessLog, lowerClientTls, lowerListenerTls } from './lower-tls';
import { preStopFormOf } from '../lifecycle';
import { accessLogOf, clientTlsOf, healthPort, listenerTlsOf, nodePorts, serviceOf, type MeshIndex } from '../mesh-index';
import { awsName } from './names';
import { podsOf } from './sidecar';
import type { Unit } from '../../plan/unit';
import { versionAccount } from '../names';
import type { LoweringContext } from '../provider';
import { meshUnit, unitOfVersion } from '../units';

/** The unit of a version; none for a host outside of the mesh, whose node stands with its service. */
export function lowerVersion(index: MeshIndex, service: Service, version: Version, { roleArns, environment }: LoweringContext): readonly Unit[] {
  if (version.pods.kind === 'external') return [];
  const { namespace } = service;
  const account = versionAccount(service, version);
  return [unitOfVersion(index, service, version, {
    needs: [meshUnit(index.model.mesh)],
    objects: [
      serviceAccount(account, namespace, roleArns.get(`${namespace}/${account}`)),
      versionService(service, version),
      virtualNode(index, service, version),
      // proxies are injected when a pod is created, so the node is there before
      ...workloadObjects(service, version, { ...podsOf(index, service, version), preStop: preStopFormOf(environment) }),
    ],
  })];
}

/** The virtual node of a version. */
export function virtualNode(index: MeshIndex, service: Service, version: Version): VirtualNode {
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
