/** Two hosts outside of the mesh that one service calls: every pair of protocols, on one port and on two, with each egress, on each mesh. */
import { ENVIRONMENT } from './app-mesh/cases';
import type { KubeObject } from '../../lib/kube/object';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { validateModel } from '../../lib/model/validate';
import { appMeshProvider } from '../../lib/providers/app-mesh';
import { checkCapabilities } from '../../lib/providers/check';
import { envoyGatewayProvider } from '../../lib/providers/envoy-gateway';
import { istioProvider } from '../../lib/providers/istio';
import { localEnvoyDialect, lowerToEnvoy } from '../../lib/providers/local-envoy';
import type { Dialect, Provider } from '../../lib/providers/provider';
import { gateway, gatewayRoute, http, model, service, serviceRoute, to } from '../model-builders';
import { isConnection, KINDS, outside, pairOf, type Kind } from '../outside-programs';

const MESHES = {
  'istio': istioProvider(), 'istio ambient': istioProvider({ dataPlane: 'ambient' }), 'app-mesh': appMeshProvider(),
  'envoy-gateway': envoyGatewayProvider({ serviceToService: 'edge-only' }), 'local-envoy': localEnvoyDialect(),
} as const satisfies { readonly [name: string]: Dialect };

const codesOf = (program: TrafficModel, dialect: Dialect) => [...validateModel(program), ...(dialect.name === 'local-envoy' ? [] : checkCapabilities(program, dialect, [])), ...dialect.validate(program)]
  .filter(({ severity }) => severity === 'error').map(({ code, property }) => `${code} ${property}`);

/** Plain TCP without addresses needs its port for itself; App Mesh knows every connection by its port. */
function expected(mesh: keyof typeof MESHES, one: Kind, other: Kind, isShared: boolean): 'refused everywhere' | 'refused' | 'written' {
  const isNameless = (kind: Kind, beside: Kind) => kind === 'tcp' && beside !== 'tcp with addresses';
  if (isShared && (isNameless(one, other) || isNameless(other, one))) return 'refused everywhere';
  return isShared && mesh === 'app-mesh' && (isConnection(one) || isConnection(other)) ? 'refused' : 'written';
}

const cases = (Object.keys(MESHES) as (keyof typeof MESHES)[]).flatMap((mesh) => (['declared-only', 'any'] as const).flatMap((egress) => [true, false].flatMap((isShared) =>
  KINDS.flatMap((one) => KINDS.map((other) => ({ mesh, egress, isShared, port: isShared ? 'one port' : 'two ports', one, other }))))));

test.each(cases)('$mesh, $egress: $one and $other on $port', ({ mesh, egress, isShared, one, other }) => {
  const program = pairOf(one, other, isShared ? [8443, 8443] : [8443, 9443], egress);

  const codes = codesOf(program, MESHES[mesh]);

  const outcome = expected(mesh, one, other, isShared);
  if (outcome === 'refused everywhere') expect(codes.length > 0 && codes.every((code) => code === 'MESH121 port')).toBe(true);
  if (outcome === 'refused') expect(codes).toEqual(['MESH121 calls[1]']);
  if (outcome === 'written') expect(codes).toEqual([]);
});

const objectsOf = (provider: Provider, program: TrafficModel): readonly KubeObject[] =>
  provider.lower(program, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap(({ objects }) => objects);
const sidecarsOf = (program: TrafficModel) => Object.fromEntries(objectsOf(MESHES.istio, program).filter(({ kind }) => kind === 'Sidecar').map(({ metadata, spec }) => {
  const { egress, outboundTrafficPolicy } = spec as { readonly egress: readonly [{ readonly hosts: readonly string[] }]; readonly outboundTrafficPolicy: { readonly mode: string } };
  return [metadata.name.replace(/-v1$/, ''), { hosts: egress[0].hosts, mode: outboundTrafficPolicy.mode }];
}));

const exportsOf = (program: TrafficModel) => objectsOf(MESHES.istio, program).filter(({ kind }) => kind === 'ServiceEntry')
  .map(({ spec }) => (spec as { readonly exportTo: readonly string[] }).exportTo);

describe('Istio', () => {
  const always = ['istio-system/*', 'kube-system/kube-dns.kube-system.svc.cluster.local'];

  test.each(KINDS)('names a host of %s to the pods that call it, and to no others', (kind) => {
    const { lone, web } = sidecarsOf(pairOf(kind, 'http', [8443, 80], 'declared-only'));

    expect(web).toEqual({ hosts: ['shop/api.cards.com', 'shop/api.mail.com', ...always], mode: 'REGISTRY_ONLY' });
    expect(lone).toEqual({ hosts: always, mode: 'REGISTRY_ONLY' });
  });

  test.each(KINDS)('where everything is let out, names a host of %s only if its requests are read', (kind) => {
    const { lone, web } = sidecarsOf(pairOf(kind, 'http', [8443, 80], 'any'));

    const read = isConnection(kind) ? [] : ['shop/api.cards.com'];
    expect(web).toEqual({ hosts: ['*/*.svc.cluster.local', ...read, 'shop/api.mail.com'], mode: 'ALLOW_ANY' });
    expect(lone).toEqual({ hosts: ['*/*.svc.cluster.local'], mode: 'ALLOW_ANY' });
  });

  test('exports a host to the namespaces that reach it, by a router and by a gateway, too', () => {
    const bank = outside('bank', 'api.bank.com', 80, 'http');
    const namespaces = ['shop', 'stock', 'front', 'edge', 'lone'].map((name) => ({ name, origin: { path: 'Shop/Mesh', type: 'Mesh' }, ownership: 'created' as const, retain: true, labels: {} }));
    const lone = service('page', { namespace: 'lone' });
    const router = service('router', { namespace: 'front', kind: 'router', versions: [], routes: [serviceRoute('all', http(), [{ service: 'shop/bank', version: 'external', weight: 1 }])] });
    const edge = { ...gateway([gatewayRoute('all', http(), [to('shop/bank')])]), id: 'edge/gateway', namespace: 'edge' };
    const program = model({ mesh: { namespaces }, services: [bank, router, lone, service('warehouse', { namespace: 'stock', calls: [{ service: 'front/router' }] })], gateways: [edge] });

    expect(exportsOf(program)).toEqual([['.', 'edge', 'front', 'stock']]);
  });

  test.each(['declared-only', 'any'] as const)('exports a host that takes its port for itself to nobody who does not need it: %s', (egress) => {
    const ledger = outside('ledger', 'ledger.example.com', 5432, 'tcp');
    const called = model({ mesh: { egress }, services: [ledger, service('web', { calls: [{ service: 'shop/ledger' }] })] });

    expect(exportsOf(called)).toEqual(egress === 'any' ? [['~']] : [['.']]);
    expect(exportsOf(model({ mesh: { egress }, services: [ledger, service('web')] }))).toEqual([['~']]);
  });

  test('judges hosts that different services call one by one', () => {
    const program = model({
      services: [
        outside('ledger', 'ledger.example.com', 5432, 'tcp'), outside('stock', 'stock.example.com', 5432, 'tcp'),
        service('orders', { calls: [{ service: 'shop/ledger' }] }), service('products', { calls: [{ service: 'shop/stock' }] }),
      ],
    });

    expect(codesOf(program, MESHES.istio)).toEqual([]);
    expect([sidecarsOf(program).orders!.hosts[0], sidecarsOf(program).products!.hosts[0]]).toEqual(['shop/ledger.example.com', 'shop/stock.example.com']);
  });

  test.each([['http', 'refused'], ['tcp', 'written']] as const)('a service of %s on the port of a nameless host is %s', (protocol, outcome) => {
    const inner = service('inner', { ports: [{ port: 5432, targetPort: 5432, protocol }], routes: [] });
    const program = model({ services: [inner, outside('ledger', 'ledger.example.com', 5432, 'tcp'), service('web', { calls: [{ service: 'shop/inner' }, { service: 'shop/ledger' }] })] });

    expect(codesOf(program, MESHES.istio)).toEqual(outcome === 'refused' ? ['MESH121 port'] : []);
  });
});

test('two hosts that nobody calls yet are told apart, too', () => {
  const program = model({ services: [outside('ledger', 'ledger.example.com', 5432, 'tcp'), outside('stock', 'stock.example.com', 5432, 'tcp')] });

  expect(codesOf(program, MESHES.istio)).toEqual(['MESH121 port']);
});

test('two hosts with one address on one port cannot be told apart', () => {
  const program = model({ services: [outside('ledger', 'ledger.example.com', 5432, 'tcp with addresses'), outside('stock', 'stock.example.com', 5432, 'tcp with addresses')] });

  expect(validateModel(program).map(({ code, what }) => `${code} ${what}`)).toEqual([
    "MESH121 'shop/stock' (stock.example.com) and 'shop/ledger' (ledger.example.com) cannot be told apart on port 5432: both have '203.0.113.10'",
  ]);
});

test('a local Envoy gives each host of TLS a listener of its own', () => {
  const { listeners } = lowerToEnvoy(pairOf('tls', 'tls', [443, 443], 'declared-only'), {
    gatewayAddress: (_, { port }) => ({ host: '127.0.0.1', port }), outboundAddress: () => undefined, routes: { kind: 'inline' },
    tcpAddress: (_, called) => ({ host: '127.0.0.1', port: 20_000 + called.name.length }), endpoint: () => ({ host: '127.0.0.1', port: 30_000 }),
  });

  expect(listeners.map(({ name }) => name).filter((name) => String(name).includes('/tcp/'))).toEqual(['calls/shop/web/tcp/shop/cards:443', 'calls/shop/web/tcp/shop/mail:443']);
});
