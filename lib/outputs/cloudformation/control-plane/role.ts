/** Roles for service accounts (IRSA) of a control plane as one resource each: no CfnJson, no function of their own. */
import { aws_iam as iam, Stack } from 'aws-cdk-lib';
import type { StepTarget } from './step-target';
import type { RoleStep } from '../../../plan/control-plane';
import { permissionDocument, trustPolicy } from '../roles';

/** A role with its trust and its rights. */
export function writeRole(step: RoleStep, { scope, logicalId, cluster }: StepTarget): iam.CfnRole {
  const { namespace, serviceAccount: name } = step;
  return new iam.CfnRole(scope, logicalId, {
    assumeRolePolicyDocument: trustPolicy({ namespace, name }, cluster.oidcProvider(), Stack.of(scope)),
    policies: [{ policyName: 'Permissions', policyDocument: permissionDocument(step) }],
  });
}
