/** Namespaces and the mesh. Membership is by a label that the library owns, never by reference. */
import { APP_MESH_API_VERSION, type Mesh, type Selector } from './crd';
import { defined } from './defined';
import { INJECTOR_LABEL, MESH_LABEL } from './names';
import { meshUnit, namespaceUnit } from './units';
import { MAX_LABEL_LENGTH, joinName } from '../../kube/names';
import type { KubeObject } from '../../kube/object';
import { Wave, type Unit } from '../../kube/unit';
import type { MeshNamespace, MeshSettings, TrafficModel } from '../../model/traffic-model';

/** What marks the namespaces of a mesh. */
export function meshSelector(mesh: MeshSettings): Selector {
  return { matchLabels: { [MESH_LABEL]: joinName([mesh.name], MAX_LABEL_LENGTH) } };
}

/** A unit for each namespace, and one for the mesh. */
export function lowerMesh({ mesh }: TrafficModel): readonly Unit[] {
  const spec = defined({
    awsName: mesh.name,
    namespaceSelector: meshSelector(mesh),
    egressFilter: { type: mesh.egress === 'any' ? 'ALLOW_ALL' as const : 'DROP_ALL' as const },
    meshOwner: mesh.owner,
    meshServiceDiscovery: mesh.ipPreference && { ipPreference: mesh.ipPreference === 'ipv4-only' ? 'IPv4_ONLY' as const : 'IPv6_ONLY' as const },
  });
  const object: Mesh = { apiVersion: APP_MESH_API_VERSION, kind: 'Mesh', metadata: { name: mesh.name }, spec };
  return [
    ...mesh.namespaces.map((namespace) => lowerNamespace(mesh, namespace)),
    {
      id: meshUnit(mesh), wave: Wave.MESH, owner: mesh.origin.path, needs: mesh.namespaces.map(({ name }) => namespaceUnit(name)).sort(),
      shard: 'main', retain: false, objects: [object],
    },
  ];
}

/** An existing namespace is applied with nothing but labels, which patches it; it is never deleted by us. */
function lowerNamespace(mesh: MeshSettings, namespace: MeshNamespace): Unit {
  const labels = { ...namespace.labels, ...meshSelector(mesh).matchLabels, [INJECTOR_LABEL]: 'enabled' };
  const object: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace.name, labels } };
  return {
    id: namespaceUnit(namespace.name), wave: Wave.NAMESPACE, owner: namespace.origin.path, needs: [], shard: 'main',
    retain: namespace.retain || namespace.ownership === 'existing', objects: [object],
  };
}
