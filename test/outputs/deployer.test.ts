/** The function that deploys objects: how it reaches each kind of cluster, and how many there are of it. */
import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, NestedStack, Stack, aws_ec2 as ec2, aws_eks as eksV1, aws_eks_v2 as eks, aws_iam as iam } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { circleIn, edgesOf, resourcesOf, type TemplateResource } from './templates';
import { MeshCluster, type MeshClusterAttributes } from '../../lib/constructs/mesh-cluster';
import { deployerFor } from '../../lib/outputs/cloudformation/deployer';

const ENV = { account: '123456789012', region: 'eu-west-1' };
const ROLE = 'arn:aws:iam::123456789012:role/deployer';
const KUBECTL_ROLE = 'arn:aws:iam::123456789012:role/kubectl';
const KUBECTL = 'arn:aws:lambda:eu-west-1:123456789012:function:kubectl';
const DESCRIBE_STACK = { Effect: 'Allow', Action: 'cloudformation:DescribeStacks', Resource: [{ Ref: 'AWS::StackId' }] };

const WRITE_LOG = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: { 'Fn::GetAtt': ['MeshDeployerLog', 'Arn'] } };

const newStack = (id = 'Shop', app = new App()) => new Stack(app, id, { env: ENV });
const layerV28 = (stack: Stack) => new KubectlV28Layer(stack, 'Layer');
const layerV35 = (stack: Stack) => new KubectlV35Layer(stack, 'Layer');
const role = (stack: Stack) => iam.Role.fromRoleArn(stack, 'Deployer', ROLE);
const attributes = (stack: Stack, more: Partial<MeshClusterAttributes>) => MeshCluster.fromAttributes(stack, 'Cluster', { clusterName: 'prod', ...more });

/** What a template has of the function. */
function deployed(make: (stack: Stack) => MeshCluster) {
  const stack = newStack();
  const deployer = stack.resolve(deployerFor(stack, make(stack)._access)) as { readonly serviceToken: unknown; readonly roleArn?: unknown };
  const resources = resourcesOf(stack);
  expect(circleIn(resources)).toBeUndefined();
  const own = Object.keys(resources).filter((id) => id.startsWith('MeshDeployer')).sort();
  return { deployer, resources, own, fn: resources.MeshDeployer!, waitsFor: (resources.MeshDeployer!.DependsOn ?? []) as readonly string[] };
}

/** The resource that a value refers to. */
function targetOf(resources: { readonly [id: string]: TemplateResource }, value: unknown): TemplateResource {
  return resources[edgesOf({ Type: '', Properties: { value } })[0]!]!;
}

const matching = (...patterns: readonly RegExp[]) => expect.arrayContaining(patterns.map((pattern) => expect.stringMatching(pattern) as unknown));

test('the function has its code, 15 minutes, the newest runtime, a log of its own, and nothing that depends on constructs in its ids', () => {
  const { own, fn, resources, deployer } = deployed((stack) => attributes(stack, { deploymentRole: role(stack) }));

  expect(own).toEqual(['MeshDeployer', 'MeshDeployerLog', 'MeshDeployerPolicy']);
  expect(deployer).toEqual({ serviceToken: { 'Fn::GetAtt': ['MeshDeployer', 'Arn'] } });
  expect(fn).toMatchObject({
    Type: 'AWS::Lambda::Function',
    Properties: {
      Description: 'Deploys Kubernetes objects to prod', Handler: 'index.handler', Runtime: expect.stringMatching(/^nodejs\d\d\.x$/), Timeout: 900, MemorySize: 512,
      Code: { S3Bucket: expect.any(String), S3Key: expect.stringMatching(/^[0-9a-f]{64}\.zip$/) },
      LoggingConfig: { LogGroup: { Ref: 'MeshDeployerLog' }, LogFormat: 'JSON' },
      Environment: { Variables: { AWS_URL_SUFFIX: { Ref: 'AWS::URLSuffix' } } },
    },
  });
  expect(resources.MeshDeployerLog).toMatchObject({ Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 30 } });
});

describe('with the role of the kubectl function that the cluster has', () => {
  /** It runs as the function of the CDK does, may ask how its own stack is, and comes after all that either needs. */
  function expectBeside({ own, fn, resources }: ReturnType<typeof deployed>, handlerRole: RegExp): void {
    expect(own).toEqual(['MeshDeployer', 'MeshDeployerLog', 'MeshDeployerPolicy']);
    expect(fn.Properties.Role).toEqual({ 'Fn::GetAtt': [expect.stringMatching(handlerRole), 'Arn'] });
    const [id] = edgesOf({ Type: '', Properties: { role: fn.Properties.Role } });
    expect(resources.MeshDeployerPolicy!.Properties).toEqual({
      PolicyName: 'MeshDeployer-Shop-eu-west-1', Roles: [{ Ref: id }], PolicyDocument: { Version: '2012-10-17', Statement: [WRITE_LOG, DESCRIBE_STACK] },
    });
    expect(fn.DependsOn).toEqual(matching(/^MeshDeployerPolicy$/, new RegExp(`^${id}$`)));
    const handler = Object.values(resources).find((one) => one.Type === 'AWS::Lambda::Function' && one !== fn && JSON.stringify(one.Properties.Role) === JSON.stringify(fn.Properties.Role));
    expect(handler).toBeDefined();
    expect(fn.Properties.VpcConfig).toEqual(handler!.Properties.VpcConfig);
  }

  test('in the subnets of a cluster that is made here, after its nodes, its load balancers and the right of the role', () => {
    const result = deployed((stack) => new MeshCluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_35, kubectlLayer: layerV35(stack) }));

    expectBeside(result, /^ClusterKubectlProviderHandlerServiceRole/);
    expect(result.fn.Properties.VpcConfig).toMatchObject({ SubnetIds: [expect.anything(), expect.anything(), expect.anything()], SecurityGroupIds: [expect.anything()] });
    expect(result.waitsFor).toEqual(matching(/KubectlReadyBarrier/, /Nodegroup/, /AlbController/));
    expect(targetOf(result.resources, result.fn.Properties.VpcConfig).Type).toBe('AWS::EKS::Cluster');
  });

  test('of an owned cluster of aws-eks-v2, after its access entry and nodes', () => {
    const result = deployed((stack) => MeshCluster.fromEksV2(stack, 'Cluster', new eks.Cluster(stack, 'Own', {
      version: eks.KubernetesVersion.V1_35, kubectlProviderOptions: { kubectlLayer: layerV35(stack) }, defaultCapacityType: eks.DefaultCapacityType.NODEGROUP, defaultCapacity: 2,
    })));

    expectBeside(result, /^OwnKubectlProviderHandlerServiceRole/);
    expect(result.fn.Properties).toHaveProperty('VpcConfig');
    expect(result.waitsFor).toEqual(matching(/KubectlReadyBarrier/, /Nodegroup/));
    expect(result.deployer).not.toHaveProperty('roleArn');
  });

  test('of an imported cluster of aws-eks-v2 whose kubectl function is made here, after the access entry', () => {
    const result = deployed((stack) => MeshCluster.fromEksV2Attributes(stack, 'Cluster', { clusterName: 'prod', kubectlProviderOptions: { kubectlLayer: layerV35(stack) } }));

    expectBeside(result, /^ClusterKubectlProviderHandlerServiceRole/);
    expect(result.fn.Properties).not.toHaveProperty('VpcConfig');
    expect(result.waitsFor).toEqual(matching(/KubectlProviderAccess/));
  });

  test('of an owned cluster of aws-eks, which assumes the role that administers it', () => {
    const result = deployed((stack) => MeshCluster.fromEks(stack, 'Cluster', new eksV1.Cluster(stack, 'Own', { version: eksV1.KubernetesVersion.V1_28, kubectlLayer: layerV28(stack) })));

    const { own, fn, waitsFor, deployer } = result;
    expect(own).toEqual(['MeshDeployer', 'MeshDeployerLog', 'MeshDeployerPolicy']);
    expect(fn.Properties.Role).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^OwnKubectlHandlerRole/), 'Arn'] });
    expect(fn.Properties).toHaveProperty('VpcConfig');
    expect(deployer.roleArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^OwnCreationRole/), 'Arn'] });
    expect(waitsFor).toEqual(matching(/KubectlReadyBarrier/, /Nodegroup/, /^OwnKubectlHandlerRole/, /^OwnKubectlHandlerRoleDefaultPolicy/));
  });

  test.each([
    ['aws-eks-v2', (stack: Stack) => MeshCluster.fromEksV2(stack, 'Cluster', eks.Cluster.fromClusterAttributes(stack, 'Imported', {
      clusterName: 'prod', kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { serviceToken: KUBECTL, role: role(stack) }),
    })), undefined],
    ['aws-eks', (stack: Stack) => MeshCluster.fromEks(stack, 'Cluster', eksV1.Cluster.fromClusterAttributes(stack, 'Imported', {
      clusterName: 'prod', kubectlProvider: eksV1.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { functionArn: KUBECTL, kubectlRoleArn: KUBECTL_ROLE, handlerRole: role(stack) }),
    })), KUBECTL_ROLE],
    ['aws-eks-v2 with options', (stack: Stack) => MeshCluster.fromEksV2Attributes(stack, 'Cluster', {
      clusterName: 'prod', kubectlProviderOptions: { kubectlLayer: layerV35(stack), role: role(stack) },
    }), undefined],
  ])('of an imported cluster of %s whose kubectl provider names it', (_, make, roleArn) => {
    const { own, fn, resources, deployer } = deployed(make);

    expect(own).toEqual(['MeshDeployer', 'MeshDeployerLog', 'MeshDeployerPolicy']);
    expect(fn.Properties.Role).toBe(ROLE);
    expect(resources.MeshDeployerPolicy!.Properties.Roles).toEqual(['deployer']);
    expect(deployer.roleArn).toBe(roleArn);
    expect(Object.values(resources).map(({ Type }) => Type)).not.toContain('AWS::EKS::AccessEntry');
  });

  test('of an imported cluster of aws-eks whose kubectl function is made in a nested stack', () => {
    const { own, fn, deployer, waitsFor } = deployed((stack) => MeshCluster.fromEks(stack, 'Cluster', eksV1.Cluster.fromClusterAttributes(stack, 'Imported', {
      clusterName: 'prod', kubectlRoleArn: KUBECTL_ROLE, kubectlLayer: layerV28(stack),
    })));

    expect(own).toEqual(['MeshDeployer', 'MeshDeployerLog', 'MeshDeployerPolicy']);
    expect(fn.Properties.Role).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/KubectlProviderNestedStack/), expect.stringMatching(/^Outputs\..*HandlerServiceRole.*Arn$/)] });
    expect(deployer.roleArn).toBe(KUBECTL_ROLE);
    expect(waitsFor).toEqual(matching(/KubectlProviderNestedStack/));
  });
});

describe('with a role of its own, which the cluster lets in by an access entry', () => {
  const PREFIX = ['arn:', { Ref: 'AWS::Partition' }];

  test.each([
    ['a cluster by attributes with the token of a kubectl function alone', (stack: Stack) => attributes(stack, { kubectlServiceToken: KUBECTL })],
    ['a cluster by attributes, whatever role the kubectl function assumes', (stack: Stack) => attributes(stack, { kubectlServiceToken: KUBECTL, kubectlRoleArn: KUBECTL_ROLE })],
    ['an imported cluster of aws-eks-v2 without kubectl', (stack: Stack) => MeshCluster.fromEksV2(stack, 'Cluster', eks.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName: 'prod' }))],
    ['an imported cluster of aws-eks-v2 whose kubectl provider names no role', (stack: Stack) => MeshCluster.fromEksV2Attributes(stack, 'Cluster', {
      clusterName: 'prod', kubectlProvider: eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { serviceToken: KUBECTL }),
    })],
  ])('%s', (_, make) => {
    const { own, fn, resources, deployer, waitsFor } = deployed(make);

    expect(own).toEqual(['MeshDeployer', 'MeshDeployerAccess', 'MeshDeployerLog', 'MeshDeployerRole']);
    expect(deployer).not.toHaveProperty('roleArn');
    expect(fn.Properties.Role).toEqual({ 'Fn::GetAtt': ['MeshDeployerRole', 'Arn'] });
    expect(fn.Properties).not.toHaveProperty('VpcConfig');
    expect(waitsFor).toEqual(['MeshDeployerAccess', 'MeshDeployerRole']);
    expect(resources.MeshDeployerRole!.Properties).toEqual({
      Description: 'Deploys Kubernetes objects to prod',
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }] },
      Policies: [{
        PolicyName: 'Deploy',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'eks:DescribeCluster', Resource: { 'Fn::Join': ['', [...PREFIX, ':eks:eu-west-1:123456789012:cluster/prod']] } }, WRITE_LOG, DESCRIBE_STACK],
        },
      }],
    });
    expect(resources.MeshDeployerAccess).toMatchObject({
      Type: 'AWS::EKS::AccessEntry',
      Properties: {
        ClusterName: 'prod', PrincipalArn: { 'Fn::GetAtt': ['MeshDeployerRole', 'Arn'] },
        AccessPolicies: [{ AccessScope: { Type: 'cluster' }, PolicyArn: { 'Fn::Join': ['', [...PREFIX, ':eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy']] } }],
      },
    });
  });

  test('an owned cluster of aws-eks-v2 that was made without kubectl', () => {
    const { own, resources, waitsFor } = deployed((stack) => MeshCluster.fromEksV2(stack, 'Cluster', new eks.Cluster(stack, 'Own', { version: eks.KubernetesVersion.V1_35 })));

    expect(own).toContain('MeshDeployerAccess');
    expect(targetOf(resources, resources.MeshDeployerAccess!.Properties.ClusterName).Type).toBe('AWS::EKS::Cluster');
    expect(waitsFor).toEqual(matching(/^MeshDeployerAccess$/, /KubectlReadyBarrier/));
  });

  test('in subnets that the user gives, with the right to be there', () => {
    const { fn, resources } = deployed((stack) => {
      const vpc = new ec2.Vpc(stack, 'Vpc');
      const deploymentSecurityGroups = [new ec2.SecurityGroup(stack, 'Group', { vpc })];
      return attributes(stack, { kubectlServiceToken: KUBECTL, vpc, deploymentSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }, deploymentSecurityGroups });
    });

    expect(resources.MeshDeployerRole!.Properties.ManagedPolicyArns).toEqual([{ 'Fn::Join': ['', [...PREFIX, ':iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole']] }]);
    expect(fn.Properties.VpcConfig).toEqual({
      SubnetIds: [1, 2, 3].map((number) => ({ Ref: expect.stringMatching(`VpcPrivateSubnet${number}`) })), SecurityGroupIds: [{ 'Fn::GetAtt': [expect.stringMatching(/^Group/), 'GroupId'] }],
    });
  });
});

test('a role that the user gives needs no access entry, and assumes the one that is named', () => {
  const plain = deployed((stack) => attributes(stack, { deploymentRole: role(stack) }));
  const assuming = deployed((stack) => attributes(stack, { deploymentRole: role(stack), kubectlRoleArn: KUBECTL_ROLE }));

  expect(plain.own).toEqual(['MeshDeployer', 'MeshDeployerLog', 'MeshDeployerPolicy']);
  expect(plain.fn.Properties.Role).toBe(ROLE);
  expect(plain.deployer).not.toHaveProperty('roleArn');
  expect(assuming.deployer.roleArn).toBe(KUBECTL_ROLE);
});

test('a cluster known by name alone has nobody who could deploy', () => {
  const stack = newStack();

  expect(() => deployerFor(stack, MeshCluster.fromClusterName(stack, 'Cluster', 'prod')._access)).toThrow([
    "MESH603 cluster 'prod' has no kubectl function, so nothing can be applied to it",
    '  at   Shop/Cluster (MeshCluster), cluster',
    '  fix  import it with MeshCluster.fromAttributes() and deploymentRole or kubectlServiceToken, or with fromEksV2() or fromEks()',
  ].join('\n'));
  expect(resourcesOf(newStack()) ?? {}).toEqual({});
});

describe('parts of a place that do not make one are refused', () => {
  const made = (pick: (parts: { vpc: ec2.IVpc; deploymentSubnets: ec2.SubnetSelection; deploymentSecurityGroups: ec2.ISecurityGroup[] }) => Partial<MeshClusterAttributes>) => () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc');
    attributes(stack, { kubectlServiceToken: KUBECTL, ...pick({ vpc, deploymentSubnets: {}, deploymentSecurityGroups: [new ec2.SecurityGroup(stack, 'Group', { vpc })] }) });
  };

  test('subnets without their VPC', () => {
    expect(made(({ deploymentSubnets, deploymentSecurityGroups }) => ({ deploymentSubnets, deploymentSecurityGroups }))).toThrow(
      'MESH111 deploymentSubnets are given without the vpc that they are selected from\n  at   Shop/Cluster (MeshCluster), deploymentSubnets\n  fix  give vpc, too');
  });

  test.each([undefined, []])('subnets without a security group: %p', (deploymentSecurityGroups) => {
    expect(made(({ vpc, deploymentSubnets }) => ({ vpc, deploymentSubnets, ...(deploymentSecurityGroups && { deploymentSecurityGroups }) }))).toThrow(
      'MESH111 deploymentSubnets are given without deploymentSecurityGroups, and a function in a VPC needs one\n  at   Shop/Cluster (MeshCluster), deploymentSubnets\n'
      + "  fix  give a security group that the cluster's lets in on port 443");
  });

  test('security groups without subnets', () => {
    expect(made(({ vpc, deploymentSecurityGroups }) => ({ vpc, deploymentSecurityGroups }))).toThrow(
      'MESH111 deploymentSecurityGroups are given without deploymentSubnets, so the function would run outside of any VPC\n'
      + '  at   Shop/Cluster (MeshCluster), deploymentSecurityGroups\n  fix  give deploymentSubnets, too');
  });

  test('a VPC alone says nothing of the function', () => {
    expect(made(({ vpc }) => ({ vpc }))).not.toThrow();
  });
});

describe('how many there are', () => {
  const tokenOf = (scope: Construct, cluster: MeshCluster) => Stack.of(scope).resolve(deployerFor(scope, cluster._access).serviceToken) as unknown;
  const functionsIn = (stack: Stack) => Object.keys(Template.fromStack(stack).findResources('AWS::Lambda::Function'));

  test('one for each cluster of a stack, whichever construct asks, numbered from the second', () => {
    const stack = newStack();
    const [first, second] = ['East', 'West'].map((name) => MeshCluster.fromAttributes(stack, name, { clusterName: name, deploymentRole: iam.Role.fromRoleArn(stack, `${name}Role`, ROLE) })) as [MeshCluster, MeshCluster];
    const deep = new Construct(new Construct(stack, 'Platform'), 'Mesh');

    const tokens = [tokenOf(stack, first), tokenOf(deep, first), tokenOf(deep, second), tokenOf(stack, second)];

    expect(tokens).toEqual(['MeshDeployer', 'MeshDeployer', 'MeshDeployer2', 'MeshDeployer2'].map((id) => ({ 'Fn::GetAtt': [id, 'Arn'] })));
    expect(functionsIn(stack)).toEqual(['MeshDeployer', 'MeshDeployer2']);
    const resources = resourcesOf(stack);
    expect(Object.keys(resources).filter((id) => !id.endsWith('Log'))).toEqual(['MeshDeployerPolicy', 'MeshDeployer', 'MeshDeployer2Policy', 'MeshDeployer2']);
    // both may be of one role, on which policies of one name would replace each other
    expect(['MeshDeployerPolicy', 'MeshDeployer2Policy'].map((id) => resources[id]!.Properties.PolicyName)).toEqual(['MeshDeployer-Shop-eu-west-1', 'MeshDeployer2-Shop-eu-west-1']);
  });

  test('one for each stack, each in its own name, which waits for the cluster and is not waited for by it', () => {
    const app = new App();
    const [platform, team] = [newStack('Platform', app), newStack('Team', app)];
    const cluster = new MeshCluster(platform, 'Cluster', { version: eks.KubernetesVersion.V1_35, kubectlLayer: layerV35(platform) });

    expect([tokenOf(platform, cluster), tokenOf(team, cluster)]).toEqual([{ 'Fn::GetAtt': ['MeshDeployer', 'Arn'] }, { 'Fn::GetAtt': ['MeshDeployer', 'Arn'] }]);

    app.synth();
    expect([team.dependencies, platform.dependencies]).toEqual([[platform], []]);
    const resources = resourcesOf(team);
    expect(Object.keys(resources).sort()).toEqual(['MeshDeployer', 'MeshDeployerLog', 'MeshDeployerPolicy']);
    expect(resources.MeshDeployerPolicy!.Properties).toMatchObject({ PolicyName: 'MeshDeployer-Team-eu-west-1', Roles: [{ 'Fn::ImportValue': expect.stringMatching(/^Platform:/) }] });
    expect(resources.MeshDeployer!.Properties.Role).toEqual({ 'Fn::ImportValue': expect.stringMatching(/^Platform:/) });
    expect(circleIn(resources)).toBeUndefined();
  });

  test('none in a nested stack: it uses that of the stack around it, which may then ask how nested stacks are', () => {
    const stack = newStack();
    const inner = new NestedStack(new NestedStack(stack, 'Outer'), 'Inner');
    const cluster = attributes(stack, { deploymentRole: role(stack) });

    const outer = tokenOf(stack, cluster);
    const nested = deployerFor(new Construct(inner, 'Mesh'), cluster._access).serviceToken;

    expect(stack.resolve(nested)).toEqual(outer);
    expect(functionsIn(stack)).toEqual(['MeshDeployer']);
    expect(resourcesOf(stack).MeshDeployerPolicy!.Properties.PolicyDocument).toEqual({
      Version: '2012-10-17',
      Statement: [WRITE_LOG, { ...DESCRIBE_STACK, Resource: [{ Ref: 'AWS::StackId' }, { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':cloudformation:eu-west-1:123456789012:stack/Shop-*']] }] }],
    });
  });

  test('ids do not follow from names or places of clusters and constructs', () => {
    const templates = [['Cluster'], ['Platform', 'Renamed']].map((path) => {
      const stack = newStack();
      const scope = path.slice(0, -1).reduce<Construct>((above, id) => new Construct(above, id), stack);
      const cluster = MeshCluster.fromAttributes(scope, path.at(-1)!, { clusterName: 'prod', kubectlServiceToken: KUBECTL });
      deployerFor(new Construct(scope, 'Mesh'), cluster._access);
      return resourcesOf(stack);
    });

    expect(templates[0]).toEqual(templates[1]);
  });
});
