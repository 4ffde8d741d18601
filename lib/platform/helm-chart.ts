/** Charts as one CloudFormation resource each, handled by the kubectl function that every cluster of the CDK has. */
import { CfnResource, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { connectionProperties, type ClusterPort } from '../outputs/cloudformation/cluster-port';
import { clusterRealm } from '../outputs/cloudformation/clusters-of-stack';
import { logicalIdOf } from '../outputs/cloudformation/logical-id';

/** A chart, and how it is installed. */
export interface ChartSpec {
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly repository: string;
  readonly version: string;
  /** May hold tokens anywhere. */
  readonly values: { readonly [key: string]: unknown };
  /** How long Helm waits for the pods; at most 15 minutes, the life of the function. */
  readonly timeout: Duration;
}

/**
 * Installs a chart: waits for its pods, and takes everything back when they do not come up, so that the next deployment can start afresh.
 * An L1, because `HelmChart` of aws-eks and aws-eks-v2 cost three times the time; `SkipCrds` is never used, because the
 * function of aws-eks-v2 ignores it.
 */
export function installChart(scope: Construct, cluster: ClusterPort, spec: ChartSpec): CfnResource {
  // the identity of a release: a mesh that is moved or renamed keeps its charts, where a new resource would install first what the old one then uninstalls
  const logicalId = logicalIdOf(`${spec.namespace}/${spec.release}/chart`, clusterRealm(scope, cluster));
  const resource = new CfnResource(scope, logicalId, { type: 'Custom::AWSCDK-EKS-HelmChart' });
  resource.overrideLogicalId(logicalId);
  return setProperties(resource, cluster, {
    Release: spec.release,
    Chart: spec.chart,
    Repository: spec.repository,
    Version: spec.version,
    Namespace: spec.namespace,
    CreateNamespace: true,
    Wait: true,
    Atomic: true,
    Timeout: `${spec.timeout.toSeconds()}s`,
    Values: Stack.of(scope).toJsonString(spec.values),
  });
}

/** An object in the cluster and the value that it gets once something works. */
export interface ReadinessProbe {
  /** As kubectl names it, for example `lease.coordination.k8s.io`. */
  readonly objectType: string;
  readonly name: string;
  readonly namespace: string;
  /** The deployment goes on as soon as this is not empty, for example `.spec.holderIdentity`. */
  readonly jsonPath: string;
  readonly timeout: Duration;
}

/** A resource that is there once the probe has an answer. */
export function awaitObject(scope: Construct, cluster: ClusterPort, probe: ReadinessProbe): CfnResource {
  const logicalId = logicalIdOf(`${probe.namespace}/${probe.name}/ready`, clusterRealm(scope, cluster));
  const resource = new CfnResource(scope, logicalId, { type: 'Custom::AWSCDK-EKS-KubernetesObjectValue' });
  resource.overrideLogicalId(logicalId);
  return setProperties(resource, cluster, {
    ObjectType: probe.objectType,
    ObjectName: probe.name,
    ObjectNamespace: probe.namespace,
    JsonPath: probe.jsonPath,
    TimeoutSeconds: probe.timeout.toSeconds(),
  });
}

function setProperties(resource: CfnResource, cluster: ClusterPort, properties: { readonly [key: string]: unknown }): CfnResource {
  resource.node.addDependency(...cluster.barriers);
  const all = { ...connectionProperties(cluster, resource), ...properties };
  for (const [key, value] of Object.entries(all)) resource.addPropertyOverride(key, value);
  return resource;
}
