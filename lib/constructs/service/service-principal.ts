/**
 * The identity of a service for `grant*` methods. L2 constructs of the CDK ask of a principal what an `iam.Role` is: a resource with a stack, an account and a role
 * behind it. So the roles are made with the first look at the principal; what they may do is written at synthesis.
 */
import { Resource, Stack, type aws_iam as iam } from 'aws-cdk-lib';
import { DependencyGroup, type Construct, type IDependable } from 'constructs';
import type { Origin } from '../../diagnostics';
import { openRole, type RoleName } from '../../outputs/cloudformation/roles';
import type { Mesh } from '../mesh/mesh';

/** The stack of a service is deployed after that of the mesh; a stack that is nested in it, with it. */
export function dependOnMesh(stack: Stack, meshStack: Stack): void {
  let outer: Stack | undefined = stack;
  while (outer !== undefined && outer !== meshStack) outer = outer.nestedStackParent;
  if (outer === undefined) stack.addStackDependency(meshStack, 'services rely on their mesh');
}

/** Whose identity a principal is. */
export interface PrincipalSubject {
  readonly construct: Construct;
  readonly origin: Origin;
  readonly mesh: Mesh;
  /** As `Service.id`. */
  readonly id: string;
  readonly namespace: string;
  /** Service accounts of the pods: one, or one for each version. */
  readonly accounts: readonly string[];
}

/** The roles of a service's pods. */
export class ServicePrincipal extends Resource implements iam.IPrincipal {
  readonly assumeRoleAction = 'sts:AssumeRole';
  readonly grantPrincipal: iam.IPrincipal = this;
  readonly principalAccount?: string = this.env.account;
  private readonly roles: readonly { readonly name: RoleName; readonly role: iam.CfnRole }[];
  private readonly collected: iam.PolicyStatement[] = [];
  private readonly policies = new DependencyGroup();
  private isNamedByOthers = false;

  constructor(readonly subject: PrincipalSubject) {
    super(subject.construct, 'GrantPrincipal');
    const { construct, mesh, namespace, accounts } = subject;
    // said now and not at synthesis, because the CDK looks for it when it chooses between a role and its account for the policy of a key
    dependOnMesh(Stack.of(construct), Stack.of(mesh));
    this.roles = accounts.map((account) => ({ name: { namespace, name: account }, role: openRole(construct, { namespace, name: account }) }));
    this.node.defaultChild = this.roles[0]?.role;
  }

  /** Statements that grants added so far. */
  get statements(): readonly iam.PolicyStatement[] {
    return this.collected;
  }

  /** Whether a policy of a resource names the roles. */
  get isNamed(): boolean {
    return this.isNamedByOthers;
  }

  /** Whether somebody asked for the roles: a grant added a statement, or a policy of a resource names them. */
  get isUsed(): boolean {
    return this.collected.length > 0 || this.isNamedByOthers;
  }

  /** The role of a service account, until `withdraw`. */
  roleOf({ namespace, name }: RoleName): iam.CfnRole | undefined {
    return this.roles.find((entry) => entry.name.namespace === namespace && entry.name.name === name)?.role;
  }

  /** Everything that stands for the roles in the tree. */
  get resources(): readonly iam.CfnRole[] {
    return this.roles.map(({ role }) => role);
  }

  /** Takes the roles out of the tree: nobody needs them, or they go to a shard. Only while nothing names them. */
  withdraw(): void {
    for (const { role } of this.roles) this.subject.construct.node.tryRemoveChild(role.node.id);
  }

  /** Tells the policies that hold the statements, for what waits for a grant. */
  bind(policies: readonly IDependable[]): void {
    this.policies.add(...policies);
  }

  /** For resource policies: the ARNs of the roles. Whoever looks only at the conditions does not name them. */
  get policyFragment(): iam.PrincipalPolicyFragment {
    const name = () => this.name();
    return { conditions: {}, get principalJson() { return name(); } };
  }

  private name(): { [key: string]: string[] } {
    if (!this.isNamedByOthers) {
      this.subject.mesh._assertOpen(this.subject.origin, 'grantPrincipal');
      this.isNamedByOthers = true;
    }
    return { AWS: this.roles.map(({ role }) => role.attrArn) };
  }

  addToPolicy(statement: iam.PolicyStatement): boolean {
    return this.addToPrincipalPolicy(statement).statementAdded;
  }

  /** Throws MESH106 once the mesh is written: roles and what they may do are known by then. */
  addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    this.subject.mesh._assertOpen(this.subject.origin, 'grantPrincipal');
    this.collected.push(statement);
    return { statementAdded: true, policyDependable: this.policies };
  }
}
