/**
 * What a program grants to the pods of a service: policies beside their roles, as those of an `iam.Role`. A policy of a resource may name the roles,
 * so a role that held the statements itself would close a circle. In: statements as grants gave them. Out: documents within IAM's limits, and their resources.
 */
import { aws_iam as iam, type CfnResource } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { logicalIdOf } from './logical-id';
import { jsonCharacters, partsOf, type StatementJson } from './policy-size';

/** Characters of all inline policies of a role, whitespace not counted. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MAX_INLINE_CHARACTERS = 10_240;
/** Characters of one managed policy, whitespace not counted. */
export const MAX_MANAGED_CHARACTERS = 6_144;
/** Managed policies of one role, unless AWS has raised the quota of the account. */
export const MAX_MANAGED_POLICIES = 10;
/** Left free, because tokens are estimated; the CDK leaves as much. */
const MARGIN = { inline: 240, managed: 144 } as const;
/** Characters of a document without statements. */
const FRAME = jsonCharacters({ Version: '2012-10-17', Statement: [] });

/** The statements of a service, as policies that its roles share. */
export interface GrantPlan {
  /** Left out: nothing fits beside what the roles hold already. */
  readonly inline?: iam.PolicyDocument;
  readonly managed: readonly iam.PolicyDocument[];
  /** Of all documents. */
  readonly characters: number;
  /** Characters of the largest statement, where it fits into no policy. */
  readonly oversize?: number;
}

/** A policy in the making. */
interface Bin {
  readonly statements: StatementJson[];
  readonly limit: number;
  size: number;
}

/**
 * Everything goes into one inline policy where it fits, and what does not fit into managed ones. A statement that is too large for a policy becomes several
 * with a part of its resources or actions each, which mean the same. `held` are the characters of the inline policies that the roles have already.
 */
export function planGrants(statements: readonly StatementJson[], scope: Construct, held: number): GrantPlan {
  const room = MAX_INLINE_CHARACTERS - MARGIN.inline - held;
  const limit = MAX_MANAGED_CHARACTERS - MARGIN.managed;
  const first: Bin = { statements: [], limit: room, size: FRAME };
  const managed: Bin[] = [];
  const parts = statements.flatMap((statement) => partsOf(statement, limit - FRAME, scope));
  for (const part of parts) {
    const size = jsonCharacters(part, scope) + 1;
    let bin = [first, ...managed].find((one) => one.size + size <= one.limit);
    if (bin === undefined) managed.push(bin = { statements: [], limit, size: FRAME });
    bin.statements.push(part);
    bin.size += size;
  }
  const oversize = managed.map(({ size }) => size).filter((size) => size > limit);
  return {
    ...(first.statements.length === 0 ? {} : { inline: documentOf(first) }),
    managed: managed.map(documentOf),
    characters: [first, ...managed].reduce((sum, { size }) => sum + size, 0),
    ...(oversize.length === 0 ? {} : { oversize: Math.max(...oversize) }),
  };
}

function documentOf({ statements }: Bin): iam.PolicyDocument {
  return iam.PolicyDocument.fromJson({ Statement: statements });
}

/** Where the policies of a service go. */
export interface GrantTarget {
  /** As `Service.id`. */
  readonly id: string;
  /** Scope of the policies, in the stack of the roles. */
  readonly scope: Construct;
  readonly roles: readonly iam.CfnRole[];
}

/** Identities of the policies that a plan becomes; each is one resource. */
export function policyIds({ inline, managed }: GrantPlan, id: string): readonly string[] {
  return [...(inline === undefined ? [] : [`${id}/grants`]), ...managed.map((_, index) => `${id}/more-grants-${index + 1}`)];
}

/** Writes a plan. An inline policy bears its own logical id in its name: roles that hold one of that name from elsewhere keep it. */
export function writeGrants(plan: GrantPlan, { id, scope, roles }: GrantTarget): readonly CfnResource[] {
  const names = roles.map(({ ref }) => ref);
  const logicalIds = policyIds(plan, id).map((identity) => logicalIdOf(identity));
  const managedIds = logicalIds.slice(logicalIds.length - plan.managed.length);
  const resources: CfnResource[] = plan.managed.map((policyDocument, index) => new iam.CfnManagedPolicy(scope, managedIds[index]!, {
    description: `Part of the grants to ${id}`, policyDocument, roles: names,
  }));
  if (plan.inline !== undefined) {
    const logicalId = logicalIds[0]!;
    resources.unshift(new iam.CfnPolicy(scope, logicalId, { policyName: `grants-${logicalId.slice(-8)}`, policyDocument: plan.inline, roles: names }));
  }
  for (const resource of resources) resource.overrideLogicalId(resource.node.id);
  return resources;
}
