import { configMap, unit } from './units';
import { renderDiagnostic } from '../../lib/diagnostics';
import type { KubeObject } from '../../lib/kube/object';
import { checkDeployable } from '../../lib/plan/deployable';

const named = (kind: string, rest: object, apiVersion = 'v1'): KubeObject => ({ apiVersion, kind, metadata: { name: 'own', namespace: 'shop' }, ...rest });
const webhook = (clientConfig: object) => named('ValidatingWebhookConfiguration', { webhooks: [{ name: 'a', clientConfig }] }, 'admissionregistration.k8s.io/v1');

const findings = (...objects: readonly KubeObject[]) =>
  checkDeployable([unit('shop/objects/own', { objects, property: "addObjects('own')" })]).map(renderDiagnostic);

test.each<[string, KubeObject, string]>([
  ['a list', named('ConfigMapList', { items: [configMap('a'), configMap('b')] }), `ConfigMapList 'shop/own' is a list of 2 objects
  at   Main/Mesh (Construct), addObjects('own')
  fix  add the objects themselves, one by one`],
  ['a name that the API server makes', { ...named('Job', {}, 'batch/v1'), metadata: { name: 'own', namespace: 'shop', generateName: 'own-' } },
    `Job 'shop/own' has a generateName, so another object would be made by every deployment
  at   Main/Mesh (Construct), addObjects('own')
  fix  give it a name of its own`],
  ['a Secret with data', named('Secret', { data: { password: 'c2VjcmV0' } }), `Secret 'shop/own' holds its data, which everybody could read who reads the template
  at   Main/Mesh (Construct), addObjects('own')
  fix  keep the value in AWS Secrets Manager and let External Secrets or the Secrets Store CSI Driver bring it into the cluster`],
  ['a Secret with text', named('Secret', { stringData: { password: 'secret' } }), `Secret 'shop/own' holds its data, which everybody could read who reads the template
  at   Main/Mesh (Construct), addObjects('own')
  fix  keep the value in AWS Secrets Manager and let External Secrets or the Secrets Store CSI Driver bring it into the cluster`],
  ['the certificate authority of a webhook', webhook({ caBundle: 'LS0t' }),
    `ValidatingWebhookConfiguration 'shop/own' sets webhooks[0].clientConfig.caBundle, which belongs to whoever issues the certificate
  at   Main/Mesh (Construct), addObjects('own')
  fix  leave caBundle out, and let cert-manager or the controller inject it`],
  ['a mark of deployments', { ...configMap('own'), metadata: { name: 'own', namespace: 'shop', annotations: { 'owner.deploy.cdk-eks-mesh.dev/a-b': 'x' } } },
    `ConfigMap 'shop/own' sets 'owner.deploy.cdk-eks-mesh.dev/a-b', which deployments set themselves
  at   Main/Mesh (Construct), addObjects('own')
  fix  leave it out, or take another domain`],
])('refuses %s', (_, object, text) => {
  expect(findings(object)).toEqual([`MESH509 ${text}`]);
});

test('lets pass what is near to it', () => {
  expect(findings(
    named('Secret', { type: 'Opaque' }), named('Secret', { data: {} }), webhook({ caBundle: '' }), webhook({ service: { name: 'a' } }), configMap('a', { caBundle: 'x' }),
    named('AllowList', { spec: { items: [] } }, 'example.com/v1'),
  )).toEqual([]);
});

test('reports everything that is wrong with an object', () => {
  expect(findings({ ...named('Secret', { data: { a: 'b' } }), metadata: { name: 'own', namespace: 'shop', generateName: 'own-' } })).toHaveLength(2);
});
