import { KubectlV28Layer } from '@aws-cdk/lambda-layer-kubectl-v28';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, aws_eks as eksV1, aws_eks_v2 as eks, aws_iam as iam, CfnResource, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { MeshCluster } from '../../lib/constructs/mesh-cluster';
import { connectionProperties } from '../../lib/outputs/cloudformation/cluster-port';
import { writeControlPlane } from '../../lib/outputs/cloudformation/control-plane/write-control-plane';

const OIDC_ARN = 'arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC';

function newStack(): Stack {
  return new Stack(new App(), 'Shop', { env: { account: '123456789012', region: 'eu-west-1' } });
}

/** What a writer does with a cluster: one custom resource, waiting for what must exist first. */
function write(stack: Stack, cluster: MeshCluster): void {
  const resource = new CfnResource(stack, 'Manifest', { type: 'Custom::Manifest', properties: { ...connectionProperties(cluster._access, stack) } });
  resource.node.addDependency(...cluster._access.barriers);
}

function written(stack: Stack): { Properties: { [key: string]: unknown }; DependsOn?: string[] } {
  return Object.values(Template.fromStack(stack).findResources('Custom::Manifest'))[0] as ReturnType<typeof written>;
}

test('takes an owned cluster of aws-eks-v2 and waits for its access entry and nodes', () => {
  const stack = newStack();
  const owned = new eks.Cluster(stack, 'Own', {
    version: eks.KubernetesVersion.V1_35,
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Layer') },
    defaultCapacityType: eks.DefaultCapacityType.NODEGROUP,
    defaultCapacity: 2,
  });
  const cluster = MeshCluster.fromEksV2(stack, 'Cluster', owned);

  write(stack, cluster);

  expect(cluster.eksCluster).toBe(owned);
  expect(cluster.vpc).toBe(owned.vpc);
  expect(cluster.connections).toBe(owned.connections);
  const { Properties, DependsOn } = written(stack);
  expect(Properties).toMatchObject({ ClusterName: { Ref: expect.stringMatching(/^Own/) } });
  expect(Properties).not.toHaveProperty('RoleArn');
  expect(DependsOn).toEqual([expect.stringMatching(/KubectlReadyBarrier/), expect.stringMatching(/Nodegroup/)]);
});

test('says at once where the kubectl of an imported aws-eks-v2 cluster can be given', () => {
  const stack = newStack();
  const imported = eks.Cluster.fromClusterAttributes(stack, 'Imported', {
    clusterName: 'prod',
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Layer') },
  });

  expect(() => write(stack, MeshCluster.fromEksV2(stack, 'Cluster', imported))).toThrow([
    "MESH603 cluster 'prod' has no kubectl function, so nothing can be applied to it",
    '  at   Shop/Cluster (MeshCluster), cluster',
    '  fix  give kubectlProviderOptions where the cluster is made; an imported one takes them in MeshCluster.fromEksV2Attributes()',
  ].join('\n'));
});

test('makes the kubectl function that the CDK leaves out of imported aws-eks-v2 clusters, and lets it in', () => {
  const stack = newStack();
  const cluster = MeshCluster.fromEksV2Attributes(stack, 'Cluster', {
    clusterName: 'prod',
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Layer') },
  });

  write(stack, cluster);

  Template.fromStack(stack).hasResourceProperties('AWS::EKS::AccessEntry', {
    ClusterName: 'prod',
    AccessPolicies: [{ AccessScope: { Type: 'cluster' }, PolicyArn: Match.anyValue() }],
  });
  expect(written(stack).DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/KubectlProviderAccess/)]));
});

test('leaves the rights of a role alone that the user gives to kubectl', () => {
  const stack = newStack();
  const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/deployer');
  const cluster = MeshCluster.fromEksV2Attributes(stack, 'Cluster', {
    clusterName: 'prod',
    kubectlProviderOptions: { kubectlLayer: new KubectlV35Layer(stack, 'Layer'), role },
  });

  write(stack, cluster);

  Template.fromStack(stack).resourceCountIs('AWS::EKS::AccessEntry', 0);
});

test('uses the kubectl function of an imported aws-eks-v2 cluster', () => {
  const stack = newStack();
  const kubectlProvider = eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { serviceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:kubectl' });
  const cluster = MeshCluster.fromEksV2Attributes(stack, 'Cluster', { clusterName: 'prod', kubectlProvider });

  write(stack, cluster);

  expect(written(stack).Properties).toEqual({ ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:kubectl', ClusterName: 'prod' });
});

test('takes an owned cluster of aws-eks with the role that its function assumes', () => {
  const stack = newStack();
  const owned = new eksV1.Cluster(stack, 'Own', { version: eksV1.KubernetesVersion.V1_28, kubectlLayer: new KubectlV28Layer(stack, 'Layer') });

  write(stack, MeshCluster.fromEks(stack, 'Cluster', owned));

  const { Properties, DependsOn } = written(stack);
  expect(Properties).toHaveProperty('RoleArn');
  expect(DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/KubectlReadyBarrier/), expect.stringMatching(/Nodegroup/)]));
});

describe('an imported cluster of aws-eks, as cdk-eks-blueprints gives it', () => {
  test('is used through the kubectl provider it came with', () => {
    const stack = newStack();
    const handlerRole = iam.Role.fromRoleArn(stack, 'Handler', 'arn:aws:iam::123456789012:role/handler');
    const kubectlProvider = eksV1.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', {
      functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:kubectl', kubectlRoleArn: 'arn:aws:iam::123456789012:role/kubectl', handlerRole,
    });
    const imported = eksV1.Cluster.fromClusterAttributes(stack, 'Imported', { clusterName: 'prod', kubectlProvider });

    write(stack, MeshCluster.fromEks(stack, 'Cluster', imported));

    expect(written(stack).Properties).toEqual({
      ServiceToken: 'arn:aws:lambda:eu-west-1:123456789012:function:kubectl', ClusterName: 'prod', RoleArn: 'arn:aws:iam::123456789012:role/kubectl',
    });
  });

  test('gets a function that assumes its kubectl role', () => {
    const stack = newStack();
    const imported = eksV1.Cluster.fromClusterAttributes(stack, 'Imported', {
      clusterName: 'prod', kubectlRoleArn: 'arn:aws:iam::123456789012:role/kubectl', kubectlLayer: new KubectlV28Layer(stack, 'Layer'),
    });

    write(stack, MeshCluster.fromEks(stack, 'Cluster', imported));

    expect(written(stack).Properties).toMatchObject({ ClusterName: 'prod', RoleArn: 'arn:aws:iam::123456789012:role/kubectl' });
  });

  test('is refused without a kubectl role, and without a layer, which the CDK lets pass', () => {
    const stack = newStack();
    const noRole = eksV1.Cluster.fromClusterAttributes(stack, 'NoRole', { clusterName: 'prod' });
    const noLayer = eksV1.Cluster.fromClusterAttributes(stack, 'NoLayer', { clusterName: 'prod', kubectlRoleArn: 'arn:aws:iam::123456789012:role/kubectl' });

    expect(() => write(stack, MeshCluster.fromEks(stack, 'A', noRole))).toThrow(/fix {2}give kubectlRoleArn and kubectlLayer, or kubectlProvider/);
    expect(() => write(stack, MeshCluster.fromEks(stack, 'B', noLayer))).toThrow(/fix {2}give kubectlLayer, a layer of @aws-cdk\/lambda-layer-kubectl-vNN/);
  });
});

test('takes a cluster by attributes, and makes roles even for pods of a namespace of one letter', () => {
  const stack = newStack();
  const cluster = MeshCluster.fromAttributes(stack, 'Cluster', { clusterName: 'prod', kubectlServiceToken: 'arn:kubectl', kubectlRoleArn: 'arn:role', openIdConnectProviderArn: OIDC_ARN });

  write(stack, cluster);
  writeControlPlane({ steps: [{ kind: 'role', id: 'a/web/role', needs: [], namespace: 'a', serviceAccount: 'web', permissions: [] }] }, { scope: stack, cluster: cluster._access, mesh: 'shop' });

  expect(written(stack).Properties).toEqual({ ServiceToken: 'arn:kubectl', ClusterName: 'prod', RoleArn: 'arn:role' });
  const [role] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'));
  expect(role.Properties.AssumeRolePolicyDocument.Statement[0]).toMatchObject({
    Principal: { Federated: OIDC_ARN },
    Condition: { StringEquals: { 'oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub': 'system:serviceaccount:a:web' } },
  });
});

test('knows what a cluster by name cannot do', () => {
  const stack = newStack();
  const cluster = MeshCluster.fromClusterName(stack, 'Cluster', 'prod');

  expect(cluster.clusterName).toBe('prod');
  expect(() => write(stack, cluster)).toThrow([
    "MESH603 cluster 'prod' has no kubectl function, so nothing can be applied to it",
    '  at   Shop/Cluster (MeshCluster), cluster',
    '  fix  import it with MeshCluster.fromAttributes() and kubectlServiceToken, or with fromEksV2() or fromEks()',
  ].join('\n'));
  expect(() => cluster._access.oidcProvider()).toThrow([
    "MESH603 cluster 'prod' has no OpenID Connect provider, so its pods cannot get IAM roles",
    '  at   Shop/Cluster (MeshCluster), openIdConnectProviderArn',
    '  fix  give its OpenID Connect provider where the cluster is imported',
  ].join('\n'));
  expect(() => cluster.connections).toThrow(/^MESH603 the security groups of cluster 'prod' are not known/);
  expect(() => cluster.grantClusterAdmin('Ops', 'arn:role')).toThrow(/^MESH603 cluster 'prod' is not made here/);
});
