/**
 * What the program grants to the services of a mesh, on its way to CloudFormation: which identities need a role and where it goes, policies within IAM's limits,
 * and who waits for them. Called by `emitMesh`.
 */
import type { CfnResource } from 'aws-cdk-lib';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { Mesh } from './mesh';
import { diagnose, type Diagnostic } from '../../diagnostics';
import { MAX_MANAGED_CHARACTERS, MAX_MANAGED_POLICIES, planGrants, writeGrants, type GrantPlan } from '../../outputs/cloudformation/grant-policies';
import { policyItem, type LoadItem } from '../../outputs/cloudformation/load';
import { jsonCharacters, mergeStatements, type Merged } from '../../outputs/cloudformation/policy-size';
import { permissionDocument, type RoleTarget, type WrittenRole } from '../../outputs/cloudformation/roles';
import type { Unit } from '../../plan/unit';
import { identityKey, type Identity } from '../../providers/provider';
import type { ServicePrincipal } from '../service/service-principal';

/** A service with statements. */
interface Granted {
  readonly principal: ServicePrincipal;
  readonly identities: readonly Identity[];
  readonly plan: GrantPlan;
}

/** The grants to the services of one mesh. */
export class MeshGrants {
  /** Identities that need a role: proxies ask something of AWS, the program grants the service something, or the policy of a resource names it. */
  readonly identities: readonly Identity[];
  readonly findings: readonly Diagnostic[];
  private readonly principals: ReadonlyMap<string, ServicePrincipal>;
  private readonly granted: readonly Granted[];
  private readonly policies = new Map<string, readonly CfnResource[]>();

  constructor(mesh: Mesh, all: readonly Identity[]) {
    this.principals = new Map(mesh._parts.flatMap(({ construct, principal }) => {
      const made = principal?.();
      return made === undefined ? [] : [[construct.node.path, made] as const];
    }));
    this.identities = all.filter(({ owner, permissions }) => permissions.length > 0 || this.principals.get(owner)?.isUsed === true)
      .map((identity) => this.principals.get(identity.owner)?.isNamed === true ? { ...identity, shard: 'main' } : identity);
    const used = [...this.principals.values()].filter(({ statements }) => statements.length > 0)
      .map((principal) => ({ principal, merged: mergeStatements(principal.statements, principal) }));
    const malformed = used.flatMap(({ principal, merged: { errors } }) => errors.map((text) => malformedStatement(principal, text)));
    this.granted = malformed.length > 0 ? [] : used.map(({ principal, merged }) => this.plan(principal, merged));
    this.findings = [...malformed, ...this.granted.flatMap(excess)];
  }

  /** Resources that stand in the tree already and are counted as roles. */
  get made(): ReadonlySet<IConstruct> {
    return new Set([...this.principals.values()].flatMap(({ resources }) => resources));
  }

  /** The policies' share of the templates. */
  get loads(): readonly LoadItem[] {
    return this.granted.flatMap(({ identities, plan: { inline, managed } }) =>
      [...(inline === undefined ? [] : [inline]), ...managed].map((document) => policyItem(identities[0]!, document.toJSON() as object)));
  }

  private plan(principal: ServicePrincipal, { statements }: Merged): Granted {
    const identities = this.identities.filter(({ owner }) => owner === principal.subject.construct.node.path);
    const held = identities.map((identity) => identity.permissions.length === 0 ? 0 : jsonCharacters(permissionDocument(identity), principal));
    const planOf = (those: Merged['statements']) => planGrants(those, principal, Math.max(...held));
    const plan = planOf(statements);
    // what does not fit as the program has it may fit merged, which means the same
    if (plan.managed.length <= MAX_MANAGED_POLICIES) return { principal, identities, plan };
    return { principal, identities, plan: planOf(mergeStatements(principal.statements, principal, true).statements) };
  }

  /**
   * Roles beside their services are the principals' own. Those of a shard are made there: what nobody names can stand anywhere. A role that the policy of
   * a resource names stays with the service, because nothing outside of a shard may refer to it.
   */
  roleTarget(target: RoleTarget): RoleTarget {
    const standing = new Map<string, CfnRole>();
    for (const principal of this.principals.values()) {
      const { construct } = principal.subject;
      const own = this.identities.filter((identity) => identity.owner === construct.node.path && target.scopeOf(identity) === construct);
      if (own.length === 0) principal.withdraw();
      else for (const identity of own) standing.set(identityKey(identity), principal.roleOf(identity)!);
    }
    return { ...target, roleOf: (request) => standing.get(identityKey(request)) };
  }

  /** Policies, each attached to all roles of the service. */
  write(roles: ReadonlyMap<string, WrittenRole>, { scopeOf }: Pick<RoleTarget, 'scopeOf'>): void {
    for (const { principal, identities, plan } of this.granted) {
      const policies = writeGrants(plan, {
        id: principal.subject.id, scope: scopeOf(identities[0]!), roles: identities.map((identity) => roles.get(identityKey(identity))!.resource),
      });
      principal.bind(policies);
      for (const identity of identities) this.policies.set(identityKey(identity), policies);
    }
  }

  /** What a unit waits for: pods start with all their rights, because their service account does not exist before. */
  readonly dependenciesOf = ({ objects }: Unit): readonly CfnResource[] =>
    objects.flatMap(({ kind, metadata }) => kind === 'ServiceAccount' ? this.policies.get(`${metadata.namespace}/${metadata.name}`) ?? [] : []);
}

function malformedStatement({ subject: { id, origin } }: ServicePrincipal, text: string): Diagnostic {
  return diagnose({
    code: 'MESH508',
    what: `a statement that is granted to service '${id}' cannot stand in the policy of a role: ${text}`,
    origin,
    property: 'grantPrincipal',
    fix: 'give the statement actions and resources, and no principals',
  });
}

function excess({ principal: { subject }, plan: { managed, characters, oversize } }: Granted): readonly Diagnostic[] {
  const finding = (what: string, fix: string) => diagnose({ code: 'MESH507', what, origin: subject.origin, property: 'grantPrincipal', fix });
  return [
    ...(oversize === undefined ? [] : [finding(
      `a statement that is granted to service '${subject.id}' takes about ${oversize} characters, more than the ${MAX_MANAGED_CHARACTERS} of a managed policy`,
      'give fewer conditions, or part the statement',
    )]),
    ...(managed.length <= MAX_MANAGED_POLICIES ? [] : [finding(
      `the grants to service '${subject.id}' take about ${characters} characters: ${managed.length} managed policies, more than the ${MAX_MANAGED_POLICIES} of a role`,
      "name resources by a common prefix, for example 'arn:aws:dynamodb:*:*:table/shop-*', or part the service",
    )]),
  ];
}
