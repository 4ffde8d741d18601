import { App, Stack } from 'aws-cdk-lib';
import * as eksV1 from 'aws-cdk-lib/aws-eks';
import * as eks from 'aws-cdk-lib/aws-eks-v2';
import { Role } from 'aws-cdk-lib/aws-iam';
import { clusterPort, resourcesOf } from './templates';
import type { ClusterPort } from '../../lib/outputs/cloudformation/cluster-port';
import { writeManifests } from '../../lib/outputs/cloudformation/manifests';
import { configMap, unit } from '../plan/units';

const SERVICE_TOKEN = 'arn:aws:lambda:eu-west-1:111122223333:function:kubectl';
const ROLE = 'arn:aws:iam::111122223333:role/kubectl';
const object = configMap('colors');

/** The manifest that aws-cdk-lib writes and ours for the same object: type and properties. */
function bothForms(cluster: ClusterPort, writeTheirs: (stack: Stack) => void) {
  const theirs = new Stack(new App(), 'Theirs');
  writeTheirs(theirs);
  const ours = new Stack(new App(), 'Ours');
  writeManifests([unit('shop/colors/map', { objects: [object] })], { cluster, scopeOf: () => ours, adoptExisting: true });
  return [theirs, ours].map((stack) => Object.values(resourcesOf(stack))
    .filter(({ Type }) => Type === 'Custom::AWSCDK-EKS-KubernetesResource')
    .map(({ Type, Properties }) => ({ Type, Properties })));
}

test('a manifest has the properties that aws-eks-v2 gives to its function', () => {
  const [theirs, ours] = bothForms(clusterPort(), (stack) => {
    const kubectlProvider = eks.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { serviceToken: SERVICE_TOKEN });
    const cluster = eks.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'prod', kubectlProvider });
    new eks.KubernetesManifest(stack, 'Manifest', { cluster, manifest: [object as Record<string, unknown>], prune: false, overwrite: true });
  });

  expect(ours).toEqual(theirs);
});

test('a manifest has the properties that aws-eks gives to its function', () => {
  const [theirs, ours] = bothForms(clusterPort([], ROLE), (stack) => {
    const handlerRole = Role.fromRoleArn(stack, 'Handler', ROLE);
    const kubectlProvider = eksV1.KubectlProvider.fromKubectlProviderAttributes(stack, 'Kubectl', { functionArn: SERVICE_TOKEN, kubectlRoleArn: ROLE, handlerRole });
    const cluster = eksV1.Cluster.fromClusterAttributes(stack, 'Cluster', { clusterName: 'prod', kubectlProvider });
    new eksV1.KubernetesManifest(stack, 'Manifest', { cluster, manifest: [object as Record<string, unknown>], prune: false, overwrite: true });
  });

  expect(ours).toEqual(theirs);
});
