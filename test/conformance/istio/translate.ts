/**
 * Istio's own translation of objects for the proxies of gateways, and for those beside calling pods. What is added before: what a cluster would know, pods and endpoints of
 * Services, and the Service that the control plane makes for a gateway. What is taken off after: Istio's own filters, which a plain Envoy does not have, the chains for
 * other protocols than HTTP, and TLS, because no Secrets exist here.
 */
import { spawnSync } from 'child_process';
import type { KubeObject } from '../../../lib/kube/object';
import type { Gateway } from '../../../lib/model/gateway';
import { meshConfigOf } from '../../../lib/providers/istio';
import type { Address, EnvoyObject } from '../../../lib/providers/local-envoy';
import { versionPodLabels } from '../../../lib/providers/workload';
import { istioTranslator } from '../tools';
import type { TranslatedListener, TranslatedProgram, Translator } from '../translated/translation';

/** What goes to the translator. */
interface Proxy {
  readonly name: string;
  readonly kind: 'gateway' | 'sidecar';
  readonly namespace: string;
  readonly ip: string;
  readonly labels: { readonly [key: string]: string };
}

interface Output {
  readonly invalid: readonly string[];
  readonly proxies: { readonly [name: string]: { readonly listeners: readonly Listener[]; readonly routes: readonly RouteConfiguration[]; readonly clusters: readonly Cluster[] } };
}

interface Listener extends EnvoyObject {
  readonly address: { readonly socketAddress: { readonly portValue: number } };
  readonly filterChains?: readonly { readonly filters?: readonly { readonly name: string; readonly typedConfig: Manager }[] }[];
}

interface Manager extends EnvoyObject {
  readonly rds?: { readonly routeConfigName: string };
  readonly httpFilters?: readonly { readonly name: string }[];
}

interface Endpoint {
  readonly address: { readonly socketAddress: { readonly portValue: number } };
}

interface RouteConfiguration extends EnvoyObject {
  readonly name: string;
}

interface Cluster extends EnvoyObject {
  readonly name: string;
  readonly loadAssignment?: { readonly endpoints?: readonly { readonly lbEndpoints?: readonly { readonly endpoint: Endpoint }[] }[] };
}

/** Asks for the proxies of gateways, or for those beside calling pods. */
export function istioTranslatorFor(stage: 'gateway' | 'service'): Translator {
  return async (programs, endpoint) => {
    const fixtures = new Fixtures(programs);
    const proxies = programs.flatMap((program) => fixtures.proxiesOf(program, stage));
    const output = translate({
      objects: [...programs.flatMap(({ objects }) => objects.map(fitting)), ...fixtures.objects], proxies, meshConfig: meshConfigFor(programs),
    });
    const clusters = new Map(Object.values(output.proxies).flatMap((proxy) => proxy.clusters.flatMap((cluster) => {
      const known = clusterOf(cluster, endpoint);
      return known === undefined ? [] : [[cluster.name, known] as const];
    })));
    const listeners = programs.flatMap(({ model }) => stage === 'gateway'
      ? model.gateways.flatMap((gateway) => gateway.listeners.flatMap((listener) =>
        listenerOf(`gateway ${gateway.id} ${listener.port}`, output.proxies[`gateway ${gateway.id}`], listener.port, isTls(listener))))
      : model.services.filter(({ kind }) => kind === 'workload').flatMap((service) => portsOf(model).flatMap((port) =>
        listenerOf(`calls ${service.id} ${port}`, output.proxies[`calls ${service.id}`], port, false))));
    // what leaves the mesh would go to addresses that are not here
    const outside = ['PassthroughCluster', 'BlackHoleCluster'].map((name) => ({ name, type: 'STATIC', loadAssignment: { clusterName: name, endpoints: [] } }));
    return { listeners, clusters: [...clusters.values(), ...outside], complaints: output.invalid };
  };
}

function isTls({ tls }: Gateway['listeners'][number]): boolean {
  return tls !== undefined && tls.mode !== 'disabled';
}

function portsOf({ services }: TranslatedProgram['model']): readonly number[] {
  return [...new Set(services.flatMap(({ ports }) => ports.map(({ port }) => port)))];
}

/** Egress is said by each caller's Sidecar; what is not limited there may go anywhere. */
function meshConfigFor([first]: readonly TranslatedProgram[]): object {
  return { ...meshConfigOf({ ...first!.model, mesh: { ...first!.model.mesh, egress: 'any' } }), enableAutoMtls: false };
}

/** What the control plane makes of objects. Throws what it refuses. */
export function translate({ objects, proxies, meshConfig }: { readonly objects: readonly KubeObject[]; readonly proxies: readonly Proxy[]; readonly meshConfig: object }): Output {
  const isIstio = ({ apiVersion }: KubeObject) => /^(networking|security|telemetry)\.istio\.io\//.test(apiVersion);
  const known = objects.filter((object) => isIstio(object) || READ.has(object.kind));
  const text = (list: readonly KubeObject[]) => list.map((object) => JSON.stringify(object)).join('\n---\n');
  const input = { meshConfig: JSON.stringify(meshConfig), istio: text(known.filter(isIstio)), kubernetes: text(known.filter((object) => !isIstio(object))), proxies };
  const { status, stdout, stderr } = spawnSync(istioTranslator(), [], {
    input: JSON.stringify(input), encoding: 'utf8', maxBuffer: 2 ** 30,
    env: { ...process.env, PILOT_ENABLE_METADATA_EXCHANGE: 'false', PILOT_ENABLE_ALPN_FILTER: 'false' },
  });
  if (status !== 0) throw new Error(`Istio's translator ended with ${status}\n${stderr.slice(-4000)}`);
  // one line of many: the control plane writes its log there, too, before and after
  return JSON.parse(stdout.split('\n').find((line) => line.startsWith('{"invalid"'))!) as Output;
}

/** Kinds of the cluster that the control plane reads. */
const READ = new Set(['Namespace', 'Service', 'Pod', 'EndpointSlice', 'GatewayClass', 'Gateway', 'HTTPRoute', 'GRPCRoute', 'TCPRoute', 'ReferenceGrant']);

/** Listeners without TLS, and an address for each Service. */
function fitting(object: KubeObject): KubeObject {
  if (object.kind !== 'Gateway') return object;
  const copy = JSON.parse(JSON.stringify(object)) as KubeObject & { spec: { listeners: { protocol: string; tls?: object }[]; tls?: object; infrastructure?: object } };
  for (const listener of copy.spec.listeners) {
    if (listener.protocol !== 'HTTPS') continue;
    listener.protocol = 'HTTP';
    delete listener.tls;
  }
  delete copy.spec.tls;
  return copy;
}

/** What a cluster holds beside the objects of the programs. */
class Fixtures {
  readonly objects: KubeObject[] = [];
  private addresses = 0;

  constructor(programs: readonly TranslatedProgram[]) {
    this.objects.push({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'istio' }, spec: { controllerName: 'istio.io/gateway-controller' } });
    for (const { objects } of programs) {
      for (const object of objects) {
        if (object.kind !== 'Service') continue;
        const { ports } = object.spec as { readonly ports: readonly { readonly name: string; readonly targetPort: number }[] };
        (object.spec as { clusterIP?: string }).clusterIP = this.nextAddress();
        this.slice(object.metadata.name, object.metadata.namespace!, ports.map(({ name, targetPort }) => ({ name, port: targetPort })), this.nextAddress());
      }
    }
  }

  proxiesOf({ model }: TranslatedProgram, stage: 'gateway' | 'service'): readonly Proxy[] {
    if (stage === 'gateway') return model.gateways.map((gateway) => this.gatewayProxy(gateway));
    return model.services.filter(({ kind, versions }) => kind === 'workload' && versions.length > 0).map((service) => {
      const ip = this.nextAddress();
      const labels = versionPodLabels(service, service.versions[0]!);
      this.pod(`client-${service.name}`, service.namespace, ip, labels);
      return { name: `calls ${service.id}`, kind: 'sidecar', namespace: service.namespace, ip, labels };
    });
  }

  private gatewayProxy({ id, name, namespace, listeners }: Gateway): Proxy {
    const ip = this.nextAddress();
    const labels = { 'gateway.networking.k8s.io/gateway-name': name };
    const ports = listeners.map(({ port }) => ({ name: `p${port}`, port, targetPort: port, protocol: 'TCP' }));
    this.objects.push({
      apiVersion: 'v1', kind: 'Service', metadata: { name: `${name}-istio`, namespace, labels }, spec: { type: 'ClusterIP', clusterIP: this.nextAddress(), selector: labels, ports },
    });
    this.slice(`${name}-istio`, namespace, ports, ip);
    this.pod(`${name}-istio`, namespace, ip, labels);
    return { name: `gateway ${id}`, kind: 'gateway', namespace, ip, labels };
  }

  private slice(service: string, namespace: string, ports: readonly { readonly name: string; readonly port: number }[], ip: string): void {
    this.objects.push({
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: service, namespace, labels: { 'kubernetes.io/service-name': service } }, addressType: 'IPv4',
      ports: ports.map(({ name, port }) => ({ name, port, protocol: 'TCP' })), endpoints: [{ addresses: [ip], conditions: { ready: true } }],
    });
  }

  private pod(name: string, namespace: string, ip: string, labels: { readonly [key: string]: string }): void {
    this.objects.push({
      apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels }, spec: { containers: [{ name: 'app', image: 'app' }] },
      status: { podIP: ip, podIPs: [{ ip }], phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
    });
  }

  private nextAddress(): string {
    this.addresses += 1;
    return `10.${1 + Math.floor(this.addresses / 62_500)}.${Math.floor(this.addresses / 250) % 250}.${1 + this.addresses % 250}`;
  }
}

/** The chain for HTTP of the listener of a port, with routes inline. */
function listenerOf(entry: string, proxy: Output['proxies'][string] | undefined, port: number, speaksTls: boolean): readonly TranslatedListener[] {
  const managers = (proxy?.listeners ?? []).filter(({ address }) => address.socketAddress.portValue === port)
    .flatMap(({ filterChains = [] }) => filterChains.flatMap(({ filters = [] }) => filters))
    .filter(({ name }) => name === 'envoy.filters.network.http_connection_manager');
  const [manager] = managers;
  if (manager === undefined) return [];
  const { rds, httpFilters = [], ...rest } = manager.typedConfig;
  const { ...routeConfig } = proxy!.routes.find(({ name }) => name === rds?.routeConfigName) ?? { name: 'none', virtualHosts: [] };
  delete (routeConfig as { validateClusters?: boolean }).validateClusters;
  const typedConfig = { ...rest, httpFilters: httpFilters.filter(({ name }) => PLAIN.has(name)), routeConfig };
  return [{ entry, isTls: speaksTls, listener: { filterChains: [{ filters: [{ name: manager.name, typedConfig }] }] } }];
}

/** Filters that every Envoy has. */
const PLAIN = new Set(['fault', 'cors', 'jwt_authn', 'rbac', 'router'].map((name) => `envoy.filters.http.${name}`));

/** A cluster of stub pods, known by the name that the control plane gives it: `outbound|18080||products-v1.shop.svc.cluster.local`. */
function clusterOf(cluster: Cluster, endpoint: (service: string, port: number) => Address | undefined): EnvoyObject | undefined {
  const [direction, port, , host] = cluster.name.split('|');
  if (direction !== 'outbound') return undefined;
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(host!) ?? [];
  const outside = cluster.loadAssignment?.endpoints?.[0]?.lbEndpoints?.[0]?.endpoint.address.socketAddress.portValue;
  const known = name === undefined ? endpoint(host!, outside ?? Number(port)) : endpoint(`${namespace}/${name}`, Number(port));
  const rest = Object.fromEntries(Object.entries(cluster).filter(([key]) => !LEFT_OUT.has(key)));
  const lbEndpoints = known === undefined ? [] : [{ endpoint: { address: { socketAddress: { address: known.host, portValue: known.port } } } }];
  return { ...rest, type: 'STATIC', loadAssignment: { clusterName: cluster.name, endpoints: [{ lbEndpoints }] } };
}

/** Where the control plane would send addresses and certificates from. */
const LEFT_OUT = new Set(['edsClusterConfig', 'loadAssignment', 'transportSocketMatches', 'transportSocket', 'metadata', 'filters', 'dnsLookupFamily', 'dnsRefreshRate', 'respectDnsTtl', 'clusterType']);
