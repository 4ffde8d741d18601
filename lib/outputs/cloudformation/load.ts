/** How much room units and roles take in a template. Bytes are estimated from above: the exact text is known only after references are resolved. */
import { renderUnit, TOKEN_BYTES } from './rendered-unit';
import type { RoleRequest } from './roles';
import { TEXT_MARKER } from './token-markers';
import type { Unit } from '../../plan/unit';

/** Resources in one stack. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const MAX_RESOURCES = 500;
/** Bytes of one template. */
export const MAX_TEMPLATE_BYTES = 1_000_000;

/** What CloudFormation's JSON adds to a manifest: type, connection, logical id, indentation. Measured at 400 to 480. */
const MANIFEST_FRAME_BYTES = 500;
/** A logical id in the list of dependencies, with its indentation. */
const DEPENDENCY_BYTES = 60;
/** Trust policy, frame of the access policy, construct path. */
const ROLE_FRAME_BYTES = 1_400;
/** Roles, description, construct path. */
const POLICY_FRAME_BYTES = 700;
const POLICY_INDENTATION = 6;
/** `Fn::Join` around `Fn::GetAtt`, each on a line of its own. Measured at 150 to 260. */
const POLICY_TOKEN_BYTES = 280;
/** Measured over clusters with their network: 770 to 820 bytes per resource. */
const OTHER_RESOURCE_BYTES = 820;

/** What a stack holds. */
export interface StackLoad {
  readonly resources: number;
  readonly bytes: number;
}

/** One resource to be written. */
export interface LoadItem {
  /** Construct path of the owner. */
  readonly owner: string;
  /** As `Unit.shard`. */
  readonly shard: string;
  readonly bytes: number;
}

/** A unit's share of a template. */
export function unitItem(unit: Unit): LoadItem {
  // the construct path of a resource is in the template too
  const frame = MANIFEST_FRAME_BYTES + unit.owner.length + DEPENDENCY_BYTES * unit.needs.length;
  return { owner: unit.owner, shard: unit.shard, bytes: renderUnit(unit).bytes + frame };
}

/** A role's share of a template. */
export function roleItem({ owner, shard, permissions }: RoleRequest): LoadItem {
  const resources = permissions.flatMap((permission) => permission.resources).length;
  return { owner, shard, bytes: ROLE_FRAME_BYTES + JSON.stringify(permissions).length + resources * TOKEN_BYTES };
}

/** A policy's share of a template: its text stands there with indentation, and each token as a reference to a resource or a part of a text. */
export function policyItem({ owner, shard }: Pick<RoleRequest, 'owner' | 'shard'>, document: object): LoadItem {
  const text = JSON.stringify(document, undefined, 1);
  const [lines, tokens] = ['\n', TEXT_MARKER].map((mark) => text.split(mark).length - 1) as [number, number];
  return { owner, shard, bytes: POLICY_FRAME_BYTES + owner.length + text.length + lines * POLICY_INDENTATION + tokens * POLICY_TOKEN_BYTES };
}

/** The load of resources that are not ours. */
export function otherLoad(resources: number): StackLoad {
  return { resources, bytes: resources * OTHER_RESOURCE_BYTES };
}

/** A load with one more resource. */
export function withItem(load: StackLoad | undefined, item: LoadItem): StackLoad {
  return { resources: (load?.resources ?? 0) + 1, bytes: (load?.bytes ?? 0) + item.bytes };
}

/** The limits that a load is over, with the numbers; none when it fits. */
export function describeExcess({ resources, bytes }: StackLoad): readonly string[] {
  return [
    ...(resources > MAX_RESOURCES ? [`${resources} resources, more than the ${MAX_RESOURCES} of a stack`] : []),
    ...(bytes > MAX_TEMPLATE_BYTES ? [`a template of about ${bytes} bytes, more than the ${MAX_TEMPLATE_BYTES} of CloudFormation`] : []),
  ];
}
