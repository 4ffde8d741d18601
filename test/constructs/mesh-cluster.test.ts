import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, aws_ec2 as ec2, aws_eks_v2 as eks, aws_lambda as lambda, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { installAppMeshController } from './app-mesh-controller';
import { MeshCluster, type MeshClusterProps } from '../../lib/constructs/mesh-cluster';

function newStack(): Stack {
  return new Stack(new App(), 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } });
}

function newCluster(stack: Stack, props: Partial<MeshClusterProps> = {}): MeshCluster {
  return new MeshCluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_35, kubectlLayer: new KubectlV35Layer(stack, 'Layer'), ...props });
}

describe('a new cluster', () => {
  const stack = newStack();
  newCluster(stack, { clusterName: 'shop' });
  const template = Template.fromStack(stack);

  test('has a private endpoint, encrypted secrets, every log and no Auto Mode', () => {
    template.hasResourceProperties('AWS::EKS::Cluster', {
      Name: 'shop',
      Version: '1.35',
      ComputeConfig: { Enabled: false },
      ResourcesVpcConfig: { EndpointPrivateAccess: true, EndpointPublicAccess: false },
      EncryptionConfig: [{ Resources: ['secrets'] }],
      Logging: { ClusterLogging: { EnabledTypes: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'].map((Type) => ({ Type })) } },
    });
    template.hasResourceProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  test('runs nodes of Amazon Linux 2023 with encrypted disks and no way for pods to the role of the node', () => {
    template.hasResourceProperties('AWS::EKS::Nodegroup', {
      AmiType: 'AL2023_x86_64_STANDARD',
      InstanceTypes: ['m6i.large'],
      ScalingConfig: { MinSize: 2, DesiredSize: 2, MaxSize: 4 },
    });
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        BlockDeviceMappings: [{ Ebs: { Encrypted: true, VolumeType: 'gp3' } }],
        MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      },
    });
  });

  test('records the traffic of its own VPC', () => {
    template.resourceCountIs('AWS::EC2::FlowLog', 1);
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  test('installs the pinned load balancer controller after the nodes, without a webhook before every Service', () => {
    const [chart] = Object.values(template.findResources('Custom::AWSCDK-EKS-HelmChart'));

    expect(chart.Properties).toMatchObject({ Chart: 'aws-load-balancer-controller', Version: '3.2.2' });
    expect(JSON.stringify(chart.Properties.Values)).toContain('enableServiceMutatorWebhook\\":false');
    expect(chart.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/Nodegroup/)]));
  });

  test('has a native provider for the roles of pods', () => {
    template.resourceCountIs('AWS::IAM::OIDCProvider', 1);
    template.resourceCountIs('Custom::AWSCDKOpenIdConnectProvider', 0);
  });

  test('says nothing about a version that lives', () => {
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('MESH'));
  });
});

test('takes what the user gives in place of its defaults', () => {
  const stack = newStack();
  const vpc = new ec2.Vpc(stack, 'Vpc');

  newCluster(stack, {
    vpc,
    endpointAccess: eks.EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom('192.0.2.0/24'),
    instanceTypes: [new ec2.InstanceType('m7g.large')],
    minNodes: 3,
    maxNodes: 9,
    installLoadBalancerController: false,
  });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::EKS::Cluster', { ResourcesVpcConfig: { EndpointPublicAccess: true, PublicAccessCidrs: ['192.0.2.0/24'] } });
  template.hasResourceProperties('AWS::EKS::Nodegroup', { AmiType: 'AL2023_ARM_64_STANDARD', ScalingConfig: { MinSize: 3, MaxSize: 9 } });
  template.resourceCountIs('AWS::EC2::VPC', 1);
  template.resourceCountIs('Custom::AWSCDK-EKS-HelmChart', 0);
});

test('finds the kubectl layer for 1.28, and warns that EKS has retired this version', () => {
  const stack = newStack();

  new MeshCluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_28 });

  Template.fromStack(stack).hasResourceProperties('AWS::EKS::Cluster', { Version: '1.28' });
  Annotations.fromStack(stack).hasWarning('/Shop/Cluster', `${[
    'MESH602 Amazon EKS retired Kubernetes 1.28 on 2025-11-26: it creates no such cluster and upgrades those that exist (as known on 2026-11-23)',
    "  at   Shop/Cluster (MeshCluster), version = '1.28'",
    '  fix  choose a version that EKS supports, and its kubectl layer',
  ].join('\n')} [ack: cdk-eks-mesh:MESH602]`);
});

test('names the package of the layer that another version needs', () => {
  expect(() => new MeshCluster(newStack(), 'Cluster', { version: eks.KubernetesVersion.V1_35 })).toThrow([
    'MESH603 Kubernetes 1.35 needs a kubectl layer, and none is given',
    '  at   Shop/Cluster (MeshCluster), kubectlLayer',
    "  fix  install @aws-cdk/lambda-layer-kubectl-v35 and give kubectlLayer: new KubectlV35Layer(this, 'KubectlLayer')",
  ].join('\n'));
});

test('warns if kubectl is more than one minor version away', () => {
  const stack = newStack();

  newCluster(stack, { kubectlLayer: new KubectlV28Layer(stack, 'Old') });

  Annotations.fromStack(stack).hasWarning('/Shop/Cluster', `${[
    'MESH601 kubectl 1.28 may not work with Kubernetes 1.35: they may differ by 1 minor version',
    '  at   Shop/Cluster (MeshCluster), kubectlLayer = KubectlV28Layer',
    '  fix  give the layer of @aws-cdk/lambda-layer-kubectl-v35',
  ].join('\n')} [ack: cdk-eks-mesh:MESH601]`);
});

test('says nothing about the version of a layer that it cannot tell', () => {
  const stack = newStack();

  newCluster(stack, { kubectlLayer: lambda.LayerVersion.fromLayerVersionArn(stack, 'Own', 'arn:aws:lambda:eu-west-1:123456789012:layer:kubectl:1') });

  Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('MESH601'));
});

test('refuses a VPC that nodes and kubectl cannot leave', () => {
  const stack = newStack();
  const vpc = new ec2.Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'isolated', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }], natGateways: 0 });

  expect(() => newCluster(stack, { vpc })).toThrow(/^MESH603 the VPC has no private subnets with a way out/);
});

test('lets a role administer the cluster', () => {
  const stack = newStack();

  newCluster(stack).grantClusterAdmin('Platform', 'arn:aws:iam::123456789012:role/platform');

  Template.fromStack(stack).hasResourceProperties('AWS::EKS::AccessEntry', { PrincipalArn: 'arn:aws:iam::123456789012:role/platform' });
});

test('two programs alike give the same bytes', () => {
  const [first, second] = [newStack(), newStack()];

  for (const stack of [first, second]) newCluster(stack);

  expect(JSON.stringify(Template.fromStack(first))).toBe(JSON.stringify(Template.fromStack(second)));
});

describe('what is installed on a new cluster', () => {
  test('waits for access, nodes and load balancers, and so goes before them', () => {
    const stack = newStack();
    const cluster = newCluster(stack);

    installAppMeshController(stack, cluster);

    const { DependsOn } = Template.fromStack(stack).toJSON().Resources.AppmeshSystemAppmeshControllerChartdd2d4350;
    for (const part of [/KubectlReadyBarrier/, /Nodegroup/, /AlbController/, /^AppmeshSystemAppmeshControllerRole0bdc6488$/]) expect(DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(part)]));
  });

  test('may be in another stack, which then is deployed after the cluster and trusts its provider', () => {
    const stack = newStack();
    const cluster = newCluster(stack);
    const team = new Stack(stack.node.root as App, 'Team', { env: { account: '123456789012', region: 'eu-west-1' } });

    installAppMeshController(team, cluster);

    const template = Template.fromStack(team);
    expect(team.dependencies).toContain(stack);
    expect(stack.dependencies).toEqual([]);
    const { AssumeRolePolicyDocument } = template.toJSON().Resources.AppmeshSystemAppmeshControllerRole0bdc6488.Properties;
    expect(JSON.stringify(AssumeRolePolicyDocument)).toContain('system:serviceaccount:appmesh-system:appmesh-controller');
    expect(AssumeRolePolicyDocument).toHaveProperty('Fn::Join');
  });
});
