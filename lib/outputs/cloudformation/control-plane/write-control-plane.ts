/**
 * The writer of control planes: every step becomes one resource.
 * In: the plan's steps and where they go. Out: resources in the construct tree, with the order of creation as dependencies.
 */
import type { CfnResource, aws_iam as iam } from 'aws-cdk-lib';
import { writeChart, writeReadiness } from './chart';
import { writeDefinitions, writeNamespace } from './definitions';
import { writeRole } from './role';
import type { ControlPlaneTarget, StepTarget } from './step-target';
import { assertNever } from '../../../diagnostics/mesh-error';
import type { ControlPlane, ControlPlaneStep } from '../../../plan/control-plane';
import { clusterRealm } from '../clusters-of-stack';
import { logicalIdOf } from '../logical-id';

/** The resources of a control plane. */
export interface WrittenControlPlane {
  /** In the order of the steps. */
  readonly all: readonly CfnResource[];
  /** What everything of the mesh waits for, so that controllers can still clean up when it goes: the steps that no other step needs. */
  readonly ready: readonly CfnResource[];
}

/**
 * Writes all steps. Logical ids follow from their identities and the cluster alone: a mesh that is moved or renamed keeps its charts, where a new resource would install first
 * what the old one then uninstalls.
 */
export function writeControlPlane({ steps }: Pick<ControlPlane, 'steps'>, target: ControlPlaneTarget): WrittenControlPlane {
  const written = new Map<string, CfnResource>();
  const roleArnOf = (id: string): string => (written.get(id) as iam.CfnRole).attrArn;
  for (const step of steps) {
    const logicalId = logicalIdOf(step.id, clusterRealm(target.scope, target.cluster));
    const resource = writeStep(step, { ...target, logicalId, roleArnOf });
    resource.overrideLogicalId(logicalId);
    for (const need of step.needs) resource.addResourceDependency(written.get(need)!);
    written.set(step.id, resource);
  }
  const needed = new Set(steps.flatMap(({ needs }) => needs));
  return { all: [...written.values()], ready: [...written].flatMap(([id, resource]) => needed.has(id) ? [] : [resource]) };
}

function writeStep(step: ControlPlaneStep, target: StepTarget): CfnResource {
  switch (step.kind) {
    case 'definitions': return writeDefinitions(step, target);
    case 'namespace': return writeNamespace(step, target);
    case 'role': return writeRole(step, target);
    case 'chart': return writeChart(step, target);
    case 'readiness': return writeReadiness(step, target);
    default: return assertNever(step);
  }
}
