/** Whether autoscalers find what they read: the metrics API, which no cluster serves by itself. */
import { CfnResource, type aws_eks as eks } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Mesh } from './mesh';
import { diagnose, type Diagnostic } from '../../diagnostics';
import type { TrafficModel } from '../../model';
import { METRICS_SERVER_ADD_ON } from '../cluster/add-ons';
import { originOf } from '../origin';
import { warningId } from '../report';

/** Reports MESH604 once for a mesh that autoscales on a cluster which this library did not make, unless the program installs the metrics server itself. */
export function metricsFindings(mesh: Mesh, model: TrafficModel): readonly Diagnostic[] {
  const { cluster } = mesh._props;
  const scaled = autoscaled(model);
  if (scaled.length === 0 || cluster._access.decidesOnMetrics === true || cluster.node.root.node.findAll().some(servesMetrics)) return [];
  return [diagnose({
    code: 'MESH604',
    what: `${scaled.join(', ')} autoscale${scaled.length === 1 ? 's' : ''}, and nothing in this program serves the metrics API on cluster '${cluster.clusterName}', without which no pod is added`,
    origin: originOf(mesh),
    property: 'cluster',
    fix: `install the EKS add-on '${METRICS_SERVER_ADD_ON}', or acknowledge this with Annotations.of(mesh).acknowledgeWarning('${warningId('MESH604')}') where the cluster has it`,
  })];
}

function autoscaled({ services, gateways }: TrafficModel): readonly string[] {
  return [
    ...services.filter(({ versions }) => versions.some(({ pods }) => pods.kind === 'image' && pods.scale.kind === 'auto')).map(({ id }) => `service '${id}'`),
    ...gateways.filter(({ pods }) => pods.scale.kind === 'auto').map(({ id }) => `gateway '${id}'`),
  ];
}

/** The add-on, or the project's own chart. */
function servesMetrics(construct: IConstruct): boolean {
  if (!CfnResource.isCfnResource(construct)) return false;
  switch (construct.cfnResourceType) {
    case 'AWS::EKS::Addon': return (construct as eks.CfnAddon).addonName === METRICS_SERVER_ADD_ON;
    case 'Custom::AWSCDK-EKS-HelmChart': return (construct as unknown as { readonly _cfnProperties?: { readonly Chart?: unknown } })._cfnProperties?.Chart === METRICS_SERVER_ADD_ON;
    default: return false;
  }
}
