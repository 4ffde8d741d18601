/**
 * Roles of service accounts, taken through the cluster's OpenID Connect provider. One resource per account: the trust policy is JSON text,
 * because its keys hold the issuer, which is known only at deployment and cannot be a key of a CloudFormation map.
 */
import { aws_iam as iam, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { OidcProviderPort } from './cluster-port';
import { logicalIdOf } from './logical-id';
import type { Permission } from '../../plan/permission';

/** The service account that a role belongs to. */
export interface RoleName {
  /** Name of the service account. */
  readonly name: string;
  readonly namespace: string;
}

/** A service account that needs a role. */
export interface RoleRequest extends RoleName {
  /** Construct path of the owner. */
  readonly owner: string;
  /** As `Unit.shard`. */
  readonly shard: string;
  /** Empty: a role that may do nothing. */
  readonly permissions: readonly Permission[];
}

/** Where roles go. */
export interface RoleTarget {
  /** As `ManifestTarget.realm`. */
  readonly realm?: string;
  /** The construct under which the role is made: in the stack of the units that use it. */
  scopeOf(request: RoleRequest): Construct;
  /** A role that `openRole` has made for the account already. None when left out. */
  roleOf?(request: RoleRequest): iam.CfnRole | undefined;
  /** Asked only when there is a role to write, because it may create the provider. */
  oidcProvider(): OidcProviderPort;
}

/** ARN and resource of a written role. */
export interface WrittenRole {
  /** A token. */
  readonly arn: string;
  readonly resource: iam.CfnRole;
}

/** One role per service account, by `<namespace>/<name>`. Only that service account can take it. */
export function writeRoles(requests: readonly RoleRequest[], target: RoleTarget): ReadonlyMap<string, WrittenRole> {
  const roles = new Map<string, WrittenRole>();
  if (requests.length === 0) return roles;
  const provider = target.oidcProvider();
  for (const request of requests) {
    const role = target.roleOf?.(request) ?? openRole(target.scopeOf(request), request, target.realm);
    role.assumeRolePolicyDocument = trustPolicy(request, provider, role.stack);
    if (request.permissions.length > 0) role.policies = [{ policyName: 'mesh', policyDocument: permissionDocument(request) }];
    roles.set(`${request.namespace}/${request.name}`, { arn: role.attrArn, resource: role });
  }
  return roles;
}

/** A role that nobody can take and that may do nothing until `writeRoles` has it. */
export function openRole(scope: Construct, { namespace, name }: RoleName, realm?: string): iam.CfnRole {
  const logicalId = logicalIdOf(`${namespace}/${name}/role`, realm);
  const role = new iam.CfnRole(scope, logicalId, { description: `Service account ${namespace}/${name}`, assumeRolePolicyDocument: {} });
  role.overrideLogicalId(logicalId);
  return role;
}

/** The policy that a role holds itself. */
export function permissionDocument({ permissions }: Pick<RoleRequest, 'permissions'>): object {
  return {
    Version: '2012-10-17',
    Statement: permissions.map(({ sid, actions, resources, conditions }) => (
      { Sid: sid, Effect: 'Allow', Action: actions, Resource: resources, ...(conditions === undefined ? {} : { Condition: conditions }) })),
  };
}

/** The policy that lets one service account alone take a role; text where the issuer is known only at deployment. */
export function trustPolicy({ namespace, name }: RoleName, { providerArn, issuer }: OidcProviderPort, stack: Stack): unknown {
  const document = {
    Version: '2012-10-17',
    Statement: [{
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: providerArn },
      Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}` } },
    }],
  };
  return Token.isUnresolved(issuer) ? stack.toJsonString(document) : document;
}
