/**
 * Where connections go that leave the mesh, as Istio's control plane tells the proxies beside the calling pods: every pair of hosts outside, on one port and on two, with
 * each egress. Chains of listeners are chosen as Envoy chooses them.
 * @see https://www.envoyproxy.io/docs/envoy/v1.40.0/api-v3/config/listener/v3/listener_components.proto#config-listener-v3-filterchainmatch
 */
import { translate } from './translate';
import type { KubeObject } from '../../../lib/kube/object';
import { isWithin } from '../../../lib/model/networks';
import type { Service } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { validateModel } from '../../../lib/model/validate';
import { istioProvider, meshConfigOf } from '../../../lib/providers/istio';
import { model, service } from '../../model-builders';
import { isConnection, KINDS, outside, pairOf, type Kind } from '../../outside-programs';
import { ENVIRONMENT } from '../../providers/app-mesh/cases';

const provider = istioProvider();

/** What a proxy sees of a connection. */
interface Connection {
  readonly address: string;
  readonly port: number;
  /** Server name of a TLS handshake. */
  readonly sni?: string;
  /** Host of a request in plain text. */
  readonly host?: string;
}

interface Chain {
  readonly filterChainMatch?: {
    readonly serverNames?: readonly string[];
    readonly transportProtocol?: string;
    readonly applicationProtocols?: readonly string[];
    readonly prefixRanges?: readonly { readonly addressPrefix: string; readonly prefixLen?: number }[];
  };
  readonly filters: readonly { readonly typedConfig: { readonly cluster?: string; readonly rds?: { readonly routeConfigName: string } } }[];
}

type Proxies = ReturnType<typeof translate>['proxies'];
interface Listener {
  readonly name: string;
  readonly filterChains?: readonly Chain[];
  readonly defaultFilterChain?: Chain;
}
interface Routes {
  readonly name: string;
  readonly virtualHosts: readonly { readonly domains: readonly string[]; readonly routes: readonly { readonly route?: { readonly cluster?: string } }[] }[];
}

/** Proxies of services, for a program of its own objects. */
function proxiesOf(program: TrafficModel, callers: readonly string[]): Proxies {
  const objects = provider.lower(program, { environment: ENVIRONMENT, roleArns: new Map() }).flatMap((unit) => unit.objects).filter(({ kind }) => kind !== 'Deployment');
  const cluster = objects.map((object, at): KubeObject => object.kind === 'Service' ? { ...object, spec: { ...object.spec as object, clusterIP: `10.96.0.${at + 1}` } } : object);
  const { invalid, proxies } = translate({
    objects: cluster, meshConfig: { ...meshConfigOf(program), enableAutoMtls: false },
    proxies: callers.map((name, at) => ({ name, kind: 'sidecar' as const, namespace: 'shop', ip: `10.1.0.${at + 1}`, labels: { 'mesh.cdk-eks-mesh.dev/service': name, 'mesh.cdk-eks-mesh.dev/version': 'v1' } })),
  });
  expect(invalid).toEqual([]);
  return proxies;
}

/** The cluster that a connection is sent to; `refused` where the proxy answers itself. */
function clusterFor(proxy: Proxies[string], connection: Connection): string {
  const listeners = proxy.listeners as unknown as readonly Listener[];
  const found = [`${connection.address}_${connection.port}`, `0.0.0.0_${connection.port}`, 'virtualOutbound'].flatMap((name) => listeners.filter((one) => one.name === name)).at(0)!;
  const chain = chosen(found, connection);
  const { cluster, rds } = chain.filters.map(({ typedConfig }) => typedConfig).find((config) => config.cluster !== undefined || config.rds !== undefined)!;
  return cluster ?? clusterOfRequest(proxy.routes as unknown as readonly Routes[], rds!.routeConfigName, connection);
}

function chosen({ filterChains = [], defaultFilterChain }: Listener, connection: Connection): Chain {
  const fitting = filterChains.filter(({ filterChainMatch = {} }) => fits(filterChainMatch, connection));
  // addresses count first, then server names, the longest first
  const weight = ({ filterChainMatch: { prefixRanges = [], serverNames = [] } = {} }: Chain) =>
    [prefixRanges.length > 0 ? 1 : 0, Math.max(0, ...serverNames.map((name) => name.length))] as const;
  const [best] = [...fitting].sort((a, b) => weight(b)[0] - weight(a)[0] || weight(b)[1] - weight(a)[1]);
  return best ?? defaultFilterChain!;
}

function fits(match: NonNullable<Chain['filterChainMatch']>, { address, sni, host }: Connection): boolean {
  const { serverNames, transportProtocol, applicationProtocols, prefixRanges, ...rest } = match;
  // the chain of virtualOutbound for its own port
  if ('destinationPort' in rest) return false;
  const isNamed = serverNames === undefined || (sni !== undefined && serverNames.some((name) => name === sni || (name.startsWith('*.') && sni.endsWith(name.slice(1)))));
  const isSpoken = transportProtocol === undefined || (transportProtocol === 'tls') === (sni !== undefined);
  return isNamed && isSpoken && (applicationProtocols === undefined || host !== undefined)
    && (prefixRanges === undefined || isWithin(address, prefixRanges.map(({ addressPrefix, prefixLen = 0 }) => `${addressPrefix}/${prefixLen}`)));
}

function clusterOfRequest(all: readonly Routes[], name: string, { host, port }: Connection): string {
  const hosts = all.find((routes) => routes.name === name)!.virtualHosts;
  const has = (wanted: readonly string[]) => hosts.find(({ domains }) => wanted.some((one) => domains.includes(one)));
  const found = has([host!, `${host}:${port}`]) ?? has(['*'])!;
  return found.routes[0]!.route?.cluster ?? 'refused';
}

const ADDRESSES: { readonly [name: string]: string } = { cards: '203.0.113.10', mail: '203.0.113.11' };

/** A connection to a host, as its kind speaks. */
function connectionTo({ name, host, ports: [port] }: Pick<Service, 'name' | 'host' | 'ports'>, kind: Kind): Connection {
  const to = { address: ADDRESSES[name]!, port: port!.port };
  if (!isConnection(kind)) return { ...to, host };
  return kind === 'tls' ? { ...to, sni: host } : to;
}

/** Connections that nothing declares, in every form. */
const undeclared = (port: number): readonly Connection[] => {
  const to = { address: '198.51.100.7', port };
  return [to, { ...to, sni: 'example.com' }, { ...to, host: 'example.com' }];
};

const LEFT_ALONE = { 'declared-only': ['BlackHoleCluster', 'refused', 'block_all'], 'any': ['PassthroughCluster'] } as const;
const cases = (['declared-only', 'any'] as const).flatMap((egress) => [true, false].flatMap((isShared) => KINDS.flatMap((one, at) => KINDS.slice(at).map((other) => (
  { egress, ports: isShared ? [8443, 8443] as const : [8443, 9443] as const, one, other })))))
  .filter(({ one, other, ports, egress }) => validateModel(pairOf(one, other, ports, egress)).every(({ severity }) => severity !== 'error'));

test.each(cases)('$egress, ports $ports: $one and $other', ({ egress, ports, one, other }) => {
  const program = pairOf(one, other, ports, egress);
  const { web, lone } = proxiesOf(program, ['web', 'lone']);
  const isOpen = egress === 'any';

  for (const [name, kind] of [['cards', one], ['mail', other]] as const) {
    const called = program.services.find((candidate) => candidate.name === name)!;
    const connection = connectionTo(called, kind);
    // what is let out anyway goes on to where it was going
    expect(clusterFor(web!, connection)).toBe(isOpen && isConnection(kind) ? 'PassthroughCluster' : `outbound|${connection.port}||${called.host}`);
    expect(LEFT_ALONE[egress]).toContain(clusterFor(lone!, connection));
  }
  const nameless = new Set<number>([...(one === 'tcp' ? [ports[0]] : []), ...(other === 'tcp' ? [ports[1]] : [])]);
  for (const connection of [8443, 9443].flatMap(undeclared)) {
    // a host of plain TCP without addresses has its port for itself, where nothing else is allowed anyway
    if (!isOpen && nameless.has(connection.port)) continue;
    expect(LEFT_ALONE[egress]).toContain(clusterFor(web!, connection));
  }
});

test('a role lets its pods out to what its rights are for, and no other pods', () => {
  const granted = { aws: { services: [{ name: 's3', regions: [] }] } };
  const { web, lone } = proxiesOf(model({ services: [service('lone'), service('web', granted)] }), ['web', 'lone']);
  const tls = (sni: string): Connection => ({ address: '52.95.1.1', port: 443, sni });
  const agent: Connection = { address: '169.254.170.23', port: 80, host: '169.254.170.23' };

  expect(['s3.eu-west-1.amazonaws.com', 'images.s3.eu-west-1.amazonaws.com', 'sts.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com'].map((host) => clusterFor(web!, tls(host)))).toEqual([
    'outbound|443||s3.eu-west-1.amazonaws.com', 'outbound|443||*.s3.eu-west-1.amazonaws.com', 'outbound|443||sts.eu-west-1.amazonaws.com', 'BlackHoleCluster',
  ]);
  expect([clusterFor(web!, agent), clusterFor(web!, { ...agent, address: '169.254.169.254' })]).toEqual(['outbound|80||pod-identity-agent.eks.internal', 'BlackHoleCluster']);
  expect([clusterFor(lone!, tls('s3.eu-west-1.amazonaws.com')), clusterFor(lone!, agent)]).toEqual(['BlackHoleCluster', 'BlackHoleCluster']);
});

test('TLS to a host outside is TLS to its server name, with the authorities that the program trusts, from the pods that speak it alone', () => {
  const tls = { enforce: true, validation: { trust: { kind: 'file', chain: '/certs/ca/ca.crt', mount: { secret: 'ca', path: '/certs/ca' } }, subjectAltNames: [] } } as const;
  const bank = outside('bank', 'api.bank.com', 443, 'http');
  const { web, plain } = proxiesOf(model({ services: [bank, service('plain', { calls: [{ service: bank.id }] }), service('web', { calls: [{ service: bank.id, tls }] })] }), ['web', 'plain']);
  const socketOf = (proxy: Proxies[string]) => proxy.clusters.find(({ name }) => name === 'outbound|443||api.bank.com')!.transportSocket as object | undefined;

  const text = JSON.stringify(socketOf(web!));
  expect(socketOf(web!)).toMatchObject({ name: 'envoy.transport_sockets.tls', typedConfig: { sni: 'api.bank.com' } });
  expect(text).toContain('/certs/ca/ca.crt');
  expect(text).toContain('{"exact":"api.bank.com"}');
  expect(JSON.stringify(socketOf(plain!) ?? {})).not.toContain('sni');
});
