/** The namespaces of a mesh as units. */
import { meshLabels } from './names';
import { namespaceUnit } from './units';
import type { KubeObject } from '../kube/object';
import type { MeshNamespace, MeshSettings } from '../model/traffic-model';
import { Wave, type Unit } from '../plan/unit';

/** A unit for each namespace, with the mesh's label and those that the dialect wants, which win over the user's. */
export function namespaceUnits(mesh: MeshSettings, labels: { readonly [label: string]: string }): readonly Unit[] {
  return mesh.namespaces.map((namespace) => lowerNamespace(mesh, namespace, labels));
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
