/** Units of the user's own objects: what `addChart` and `addObjects` took in. */
import { checkedObject, renderChart } from './cdk8s-border';
import type { Mesh, UserObjects } from './mesh';
import { keyOf, type KubeObject } from '../../kube/object';
import type { TrafficModel } from '../../model';
import { Wave, type Unit } from '../../plan/unit';

/** One unit for each call, beside the versions: pods may mount what a chart holds, and wait for it. */
export function userUnits(mesh: Mesh, model: TrafficModel, providerUnits: readonly Unit[]): readonly Unit[] {
  const carried = model.services.flatMap(({ versions }) => versions.flatMap(({ pods }) => pods.kind === 'document' ? [pods.document as KubeObject] : []));
  const needs = providerUnits.filter(({ wave }) => wave <= Wave.MESH).map(({ id }) => id);
  return mesh._userObjects.map((entry) => ({
    id: `${model.mesh.name}/objects/${entry.id}`,
    wave: Wave.MESH,
    owner: entry.origin.path,
    property: entry.property,
    needs,
    shard: 'main',
    retain: false,
    // a workload that a version carries comes from there, with what the mesh adds to it
    objects: objectsOf(entry).filter((object) => !carried.some((workload) => isSame(object, workload))),
  })).filter(({ objects }) => objects.length > 0);
}

function objectsOf({ property, origin, chart, objects }: UserObjects): readonly KubeObject[] {
  if (chart !== undefined) return renderChart(chart, origin, property);
  return (objects ?? []).map((object, index) => checkedObject(object, origin, `${property}[${index}]`));
}

/** An object without namespace took that of the service when it became a workload. */
function isSame(object: KubeObject, workload: KubeObject): boolean {
  return keyOf({ ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? workload.metadata.namespace } }) === keyOf(workload);
}
