/** The user's own objects: cdk8s charts, workloads of cdk8s-plus, patches. */
import { ApiObject, App as Cdk8sApp, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import { namesOf, objectOf, objectsOf } from './manifests';
import { errorOf, program } from './program';
import { MeshNamespace, MeshService, ObjectPatch, ServiceVersion } from '../../lib';
import { openShop, single } from '../wrong-programs/shop';

function chartOf(): Chart {
  return new Chart(new Cdk8sApp(), 'own');
}

function reviews(chart: Chart, props: kplus.DeploymentProps = {}): kplus.Deployment {
  return new kplus.Deployment(chart, 'Reviews', {
    metadata: { name: 'reviews' }, containers: [{ image: 'shop/reviews:1.0.0', portNumber: 8080, securityContext: { user: 1000 } }], ...props,
  });
}

describe('charts', () => {
  test('takes in what is added to a chart after addChart', () => {
    const { stack, mesh } = openShop();
    const chart = chartOf();
    mesh.addChart('own', chart);
    new ApiObject(chart, 'Late', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late', namespace: 'shop' } });

    const late = objectOf(stack, 'ConfigMap', 'late');

    expect(late).toEqual({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'late', namespace: 'shop' } });
  });

  test('renders a chart of which nothing is left to nothing', () => {
    const { stack, mesh } = openShop();
    const before = namesOf(openShop().stack);
    mesh.addChart('own', chartOf());

    expect(namesOf(stack)).toEqual(before);
  });

  test('takes in plain objects beside charts', () => {
    const { stack, mesh } = openShop();
    mesh.addObjects('own', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' }, data: { level: 'info' } });

    expect(objectOf(stack, 'ConfigMap', 'settings').data).toEqual({ level: 'info' });
  });
});

describe('workloads of the user', () => {
  test('carries a workload once, though its chart is taken in too', () => {
    const { stack, mesh } = openShop();
    const chart = chartOf();
    const workload = reviews(chart);
    new ApiObject(chart, 'Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'shop' } });
    mesh.addChart('own', chart);
    single(mesh, 'Reviews', { versions: [ServiceVersion.fromWorkload('v1', workload)] });

    const names = namesOf(stack);

    expect(names.filter((name) => name.includes('reviews') || name.includes('settings'))).toEqual([
      'ConfigMap settings', 'Deployment reviews', 'Service reviews', 'Service reviews-v1', 'ServiceAccount reviews',
      'VirtualNode reviews-v1', 'VirtualRouter reviews', 'VirtualService reviews',
    ]);
  });

  test.each([undefined, 'books'])('carries a workload of another namespace of the mesh once, where it names %s', (namespace) => {
    const { stack, mesh } = program({ namespaces: [MeshNamespace.create('books')] });
    const chart = chartOf();
    const workload = reviews(chart, { metadata: { name: 'reviews', ...(namespace === undefined ? {} : { namespace }) } });
    mesh.addChart('own', chart);
    single(mesh, 'Reviews', { namespace: 'books', versions: [ServiceVersion.fromWorkload('v1', workload)] });

    const deployments = objectsOf(stack).filter(({ kind }) => kind === 'Deployment');

    expect(deployments.map(({ metadata }) => metadata)).toEqual([{ name: 'reviews', namespace: 'books' }]);
  });

  test('merges labels, annotations, namespace and service account into the workload', () => {
    const { stack, mesh } = openShop();
    const workload = reviews(chartOf(), { podMetadata: { labels: { team: 'books' }, annotations: { note: 'own' } } });
    single(mesh, 'Reviews', { versions: [ServiceVersion.fromWorkload('v1', workload)] });

    const { metadata, spec } = objectOf(stack, 'Deployment', 'reviews');

    expect(metadata).toEqual({ name: 'reviews', namespace: 'shop' });
    expect(spec.template.metadata.labels).toMatchObject({ 'team': 'books', 'mesh.cdk-eks-mesh.dev/service': 'reviews', 'mesh.cdk-eks-mesh.dev/version': 'v1' });
    expect(spec.template.metadata.annotations).toEqual({ 'note': 'own', 'appmesh.k8s.aws/egressIgnoredIPs': '169.254.169.254,169.254.170.23' });
    expect(spec.template.spec).toMatchObject({ serviceAccountName: 'reviews', containers: [{ image: 'shop/reviews:1.0.0' }] });
  });

  test('counts what is changed on the workload after the service is made', () => {
    const { stack, mesh } = openShop();
    const workload = reviews(chartOf());
    single(mesh, 'Reviews', { versions: [ServiceVersion.fromWorkload('v1', workload)] });
    workload.podMetadata.addLabel('late', 'yes');

    expect(objectOf(stack, 'Deployment', 'reviews').spec.template.metadata.labels).toMatchObject({ late: 'yes' });
  });

  test('refuses a label of the user that says something else', () => {
    const { app, mesh } = openShop();
    const workload = reviews(chartOf(), { podMetadata: { labels: { 'mesh.cdk-eks-mesh.dev/service': 'ratings' } } });
    single(mesh, 'Reviews', { versions: [ServiceVersion.fromWorkload('v1', workload)] });

    expect(errorOf(() => app.synth())).toBe(
      "  [Shop/Mesh/Reviews] MESH111 workload 'reviews' has spec.template.metadata.labels['mesh.cdk-eks-mesh.dev/service'] 'ratings', and the mesh needs 'reviews'\n"
      + "  at   Shop/Mesh/Reviews (MeshService), versions[0].workload = 'ratings'\n"
      + "  fix  leave spec.template.metadata.labels['mesh.cdk-eks-mesh.dev/service'] out of the workload");
  });

  test('refuses a service account of the user', () => {
    const { app, mesh } = openShop();
    const chart = chartOf();
    const workload = reviews(chart, { serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, 'Account', 'mine') });
    single(mesh, 'Reviews', { versions: [ServiceVersion.fromWorkload('v1', workload)] });

    expect(errorOf(() => app.synth())).toBe(
      "  [Shop/Mesh/Reviews] MESH111 workload 'reviews' has spec.template.spec.serviceAccountName 'mine', and the mesh needs 'reviews'\n"
      + "  at   Shop/Mesh/Reviews (MeshService), versions[0].workload = 'mine'\n"
      + '  fix  leave spec.template.spec.serviceAccountName out of the workload');
  });

  test('refuses a workload without pods', () => {
    const { mesh } = program();
    const settings = new ApiObject(chartOf(), 'Settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } });

    const act = () => new MeshService(mesh, 'Reviews', { versions: [ServiceVersion.fromWorkload('v1', settings)] });

    expect(errorOf(act)).toBe("MESH111 the ConfigMap 'settings' has no pod template selected by labels\n"
      + "  at   Shop/Mesh/Reviews (MeshService), versions[0].workload = 'ConfigMap'\n"
      + '  fix  give a Deployment, StatefulSet or DaemonSet with spec.selector.matchLabels and spec.template');
  });
});

describe('patches', () => {
  const deployment = { kind: 'Deployment', name: 'catalog-v1' };

  test('writes a merge patch into the template', () => {
    const { stack, mesh } = openShop();
    mesh.patchObject(deployment, ObjectPatch.merge({ spec: { template: { spec: { priorityClassName: 'high', terminationGracePeriodSeconds: null } } } }));

    const pod = objectOf(stack, 'Deployment', 'catalog-v1').spec.template.spec;

    expect(pod).toMatchObject({ priorityClassName: 'high', serviceAccountName: 'catalog' });
    expect(pod).not.toHaveProperty('terminationGracePeriodSeconds');
  });

  test('applies patches of one object in their order', () => {
    const { stack, mesh } = openShop();
    mesh.patchObject(deployment, ObjectPatch.json({ op: 'replace', path: '/spec/replicas', value: 7 }));
    mesh.patchObject(deployment, ObjectPatch.json({ op: 'test', path: '/spec/replicas', value: 7 }, { op: 'replace', path: '/spec/replicas', value: 8 }));

    expect(objectOf(stack, 'Deployment', 'catalog-v1').spec.replicas).toBe(8);
  });

  test("changes the user's own objects too", () => {
    const { stack, mesh } = openShop();
    mesh.addObjects('own', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { level: 'info' } });
    mesh.patchObject({ kind: 'ConfigMap', name: 'settings' }, ObjectPatch.merge({ data: { level: 'debug' } }));

    expect(objectOf(stack, 'ConfigMap', 'settings').data).toEqual({ level: 'debug' });
  });
});
