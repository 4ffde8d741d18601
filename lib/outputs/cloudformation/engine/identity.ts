/**
 * Who a unit is, and the physical id of its set of objects: another set is another id, so CloudFormation sends a Delete for the old one after everything else of the stack has succeeded.
 * That Delete removes only what still bears the old id.
 */
import { createHash } from 'crypto';
import { stackNameOf, type CloudFormationEvent } from './event';
import { keyOf, type KubeObject } from '../../../kube/object';
import { ADOPTED_PREFIX, OWNER_PREFIX } from '../protocol';

/** A unit of one stack. */
export interface UnitIdentity {
  /** Eight digits of the stack and eight of the logical id. */
  readonly key: string;
  /** The first eight: the same for all units of a stack. */
  readonly stackKey: string;
  readonly logicalId: string;
  readonly stackName: string;
  /** Field manager of everything that the unit writes. */
  readonly manager: string;
}

type Source = Pick<CloudFormationEvent, 'StackId' | 'LogicalResourceId'>;

/** The unit behind an event. */
export function identityOf({ StackId, LogicalResourceId }: Source): UnitIdentity {
  const stackKey = digits(StackId);
  const key = `${stackKey}-${digits(LogicalResourceId)}`;
  return { key, stackKey, logicalId: LogicalResourceId, stackName: stackNameOf(StackId), manager: managerOf(key) };
}

/** The field manager of a unit. */
export function managerOf(unitKey: string): string {
  return `cdk-eks-mesh-${unitKey}`;
}

/** The physical id of a unit with these objects. */
export function physicalIdOf(unit: UnitIdentity, objects: readonly Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>[]): string {
  return `${unit.logicalId.slice(0, 80)}-${unit.key}-${digits(JSON.stringify(objects.map((object) => keyOf(object as KubeObject)).sort()))}`;
}

/** True for an id that `physicalIdOf` has made for this unit. */
export function isOwnId(unit: UnitIdentity, physicalId: string | undefined): physicalId is string {
  return physicalId !== undefined && physicalId.includes(`-${unit.key}-`);
}

/** The value of the owner's annotation. */
export function ownerMark({ stackName }: UnitIdentity, physicalId: string): string {
  return `${stackName}/${physicalId}`;
}

/** A unit that an object bears the mark of. */
export interface Owner {
  readonly unitKey: string;
  readonly mark: string;
  /** `adopted`: the object is somebody else's. `taken`: it was there before, left behind for this mesh. Left out: the unit has made it. */
  readonly found?: 'adopted' | 'taken';
}

/** Every unit that holds an object. */
export function ownersOf({ metadata: { annotations = {} } }: KubeObject): readonly Owner[] {
  return Object.entries(annotations).filter(([name]) => name.startsWith(OWNER_PREFIX)).map(([name, mark]) => {
    const unitKey = name.slice(OWNER_PREFIX.length);
    const found = annotations[`${ADOPTED_PREFIX}${unitKey}`] as Owner['found'];
    return { unitKey, mark, ...(found === undefined ? {} : { found }) };
  });
}

/** Eight hexadecimal digits of a SHA-256. */
export function digits(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
