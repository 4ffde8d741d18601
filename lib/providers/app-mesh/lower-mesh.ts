/** Namespaces and the mesh. Membership is by a label that the library owns, never by reference. */
import { APP_MESH_API_VERSION, type Mesh, type Selector } from './crd';
import { Wave, type Unit } from '../../plan/unit';
import { defined } from '../defined';
import { INJECTOR_LABEL } from './names';
import type { MeshSettings, TrafficModel } from '../../model/traffic-model';
import { meshLabels } from '../names';
import { gatedNamespaces, namespaceUnits } from '../namespace-units';
import { meshUnit, namespaceUnit } from '../units';

/** What marks the namespaces of a mesh. */
export function meshSelector(mesh: MeshSettings): Selector {
  return { matchLabels: meshLabels(mesh) };
}

/** A unit for each namespace, and one for the mesh. */
export function lowerMesh(model: TrafficModel): readonly Unit[] {
  const { mesh } = model;
  const spec = defined({
    awsName: mesh.name,
    namespaceSelector: meshSelector(mesh),
    egressFilter: { type: mesh.egress === 'any' ? 'ALLOW_ALL' as const : 'DROP_ALL' as const },
    meshOwner: mesh.owner,
    meshServiceDiscovery: mesh.ipPreference && { ipPreference: mesh.ipPreference === 'ipv4-only' ? 'IPv4_ONLY' as const : 'IPv6_ONLY' as const },
  });
  const object: Mesh = { apiVersion: APP_MESH_API_VERSION, kind: 'Mesh', metadata: { name: mesh.name }, spec };
  return [
    ...namespaceUnits(mesh, { [INJECTOR_LABEL]: 'enabled' }, gatedNamespaces(model)),
    {
      id: meshUnit(mesh), wave: Wave.MESH, owner: mesh.origin.path, needs: mesh.namespaces.map(({ name }) => namespaceUnit(name)).sort(),
      shard: 'main', retain: false, objects: [object],
    },
  ];
}
