/** Whose objects are they? Asked of all objects of a unit before anything of it is changed. */
import { Refusal } from './event';
import { ownersOf, type UnitIdentity } from './identity';
import { keyOf, type KubeObject } from '../../../kube/object';
import { RETAINED, type ObjectsProperties } from '../protocol';

/** How an object is written. */
export type Standing =
  /** It is not there. */
  | { readonly kind: 'new' }
  /** A unit of this stack has made it. */
  | { readonly kind: 'own' }
  /** It belongs to somebody else, who keeps it: we add to it without force, and give it back. */
  | { readonly kind: 'adopted' }
  /** A stack of this mesh has left it behind, or lets another one have it. */
  | { readonly kind: 'taken' };

/** What decides about objects that are there. */
export interface Claim {
  readonly unit: UnitIdentity;
  readonly mesh: string;
  readonly foreign: ObjectsProperties['Foreign'];
  readonly isCreate: boolean;
}

/** How an object may be written; throws a `Refusal` that names who has it. */
export function standingOf(object: KubeObject, living: KubeObject | undefined, claim: Claim): Standing {
  const name = keyOf(object);
  if (living === undefined) {
    if (claim.foreign !== 'existing') return { kind: 'new' };
    throw new Refusal(`${name} does not exist, and the program says that it does: create it first, or let the mesh create it`);
  }
  const { deletionTimestamp, finalizers = [] } = living.metadata as { deletionTimestamp?: string; finalizers?: string[] };
  if (deletionTimestamp !== undefined) {
    throw new Refusal(`${name} is being deleted since ${deletionTimestamp}${finalizers.length === 0 ? '' : ` and waits for its finalizers ${finalizers.join(', ')}`}`);
  }
  const owners = ownersOf(living);
  const found = owners.find(({ unitKey }) => unitKey === claim.unit.key)?.found;
  // until its first update a unit may be rolled back: then what was there before has to stay
  if (found === 'adopted' || (found === 'taken' && claim.isCreate)) return { kind: found };
  const makers = owners.filter((owner) => owner.found !== 'adopted');
  if (makers.some(({ unitKey }) => unitKey.startsWith(`${claim.unit.stackKey}-`))) return { kind: 'own' };
  if (claim.foreign === 'existing') return { kind: 'adopted' };
  const { annotations = {} } = living.metadata;
  if (annotations[RETAINED] === claim.mesh) return { kind: 'taken' };
  if (makers.length > 0) {
    const retained = annotations[RETAINED] === undefined ? '' : ` and is retained for mesh '${annotations[RETAINED]}'`;
    throw new Refusal(`${name} belongs to ${makers.map(({ mark }) => mark.split('/').join(', resource ')).map((mark) => `stack ${mark}`).join(' and ')}${retained}; nothing was changed`);
  }
  if (claim.foreign === 'add') return { kind: 'adopted' };
  throw new Refusal(`${name} exists already and was not made by this stack (managers: ${managersOf(living).join(', ') || 'unknown'}); nothing was changed. `
    + 'Delete it, rename yours, or set adoptExisting to add to it');
}

/** Everybody who has written to an object. */
export function managersOf({ metadata }: KubeObject): readonly string[] {
  const entries = (metadata as { managedFields?: { manager?: string }[] }).managedFields ?? [];
  return [...new Set(entries.map(({ manager }) => manager ?? 'unknown'))].sort();
}
