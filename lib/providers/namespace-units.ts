/** The namespaces of a mesh as units. */
import { meshLabels } from './names';
import { namespaceUnit } from './units';
import type { KubeObject } from '../kube/object';
import type { MeshNamespace, MeshSettings, TrafficModel } from '../model/traffic-model';
import { Wave, type Unit } from '../plan/unit';

/**
 * Lets the load balancer's controller hold back the readiness of a gateway's pods until their targets are healthy: without it, a rollout takes the last old proxy away
 * before the load balancer sends anything to a new one.
 * @see https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/pod_readiness_gate/
 */
export const READINESS_GATE_LABEL = { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' } as const;

/** Namespaces whose own pods stand behind a load balancer. */
export function gatedNamespaces({ gateways }: TrafficModel): ReadonlySet<string> {
  return new Set(gateways.filter(({ exposure }) => exposure.kind !== 'cluster-only').map(({ namespace }) => namespace));
}

/**
 * A unit for each namespace, with the mesh's label and those that the dialect wants, which win over the user's. `gated`: namespaces with proxies behind a load balancer;
 * the user's own label wins there.
 */
export function namespaceUnits(mesh: MeshSettings, labels: { readonly [label: string]: string }, gated: ReadonlySet<string> = new Set()): readonly Unit[] {
  return mesh.namespaces.map((namespace) => {
    const own = gated.has(namespace.name) ? { ...READINESS_GATE_LABEL, ...namespace.labels } : namespace.labels;
    return lowerNamespace(mesh, { ...namespace, labels: own }, labels);
  });
}

/** An existing namespace only gets our labels, which go again with the unit. */
function lowerNamespace(mesh: MeshSettings, namespace: MeshNamespace, wanted: { readonly [label: string]: string }): Unit {
  const labels = { ...namespace.labels, ...meshLabels(mesh), ...wanted };
  const object: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace.name, labels } };
  const isTheirs = namespace.ownership === 'existing';
  return {
    id: namespaceUnit(namespace.name), wave: Wave.NAMESPACE, owner: namespace.origin.path, needs: [], shard: 'main',
    retain: namespace.retain && !isTheirs, ...(isTheirs ? { foreign: 'existing' as const } : {}), objects: [object],
  };
}
