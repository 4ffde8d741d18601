/** A cluster and what templates say, for tests of the CloudFormation writer. */
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { IDependable } from 'constructs';
import type { ClusterPort } from '../../lib/outputs/cloudformation/cluster-port';
import { OBJECTS_TYPE } from '../../lib/outputs/cloudformation/protocol';

export function clusterPort(barriers: readonly IDependable[] = [], roleArn?: string): ClusterPort {
  return {
    clusterName: 'prod',
    clusterArn: 'arn:aws:eks:eu-west-1:111122223333:cluster/prod',
    barriers,
    kubectl: () => ({ serviceToken: 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl', ...(roleArn === undefined ? {} : { roleArn }) }),
    deployer: () => (roleArn === undefined ? {} : { roleArn }),
    oidcProvider: () => ({ providerArn: 'arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC', issuer: 'oidc.example/id/ABC' }),
  };
}

/** Resources of a stack's template. */
export function resourcesOf(stack: Stack): { readonly [logicalId: string]: TemplateResource } {
  return Template.fromStack(stack).toJSON().Resources as { readonly [logicalId: string]: TemplateResource };
}

/** Of these, the resources of units. */
export function manifestsOf(stack: Stack): { readonly [logicalId: string]: TemplateResource } {
  return Object.fromEntries(Object.entries(resourcesOf(stack)).filter(([, { Type }]) => Type === OBJECTS_TYPE));
}

export interface TemplateResource {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties: { readonly [name: string]: unknown };
}

/** Logical ids that a resource waits for: by DependsOn, Ref or GetAtt. */
export function edgesOf(resource: TemplateResource): readonly string[] {
  const declared = resource.DependsOn ?? [];
  return [...(typeof declared === 'string' ? [declared] : declared), ...referencesIn(resource.Properties)];
}

function referencesIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    if (key === 'Ref') return [entry as string];
    if (key === 'Fn::GetAtt') return [(entry as readonly string[])[0]!];
    return referencesIn(entry);
  });
}

/** A circle among resources, or undefined. */
export function circleIn(resources: { readonly [logicalId: string]: TemplateResource }): readonly string[] | undefined {
  const done = new Set<string>();
  const open: string[] = [];
  const visit = (id: string): readonly string[] | undefined => {
    if (done.has(id) || resources[id] === undefined) return undefined;
    if (open.includes(id)) return [...open.slice(open.indexOf(id)), id];
    open.push(id);
    for (const next of edgesOf(resources[id])) {
      const circle = visit(next);
      if (circle !== undefined) return circle;
    }
    open.pop();
    done.add(id);
    return undefined;
  };
  return Object.keys(resources).map(visit).find((circle) => circle !== undefined);
}
