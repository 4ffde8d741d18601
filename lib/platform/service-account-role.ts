/** Roles for service accounts (IRSA) as one resource each: no CfnJson, no function of their own. */
import { aws_iam as iam, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ClusterPort } from '../outputs/cloudformation/cluster-port';
import { clusterRealm } from '../outputs/cloudformation/clusters-of-stack';
import { logicalIdOf } from '../outputs/cloudformation/logical-id';

/** One statement of an IAM policy, as JSON. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: { readonly [operator: string]: { readonly [key: string]: string } };
}

/** A service account and what it may do. */
export interface ServiceAccountRights {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly statements: readonly Statement[];
}

/** A role that the pods of exactly one service account can assume. */
export function serviceAccountRole(scope: Construct, cluster: ClusterPort, rights: ServiceAccountRights): iam.CfnRole {
  const { providerArn, issuer } = cluster.oidcProvider();
  const trust = {
    Version: '2012-10-17',
    Statement: [{
      Effect: 'Allow',
      Action: 'sts:AssumeRoleWithWebIdentity',
      Principal: { Federated: providerArn },
      Condition: {
        StringEquals: {
          [`${issuer}:aud`]: 'sts.amazonaws.com',
          [`${issuer}:sub`]: `system:serviceaccount:${rights.namespace}:${rights.serviceAccount}`,
        },
      },
    }],
  };
  const logicalId = logicalIdOf(`${rights.namespace}/${rights.serviceAccount}/role`, clusterRealm(scope, cluster));
  const role = new iam.CfnRole(scope, logicalId, {
    // an issuer that only the deployment knows is written as text: CloudFormation allows no function in the key of a map.
    // A known one is not, because CfnRole refuses plain text
    assumeRolePolicyDocument: Token.isUnresolved(issuer) ? Stack.of(scope).toJsonString(trust) : trust,
    policies: [{ policyName: 'Permissions', policyDocument: { Version: '2012-10-17', Statement: rights.statements } }],
  });
  role.overrideLogicalId(logicalId);
  return role;
}
