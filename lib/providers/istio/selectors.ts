/** Which pods are those of a service: those that the library makes bear its label, and those that exist already their own. */
import type { Service } from '../../model/service';
import { SERVICE_LABEL } from '../labels';

/** Labels, and the name of the objects that select by them. */
export interface PodSelector {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
}

/** One for all pods that the library makes, and one for those of each version that exist already. */
export function podSelectors({ name, versions }: Service): readonly PodSelector[] {
  const existing = versions.flatMap(({ resourceName, pods }) => pods.kind === 'existing' ? [{ name: resourceName, labels: pods.labels }] : []);
  return [...(existing.length < versions.length ? [{ name, labels: { [SERVICE_LABEL]: name } }] : []), ...existing];
}
