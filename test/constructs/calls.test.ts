import { objectOf } from './manifests';
import { modelOf, program, version } from './program';
import { ExternalService, MeshService, TlsCertificate, TlsTrust } from '../../lib';

test('a call has the TLS of its own, and the others that of the mesh', () => {
  const { mesh } = program({ mutualTls: { certificate: TlsCertificate.fromSecret('identity'), trust: TlsTrust.fromSecret('identity') } });
  const catalog = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
  const payments = new ExternalService(mesh, 'Payments', { host: 'api.example.com' });
  const cart = new MeshService(mesh, 'Cart', { versions: [version('v1')], calls: [catalog] });

  cart.addCall(payments, { tls: { enforce: false, validation: { trust: TlsTrust.fromSecret('identity') } } });

  const [toCatalog, toPayments] = modelOf(mesh).services.find(({ name }) => name === 'cart')!.calls;
  expect(toCatalog).toEqual({ service: 'shop/catalog' });
  expect(toPayments).toMatchObject({ service: 'shop/payments', tls: { enforce: false } });
});

test('the TLS of a call reaches the backend of the node', () => {
  const { stack, mesh } = program();
  const catalog = new MeshService(mesh, 'Catalog', { versions: [version('v1')] });
  const cart = new MeshService(mesh, 'Cart', { versions: [version('v1')] });

  cart.addCall(catalog, { tls: { validation: { trust: TlsTrust.fromSecret('authority') } } });

  expect(objectOf(stack, 'VirtualNode', 'cart-v1').spec.backends).toEqual([{
    virtualService: {
      virtualServiceRef: { namespace: 'shop', name: 'catalog' },
      clientPolicy: { tls: { enforce: true, validation: { trust: { file: { certificateChain: '/certs/authority/ca.crt' } } } } },
    },
  }]);
  expect(objectOf(stack, 'Deployment', 'cart-v1').spec.template.metadata.annotations['appmesh.k8s.aws/secretMounts']).toBe('authority:/certs/authority');
});
