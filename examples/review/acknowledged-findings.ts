/**
 * What cdk-nag (AwsSolutions) says about a program with a cluster of its own, each finding with the reason why it stays.
 * A program of yours would give your own reasons at your own constructs.
 */
import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Mesh, MeshCluster } from '../../lib';

const MANAGED = 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy';
const ECR_PUBLIC = 'AwsSolutions-IAM4[Policy::{"Fn::If":["ClusterKubectlProviderHandlerHasEcrPublic6FE395CA",{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},'
  + '":iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"]]},{"Ref":"AWS::NoValue"}]}]';

/** Acknowledges the findings about the cluster, its load balancer controller and the mesh's controller. */
export function acknowledgeFindings(cluster: MeshCluster, mesh: Mesh): void {
  acknowledge(cluster, 'EKS asks for these managed policies on the roles of clusters and nodes, and extends them itself',
    ['AmazonEKSClusterPolicy', 'AmazonEC2ContainerRegistryReadOnly', 'AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy'].map((policy) => `${MANAGED}/${policy}]`));
  acknowledge(cluster, "the function that installs charts is the CDK's own, with its policies, its framework and its pinned Python", [
    `${MANAGED}/service-role/AWSLambdaBasicExecutionRole]`,
    `${MANAGED}/service-role/AWSLambdaVPCAccessExecutionRole]`,
    ECR_PUBLIC,
    'AwsSolutions-IAM5[Resource::<ClusterKubectlProviderHandler93C0312D.Arn>:*]',
    'AwsSolutions-L1',
  ]);
  acknowledge(loadBalancerController(cluster), 'the policy that the load balancer controller publishes: conditions narrow it to what the controller has tagged', [
    'AwsSolutions-IAM5[Resource::*]',
    ...[
      'ec2:*:*:security-group/*',
      ...['listener-rule/app/*/*/*', 'listener-rule/net/*/*/*', 'listener/app/*/*/*', 'listener/net/*/*/*', 'loadbalancer/app/*/*', 'loadbalancer/net/*/*', 'targetgroup/*/*']
        .map((resource) => `elasticloadbalancing:*:*:${resource}`),
    ].map((resource) => `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:${resource}]`),
  ]);
  acknowledge(mesh, 'the controller makes members of its own mesh under names that come later; the lists of meshes, certificates and CAs have no narrower resource', [
    'AwsSolutions-IAM5[Resource::*]',
    `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:appmesh:<AWS::Region>:<AWS::AccountId>:mesh/${mesh.meshName}/*]`,
  ]);
}

/** As `Validations.of(construct).acknowledge()`, which refuses ids with more than one `::`, such as cdk-nag's findings about ARNs. */
function acknowledge(construct: IConstruct, reason: string, ids: readonly string[]): void {
  for (const id of ids) construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, { [id]: reason });
}

/** The CDK puts it beside the cluster's construct, in the stack. */
function loadBalancerController(cluster: MeshCluster): IConstruct {
  return cluster.node.scope!.node.children.find(({ node }) => node.id.endsWith('-AlbController'))!;
}
