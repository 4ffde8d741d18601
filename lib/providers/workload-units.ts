/** A version's pods as units: the workload, and what acts on it. The same for every dialect, but for what it adds to the pods. */
import { shardOf, unit, versionUnit } from './units';
import { autoscaler, disruptionBudget, mergedDocument, versionDeployment, versionPodLabels, type PodAdditions } from './workload';
import type { KubeObject } from '../kube/object';
import { Wave, type Unit } from '../plan/unit';
import type { Service, Version } from '../model/service';

/** None for pods that exist already or stand outside of the mesh. `needs` are the units that the pods wait for. */
export function workloadUnits(service: Service, version: Version, wanted: PodAdditions, needs: readonly string[]): readonly Unit[] {
  const { pods } = version;
  if (pods.kind === 'existing' || pods.kind === 'external') return [];
  const workload = draft(service, version, 'workload', Wave.WORKLOADS, needs,
    pods.kind === 'image' ? versionDeployment(service, version, pods, wanted) : documentOf(pods.document, wanted));
  if (pods.kind === 'document') return [workload];
  const named = { name: version.resourceName, namespace: service.namespace };
  const minimum = pods.scale.kind === 'auto' ? pods.scale.minReplicas : pods.scale.replicas;
  return [
    workload,
    ...(pods.scale.kind === 'auto' ? [draft(service, version, 'autoscaler', Wave.EXTRAS, [workload.id], autoscaler(named, pods.scale))] : []),
    ...(minimum > 1 ? [draft(service, version, 'disruption-budget', Wave.EXTRAS, [workload.id],
      disruptionBudget(named, versionPodLabels(service, version)))] : []),
  ];
}

function draft(service: Service, version: Version, part: string, wave: Wave, needs: readonly string[], object: KubeObject): Unit {
  return unit({ id: versionUnit(service, version, part), wave, needs, objects: [object] }, version.origin.path, shardOf(service));
}

function documentOf(document: { readonly [key: string]: unknown }, wanted: PodAdditions): KubeObject {
  const merged = mergedDocument(document, wanted);
  if (merged.kind === 'conflict') throw new Error(`internal: ${merged.field} of a workload conflicts; please report this with your program`);
  return merged.object;
}
