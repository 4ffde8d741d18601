/** What a service's role is for, read from the statements that grants gave it. */
import { aws_iam as iam } from 'aws-cdk-lib';
import type { AwsAccess, AwsRight } from '../../model';

/** What is read of a principal. */
export interface Granted {
  readonly statements: readonly iam.PolicyStatement[];
  /** Whether there is a role, also where only policies of others name it. */
  readonly isUsed: boolean;
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d+$/;

/** The rights; undefined where the service has no role. */
export function awsAccessOf({ statements, isUsed }: Granted): AwsAccess | undefined {
  if (!isUsed) return undefined;
  const regions = new Map<string, Set<string>>();
  for (const statement of statements) {
    if (statement.effect === iam.Effect.DENY) continue;
    for (const name of servicesOf(statement)) {
      const known = regions.get(name) ?? new Set();
      for (const region of regionsOf(statement, name)) known.add(region);
      regions.set(name, known);
    }
  }
  const services = [...regions].map(([name, all]): AwsRight => ({ name, regions: [...all].sort() }));
  return { services: services.sort((a, b) => a.name < b.name ? -1 : 1) };
}

/** What is allowed except for some actions is allowed of every service. */
function servicesOf({ actions, notActions }: iam.PolicyStatement): readonly string[] {
  if (notActions.length > 0) return ['*'];
  return [...new Set(actions.map((action) => action.includes(':') ? action.slice(0, action.indexOf(':')).toLowerCase() : '*'))];
}

/** Regions that stand in ARNs of the service as literal text. */
function regionsOf({ resources }: iam.PolicyStatement, name: string): readonly string[] {
  return resources.flatMap((resource) => {
    const [scheme, , service, region = ''] = resource.split(':');
    return scheme === 'arn' && service === name && REGION.test(region) ? [region] : [];
  });
}
