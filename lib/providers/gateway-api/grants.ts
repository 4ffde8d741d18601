/** Leave for routes of one namespace to lead to Services of another. */
import { GATEWAY_GROUP, GRANT_API_VERSION, type BackendObjectRef, type ReferenceGrant } from './crd';
import { joinName } from '../../kube/names';
import { ownLabels } from '../workload';

const MAX_OBJECT_NAME = 253;

/** @see CRD of ReferenceGrant, `to` */
const MAX_TARGETS = 16;

/** What refers to what. */
export interface References {
  /** Name of what the routes belong to. */
  readonly owner: string;
  readonly namespace: string;
  /** Kind of the routes. */
  readonly kind: string;
  /** Everything that the routes lead to, also in their own namespace. */
  readonly backends: readonly BackendObjectRef[];
}

/** One grant for each foreign namespace, for exactly the objects that are referred to; several where they are more than one grant holds. */
export function referenceGrants({ owner, namespace, kind, backends }: References): readonly ReferenceGrant[] {
  const foreign = new Map<string, Map<string, BackendObjectRef>>();
  for (const backend of backends) {
    if (backend.namespace === undefined || backend.namespace === namespace) continue;
    const known = foreign.get(backend.namespace) ?? new Map<string, BackendObjectRef>();
    foreign.set(backend.namespace, known.set(`${backend.group}/${backend.kind}/${backend.name}`, backend));
  }
  return [...foreign].sort(([a], [b]) => a < b ? -1 : 1).flatMap(([target, objects]) => {
    const to = [...objects].sort(([a], [b]) => a < b ? -1 : 1).map(([, { group, kind: of, name }]) => ({ group, kind: of, name }));
    const chunks = Array.from({ length: Math.ceil(to.length / MAX_TARGETS) }, (_, at) => to.slice(at * MAX_TARGETS, (at + 1) * MAX_TARGETS));
    return chunks.map((chunk, at): ReferenceGrant => ({
      apiVersion: GRANT_API_VERSION, kind: 'ReferenceGrant',
      metadata: {
        name: joinName([namespace, owner, kind.toLowerCase(), ...(at === 0 ? [] : [String(at + 1)])], MAX_OBJECT_NAME),
        namespace: target, labels: ownLabels(owner),
      },
      spec: { from: [{ group: GATEWAY_GROUP, kind, namespace }], to: chunk },
    }));
  });
}
