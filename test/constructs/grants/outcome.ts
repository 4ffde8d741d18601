/** What grants leave behind in templates, said so that a service and a role can be compared. */
import type { App } from 'aws-cdk-lib';
import { circleIn, type TemplateResource } from '../../outputs/templates';

/** What a program became. */
export type Outcome =
  | { readonly kind: 'refused'; readonly error: string }
  | {
    readonly kind: 'templates';
    /** Statements that each of the principal's roles has, as sorted texts, each once: two policies may say the same. */
    readonly statements: readonly string[];
    /** Everything else, by stack and logical id; the principal is written as `PRINCIPAL`, its policies as `POLICY`. */
    readonly resources: { readonly [id: string]: unknown };
    readonly circles: readonly string[];
  };

/** Who is granted something, as templates show it. */
export interface Principal {
  /** Tells its roles by logical id. */
  readonly isRole: RegExp;
  /** Tells by construct path what belongs to it, or to the mesh. */
  readonly isOwn: RegExp;
}

type Resource = TemplateResource & { readonly Metadata?: { readonly 'aws:cdk:path'?: string } };
type Resources = { readonly [id: string]: Resource };

/** Synthesizes the app, which writes the paths of constructs into its templates. */
export function outcomeOf(app: App, { isRole, isOwn }: Principal): Outcome {
  let templates: ReadonlyMap<string, Resources>;
  try {
    templates = new Map(app.synth().stacks.map(({ stackName, template }) => [stackName, (template as { readonly Resources?: Resources }).Resources ?? {}]));
  } catch (error) {
    return { kind: 'refused', error: (error as Error).message };
  }
  const all = [...templates].flatMap(([stack, resources]) => Object.entries(resources).map(([id, resource]) => ({ stack, id, resource })));
  const roles = all.filter(({ id }) => isRole.test(id)).map(({ id }) => id);
  const policies = all.filter(({ resource }) => rolesOf(resource).some((id) => roles.includes(id)));
  const names = new Map([...roles.map((id) => [id, 'PRINCIPAL'] as const), ...policies.map(({ id }) => [id, 'POLICY'] as const)]);
  const others = all.filter(({ id, resource }) => !names.has(id) && !isOwn.test(resource.Metadata?.['aws:cdk:path'] ?? ''));
  return {
    kind: 'templates',
    statements: [...new Set(statementsOf(policies.map(({ resource }) => resource), roles).map((statement) => JSON.stringify(renamed(statement, names))))].sort(),
    resources: Object.fromEntries(others.map(({ stack, id, resource: { Metadata: _, ...rest } }) => [`${stack}/${id}`, renamed(rest, names)])),
    circles: [...templates.values()].flatMap((resources) => circleIn(resources) ?? []),
  };
}

/** Roles that a policy is attached to. */
function rolesOf({ Type, Properties }: Resource): readonly string[] {
  if (Type !== 'AWS::IAM::Policy' && Type !== 'AWS::IAM::ManagedPolicy') return [];
  return (Properties.Roles as readonly { readonly Ref?: string }[] | undefined ?? []).flatMap(({ Ref }) => Ref ?? []);
}

function statementsOf(policies: readonly Resource[], roles: readonly string[]): readonly unknown[] {
  for (const policy of policies) expect(rolesOf(policy)).toEqual(roles);
  return policies.flatMap(({ Properties }) => (Properties.PolicyDocument as { readonly Statement: readonly unknown[] }).Statement);
}

/** The same value with the names of the principal for its references. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value;
  if (Array.isArray(value)) {
    const entries = value.map((entry) => renamed(entry, names));
    return entries.length > 1 && entries.every((entry) => JSON.stringify(entry) === ROLE_ARN) ? JSON.parse(ROLE_ARN) : entries;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, renamed(entry, names)]));
}

const ROLE_ARN = JSON.stringify({ 'Fn::GetAtt': ['PRINCIPAL', 'Arn'] });
