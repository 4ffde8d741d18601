/**
 * The identity of a service for `grant*` methods. Roles are made at synthesis, so statements are collected until then.
 */
import { aws_iam as iam, Lazy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** A principal whose role comes later. */
export class ServicePrincipal implements iam.IPrincipal {
  readonly assumeRoleAction = 'sts:AssumeRole';
  readonly grantPrincipal: iam.IPrincipal = this;
  private readonly collected: iam.PolicyStatement[] = [];
  private readonly roleArns: string[] = [];
  private isNamed = false;

  constructor(private readonly construct: Construct) {}

  /** Statements that grants added so far. */
  get statements(): readonly iam.PolicyStatement[] {
    return this.collected;
  }

  /** Whether somebody asked for the role: a grant added a statement, or a policy of a resource names it. */
  get isUsed(): boolean {
    return this.collected.length > 0 || this.isNamed;
  }

  /** Tells a role that the service got: one in all, or one per version. */
  bind(roleArn: string): void {
    this.roleArns.push(roleArn);
  }

  /** For resource policies: the ARNs of the roles, known at synthesis. */
  get policyFragment(): iam.PrincipalPolicyFragment {
    this.isNamed = true;
    return new iam.PrincipalPolicyFragment({ AWS: Lazy.list({ produce: () => [...this.roleArns] }) as unknown as string[] });
  }

  addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.collected.push(statement);
    return { statementAdded: true, policyDependable: this.construct };
  }
}
