import { ENVIRONMENT } from './cases';
import { opaque } from '../../../lib/model/opaque';
import { appMeshProvider } from '../../../lib/providers/app-mesh';
import { gateway, gatewayRoute, http, listener, model, service, to, version } from '../../model-builders';

const provider = appMeshProvider();
const arn = (tail: string) => `arn:aws:appmesh:eu-west-1:444455556666:mesh/shop/${tail}`;
const two = [version('products', 'v1'), version('products', 'v2')];

test('lets a service stream the configuration of its own versions and nothing else', () => {
  const [identity, ...more] = provider.identities(model({ services: [service('products', { versions: two })] }), ENVIRONMENT);

  expect(more).toEqual([]);
  expect(identity).toEqual({
    name: 'products', namespace: 'shop', owner: 'Shop/Mesh/products', shard: 'service:shop/products',
    permissions: [{
      sid: 'StreamOwnConfiguration', actions: ['appmesh:StreamAggregatedResources'],
      resources: [arn('virtualNode/products-v1_shop'), arn('virtualNode/products-v2_shop')],
    }],
  });
});

test('gives each version an identity of its own on request', () => {
  const identities = provider.identities(model({ services: [service('products', { versions: two, identity: 'version' })] }), ENVIRONMENT);

  expect(identities.map(({ name, permissions }) => ({ name, resources: permissions[0]?.resources }))).toEqual([
    { name: 'products-v1', resources: [arn('virtualNode/products-v1_shop')] }, { name: 'products-v2', resources: [arn('virtualNode/products-v2_shop')] },
  ]);
});

test('lets a gateway fetch exactly the certificates that its TLS names', () => {
  const certificate = opaque('arn:cert');
  const authority = opaque('arn:ca');
  const edge = gateway([gatewayRoute('r', http(), [to('shop/products')])], {
    listeners: [listener(443, 8443, { tls: { mode: 'strict', certificate: { kind: 'acm', arn: certificate } } })],
    clientTls: { enforce: true, validation: { trust: { kind: 'acm', arns: [authority] }, subjectAltNames: [] } },
  });

  const [, identity] = provider.identities(model({ services: [service('products')], gateways: [edge] }), ENVIRONMENT);

  expect(identity?.permissions).toEqual([
    { sid: 'StreamOwnConfiguration', actions: ['appmesh:StreamAggregatedResources'], resources: [arn('virtualGateway/gateway_shop')] },
    { sid: 'ExportOwnCertificates', actions: ['acm:ExportCertificate'], resources: [certificate] },
    { sid: 'ReadTrustedAuthorities', actions: ['acm-pca:GetCertificateAuthorityCertificate'], resources: [authority] },
  ]);
});

test('lets proxies send traces only where X-Ray gets them', () => {
  const traced = (kind: 'x-ray' | 'jaeger') => provider.identities(model({ mesh: { tracing: { kind, samplingRate: 1 } }, services: [service('products')] }), ENVIRONMENT);

  expect(traced('x-ray')[0]?.permissions.map(({ sid }) => sid)).toEqual(['StreamOwnConfiguration', 'SendTraces']);
  expect(traced('jaeger')[0]?.permissions.map(({ sid }) => sid)).toEqual(['StreamOwnConfiguration']);
});

test('names the owner of a shared mesh in both spellings of its nodes', () => {
  const [identity] = provider.identities(model({ mesh: { owner: '111122223333' }, services: [service('products')] }), ENVIRONMENT);

  expect(identity?.permissions[0]?.resources).toEqual([
    'arn:aws:appmesh:eu-west-1:111122223333:mesh/shop/virtualNode/products-v1_shop',
    'arn:aws:appmesh:eu-west-1:444455556666:mesh/shop@111122223333/virtualNode/products-v1_shop',
  ]);
});

test('gives hosts outside of the mesh and routers no identity', () => {
  const outside = service('payments', { kind: 'external', versions: [version('payments', 'external', { pods: { kind: 'external', host: 'x.example' } })] });

  expect(provider.identities(model({ services: [outside, service('front', { kind: 'router', versions: [], routes: [] })] }), ENVIRONMENT)).toEqual([]);
});
