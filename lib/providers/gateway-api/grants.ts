/**
 * Leave for routes of one namespace to lead to objects of another: a grant for each object, apart from the routes. So a grant comes before the first route that needs it, and one that no route
 * needs any more goes when the whole stack has been updated; a grant for several objects would be narrowed while proxies still send requests there.
 * @see https://gateway-api.sigs.k8s.io/api-types/referencegrant/
 */
import { GATEWAY_GROUP, GRANT_API_VERSION, type BackendObjectRef, type ReferenceGrant } from './crd';
import { joinName } from '../../kube/names';
import type { Gateway } from '../../model/gateway';
import { Wave, type Unit } from '../../plan/unit';
import { gatewayGrants, gatewayGrantUnit, unit } from '../units';
import { ownLabels } from '../workload';

const MAX_OBJECT_NAME = 253;

/** Where routes lead. */
export interface References {
  /** Kind of the routes. */
  readonly kind: 'HTTPRoute' | 'GRPCRoute';
  /** Everything that the routes lead to, also in their own namespace. */
  readonly backends: readonly BackendObjectRef[];
}

/** The units of all grants that a gateway's routes need, each once. */
export function grantUnits(gateway: Gateway, references: readonly References[]): readonly Unit[] {
  const grants = new Map(references.flatMap((one) => grantsOf(gateway, one)).map((grant) => [idOf(gateway, grant), grant]));
  return [...grants].sort(([a], [b]) => a < b ? -1 : 1).map(([id, grant]) => unit({
    id, wave: Wave.GATEWAYS, group: gatewayGrants(gateway), needs: [], objects: [grant],
  }, gateway.origin.path, 'main'));
}

/** Identities of the units whose grants some routes of a gateway need. */
export function grantsNeeded(gateway: Gateway, references: References): readonly string[] {
  return grantsOf(gateway, references).map((grant) => idOf(gateway, grant));
}

function grantsOf({ name: owner, namespace }: Gateway, { kind, backends }: References): readonly ReferenceGrant[] {
  return backends.filter((backend) => backend.namespace !== undefined && backend.namespace !== namespace).map((backend): ReferenceGrant => ({
    apiVersion: GRANT_API_VERSION, kind: 'ReferenceGrant',
    metadata: {
      name: joinName([namespace, owner, kind.toLowerCase(), ...(backend.kind === 'Service' ? [] : [backend.kind.toLowerCase()]), backend.name], MAX_OBJECT_NAME),
      namespace: backend.namespace!, labels: ownLabels(owner),
    },
    spec: { from: [{ group: GATEWAY_GROUP, kind, namespace }], to: [{ group: backend.group, kind: backend.kind, name: backend.name }] },
  }));
}

function idOf(gateway: Gateway, { metadata: { namespace, name } }: ReferenceGrant): string {
  return gatewayGrantUnit(gateway, `${namespace}/${name}`);
}
