/** A new cluster with safe defaults: private endpoint, encrypted secrets and disks, all logs, a managed node group. */
import {
  aws_ec2 as ec2, aws_eks_v2 as eks, aws_kms as kms, aws_logs as logs, type aws_lambda as lambda,
} from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { LOAD_BALANCER_CONTROLLER, METRICS_SERVER_ADD_ON } from './add-ons';
import { fail, type Origin } from '../../diagnostics';
import type { MeshClusterProps } from '../mesh-cluster';
import type { ClusterConnection } from './cluster-connection';
import { barriersOf, deployerBeside, kubernetesMinor, oidcProviderOf } from './cluster-connection';

/** A connection to a cluster that is ours. */
export interface CreatedCluster extends ClusterConnection {
  readonly cluster: eks.Cluster;
}

/** Makes the cluster below `scope`, whose context may carry feature flags of its own. */
export function createCluster(scope: Construct, props: MeshClusterProps, kubectlLayer: lambda.ILayerVersion, origin: Origin): CreatedCluster {
  const vpc = props.vpc ?? createVpc(scope);
  if (vpc.privateSubnets.length === 0) {
    fail('MESH603', { origin, property: 'vpc' }, 'the VPC has no private subnets with a way out, which nodes and the kubectl function need',
      'give a VPC with subnets of type PRIVATE_WITH_EGRESS; a cluster without any way out can be made by aws-eks-v2 and taken with MeshCluster.fromEksV2()');
  }
  const cluster = new eks.Cluster(scope, 'Cluster', {
    version: props.version,
    clusterName: props.clusterName,
    vpc,
    vpcSubnets: [{ subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }],
    endpointAccess: props.endpointAccess ?? eks.EndpointAccess.PRIVATE,
    secretsEncryptionKey: props.secretsEncryptionKey ?? new kms.Key(scope, 'SecretsKey', { description: 'Kubernetes secrets', enableKeyRotation: true }),
    clusterLogging: Object.values(eks.ClusterLoggingTypes),
    // no Auto Mode: it needs Kubernetes 1.29, and its load balancers are of another class than the gateways' Services ask for
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
    defaultCapacity: 0,
    kubectlProviderOptions: { kubectlLayer },
    ...(props.installLoadBalancerController ?? true ? { albController: loadBalancers() } : {}),
  });
  const nodes = createNodes(scope, cluster, props);
  if (props.installMetricsServer ?? true) installMetricsServer(scope, cluster, nodes);
  return {
    cluster,
    eksCluster: cluster,
    vpc,
    connections: cluster.connections,
    access: {
      origin,
      clusterName: props.clusterName ?? cluster.clusterName,
      clusterArn: cluster.clusterArn,
      decidesOnMetrics: true,
      ...kubernetesMinor(props.version.version),
      get barriers() {
        return [...barriersOf(cluster), ...(cluster.albController === undefined ? [] : [cluster.albController])];
      },
      kubectl: () => ({ serviceToken: cluster.kubectlProvider!.serviceToken }),
      deployer: () => deployerBeside({ provider: cluster.kubectlProvider!, role: cluster.kubectlProvider!.role }),
      oidcProvider: () => oidcProviderOf(cluster.openIdConnectProvider),
    },
  };
}

function loadBalancers(): eks.AlbControllerOptions {
  return {
    version: eks.AlbControllerVersion[LOAD_BALANCER_CONTROLLER.version],
    repository: LOAD_BALANCER_CONTROLLER.image,
    // the mutator would stand before every Service of the cluster and fail closed; gateways name the controller themselves
    additionalHelmChartValues: { enableServiceMutatorWebhook: false },
  };
}

function createVpc(scope: Construct): ec2.Vpc {
  const vpc = new ec2.Vpc(scope, 'Vpc', { maxAzs: 3 });
  const logGroup = new logs.LogGroup(scope, 'VpcFlowLogs', { retention: logs.RetentionDays.ONE_MONTH });
  vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup) });
  return vpc;
}

/** EKS' own add-on, in the version that it gives to clusters of this one. Its pods need nodes, or the add-on counts as degraded. */
function installMetricsServer(scope: Construct, cluster: eks.Cluster, nodes: eks.Nodegroup): void {
  const addon = new eks.Addon(scope, 'MetricsServer', { cluster, addonName: METRICS_SERVER_ADD_ON, preserveOnDelete: false });
  addon.node.addDependency(nodes);
}

function createNodes(scope: Construct, cluster: eks.Cluster, props: MeshClusterProps): eks.Nodegroup {
  const instanceTypes = props.instanceTypes ?? [new ec2.InstanceType('m6i.large')];
  const minSize = props.minNodes ?? 2;
  const template = new ec2.LaunchTemplate(scope, 'NodeTemplate', {
    blockDevices: [{
      deviceName: '/dev/xvda',
      volume: ec2.BlockDeviceVolume.ebs(50, { encrypted: true, volumeType: ec2.EbsDeviceVolumeType.GP3 }),
    }],
    // one hop: pods cannot take the node's role from the metadata service and use the roles of their service accounts
    requireImdsv2: true,
    httpPutResponseHopLimit: 1,
  });
  const isArm = instanceTypes[0].architecture === ec2.InstanceArchitecture.ARM_64;
  return cluster.addNodegroupCapacity('Nodes', {
    instanceTypes,
    // said explicitly: the CDK still chooses Amazon Linux 2 unless a feature flag is set, and EKS has ended its images
    amiType: isArm ? eks.NodegroupAmiType.AL2023_ARM_64_STANDARD : eks.NodegroupAmiType.AL2023_X86_64_STANDARD,
    minSize,
    maxSize: props.maxNodes ?? minSize * 2,
    launchTemplateSpec: { id: template.launchTemplateId!, version: template.latestVersionNumber },
  });
}
