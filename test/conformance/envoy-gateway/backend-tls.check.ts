/**
 * TLS from gateways to services, translated by Envoy Gateway and spoken by a real Envoy to a server with certificates made for the day. Its authorities and its own
 * certificate are put where the translation names Secrets that the control plane would send.
 */
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { createServer } from 'https';
import type { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import type { TLSSocket } from 'tls';
import { translateWithSecrets } from './egctl';
import { provider } from './programs';
import type { KubeObject } from '../../../lib/kube/object';
import type { EnvoyObject } from '../../../lib/providers/local-envoy';
import { gateway, gatewayRoute, http, model, service, to } from '../../model-builders';
import { ENVIRONMENT } from '../../providers/app-mesh/cases';
import { mustRun } from '../tools';
import { TranslatedGround } from '../translated/ground';
import type { Translation } from '../translated/translation';

interface Pair { readonly certificate: string; readonly key: string }

const folder = mkdtempSync(join(tmpdir(), 'backend-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A certificate for a name, signed by an authority or by itself. */
function made(file: string, name: string, authority?: string): Pair {
  const [certificate, key] = [join(folder, `${file}.crt`), join(folder, `${file}.key`)];
  const signing = authority === undefined ? ['-addext', 'basicConstraints=critical,CA:TRUE'] : ['-CA', join(folder, `${authority}.crt`), '-CAkey', join(folder, `${authority}.key`), '-addext', 'basicConstraints=CA:FALSE'];
  mustRun('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, ...signing]);
  return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
}

const HOST = 'products.shop.svc.cluster.local';
const trusted = made('trusted', 'trusted.test');
made('stranger', 'stranger.test');
const edge = made('edge', 'edge.test', 'trusted');
const SERVERS = {
  'the host of the service': made('host', HOST, 'trusted'),
  'another name': made('other', 'other.test', 'trusted'),
  'the host of the service, signed by somebody else': made('signed-by-stranger', HOST, 'stranger'),
} as const;

function secret(name: string, { certificate, key }: Pair): KubeObject {
  const encoded = (text: string) => Buffer.from(text).toString('base64');
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' }, type: 'kubernetes.io/tls', data: { 'tls.crt': encoded(certificate), 'tls.key': encoded(key), 'ca.crt': encoded(certificate) } };
}

interface Context {
  readonly combinedValidationContext: { readonly defaultValidationContext?: object };
  readonly tlsCertificateSdsSecretConfigs: unknown;
}

/** The cluster with its TLS, as if the control plane had sent the Secrets, to a server on this machine. */
function towards(port: number, { transportSocketMatches, ...cluster }: EnvoyObject): EnvoyObject {
  const [{ transportSocket }] = transportSocketMatches as [{ readonly transportSocket: { readonly typedConfig: { readonly commonTlsContext: Context } } }];
  const { combinedValidationContext: { defaultValidationContext }, tlsCertificateSdsSecretConfigs: _, ...rest } = transportSocket.typedConfig.commonTlsContext;
  const commonTlsContext = {
    ...rest, validationContext: { ...defaultValidationContext, trustedCa: { inlineString: trusted.certificate } },
    tlsCertificates: [{ certificateChain: { inlineString: edge.certificate }, privateKey: { inlineString: edge.key } }],
  };
  return {
    ...cluster, transportSocket: { ...transportSocket, typedConfig: { ...transportSocket.typedConfig, commonTlsContext } },
    loadAssignment: { clusterName: cluster.name, endpoints: [{ lbEndpoints: [{ endpoint: { address: { socketAddress: { address: '127.0.0.1', portValue: port } } } }] }] },
  };
}

/** What a client of the gateway is answered where the pods present a certificate, and whom the pods see. */
async function ask(server: keyof typeof SERVERS, subjectAltNames: readonly string[]) {
  const { certificate: cert, key } = SERVERS[server];
  const pods = createServer({ cert, key, ca: trusted.certificate, requestCert: true, rejectUnauthorized: true }, ({ socket }, answer) => {
    const { servername } = socket as TLSSocket & { readonly servername: string };
    answer.end(JSON.stringify({ asked: servername, client: (socket as TLSSocket).getPeerCertificate().subject.CN }));
  });
  await new Promise<void>((resolve) => pods.listen(0, '127.0.0.1', resolve));
  const program = model({
    services: [service('products')],
    gateways: [gateway([gatewayRoute('all', http(), [to('shop/products')])], {
      clientTls: { enforce: true, certificate: { kind: 'sds', secret: 'edge' }, validation: { trust: { kind: 'sds', secret: 'roots' }, subjectAltNames } },
    })],
  });
  const objects = provider.lower(program, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap((unit) => unit.objects);
  const { port } = pods.address() as AddressInfo;
  const ground = await TranslatedGround.open([{ model: program, objects }], translateWithSecrets([secret('roots', trusted), secret('edge', edge)]),
    (translation: Translation) => ({ ...translation, clusters: translation.clusters.map((cluster) => towards(port, cluster)) }));
  try {
    const { status, body } = await ground.client.send({ address: ground.addressOf('gateway shop/gateway 80')!, version: 'http1', method: 'GET', target: '/', host: 'shop.test', scheme: 'http', headers: {} });
    return { complaints: ground.complaints, status, ...(status === 200 ? JSON.parse(body) as object : {}) };
  } finally {
    await ground.close();
    pods.closeAllConnections();
    pods.close();
  }
}

const SERVED = { complaints: [], status: 200, asked: HOST, client: 'edge.test' };
const REFUSED = { complaints: [], status: 503 };

test.each<[keyof typeof SERVERS, readonly string[], object]>([
  ['the host of the service', [], SERVED],
  ['another name', [], REFUSED],
  ['the host of the service, signed by somebody else', [], REFUSED],
  ['another name', ['other.test'], SERVED],
  ['another name', ['third.test', 'other.test'], SERVED],
  ['the host of the service', ['other.test'], REFUSED],
])('pods with a certificate for %s, where the program names %j', async (server, names, wanted) => {
  expect(await ask(server, names)).toEqual(wanted);
});
