/**
 * Roles of service accounts, taken through the cluster's OpenID Connect provider. One resource per account: the trust policy is JSON text,
 * because its keys hold the issuer, which is known only at deployment and cannot be a key of a CloudFormation map.
 */
import { Stack, Token, type CfnResource } from 'aws-cdk-lib';
import { CfnRole, type CfnRoleProps } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { OidcProviderPort } from './cluster-port';
import { logicalIdOf } from './logical-id';

/** One permission, in IAM's words. */
export interface RolePermission {
  readonly sid: string;
  readonly actions: readonly string[];
  /** ARNs; may be tokens. */
  readonly resources: readonly string[];
}

/** A service account that needs a role. */
export interface RoleRequest {
  /** Name of the service account. */
  readonly name: string;
  readonly namespace: string;
  /** Construct path of the owner. */
  readonly owner: string;
  /** As `Unit.shard`. */
  readonly shard: string;
  /** Empty: a role that may do nothing. */
  readonly permissions: readonly RolePermission[];
  /** Statements that the user's grants added, as IAM writes them in JSON. None when left out. */
  readonly statements?: readonly unknown[];
}

/** Where roles go. */
export interface RoleTarget {
  /** As `ManifestTarget.realm`. */
  readonly realm?: string;
  /** The construct under which the role is made: in the stack of the units that use it. */
  scopeOf(request: RoleRequest): Construct;
  /** Asked only when there is a role to write, because it may create the provider. */
  oidcProvider(): OidcProviderPort;
}

/** ARN and resource of a written role. */
export interface WrittenRole {
  /** A token. */
  readonly arn: string;
  readonly resource: CfnResource;
}

/** One role per service account, by `<namespace>/<name>`. Only that service account can take it. */
export function writeRoles(requests: readonly RoleRequest[], target: RoleTarget): ReadonlyMap<string, WrittenRole> {
  const roles = new Map<string, WrittenRole>();
  if (requests.length === 0) return roles;
  const provider = target.oidcProvider();
  for (const request of requests) {
    const role = writeRole(request, provider, target);
    roles.set(`${request.namespace}/${request.name}`, { arn: role.attrArn, resource: role });
  }
  return roles;
}

function writeRole(request: RoleRequest, provider: OidcProviderPort, target: RoleTarget): CfnRole {
  const scope = target.scopeOf(request);
  const logicalId = logicalIdOf(`${request.namespace}/${request.name}/role`, target.realm);
  const role = new CfnRole(scope, logicalId, {
    description: `Service account ${request.namespace}/${request.name}`,
    assumeRolePolicyDocument: trustPolicy(request, provider, Stack.of(scope)),
    ...accessPolicies(request),
  });
  role.overrideLogicalId(logicalId);
  return role;
}

function trustPolicy({ namespace, name }: RoleRequest, { providerArn, issuer }: OidcProviderPort, stack: Stack): unknown {
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

function accessPolicies({ permissions, statements = [] }: RoleRequest): Pick<CfnRoleProps, 'policies'> {
  const own = permissions.map(({ sid, actions, resources }) => ({ Sid: sid, Effect: 'Allow', Action: actions, Resource: resources }));
  const policies = [['mesh', own], ['grants', statements]] as const;
  const written = policies.filter(([, list]) => list.length > 0);
  if (written.length === 0) return {};
  return { policies: written.map(([policyName, list]) => ({ policyName, policyDocument: { Version: '2012-10-17', Statement: list } })) };
}
