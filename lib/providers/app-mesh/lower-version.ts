/** A version: its virtual node with the Service that finds its pods, and its pods where they are ours. */
import type { KubeObject } from '../../kube/object';
import type { Service, Version } from '../../model/service';
import { autoscaler, disruptionBudget, versionDeployment, versionPodLabels, versionService, mergedDocument } from '../workload';
import { APP_MESH_API_VERSION, type Backend, type NodeListener, type VirtualNode } from './crd';
import { defined, filled } from './defined';
import { lowerHealth, lowerOutliers, lowerPool, lowerTimeouts } from './lower-resilience';
import { lowerAccessLog, lowerClientTls, lowerListenerTls } from './lower-tls';
import { accessLogOf, clientTlsOf, listenerTlsOf, nodePorts, serviceOf, type MeshIndex } from './mesh-index';
import { awsName } from './names';
import { podsOf } from './sidecar';
import { meshUnit, serviceUnit, shardOf, unit, versionUnit } from './units';
import { Wave, type Unit } from '../../kube/unit';

/** All units of a version. */
export function lowerVersion(index: MeshIndex, service: Service, version: Version): readonly Unit[] {
  const node = nodeUnit(index, service, version);
  const { pods } = version;
  if (pods.kind === 'existing' || pods.kind === 'external') return [node];
  const wanted = podsOf(index, service, version);
  const needs = [serviceUnit(service), node.id];
  const workload = draft(service, version, 'workload', Wave.WORKLOADS, needs,
    pods.kind === 'image' ? versionDeployment(service, version, pods, wanted) : documentOf(pods.document, wanted));
  if (pods.kind === 'document') return [node, workload];
  const name = version.resourceName;
  const { namespace } = service;
  const minimum = pods.scale.kind === 'auto' ? pods.scale.minReplicas : pods.scale.replicas;
  return [
    node, workload,
    ...(pods.scale.kind === 'auto' ? [draft(service, version, 'autoscaler', Wave.EXTRAS, [workload.id], autoscaler({ name, namespace }, pods.scale))] : []),
    ...(minimum > 1 ? [draft(service, version, 'disruption-budget', Wave.EXTRAS, [workload.id],
      disruptionBudget({ name, namespace }, versionPodLabels(service, version)))] : []),
  ];
}

function draft(service: Service, version: Version, part: string, wave: Wave, needs: readonly string[], object: KubeObject): Unit {
  return unit({ id: versionUnit(service, version, part), wave, needs, objects: [object] }, version.origin.path, shardOf(service));
}

function documentOf(document: { readonly [key: string]: unknown }, wanted: Parameters<typeof mergedDocument>[1]): KubeObject {
  const merged = mergedDocument(document, wanted);
  if (merged.kind === 'conflict') throw new Error(`internal: ${merged.field} of a workload conflicts; please report this with your program`);
  return merged.object;
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
  const clientPolicy = lowerClientTls(clientTlsOf(index, service));
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
    portMapping: { port, protocol },
    healthCheck: version.health && checked === port ? lowerHealth(version.health, port) : undefined,
    outlierDetection: lowerOutliers(version.outliers),
    connectionPool: lowerPool(version.pool, protocol),
    timeout: { [protocol]: lowerTimeouts(version.timeouts, protocol) },
    tls: lowerListenerTls(listenerTlsOf(index, version)),
  }));
}

/** The pods' port that is checked: named as pods or as callers name it, else the first. Undefined when it is neither. */
export function healthPort(service: Service, port: number | undefined): number | undefined {
  if (port === undefined) return service.ports[0]?.targetPort;
  return (service.ports.find(({ targetPort }) => targetPort === port) ?? service.ports.find((candidate) => candidate.port === port))?.targetPort;
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
  return service.calls.map((call) => {
    const { name, namespace } = serviceOf(index, call.service);
    return { virtualService: defined({ virtualServiceRef: { namespace, name }, clientPolicy: lowerClientTls(call.tls) }) };
  });
}
