/** What TLS to services means for their pods, their Services and the order of things. */
import type { KubeObject } from '../../../lib/kube/object';
import type { Gateway } from '../../../lib/model/gateway';
import { envoyGatewayProvider } from '../../../lib/providers/envoy-gateway';
import { gateway, gatewayRoute, http, model, service, to, version } from '../../model-builders';
import { ENVIRONMENT } from '../app-mesh/cases';

const HEALTH = { protocol: 'http', path: '/ping', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 3 } as const;
const TLS: NonNullable<Gateway['clientTls']> = { enforce: true, validation: { trust: { kind: 'sds', secret: 'roots' }, subjectAltNames: [] } };
const PORTS = [{ port: 80, targetPort: 8080, protocol: 'http' }, { port: 81, targetPort: 8080, protocol: 'http' }, { port: 82, targetPort: 8082, protocol: 'http' }] as const;

function unitsOf(clientTls: Gateway['clientTls'], health: object = {}) {
  const products = service('products', { ports: PORTS, versions: [version('products', 'v1', { health: { ...HEALTH, ...health } })] });
  const program = model({ services: [products], gateways: [gateway([gatewayRoute('all', http(), [{ ...to('shop/products'), port: 80 }])], { clientTls })] });
  return envoyGatewayProvider().lower(program, { environment: ENVIRONMENT, roleArns: new Map() });
}

type Pods = KubeObject & { readonly spec: { readonly template: { readonly spec: { readonly containers: readonly { readonly readinessProbe: object }[] } } } };

type Policy = KubeObject & { readonly spec: { readonly targetRefs: readonly { readonly sectionName: string }[] } };

const probeIn = (units: ReturnType<typeof unitsOf>) => units.flatMap(({ objects }) => objects)
  .filter((object): object is Pods => object.kind === 'Deployment')[0]!.spec.template.spec.containers[0]!.readinessProbe;
const probeOf = (...args: Parameters<typeof unitsOf>) => probeIn(unitsOf(...args));

test.each<[string, Gateway['clientTls'], object, object]>([
  ['plain where no gateway speaks TLS', undefined, {}, { httpGet: { path: '/ping', port: 8080 } }],
  ['over TLS where one does', TLS, {}, { httpGet: { path: '/ping', port: 8080, scheme: 'HTTPS' } }],
  ['by a connection where pods may ask for a certificate, which the kubelet has not', { ...TLS, certificate: { kind: 'sds', secret: 'edge' } }, {}, { tcpSocket: { port: 8080 } }],
  ['plain at a port that speaks plain text', { ...TLS, ports: [80, 81] }, { port: 8082 }, { httpGet: { path: '/ping', port: 8082 } }],
])('pods are asked %s', (_, clientTls, health, wanted) => {
  expect(probeOf(clientTls, health)).toMatchObject(wanted);
  expect(JSON.stringify(probeOf(clientTls, health)).includes('HTTPS')).toBe(JSON.stringify(wanted).includes('HTTPS'));
});

test.each([[0, 1], [1, 0]])('pods of two gateways are asked by a connection where one of them presents a certificate: %j', (...order) => {
  const edges = [TLS, { ...TLS, certificate: { kind: 'sds', secret: 'edge' } as const }].map((clientTls, at) => (
    { ...gateway([gatewayRoute('all', http(), [{ ...to('shop/products'), port: 80 }])], { clientTls }), id: `shop/edge${at}`, name: `edge${at}` }));
  const program = model({ services: [service('products', { ports: PORTS, versions: [version('products', 'v1', { health: HEALTH })] })], gateways: order.map((at) => edges[at]!) });

  expect(probeIn(envoyGatewayProvider().lower(program, { environment: ENVIRONMENT, roleArns: new Map() }))).toEqual(expect.objectContaining({ tcpSocket: { port: 8080 } }));
});

test('a port of the pods stands in a policy once, whatever ports lead there', () => {
  const [policy] = unitsOf(TLS).flatMap(({ objects }) => objects).filter((object): object is Policy => object.kind === 'BackendTLSPolicy');

  expect(policy!.spec.targetRefs.map(({ sectionName }) => sectionName)).toEqual(['http-8080', 'http-8082']);
});

test('a route waits for the policies, so that nothing is sent in plain text before', () => {
  const units = unitsOf(TLS);
  const holders = (kind: string) => units.filter(({ objects }) => objects.some((object) => object.kind === kind));
  const [route] = holders('HTTPRoute');
  const policies = holders('BackendTLSPolicy').map(({ id }) => id);

  expect(policies).toContain('shop/products/v1/version');
  for (const id of policies) expect(route!.needs).toContain(id);
});

test('a policy stands before the pods and in the unit of the Service that it is for', () => {
  const [unit] = unitsOf(TLS).filter(({ id }) => id === 'shop/products/v1/version');

  const kinds = unit!.objects.map(({ kind }) => kind);
  expect(kinds.indexOf('BackendTLSPolicy')).toBeGreaterThan(kinds.indexOf('Service'));
  expect(kinds.indexOf('BackendTLSPolicy')).toBeLessThan(kinds.indexOf('Deployment'));
});
