/** Whose is what: foreign labels and objects, two stacks at one namespace, deployments that fail first, deletions. */
import { mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { KubectlV35Layer } from '@aws-cdk/lambda-layer-kubectl-v35';
import { App, Duration, Stack, aws_eks_v2 as eks } from 'aws-cdk-lib';
import { late, version, type LivingMesh, type Shop } from './shop';
import { field, type Group, type Stage } from './stage';
import { dump, failuresOf } from './world';
import { GatewayApiInstall, Mesh, MeshCluster, MeshNamespace, MeshProvider, MeshService, ServiceToService } from '../../../../lib';
import { kubectl, until } from '../node';

export const ownership: Group = {
  name: 'ownership',
  scenarios: [
    { name: 'a namespace with foreign labels and objects is adopted and given back', fresh: true, run: foreign },
    { name: 'a foreign Service of the same name is refused, and stays', fresh: true, run: foreignService },
    { name: 'a first deployment fails, and the second one succeeds', fresh: true, run: second },
    { name: 'a stack is deleted and deployed again', fresh: true, run: again },
    { name: 'a deletion meets a finalizer that hangs, names it, and goes on later', fresh: true, run: finalizer },
    { name: 'two stacks label one namespace: the labels stay until both are gone', fresh: true, run: twoStacks },
  ],
};

const foreignNamespace = {
  apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'privileged', 'team': 'web' }, annotations: { 'example.com/note': 'ours' } },
};
const foreignMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'of-a-team', namespace: 'shop', labels: { team: 'web' } }, data: { color: 'blue' } };

/** An object as others see it, with who has written what. */
function whole(kind: string, name: string, namespace = 'shop'): string {
  const { metadata: { resourceVersion, managedFields, ...metadata }, ...rest } = JSON.parse(kubectl(['get', kind, name, '-n', namespace, '-o', 'json', '--show-managed-fields'])) as {
    metadata: { resourceVersion: string; managedFields: { manager: string; time: string; fieldsV1: unknown }[] };
  };
  const managers = managedFields.map(({ manager, fieldsV1 }) => ({ manager, fieldsV1 }));
  return JSON.stringify({ ...rest, metadata, managers });
}

async function foreign(stage: Stage): Promise<void> {
  kubectl(['apply', '--server-side', '-f', '-'], foreignNamespace);
  kubectl(['apply', '--server-side', '-f', '-'], foreignMap);
  until(10, 'the service account of the namespace', () => field('serviceaccount', 'default', '.metadata.name') !== '');
  const [namespace, map] = [whole('namespace', 'shop'), whole('configmap', 'of-a-team')];
  const shop: Partial<Shop> = { checkout: false, props: { namespaces: [MeshNamespace.existing('shop')] } };
  await stage.begin(shop);
  stage.serves(`shop/products:${late('1.8.2')}`);
  stage.expect(field('namespace', 'shop', ".metadata.labels['pod-security\\.kubernetes\\.io/enforce']") === 'privileged', 'a label of others is gone');
  stage.expect(whole('configmap', 'of-a-team') === map, 'an object of others was changed');
  await deleted(stage);
  stage.expect(whole('namespace', 'shop') === namespace, `the namespace is not as before:\n${namespace}\n${whole('namespace', 'shop')}`);
  stage.expect(whole('configmap', 'of-a-team') === map, 'an object of others was changed');
}

async function foreignService(stage: Stage): Promise<void> {
  kubectl(['create', 'namespace', 'shop']);
  kubectl(['apply', '--server-side', '-f', '-'], { apiVersion: 'v1', kind: 'Service', metadata: { name: 'products', namespace: 'shop' }, spec: { selector: { app: 'theirs' }, ports: [{ port: 8080 }] } });
  const before = whole('service', 'products');
  const shop: Partial<Shop> = { checkout: false, props: { namespaces: [MeshNamespace.existing('shop')] } };
  stage.failed(await stage.world.deploy(shop), /Service shop\/products exists already and was not made by this stack \(managers: kubectl\)/);
  stage.expect(whole('service', 'products') === before, 'the Service of others was changed');
}

async function second(stage: Stage): Promise<void> {
  stage.failed(await stage.world.deploy({ stable: '1.8.2-crash' }), /ROLLBACK_COMPLETE[^]*pod products-v1-[a-z0-9-]+: container app crashes/);
  await stage.begin();
  stage.serves(`shop/products:${late('1.8.2')}`);
}

async function again(stage: Stage): Promise<void> {
  await stage.begin({ checkout: false });
  const before = dump();
  await deleted(stage);
  await stage.begin({ checkout: false });
  stage.serves(`shop/products:${late('1.8.2')}`);
  stage.same(before, dump());
}

async function finalizer(stage: Stage): Promise<void> {
  const shop: Partial<Shop> = { checkout: false, props: { rollout: { deadline: Duration.seconds(60) } } };
  await stage.begin(shop);
  kubectl(['patch', 'service', 'products', '-n', 'shop', '--type=merge', '-p', JSON.stringify({ metadata: { finalizers: ['example.com/hangs'] } })]);
  const first = await stage.world.emulator.delete();
  stage.seen.text = failuresOf(first).join('\n');
  stage.expect(!first.ok && /Service shop\/products.*example\.com\/hangs/.test(stage.seen.text), `the deletion does not name the finalizer: ${stage.seen.text}`);
  stage.expect(field('service', 'products', '.metadata.finalizers[0]') === 'example.com/hangs', 'the finalizer was stripped');
  kubectl(['patch', 'service', 'products', '-n', 'shop', '--type=merge', '-p', JSON.stringify({ metadata: { finalizers: null } })]);
  const next = await stage.world.emulator.delete();
  stage.expect(next.ok, `the second deletion: ${failuresOf(next).join('\n')}`);
  stage.expect(kubectl(['get', 'deployments,services', '-n', 'shop', '-o', 'name']).trim() === '', 'there are Deployments or Services');
}

async function deleted(stage: Stage, stacks?: readonly string[]): Promise<void> {
  const result = await stage.world.emulator.delete(stacks);
  stage.expect(result.ok, failuresOf(result).join('\n'));
}

/** Two meshes, each of a stack of its own, at one namespace that is there before. */
function synthTwo(mesh: LivingMesh): string {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), 'two-')), context: { 'aws:cdk:disable-asset-staging': false } });
  const cluster = new MeshCluster(new Stack(app, 'Base'), 'Cluster', { version: eks.KubernetesVersion.V1_35, kubectlLayer: new KubectlV35Layer(app.node.findChild('Base') as Stack, 'Kubectl') });
  ['One', 'Two'].forEach((name, at) => {
    const existing = at === 1;
    const gatewayApi = GatewayApiInstall.INSTALL;
    const provider = mesh === 'istio' ? MeshProvider.istio({ controlPlane: { existing, gatewayApi } })
      : MeshProvider.envoyGateway({ serviceToService: ServiceToService.EDGE_ONLY, controller: { existing, gatewayApi } });
    const stack = new Stack(app, name);
    if (existing) stack.addDependency(app.node.findChild('One') as Stack);
    const made = new Mesh(stack, 'Mesh', { cluster, provider, namespace: 'shop', meshName: 'shop', namespaces: [MeshNamespace.existing('shop')] });
    new MeshService(made, `Service${name}`, { port: 8080, versions: [version('v1', `shop/${name.toLowerCase()}:${late('1.0.0')}`, { replicas: 1 })] });
  });
  app.synth();
  return app.outdir;
}

async function twoStacks(stage: Stage): Promise<void> {
  kubectl(['apply', '--server-side', '-f', '-'], foreignNamespace);
  until(10, 'the service account of the namespace', () => field('serviceaccount', 'default', '.metadata.name') !== '');
  const before = whole('namespace', 'shop');
  const result = await stage.world.deployAssembly(synthTwo(stage.mesh));
  stage.expect(result.ok, failuresOf(result).join('\n'));
  const labels = field('namespace', 'shop', '.metadata.labels');
  await deleted(stage, ['Two']);
  stage.expect(field('namespace', 'shop', '.metadata.labels') === labels, `labels went with the second stack: ${labels} -> ${field('namespace', 'shop', '.metadata.labels')}`);
  stage.expect(field('deployment', 'service-one-v1', '.status.availableReplicas') === '1', 'the pod of the first stack is not there');
  await deleted(stage, ['One']);
  stage.expect(whole('namespace', 'shop') === before, `the namespace is not as before:\n${before}\n${whole('namespace', 'shop')}`);
}
