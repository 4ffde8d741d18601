/**
 * What cdk-nag (AwsSolutions) says about a new cluster with everything in it. Nothing of it can be mended without giving up a part of the CDK;
 * each group has its reason, which a program can give when it acknowledges it.
 */
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, aws_eks_v2 as eks, Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { installAppMeshController } from './app-mesh-controller';
import { MeshCluster } from '../../lib/constructs/mesh-cluster';
import { deployerFor } from '../../lib/outputs/cloudformation/deployer';

const HANDLER = 'Shop/Cluster/Cluster/KubectlProvider/Handler';
const FRAMEWORK = 'Shop/Cluster/Cluster/KubectlProvider/Provider/framework-onEvent';
const LOAD_BALANCERS = 'Shop/ShopCluster67F6A27C-AlbController/alb-sa/Role/DefaultPolicy/Resource';
const MANAGED = 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy';

const EXPECTED = [
  // EKS asks for these managed policies on the roles of clusters and nodes, and extends them itself
  `${MANAGED}/AmazonEKSClusterPolicy] Shop/Cluster/Cluster/Role/Resource`,
  ...['AmazonEC2ContainerRegistryReadOnly', 'AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy']
    .map((policy) => `${MANAGED}/${policy}] Shop/Cluster/Cluster/NodegroupNodes/NodeGroupRole/Resource`),
  // the CDK's own kubectl function: its policies, its framework's right to call it in any version, and its pinned Python
  `${MANAGED}/AmazonEC2ContainerRegistryReadOnly] ${HANDLER}/ServiceRole/Resource`,
  ...[HANDLER, FRAMEWORK].flatMap((owner) => ['AWSLambdaBasicExecutionRole', 'AWSLambdaVPCAccessExecutionRole']
    .map((policy) => `${MANAGED}/service-role/${policy}] ${owner}/ServiceRole/Resource`)),
  'AwsSolutions-IAM4[Policy::{"Fn::If":["ClusterKubectlProviderHandlerHasEcrPublic6FE395CA",{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},'
    + `":iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"]]},{"Ref":"AWS::NoValue"}]}] ${HANDLER}/ServiceRole/Resource`,
  `AwsSolutions-IAM5[Resource::<ClusterKubectlProviderHandler93C0312D.Arn>:*] ${FRAMEWORK}/ServiceRole/DefaultPolicy/Resource`,
  `AwsSolutions-L1 ${HANDLER}/Resource`,
  // the controller makes members of its mesh under names that programs add later; the list of meshes has no narrower resource
  'AwsSolutions-IAM5[Resource::*] Shop/AppmeshSystemAppmeshControllerRole0bdc6488',
  'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:appmesh:eu-west-1:123456789012:mesh/shop/*] Shop/AppmeshSystemAppmeshControllerRole0bdc6488',
  // the policy that the load balancer controller publishes: it tags what it makes, and its conditions narrow these to its tags
  `AwsSolutions-IAM5[Resource::*] ${LOAD_BALANCERS}`,
  ...[
    'ec2:*:*:security-group/*',
    ...['listener-rule/app/*/*/*', 'listener-rule/net/*/*/*', 'listener/app/*/*/*', 'listener/net/*/*/*', 'loadbalancer/app/*/*', 'loadbalancer/net/*/*', 'targetgroup/*/*']
      .map((resource) => `elasticloadbalancing:*:*:${resource}`),
  ].map((resource) => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${resource}] ${LOAD_BALANCERS}`),
];

test('leaves only the findings that have a reason', () => {
  const app = new App();
  const stack = new Stack(app, 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } });
  const cluster = new MeshCluster(stack, 'Cluster', { version: eks.KubernetesVersion.V1_35, kubectlLayer: new KubectlV35Layer(stack, 'Layer') });
  installAppMeshController(stack, cluster);
  deployerFor(stack, cluster._access);
  app.synth();

  const { violations } = new AwsSolutionsChecks().validateScope(app);

  const findings = violations.flatMap(({ ruleName, violatingResources }) => (violatingResources ?? []).map(({ constructPath }) => `${ruleName} ${constructPath}`));
  expect([...new Set(findings)].sort()).toEqual([...EXPECTED].sort());
});
