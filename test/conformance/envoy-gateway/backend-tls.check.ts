/** TLS from gateways to services, translated by Envoy Gateway and spoken by a real Envoy to servers with certificates made for the day. */
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { createSecureServer } from 'http2';
import { createServer } from 'https';
import type { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import type { TLSSocket } from 'tls';
import { translateWithSecrets } from './egctl';
import { provider } from './programs';
import type { KubeObject } from '../../../lib/kube/object';
import type { ClientTls } from '../../../lib/model/security';
import type { Service } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import type { EnvoyObject } from '../../../lib/providers/local-envoy';
import { gateway, gatewayRoute, http, model, service, to, version } from '../../model-builders';
import { ENVIRONMENT } from '../../providers/app-mesh/cases';
import { mustRun } from '../tools';
import { TranslatedGround, type TranslatedSabotage } from '../translated/ground';
import { inNamespaces } from '../translated/programs';

interface Pair { readonly certificate: string; readonly key: string }

const folder = mkdtempSync(join(tmpdir(), 'backend-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A certificate for a name, `DNS:shop.test`, signed by an authority or by itself. */
function made(file: string, name: string, authority?: string): Pair {
  const [certificate, key] = [join(folder, `${file}.crt`), join(folder, `${file}.key`)];
  const signing = authority === undefined ? ['-addext', 'basicConstraints=critical,CA:TRUE'] : ['-CA', join(folder, `${authority}.crt`), '-CAkey', join(folder, `${authority}.key`), '-addext', 'basicConstraints=CA:FALSE'];
  const own = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', certificate];
  mustRun('openssl', ['req', '-x509', ...own, '-days', '2', '-subj', `/CN=${file}`, '-addext', `subjectAltName=${name}`, ...signing]);
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** Authorities and certificates of the gateway, as Secrets of these names. */
const SECRETS = { roots: made('roots', 'DNS:roots.test'), strangers: made('strangers', 'DNS:strangers.test'), edge: made('edge', 'DNS:edge.test', 'roots'), door: made('door', 'DNS:door.test', 'roots') };

const HOST = (namespace: string) => `products.${namespace}.svc.cluster.local`;

/** What pods present, for the namespace that they are in. */
const SERVERS = {
  'the host of the service': (namespace: string) => made(`host-${namespace}`, `DNS:${HOST(namespace)}`, 'roots'),
  'all hosts of its namespace': (namespace: string) => made(`all-${namespace}`, `DNS:*.${namespace}.svc.cluster.local`, 'roots'),
  'other.test': () => made('other', 'DNS:other.test', 'roots'),
  'bank.test': () => made('bank', 'DNS:bank.test', 'roots'),
  'spiffe://shop/products': () => made('spiffe', 'URI:spiffe://shop/products', 'roots'),
  'the host of the service, signed by a stranger': (namespace: string) => made(`strange-${namespace}`, `DNS:${HOST(namespace)}`, 'strangers'),
} as const;

function secretsOf(namespace: string): readonly KubeObject[] {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  return Object.entries(SECRETS).map(([name, { certificate, key }]) => ({
    apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'kubernetes.io/tls',
    data: { 'tls.crt': encoded(certificate), 'tls.key': encoded(key), 'ca.crt': encoded(certificate) },
  }));
}

/** A gateway in front of pods that speak TLS, and what comes of a request. */
interface Trial {
  readonly what: string;
  readonly pods: keyof typeof SERVERS;
  readonly trust?: 'roots' | 'strangers';
  readonly presents?: 'edge' | 'door';
  readonly names?: readonly string[];
  readonly products?: Partial<Service>;
  /** What the pods speak; HTTP/1.1 when left out. */
  readonly speaks?: '2.0';
  /** Whether the request is one for somebody else, of which the pods get a copy. */
  readonly isCopied?: true;
  readonly wanted: 'served' | 'refused';
}

const served = (what: string, pods: keyof typeof SERVERS, draft: Partial<Trial> = {}): Trial => ({ what, pods, wanted: 'served', ...draft });
const refused = (what: string, pods: keyof typeof SERVERS, draft: Partial<Trial> = {}): Trial => ({ what, pods, wanted: 'refused', ...draft });

const TRIALS: readonly Trial[] = [
  served('its host', 'the host of the service'),
  served('its host among all of a namespace', 'all hosts of its namespace'),
  refused('another host', 'other.test'),
  refused('its host, signed by somebody else', 'the host of the service, signed by a stranger'),
  served('its host, signed by somebody else who is trusted', 'the host of the service, signed by a stranger', { trust: 'strangers' }),
  refused('its host, where somebody else is trusted', 'the host of the service', { trust: 'strangers' }),
  served('a named host', 'other.test', { names: ['other.test'] }),
  served('the second of the named hosts', 'other.test', { names: ['third.test', 'other.test'] }),
  refused('its host, where another is named', 'the host of the service', { names: ['other.test'] }),
  refused('a host below a named one, which is compared as it is written', 'other.test', { names: ['*.test'] }),
  served('a named URI', 'spiffe://shop/products', { names: ['spiffe://shop/products', 'third.test'] }),
  refused('another URI', 'spiffe://shop/products', { names: ['spiffe://shop/product'] }),
  served('its host to a gateway with another certificate', 'the host of the service', { presents: 'door' }),
  served('its host over HTTP/2', 'the host of the service', { speaks: '2.0', products: { ports: [{ port: 8080, targetPort: 8080, protocol: 'http2' }] } }),
  served('its host over HTTP/2, which its port does not say', 'the host of the service', { speaks: '2.0' }),
  served('the host of a service outside of the cluster', 'bank.test', { products: { kind: 'external', versions: [version('products', 'all', { pods: { kind: 'external', host: 'bank.test' } })] } }),
  served('its host to copies', 'the host of the service', { isCopied: true }),
  refused('another host to copies', 'other.test', { isCopied: true }),
];

function programOf({ trust = 'roots', presents = 'edge', names = [], products = {}, isCopied }: Trial): TrafficModel {
  const clientTls: ClientTls = { enforce: true, certificate: { kind: 'sds', secret: presents }, validation: { trust: { kind: 'sds', secret: trust }, subjectAltNames: names }, ports: [8080] };
  const copied = { filters: { mirrors: [{ service: 'shop/products', port: 8080, percent: 100 }] } };
  return model({
    services: [service('products', products), service('plain', { ports: [{ port: 9000, targetPort: 9000, protocol: 'http' }] })],
    gateways: [gateway([isCopied ? gatewayRoute('all', http(), [{ ...to('shop/plain'), port: 9000 }], copied) : gatewayRoute('all', http(), [to('shop/products')])], { clientTls })],
  });
}

/** What pods see of a request. */
interface Seen {
  readonly asked: string;
  readonly client: string;
  readonly version: '1.1' | '2.0';
}

interface TlsPods {
  readonly seen: readonly Seen[];
  readonly port: number;
  close(): void;
}

/** Pods that take no client without a certificate. */
async function openPods({ certificate: cert, key }: Pair, version: Seen['version']): Promise<TlsPods> {
  const seen: Seen[] = [];
  const note = (connection: object) => {
    const { servername } = connection as TLSSocket & { readonly servername: string };
    seen.push({ asked: servername, client: String((connection as TLSSocket).getPeerCertificate().subject.CN), version });
  };
  const options = { cert, key, ca: SECRETS.roots.certificate, requestCert: true, rejectUnauthorized: true };
  const server = version === '1.1' ? createServer(options, ({ socket }, answer) => {
    note(socket);
    answer.end();
  }) : createSecureServer(options, ({ stream }, answer) => {
    note(stream.session!.socket);
    answer.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { seen, port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** The clusters that speak TLS lead to the pods of their namespace. */
function towards(pods: ReadonlyMap<string, TlsPods>, { transportSocket, ...cluster }: EnvoyObject): EnvoyObject {
  if (transportSocket === undefined) return cluster;
  const [, namespace] = /^httproute\/([^/]+)\//.exec(cluster.name as string)!;
  const socketAddress = { address: '127.0.0.1', portValue: pods.get(namespace!)!.port };
  return { ...cluster, transportSocket, loadAssignment: { clusterName: cluster.name, endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress } } }] }] } };
}

/** What comes of each trial, beside what has to. Gateways that present different certificates cannot be asked at once: egctl reads one EnvoyProxy for all. */
async function askAll(trials: readonly Trial[], sabotage: TranslatedSabotage = (translation) => translation) {
  const drafts = trials.map((trial, at) => ({ ...trial, namespace: `t${at}-shop`, model: inNamespaces(programOf(trial), `t${at}-`) }));
  const pods = new Map(await Promise.all(drafts.map(async (trial) => [trial.namespace, await openPods(SERVERS[trial.pods](trial.namespace), trial.speaks ?? '1.1')] as const)));
  const programs = drafts.map((trial) => ({ model: trial.model, objects: provider.lower(trial.model, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap(({ objects }) => objects) }));
  const ground = await TranslatedGround.open(programs, translateWithSecrets(drafts.flatMap(({ namespace }) => secretsOf(namespace))), (translation) => {
    const { clusters, ...rest } = sabotage(translation);
    return { ...rest, clusters: clusters.map((cluster) => towards(pods, cluster)) };
  });
  try {
    const statuses = await Promise.all(drafts.map(async ({ namespace }) => (await ground.client.send({
      address: ground.addressOf(`gateway ${namespace}/gateway 80`)!, version: 'http1', method: 'GET', target: '/', host: 'shop.test', scheme: 'http', headers: {},
    })).status));
    await untilCopied(drafts.filter(({ isCopied, wanted }) => isCopied && wanted === 'served').map(({ namespace }) => pods.get(namespace)!));
    return {
      complaints: ground.complaints,
      outcomes: drafts.map(({ what, namespace }, at) => ({ what, status: statuses[at], seen: pods.get(namespace)!.seen })),
      expected: drafts.map(({ namespace, ...trial }) => ({
        what: trial.what, status: trial.wanted === 'served' || trial.isCopied ? 200 : 503,
        seen: trial.wanted === 'refused' ? [] : [{ asked: trial.pods === 'bank.test' ? trial.pods : HOST(namespace), client: certificateOf(trial), version: trial.speaks ?? '1.1' }],
      })),
    };
  } finally {
    await ground.close();
    for (const one of pods.values()) one.close();
  }
}

/** Copies arrive after the answer. */
async function untilCopied(awaited: readonly TlsPods[]): Promise<void> {
  for (let round = 0; round < 40 && awaited.some(({ seen }) => seen.length === 0); round++) await new Promise((resolve) => setTimeout(resolve, 50));
}

const certificateOf = ({ presents = 'edge' }: Trial) => presents;
const trialsOf = (certificate: 'edge' | 'door') => TRIALS.filter((trial) => certificateOf(trial) === certificate);

test.each(['edge', 'door'] as const)('pods are asked where their certificate is right, and shown the certificate %s of the gateway', async (certificate) => {
  const { complaints, outcomes, expected } = await askAll(trialsOf(certificate));

  expect(complaints).toEqual([]);
  expect(outcomes).toEqual(expected);
});

/** Clusters that speak TLS otherwise than they should. */
const SABOTAGES: { readonly [what: string]: (context: EnvoyObject) => EnvoyObject } = {
  'asks for no name': ({ validationContext, ...rest }) => ({ ...rest, validationContext: { ...validationContext as object, matchTypedSubjectAltNames: undefined } }),
  'trusts anybody': ({ validationContext: _, ...rest }) => rest,
  'shows no certificate': ({ tlsCertificates: _, ...rest }) => rest,
};

test.each(Object.entries(SABOTAGES))('a translation that %s is found', async (_, change) => {
  const edit = (key: string, value: unknown): unknown => key === 'commonTlsContext' ? change(value as EnvoyObject) : value;
  const { outcomes, expected } = await askAll(trialsOf('edge'), ({ clusters, ...rest }) => ({ ...rest, clusters: JSON.parse(JSON.stringify(clusters, edit)) as typeof clusters }));

  expect(outcomes.filter((outcome, at) => JSON.stringify(outcome) !== JSON.stringify(expected[at]))).not.toEqual([]);
});
