/** The Kubernetes objects that a template's resource carries, whichever function deploys them. */
import type { KubeObject } from '../lib/kube/object';
import { keyOf } from '../lib/kube/object';
import { saysTheSame } from '../lib/plan/merge-patch';

/** Types of the resources that carry objects: ours, and that of the CDK's kubectl function. */
export const MANIFEST_TYPES: readonly string[] = ['Custom::KubernetesObjects', 'Custom::AWSCDK-EKS-KubernetesResource'];

/** Objects of the property `Manifest`: JSON text, or lines of it. `textOf` says what stands for a value that is known only at deployment. */
export function objectsOfManifest(manifest: unknown, textOf: (value: unknown) => string): readonly KubeObject[] {
  const lines: readonly unknown[] = Array.isArray(manifest) ? manifest : [manifest];
  const parsed = JSON.parse(lines.map(textOf).join('')) as KubeObject | readonly KubeObject[];
  return [parsed].flat();
}

/** Each object once: accounts stand in every version of their service, with the same words. Throws where something else occurs twice, or with other words. */
export function withoutShared(objects: readonly KubeObject[]): KubeObject[] {
  const found = new Map<string, KubeObject>();
  for (const object of objects) {
    const known = found.get(keyOf(object));
    if (known !== undefined && (object.kind !== 'ServiceAccount' || !saysTheSame(known, object))) throw new Error(`${keyOf(object)} occurs twice`);
    if (known === undefined) found.set(keyOf(object), object);
  }
  return [...found.values()];
}

/** Objects of units as a cluster has them: once, wherever they are shared. Throws where one is there in two forms. */
export function inCluster(objects: readonly KubeObject[]): KubeObject[] {
  const found = new Map<string, KubeObject>();
  for (const object of objects) {
    const known = found.get(keyOf(object));
    if (known !== undefined && !saysTheSame(known, object)) throw new Error(`${keyOf(object)} occurs in two forms`);
    found.set(keyOf(object), known ?? object);
  }
  return [...found.values()];
}
