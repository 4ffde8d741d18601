/** The pods of a version, with what acts on them. */
import { autoscaler, disruptionBudget, mergedDocument, versionDeployment, versionPodLabels, type PodAdditions } from './workload';
import type { KubeObject } from '../kube/object';
import type { Service, Version } from '../model/service';

/** None for pods that exist already or stand outside of the mesh. */
export function workloadObjects(service: Service, version: Version, wanted: PodAdditions): readonly KubeObject[] {
  const { pods } = version;
  if (pods.kind === 'existing' || pods.kind === 'external') return [];
  if (pods.kind === 'document') return [documentOf(pods.document, wanted)];
  const named = { name: version.resourceName, namespace: service.namespace };
  const minimum = pods.scale.kind === 'auto' ? pods.scale.minReplicas : pods.scale.replicas;
  return [
    versionDeployment(service, version, pods, wanted),
    ...(pods.scale.kind === 'auto' ? [autoscaler(named, pods.scale)] : []),
    ...(minimum > 1 ? [disruptionBudget(named, versionPodLabels(service, version))] : []),
  ];
}

function documentOf(document: { readonly [key: string]: unknown }, wanted: PodAdditions): KubeObject {
  const merged = mergedDocument(document, wanted);
  if (merged.kind === 'conflict') throw new Error(`internal: ${merged.field} of a workload conflicts; please report this with your program`);
  return merged.object;
}
