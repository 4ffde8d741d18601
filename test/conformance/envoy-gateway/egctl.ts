/**
 * Envoy Gateway's own translation of objects, and the conditions that it gives them. What is changed before: one class for all programs, because egctl reads one; an address
 * for each Service, which stands for its pods; listeners without TLS, because no Secrets exist here.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { withSecrets } from './secrets';
import { egctl } from './translator';
import type { KubeObject } from '../../../lib/kube/object';
import type { Address, EnvoyObject } from '../../../lib/providers/local-envoy';
import { mustRun } from '../tools';
import type { TranslatedListener, TranslatedProgram, Translator } from '../translated/translation';

/** Kinds that egctl knows. */
const KNOWN = new Set([
  'Gateway', 'HTTPRoute', 'GRPCRoute', 'ReferenceGrant', 'BackendTLSPolicy', 'BackendTrafficPolicy', 'ClientTrafficPolicy', 'SecurityPolicy', 'HTTPRouteFilter', 'Backend', 'Service', 'Namespace',
  'EnvoyProxy',
]);

const CLASS = 'proof';

/** Translates programs that all keep or all sort their routes. */
export const translateWithEgctl: Translator = async (programs, endpoint) => translateWithSecrets([])(programs, endpoint);

/** As `translateWithEgctl`, with Secrets in the cluster, which stand in clusters as the proxies would get them. */
export const translateWithSecrets = (secrets: readonly KubeObject[]): Translator => async (programs, endpoint) => {
  const services = new Map<string, string>();
  const objects = [...secrets, ...programs.flatMap(({ objects: own }) => own).filter(({ kind }) => KNOWN.has(kind)).map((object, at) => withoutTls(fitting(object, at, services)))];
  const output = translate(objects);
  const listeners = programs.flatMap((program) => listenersOf(program, output.xds));
  const clusters = Object.entries(output.xds).flatMap(([gateway, { configs }]) => clustersOf(gateway, configs, (address, port) => {
    const service = services.get(address);
    return service === undefined ? endpoint(address, port) : endpoint(service, port);
  }));
  return {
    listeners,
    clusters: secrets.length === 0 ? clusters : withSecrets(clusters, secrets, askEgctl('ir', yamlOf(objects))),
    complaints: complaintsOf(output),
  };
};

/** Objects with their conditions, and what proxies would load. */
export interface Output {
  readonly xds: { readonly [gateway: string]: { readonly configs: readonly Dump[] } };
  readonly [kind: string]: unknown;
}

interface Dump {
  readonly '@type': string;
  readonly 'dynamicListeners'?: readonly { readonly activeState: { readonly listener: EnvoyObject & { readonly name: string } } }[];
  readonly 'dynamicRouteConfigs'?: readonly { readonly routeConfig: EnvoyObject & { readonly name: string } }[];
  readonly 'dynamicActiveClusters'?: readonly { readonly cluster: Cluster }[];
  readonly 'dynamicEndpointConfigs'?: readonly { readonly endpointConfig: Assignment }[];
}

interface Socket {
  readonly address: string;
  readonly portValue: number;
}

interface Assignment {
  readonly clusterName: string;
  readonly endpoints?: readonly { readonly lbEndpoints?: readonly { readonly endpoint: { readonly address: { readonly socketAddress: Socket } } }[] }[];
}

interface Cluster extends EnvoyObject {
  readonly name: string;
  readonly edsClusterConfig?: { readonly serviceName?: string };
  readonly loadAssignment?: Assignment;
  readonly transportSocket?: object;
}

/** What egctl says of objects. Throws what it refuses. Gateways whose proxies sort routes are asked apart from those that list them: egctl reads one EnvoyProxy for all. */
export function translate(objects: readonly KubeObject[]): Output {
  const sorted = sortedGateways(objects);
  const isSorted = (object: KubeObject) => gatewaysOf(object, objects).some((gateway) => sorted.has(gateway));
  if (sorted.size === 0) return translateAlike(objects);
  const shared = objects.filter((object) => gatewaysOf(object, objects).length === 0);
  const listed = translateAlike(objects.filter((object) => !isSorted(object)));
  const other = translateAlike([...shared, ...objects.filter(isSorted)]);
  const lists = Object.keys({ ...listed, ...other }).map((key) => [key, [...listOf(listed, key), ...listOf(other, key)]]);
  return { ...Object.fromEntries(lists) as object, xds: { ...listed.xds, ...other.xds } };
}

function listOf(output: Output, kind: string): readonly unknown[] {
  const list = output[kind];
  return Array.isArray(list) ? list as readonly unknown[] : [];
}

function sortedGateways(objects: readonly KubeObject[]): ReadonlySet<string> {
  const proxies = objects.filter(({ kind, spec }) => kind === 'EnvoyProxy' && (spec as { readonly preserveRouteOrder?: boolean }).preserveRouteOrder !== true);
  return new Set(proxies.map(({ metadata: { namespace, name } }) => `${namespace}/${name}`));
}

interface Attached {
  readonly parentRefs?: readonly Reference[];
  readonly targetRefs?: readonly (Reference & { readonly kind: string })[];
}

interface Reference {
  readonly name: string;
  readonly namespace?: string;
}

/** The gateways that an object belongs to; an EnvoyProxy has the name of its gateway. None for what every gateway may use. */
function gatewaysOf({ kind, metadata: { namespace, name }, spec }: KubeObject, objects: readonly KubeObject[]): readonly string[] {
  if (kind === 'Gateway' || kind === 'EnvoyProxy') return [`${namespace}/${name}`];
  const { parentRefs = [], targetRefs = [] } = (spec ?? {}) as Attached;
  const of = (reference: Reference) => `${reference.namespace ?? namespace}/${reference.name}`;
  return [...parentRefs.map(of), ...targetRefs.flatMap((target) => {
    if (target.kind === 'Gateway') return [of(target)];
    const route = objects.find((one) => one.kind === target.kind && one.metadata.name === target.name && one.metadata.namespace === namespace);
    return route === undefined ? [] : gatewaysOf(route, objects);
  })];
}

/** What was translated before: sabotaged campaigns ask the same programs. */
const TRANSLATED = new Map<string, Output>();

function translateAlike(objects: readonly KubeObject[]): Output {
  const text = yamlOf(objects);
  const known = TRANSLATED.get(text) ?? translateText(text);
  TRANSLATED.set(text, known);
  return known;
}

function yamlOf(objects: readonly KubeObject[]): string {
  const gatewayClass = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: CLASS }, spec: { controllerName: 'gateway.envoyproxy.io/gatewayclass-controller' } };
  return [gatewayClass, ...objects].map((object) => JSON.stringify(object)).join('\n---\n');
}

function translateText(objects: string): Output {
  const text = askEgctl('xds,gateway-api', objects);
  return { xds: {}, ...JSON.parse(text) as Partial<Output> };
}

/** The JSON of a translation, which warnings may precede. */
function askEgctl(target: 'xds,gateway-api' | 'ir', objects: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'egctl-'));
  try {
    const file = join(folder, 'objects.yaml');
    writeFileSync(file, objects);
    const text = mustRun(egctl(), ['x', 'translate', '--from', 'gateway-api', '--to', target, ...(target === 'ir' ? [] : ['-t', 'all']), '-o', 'json', '-f', file]);
    return text.slice(text.indexOf('{'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the conditions of objects say, with Secrets for whatever certificates they name. */
export interface Statuses {
  readonly complaints: readonly string[];
  /** Objects that have conditions, `HTTPRoute shop/edge-80`. */
  readonly judged: readonly string[];
  /** Gateways whose proxies get listeners, `shop/edge`. */
  readonly gateways: readonly string[];
}

/** The conditions of the objects as they are, TLS included. */
export function statusesOf(objects: readonly KubeObject[]): Statuses {
  const known = objects.filter(({ kind }) => KNOWN.has(kind)).map((object, at) => fitting(object, at, new Map()));
  const output = translate([...secretsFor(known), ...known]);
  const conditioned = listsOf(output).filter((object) => JSON.stringify(object.status ?? {}).includes('"conditions":[{'));
  return {
    complaints: complaintsOf(output),
    judged: conditioned.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`).filter((key) => !key.startsWith('GatewayClass')).sort(),
    gateways: Object.entries(output.xds).filter(([, { configs }]) => configs.some(({ dynamicListeners = [] }) => dynamicListeners.length > 0)).map(([gateway]) => gateway).sort(),
  };
}

/** Secrets with a certificate made for the day, for each name that the objects refer to. */
function secretsFor(objects: readonly KubeObject[]): readonly KubeObject[] {
  const keys = new Set<string>();
  for (const { metadata: { namespace }, ...object } of objects) {
    for (const [, kind, name] of JSON.stringify(object).matchAll(/"(certificateRefs|caCertificateRefs)":\[\{[^}]*"name":"([^"]+)"/g)) if (kind !== undefined) keys.add(`${namespace}/${name}`);
  }
  if (keys.size === 0) return [];
  const { certificate, key } = selfSigned();
  const [encodedCertificate, encodedKey] = [certificate, key].map((text) => Buffer.from(text).toString('base64'));
  return [...keys].map((one) => ({
    apiVersion: 'v1', kind: 'Secret', metadata: { namespace: one.split('/')[0]!, name: one.split('/')[1]! }, type: 'kubernetes.io/tls',
    data: { 'tls.crt': encodedCertificate, 'tls.key': encodedKey, 'ca.crt': encodedCertificate },
  }));
}

function selfSigned(): { readonly certificate: string; readonly key: string } {
  const folder = mkdtempSync(join(tmpdir(), 'certificate-'));
  try {
    const [certificate, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
    mustRun('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=shop.example.com', '-addext', 'subjectAltName=DNS:shop.example.com']);
    return { certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The object in the one class, a Service with an address; notes which Service an address stands for. */
function fitting(object: KubeObject, at: number, services: Map<string, string>): KubeObject {
  if (object.kind === 'Gateway') return { ...object, spec: { ...object.spec as object, gatewayClassName: CLASS } };
  if (object.kind !== 'Service') return object;
  const address = `10.${1 + Math.floor(at / 62_500)}.${Math.floor(at / 250) % 250}.${1 + at % 250}`;
  services.set(address, `${object.metadata.namespace}/${object.metadata.name}`);
  return { ...object, spec: { ...object.spec as object, clusterIP: address } };
}

function withoutTls(object: KubeObject): KubeObject {
  if (object.kind !== 'Gateway') return object;
  const spec = object.spec as { readonly listeners: readonly { readonly protocol: string; readonly tls?: object }[] };
  return { ...object, spec: { ...spec, listeners: spec.listeners.map(({ tls: _, ...listener }) => ({ ...listener, protocol: 'HTTP' })) } };
}

function listenersOf({ model }: TranslatedProgram, xds: Output['xds']): readonly TranslatedListener[] {
  return model.gateways.flatMap((gateway) => {
    const configs = xds[gateway.id]?.configs ?? [];
    const routes = new Map(configs.flatMap(({ dynamicRouteConfigs = [] }) => dynamicRouteConfigs.map(({ routeConfig }) => [routeConfig.name, routeConfig])));
    const found = new Map(configs.flatMap(({ dynamicListeners = [] }) => dynamicListeners.map(({ activeState: { listener } }) => [listener.name, listener])));
    return gateway.listeners.flatMap(({ port, protocol, tls }) => {
      const listener = found.get(`${gateway.id}/${protocol}-${port}`);
      if (listener === undefined) return [];
      return [{ entry: `gateway ${gateway.id} ${port}`, listener: withRoutes(listener, routes), isTls: tls !== undefined && tls.mode !== 'disabled' }];
    });
  });
}

/** Routes inline instead of from a control plane. */
function withRoutes(listener: EnvoyObject, routes: ReadonlyMap<string, EnvoyObject>): EnvoyObject {
  const inline = (_: string, value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !('rds' in value)) return value;
    const { rds, ...rest } = value as { readonly rds: { readonly routeConfigName: string } };
    const { '@type': _type, ...routeConfig } = routes.get(rds.routeConfigName) ?? { '@type': '', 'name': rds.routeConfigName, 'virtualHosts': [] };
    return { ...rest, routeConfig };
  };
  const { '@type': _, ...own } = JSON.parse(JSON.stringify(listener, inline)) as EnvoyObject;
  return own;
}

/** Clusters of stub pods; names of clusters tell gateways apart already, those of the proxies' own traffic go. */
function clustersOf(gateway: string, configs: readonly Dump[], endpoint: (address: string, port: number) => Address | undefined): readonly EnvoyObject[] {
  const assignments = new Map(configs.flatMap(({ dynamicEndpointConfigs = [] }) => dynamicEndpointConfigs.map(({ endpointConfig }) => [endpointConfig.clusterName, endpointConfig])));
  return configs.flatMap(({ dynamicActiveClusters = [] }) => dynamicActiveClusters).flatMap(({ cluster }) => {
    const { '@type': _, edsClusterConfig, loadAssignment, dnsLookupFamily: __, clusterType: ___, dnsRefreshRate: ____, respectDnsTtl: _____, ...rest } = cluster;
    const assignment = loadAssignment ?? assignments.get(edsClusterConfig?.serviceName ?? cluster.name);
    const targets = (assignment?.endpoints ?? []).flatMap(({ lbEndpoints = [] }) => lbEndpoints).flatMap(({ endpoint: { address: { socketAddress } } }) => {
      const known = endpoint(socketAddress.address, socketAddress.portValue);
      if (known === undefined) throw new Error(`gateway ${gateway}: cluster ${cluster.name} leads to ${socketAddress.address}:${socketAddress.portValue}, which is no pod of the programs`);
      return [{ endpoint: { address: { socketAddress: { address: known.host, portValue: known.port } } } }];
    });
    return [{ ...rest, type: 'STATIC', loadAssignment: { clusterName: cluster.name, endpoints: [{ lbEndpoints: targets }] } }];
  });
}

/** Conditions that do not say yes, of gateways, routes and policies. */
export function complaintsOf(output: Output): readonly string[] {
  const complaints: string[] = [];
  const visit = (path: string, value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) return value.forEach((one) => visit(path, one));
    for (const [key, part] of Object.entries(value)) {
      if (key === 'conditions') complaints.push(...(part as readonly Condition[] | null ?? []).filter(isBad).map(({ type, status, message }) => `${path}: ${type} is ${status}: ${message}`));
      else visit(path, part);
    }
  };
  for (const { kind, metadata: { namespace, name }, status } of listsOf(output)) visit(`${kind} ${namespace}/${name}`, status);
  return complaints;
}

function listsOf(output: Output): readonly (KubeObject & { readonly status?: object })[] {
  return Object.entries(output).flatMap(([kind, list]) => kind === 'xds' || !Array.isArray(list) ? [] : list as readonly KubeObject[]);
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message: string;
}

function isBad({ type, status }: Condition): boolean {
  return BAD[type] === undefined ? status !== 'True' : BAD[type] === status;
}

/** Conditions that are bad when true; of every other type, anything but true is. */
const BAD: { readonly [type: string]: string } = { Conflicted: 'True', Overridden: 'Never', Programmed: 'Never', Merged: 'Never', Warning: 'True', Deprecated: 'True' };
