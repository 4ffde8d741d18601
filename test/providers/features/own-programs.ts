/** Features of meshes, services, versions and gateways themselves. */
import type { FeaturePrograms } from './pair';
import type { Listener } from '../../../lib/model/gateway';
import { opaque } from '../../../lib/model/opaque';
import type { Certificate, ListenerTls, Trust } from '../../../lib/model/security';
import type { Service, Version } from '../../../lib/model/service';
import type { MeshSettings, TrafficModel } from '../../../lib/model/traffic-model';
import { gateway, gatewayRoute, http, httpPort, listener, model, service, serviceRoute, shares, to, version } from '../../model-builders';

const ID = 'shop/products';
const MOUNT = { secret: 'certs', path: '/certs' };
const CERTIFICATES = {
  acm: { kind: 'acm', arn: opaque('arn:aws:acm:eu-west-1:111122223333:certificate/1') },
  file: { kind: 'file', chain: '/certs/tls.crt', key: '/certs/tls.key', mount: MOUNT },
  sds: { kind: 'sds', secret: 'products-cert' },
} as const satisfies { readonly [K in Certificate['kind']]: Certificate };
const TRUST = {
  acm: { kind: 'acm', arns: [opaque('arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1')] },
  file: { kind: 'file', chain: '/certs/ca.crt', mount: MOUNT },
  sds: { kind: 'sds', secret: 'products-ca' },
} as const satisfies { readonly [K in Trust['kind']]: Trust };

interface Draft {
  readonly mesh?: Partial<MeshSettings>;
  readonly service?: Partial<Service>;
  readonly version?: Partial<Version>;
  readonly listener?: Partial<Listener>;
  readonly gateway?: Parameters<typeof gateway>[1];
  readonly others?: readonly Service[];
}

function program({ mesh, service: own, version: one, listener: entry, gateway: edge, others = [] }: Draft): TrafficModel {
  const products = service('products', { versions: [version('products', 'v1', one)], ...own });
  return model({
    mesh: { egress: 'any', ...mesh },
    services: [...others, products].sort((a, b) => a.id < b.id ? -1 : 1),
    gateways: [gateway([gatewayRoute('all', http(), [{ ...to(ID), port: 8080 }])], { listeners: [listener(443, 8443, entry)], ...edge })],
  });
}

const pair = (using: Draft, without: Draft = {}): FeaturePrograms => ({ using: program(using), without: program(without) });

type TlsFeature<S extends 'gateway' | 'service'> = `${S}.tls.${ListenerTls['mode']}` | `${S}.tls.certificate.${Certificate['kind']}` | `${S}.tls.clients.${Trust['kind']}`
  | `${S}.client-tls.certificate.${Certificate['kind']}` | `${S}.client-tls.trust.${Trust['kind']}`
  | `${S}.outside-tls.certificate.${Certificate['kind']}` | `${S}.outside-tls.trust.${Trust['kind']}` | `${S}.outside-tls.optional`;

function tls<S extends 'gateway' | 'service'>(stage: S): { readonly [F in TlsFeature<S>]: FeaturePrograms | undefined } {
  const served = (listenerTls: ListenerTls | undefined): Draft => stage === 'gateway' ? { listener: { tls: listenerTls } } : { version: { tls: listenerTls } };
  const calling = (clientTls: Service['clientTls']): Draft => stage === 'gateway' ? { gateway: { clientTls } } : { service: { clientTls } };
  const mode = (kind: ListenerTls['mode']) => served({ mode: kind, certificate: CERTIFICATES.file });
  const clients = (trust: Trust) => pair(served({ mode: 'strict', certificate: CERTIFICATES.file, clients: { trust, subjectAltNames: [] } }), mode('strict'));
  const trusting = (trust: Trust) => pair(calling({ enforce: true, validation: { trust, subjectAltNames: [] } }));
  // the private key of a certificate from ACM never leaves ACM: the model's own rules refuse it
  const presenting = (certificate: Exclude<Certificate, { kind: 'acm' }>) => pair(calling({ enforce: true, certificate, validation: { trust: TRUST.file, subjectAltNames: [] } }),
    calling({ enforce: true, validation: { trust: TRUST.file, subjectAltNames: [] } }));
  // a host outside that speaks HTTP, called by the service or behind the gateway
  const beyond = (clientTls: Service['clientTls']): Draft => stage === 'gateway'
    ? { others: [outside('bank.example.com')], gateway: { clientTls, routes: [gatewayRoute('all', http(), [{ ...to('shop/bank'), version: 'outside' }])] } }
    : { others: [outside('bank.example.com')], service: { calls: [{ service: 'shop/bank', ...(clientTls === undefined ? {} : { tls: clientTls }) }] } };
  const trustingBeyond = (trust: Trust) => pair(beyond({ enforce: true, validation: { trust, subjectAltNames: [] } }), beyond(undefined));
  const presentingBeyond = (certificate: Exclude<Certificate, { kind: 'acm' }>) => pair(beyond({ enforce: true, certificate, validation: { trust: TRUST.file, subjectAltNames: [] } }),
    beyond({ enforce: true, validation: { trust: TRUST.file, subjectAltNames: [] } }));
  const certified = (certificate: Certificate) => pair(served({ mode: 'strict', certificate }));
  return {
    [`${stage}.tls.strict`]: pair(mode('strict')),
    [`${stage}.tls.permissive`]: pair(mode('permissive'), mode('strict')),
    [`${stage}.tls.disabled`]: pair(mode('disabled'), mode('strict')),
    [`${stage}.tls.certificate.acm`]: certified(CERTIFICATES.acm),
    [`${stage}.tls.certificate.file`]: certified(CERTIFICATES.file),
    [`${stage}.tls.certificate.sds`]: certified(CERTIFICATES.sds),
    [`${stage}.tls.clients.acm`]: clients(TRUST.acm),
    [`${stage}.tls.clients.file`]: clients(TRUST.file),
    [`${stage}.tls.clients.sds`]: clients(TRUST.sds),
    [`${stage}.client-tls.certificate.acm`]: undefined,
    [`${stage}.client-tls.certificate.file`]: presenting(CERTIFICATES.file),
    [`${stage}.client-tls.certificate.sds`]: presenting(CERTIFICATES.sds),
    [`${stage}.client-tls.trust.acm`]: trusting(TRUST.acm),
    [`${stage}.client-tls.trust.file`]: trusting(TRUST.file),
    [`${stage}.client-tls.trust.sds`]: trusting(TRUST.sds),
    [`${stage}.outside-tls.certificate.acm`]: undefined,
    [`${stage}.outside-tls.certificate.file`]: presentingBeyond(CERTIFICATES.file),
    [`${stage}.outside-tls.certificate.sds`]: presentingBeyond(CERTIFICATES.sds),
    [`${stage}.outside-tls.trust.acm`]: trustingBeyond(TRUST.acm),
    [`${stage}.outside-tls.trust.file`]: trustingBeyond(TRUST.file),
    [`${stage}.outside-tls.trust.sds`]: trustingBeyond(TRUST.sds),
    [`${stage}.outside-tls.optional`]: pair(beyond({ enforce: false, validation: { trust: TRUST.file, subjectAltNames: [] } }), beyond(undefined)),
  } as { readonly [F in TlsFeature<S>]: FeaturePrograms | undefined };
}

const HEALTH = { protocol: 'http', path: '/healthy', intervalMs: 5000, timeoutMs: 2000, healthyThreshold: 2, unhealthyThreshold: 3 } as const;
const LOGS = {
  default: { path: '/dev/stdout' },
  text: { path: '/dev/stdout', format: { kind: 'text', text: '%REQ(:METHOD)%' } },
  json: { path: '/dev/stdout', format: { kind: 'json', fields: [{ key: 'method', value: '%REQ(:METHOD)%' }] } },
} as const;
const DOCUMENT = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'products-v1', namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'products' } }, template: { metadata: { labels: { app: 'products' } }, spec: { containers: [{ name: 'app', image: 'shop/app:1' }] } } },
};
const outside = (host: string, protocol: Service['ports'][number]['protocol'] = 'http', addresses?: readonly string[]): Service => service('bank', {
  kind: 'external', host, routes: [], ports: [{ port: 8080, targetPort: 8080, protocol }],
  versions: [version('bank', 'outside', { pods: { kind: 'external', host, ...(addresses === undefined ? {} : { addresses }) }, health: undefined })],
});
const CALLED = service('orders', { calls: [{ service: ID }] });
const PRODUCTS_OF_ALL = service('front', { kind: 'router', versions: [], routes: [serviceRoute('all', http(), shares(ID, { v1: 1 }))] });
const traced = (kind: NonNullable<MeshSettings['tracing']>['kind']) => pair({ mesh: { tracing: { kind, address: 'collector.shop' } } });
const found = (discovery: Version['discovery'], other: Version['discovery']) => pair({ version: { discovery } }, { version: { discovery: other } });
const BALANCED = { kind: 'network-load-balancer', scheme: 'internal', sourceRanges: [], annotations: {} } as const;
const ROOT = { kind: 'dns-load-balanced' } as const;

/** Everything but routes. */
export const OWN = {
  ...tls('gateway'),
  ...tls('service'),
  'gateway.listeners.several': pair({ gateway: { listeners: [listener(80, 8080), listener(443, 8443)] } }),
  'service.listeners.several': pair({ service: { ports: [httpPort(), httpPort(8081)], versions: [version('products', 'v1')] } }),
  'gateway.load-balancer-tls': pair({ gateway: { exposure: { ...BALANCED, certificate: CERTIFICATES.acm.arn, tlsPorts: [443] } } }, { gateway: { exposure: BALANCED } }),
  'gateway.health-check': pair({ listener: { health: HEALTH } }),
  'service.health-check': pair({}, { version: { health: undefined } }),
  'gateway.pool': pair({ listener: { pool: { maxConnections: 10 } } }),
  'service.pool': pair({ version: { pool: { maxConnections: 10 } } }),
  'service.stickiness': pair({ version: { stickiness: { cookie: 'shop-session', ttlMs: 0 } } }),
  'service.outlier-detection': pair(
    { version: { discovery: { kind: 'dns-endpoints' }, outliers: { consecutiveErrors: 5, intervalMs: 10_000, baseEjectionMs: 30_000, maxEjectionPercent: 50 } } },
    { version: { discovery: { kind: 'dns-endpoints' } } }),
  'gateway.access-log.default': pair({ gateway: { accessLog: LOGS.default } }),
  'gateway.access-log.text': pair({ gateway: { accessLog: LOGS.text } }, { gateway: { accessLog: LOGS.default } }),
  'gateway.access-log.json': pair({ gateway: { accessLog: LOGS.json } }, { gateway: { accessLog: LOGS.default } }),
  'service.access-log.default': pair({ version: { accessLog: LOGS.default } }),
  'service.access-log.text': pair({ version: { accessLog: LOGS.text } }, { version: { accessLog: LOGS.default } }),
  'service.access-log.json': pair({ version: { accessLog: LOGS.json } }, { version: { accessLog: LOGS.default } }),
  'service.pods.image': pair({}, { version: { pods: { kind: 'existing', labels: { app: 'products' } } } }),
  'service.pods.document': pair({ version: { pods: { kind: 'document', name: 'products-v1', labels: { app: 'products' }, document: DOCUMENT } } }),
  'service.pods.existing': pair({ version: { pods: { kind: 'existing', labels: { app: 'products' } } } }),
  'service.pods.external': pair({ others: [outside('bank.example.com')] }),
  'gateway.protocol.tls': undefined,
  'service.protocol.tls': pair({ others: [outside('bank.example.com', 'tls')] }, { others: [outside('bank.example.com', 'tcp')] }),
  'service.outside.addresses': pair({ others: [outside('bank.example.com', 'tcp', ['203.0.113.10'])] }, { others: [outside('bank.example.com', 'tcp')] }),
  'service.outside.wildcard': pair({ others: [outside('*.example.com', 'tls')] }, { others: [outside('bank.example.com', 'tls')] }),
  'service.aws': pair({ mesh: { egress: 'declared-only' }, service: { aws: { services: [{ name: 's3', regions: [] }] } } }, { mesh: { egress: 'declared-only' } }),
  'service.discovery.dns-load-balanced': found(ROOT, { kind: 'dns-endpoints' }),
  'service.discovery.dns-endpoints': found({ kind: 'dns-endpoints' }, ROOT),
  'service.discovery.cloud-map': found({ kind: 'cloud-map', namespace: 'shop.local', service: 'products', attributes: [] }, ROOT),
  'service.calls': pair({ others: [CALLED], mesh: { egress: 'declared-only' } }, { others: [{ ...CALLED, calls: [] }], mesh: { egress: 'declared-only' } }),
  'service.router': pair({ others: [PRODUCTS_OF_ALL] }),
  'service.identity.version': pair({ service: { identity: 'version' } }),
  'mesh.egress.any': pair({}, { mesh: { egress: 'declared-only' } }),
  'mesh.egress.declared-only': pair({ mesh: { egress: 'declared-only' } }),
  'mesh.shared': pair({ mesh: { owner: '111122223333' } }),
  'mesh.ip-preference': pair({ mesh: { ipPreference: 'ipv4-only' } }),
  'mesh.tracing.x-ray': traced('x-ray'),
  'mesh.tracing.jaeger': traced('jaeger'),
  'mesh.tracing.datadog': traced('datadog'),
} as const;
