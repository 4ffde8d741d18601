/** Charts and awaited objects as one CloudFormation resource each, handled by the kubectl function that every cluster of the CDK has. */
import { CfnResource, Stack } from 'aws-cdk-lib';
import type { StepTarget } from './step-target';
import { resolveRoleArns } from '../../../plan/chart-values';
import type { ChartStep, ReadinessStep } from '../../../plan/control-plane';
import { connectionProperties } from '../cluster-port';

/**
 * Installs a chart: waits for its pods, and takes everything back when they do not come up.
 * An L1, because `HelmChart` of aws-eks and aws-eks-v2 cost three times the time; `SkipCrds` is never used, because the
 * function of aws-eks-v2 ignores it.
 */
export function writeChart(step: ChartStep, target: StepTarget): CfnResource {
  const { scope, logicalId } = target;
  return setProperties(new CfnResource(scope, logicalId, { type: 'Custom::AWSCDK-EKS-HelmChart' }), target, {
    Release: step.release,
    Chart: step.chart,
    Repository: step.repository,
    Version: step.version,
    Namespace: step.namespace,
    CreateNamespace: true,
    Wait: true,
    Atomic: true,
    Timeout: `${step.timeoutSeconds}s`,
    Values: Stack.of(scope).toJsonString(resolveRoleArns(step.values, target.roleArnOf)),
  });
}

/** A resource that is there once the object has its value. */
export function writeReadiness(step: ReadinessStep, target: StepTarget): CfnResource {
  return setProperties(new CfnResource(target.scope, target.logicalId, { type: 'Custom::AWSCDK-EKS-KubernetesObjectValue' }), target, {
    ObjectType: step.objectType,
    ObjectName: step.name,
    ObjectNamespace: step.namespace,
    JsonPath: step.jsonPath,
    TimeoutSeconds: step.timeoutSeconds,
  });
}

function setProperties(resource: CfnResource, { cluster }: StepTarget, properties: { readonly [key: string]: unknown }): CfnResource {
  resource.node.addDependency(...cluster.barriers);
  const all = { ...connectionProperties(cluster, resource), ...properties };
  for (const [key, value] of Object.entries(all)) resource.addPropertyOverride(key, value);
  return resource;
}
