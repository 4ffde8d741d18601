/** A control plane in CloudFormation: each step is one resource, which waits for the steps that it needs. */
import { App, CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { clusterPort, resourcesOf } from './templates';
import { writeControlPlane, type WrittenControlPlane } from '../../lib/outputs/cloudformation/control-plane/write-control-plane';
import type { ChartStep, ControlPlaneStep } from '../../lib/plan/control-plane';

const DEFINITIONS: ControlPlaneStep = {
  kind: 'definitions', id: 'gateway-api/definitions', needs: [], repository: 'oci://charts.example/crds', version: 'v1', files: ['generated/'], digest: 'abc',
};
const NAMESPACE: ControlPlaneStep = { kind: 'namespace', id: 'system/namespace', needs: [], name: 'system', labels: { gate: 'enabled' } };
const ROLE: ControlPlaneStep = {
  kind: 'role', id: 'system/controller/role', needs: [], namespace: 'system', serviceAccount: 'controller',
  permissions: [{ sid: 'Read', actions: ['eks:DescribeCluster'], resources: ['*'], conditions: { StringEquals: { key: 'value' } } }],
};
const CHART: ChartStep = {
  kind: 'chart', id: 'system/controller/chart', needs: [DEFINITIONS.id, NAMESPACE.id, ROLE.id], release: 'controller', namespace: 'system', chart: 'controller-chart',
  repository: 'https://charts.example', version: '1.2.3', values: { account: { role: { roleArnOf: ROLE.id } } }, timeoutSeconds: 600,
};
const READY: ControlPlaneStep = {
  kind: 'readiness', id: 'system/leader/ready', needs: [CHART.id], objectType: 'lease.coordination.k8s.io', name: 'leader', namespace: 'system',
  jsonPath: '.spec.holderIdentity', timeoutSeconds: 300,
};
const STEPS = [DEFINITIONS, NAMESPACE, ROLE, CHART, READY];

const newStack = () => new Stack(new App(), 'Shop');
const write = (scope: Construct, steps: readonly ControlPlaneStep[] = STEPS, cluster = clusterPort()): WrittenControlPlane =>
  writeControlPlane({ steps }, { scope, cluster, mesh: 'shop' });

/** The resource whose logical id begins so. */
function resourceOf(stack: Stack, start: string) {
  const [found, ...more] = Object.entries(resourcesOf(stack)).filter(([id]) => id.startsWith(start));
  expect(more).toEqual([]);
  return found![1];
}

test('every step waits for the steps that it needs, and the mesh for those that none needs', () => {
  const stack = newStack();

  const { all, ready } = write(stack);
  new CfnResource(stack, 'Object', { type: 'Custom::Manifest' }).addResourceDependency(ready[0]!);

  expect(all.map(({ cfnResourceType }) => cfnResourceType)).toEqual([
    'Custom::KubernetesDefinitions', 'Custom::KubernetesObjects', 'AWS::IAM::Role', 'Custom::AWSCDK-EKS-HelmChart', 'Custom::AWSCDK-EKS-KubernetesObjectValue',
  ]);
  expect(ready).toEqual([all.at(-1)]);
  const [definitions, namespace, role, chart, leader] = all.map(({ logicalId }) => stack.resolve(logicalId) as string);
  const { [definitions!]: first, [namespace!]: second, [role!]: third, [chart!]: fourth, [leader!]: last, Object: object } = resourcesOf(stack);
  expect([first, second, third].map((resource) => resource!.DependsOn)).toEqual([undefined, undefined, undefined]);
  expect(fourth!.DependsOn).toEqual([definitions, role, namespace]);
  expect(last!.DependsOn).toEqual([chart]);
  expect(object!.DependsOn).toEqual([leader]);
});

test('definitions and namespaces are deployed by the function, and outlive the stack', () => {
  const stack = newStack();

  write(stack, [DEFINITIONS, NAMESPACE], clusterPort([], 'arn:role'));

  const common = { ServiceToken: { 'Fn::GetAtt': ['MeshDeployer', 'Arn'] }, Protocol: '1', ClusterName: 'prod', RoleArn: 'arn:role', Mesh: 'shop' };
  expect(resourceOf(stack, 'GatewayApiDefinitions3fc868b5')).toEqual({
    Type: 'Custom::KubernetesDefinitions', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain',
    Properties: { ...common, Repository: 'oci://charts.example/crds', Version: 'v1', Digest: 'abc', Files: ['generated/'] },
  });
  expect(resourceOf(stack, 'SystemNamespace')).toEqual({
    Type: 'Custom::KubernetesObjects', DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain',
    Properties: {
      ...common, Foreign: 'add', Retain: true, Manifest: ['[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"system","labels":{"gate":"enabled"}}}]'],
    },
  });
});

test('a role can be assumed by its service account alone', () => {
  const stack = newStack();

  write(stack, [ROLE]);

  expect(resourceOf(stack, 'SystemControllerRole').Properties).toEqual({
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [{
        Effect: 'Allow', Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC' },
        Condition: { StringEquals: { 'oidc.example/id/ABC:aud': 'sts.amazonaws.com', 'oidc.example/id/ABC:sub': 'system:serviceaccount:system:controller' } },
      }],
    },
    Policies: [{
      PolicyName: 'Permissions',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Sid: 'Read', Effect: 'Allow', Action: ['eks:DescribeCluster'], Resource: ['*'], Condition: { StringEquals: { key: 'value' } } }],
      },
    }],
  });
});

test('a chart has the ARN of its role in its values, waits for its pods, and is taken back when they do not come', () => {
  const stack = newStack();

  write(stack, [ROLE, { ...CHART, needs: [ROLE.id] }]);

  const { Properties } = resourceOf(stack, 'SystemControllerChart');
  const roleId = Object.keys(resourcesOf(stack)).find((id) => id.startsWith('SystemControllerRole'));
  expect(Properties).toMatchObject({
    Release: 'controller', Chart: 'controller-chart', Version: '1.2.3', Repository: 'https://charts.example', Namespace: 'system',
    CreateNamespace: true, Wait: true, Atomic: true, Timeout: '600s',
    Values: { 'Fn::Join': ['', ['{"account":{"role":"', { 'Fn::GetAtt': [roleId, 'Arn'] }, '"}}']] },
  });
  expect(Properties).not.toHaveProperty('SkipCrds');
});

test('values of the user may be tokens', () => {
  const stack = newStack();

  write(stack, [{ ...CHART, needs: [], values: { list: Lazy.any({ produce: () => [{ key: 'system' }] }), text: Lazy.string({ produce: () => 'late' }) } }]);

  expect(resourceOf(stack, 'SystemControllerChart').Properties.Values).toBe('{"list":[{"key":"system"}],"text":"late"}');
});

test('logical ids follow from the steps, wherever the construct that installs them stands', () => {
  const [first, second] = [newStack(), newStack()];

  write(new Construct(first, 'Mesh'));
  write(new Construct(new Construct(second, 'Platform'), 'Renamed'));

  expect(resourcesOf(second)).toEqual(resourcesOf(first));
});

test('every step is there once for each cluster of a stack', () => {
  const stack = newStack();

  for (const id of ['First', 'Second']) write(new Construct(stack, id), STEPS, { ...clusterPort(), clusterName: id });

  const types = Object.values(resourcesOf(stack)).filter(({ Type }) => Type.startsWith('Custom::')).map(({ Type, Properties }) => [Type, Properties.ClusterName]);
  expect(types).toHaveLength(8);
  expect(new Set(types.map(String)).size).toBe(8);
  expect(Object.keys(resourcesOf(stack))).toContain('GatewayApiDefinitions3fc868b5');
});
