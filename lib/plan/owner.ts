/** Whom to tell about a unit: writers know only the construct path of its owner. */
import type { Origin } from '../diagnostics/diagnostic';
import type { KubeObject } from '../kube/object';

/** The origin behind the construct path of a unit's owner. */
export type OriginOf = (owner: string) => Origin;

/** The origin when nothing but the path is known. */
export const originOfPath: OriginOf = (owner) => ({ path: owner, type: 'Construct' });

/** The name of an object in findings: `Deployment 'shop/products-v1'`, `Namespace 'shop'`. */
export function describeObject({ kind, metadata: { name, namespace } }: Pick<KubeObject, 'kind' | 'metadata'>): string {
  return `${kind} '${namespace === undefined ? '' : `${namespace}/`}${name}'`;
}
