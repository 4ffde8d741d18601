/** Charts are installed by the CDK's own kubectl function: it gets what the constructs of aws-cdk-lib would give it. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as eksV1 from 'aws-cdk-lib/aws-eks';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { clusterPort, resourcesOf } from './templates';
import { writeControlPlane } from '../../lib/outputs/cloudformation/control-plane/write-control-plane';
import type { ControlPlaneStep } from '../../lib/plan/control-plane';

const SERVICE_TOKEN = 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl';
const ROLE = 'arn:aws:iam::111122223333:role/kubectl';
const TIMEOUT = Duration.minutes(10);
const CHART = { release: 'colors', namespace: 'shop', chart: 'colors', repository: 'https://charts.example', version: '1.2.3', values: { replicas: 2, log: { level: 'info' } } };
const OBJECT = { objectType: 'lease', namespace: 'shop' };

/** What aws-cdk-lib writes and what we write for the same chart and the same value of an object: types and properties. */
function bothForms(roleArn: string | undefined, writeTheirs: (stack: Stack) => void) {
  const theirs = new Stack(new App(), 'Theirs');
  writeTheirs(theirs);
  const ours = new Stack(new App(), 'Ours');
  const timeoutSeconds = TIMEOUT.toSeconds();
  const steps: readonly ControlPlaneStep[] = [
    { kind: 'chart', id: 'shop/colors/chart', needs: [], ...CHART, timeoutSeconds },
    { kind: 'readiness', id: 'shop/leader/ready', needs: [], ...OBJECT, name: 'leader', jsonPath: '.spec.holderIdentity', timeoutSeconds },
  ];
  writeControlPlane({ steps }, { scope: ours, cluster: clusterPort([], roleArn), mesh: 'shop' });
  return [theirs, ours].map((stack) => Object.values(resourcesOf(stack)).filter(({ Type }) => Type.startsWith('Custom::AWSCDK-EKS-')).map(({ Type, Properties }) => ({ Type, Properties })));
}

test('a chart and the value of an object have the properties that aws-eks-v2 gives to its function', () => {
  const [theirs, ours] = bothForms(undefined, (stack) => {
    const kubectlProvider = eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { serviceToken: SERVICE_TOKEN });
    const cluster = eks.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'prod', kubectlProvider });
    new eks.HelmChart(stack, 'Chart', { cluster, ...CHART, wait: true, atomic: true, timeout: TIMEOUT });
    new eks.KubernetesObjectValue(stack, 'Value', { cluster, objectType: OBJECT.objectType, objectNamespace: OBJECT.namespace, objectName: 'leader', jsonPath: '.spec.holderIdentity', timeout: TIMEOUT });
  });

  expect(ours).toHaveLength(2);
  expect(ours).toEqual(theirs);
});

test('a chart and the value of an object have the properties that aws-eks gives to its function', () => {
  const [theirs, ours] = bothForms(ROLE, (stack) => {
    const handlerRole = Role.fromRoleArn(stack, 'Handler', ROLE);
    const kubectlProvider = eksV1.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { functionArn: SERVICE_TOKEN, kubectlRoleArn: ROLE, handlerRole });
    const cluster = eksV1.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'prod', kubectlProvider });
    new eksV1.HelmChart(stack, 'Chart', { cluster, ...CHART, wait: true, atomic: true, timeout: TIMEOUT });
    new eksV1.KubernetesObjectValue(stack, 'Value', { cluster, objectType: OBJECT.objectType, objectNamespace: OBJECT.namespace, objectName: 'leader', jsonPath: '.spec.holderIdentity', timeout: TIMEOUT });
  });

  expect(ours).toHaveLength(2);
  expect(ours).toEqual(theirs);
});
