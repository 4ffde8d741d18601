/** Calls between services: the proxy beside a caller's pods, which knows the hosts it may call, and a listener for each TCP port. */
import { socketAddress } from './addresses';
import { clusterOf } from './clusters';
import { httpListener, type HttpListener } from './listeners';
import { scoped, serviceOf, versionPort, type Mesh } from './mesh';
import { outboundName, tcpListenerName } from './names';
import type { EnvoyObject } from './options';
import { ANYTHING } from './routes/match';
import { duration } from './routes/policy';
import { shareOf, type Tables } from './tables';
import { lowerUnrouted, lowerUnroutedTcp } from './unrouted';
import { arrivalPort, kindOf } from '../../model/arrival';
import { orderedServiceRoutes } from '../../model/precedence';
import type { Service, ServicePort, ServiceRoute } from '../../model/service';
import { refusesUndeclared, routesCalls } from '../../model/service-to-service';

/** The outbound listeners of all callers that are given an address. */
export function lowerCalls(mesh: Mesh, tables: Tables): readonly HttpListener[] {
  const { services } = mesh.model;
  const domains = new Map([...new Set(services.map(({ namespace }) => namespace))].map((namespace) => [namespace, domainsIn(namespace, services)]));
  return services.filter(({ kind }) => kind === 'workload').flatMap((caller) => {
    const address = mesh.options.outboundAddress(caller);
    if (address === undefined) return [];
    const hosts = callableBy(mesh, caller).flatMap((called) => {
      const names = domains.get(caller.namespace)!.get(called);
      return names === undefined ? [] : [{ name: called.host, domains: names, routes: lowerCalled(mesh, tables, called) }];
    });
    const routes = { ignore_port_in_host_matching: true, virtual_hosts: [...hosts, elsewhere(mesh, caller)] };
    return [httpListener(mesh, { name: outboundName(caller.id), address, isEntrance: true, endsTls: false, routes })];
  });
}

/** The listeners of TCP ports that are given an address. */
export function lowerTcpCalls(mesh: Mesh): readonly EnvoyObject[] {
  return mesh.model.services.filter(({ kind }) => kind === 'workload').flatMap((caller) => callableBy(mesh, caller).flatMap((called) =>
    called.ports.filter(({ protocol }) => kindOf(protocol) === 'tcp').flatMap((port) => lowerTcpPort(mesh, caller, called, port))));
}

/** The services whose hosts the caller's proxy lets through. */
function callableBy({ model }: Mesh, caller: Service): readonly Service[] {
  return refusesUndeclared(model.mesh) ? model.services.filter(({ id }) => caller.calls.some(({ service }) => service === id)) : model.services;
}

/** Endings that the name search of a pod completes, in its order. */
function searchOf(namespace: string): readonly string[] {
  return ['', '.svc.cluster.local', '.cluster.local', `.${namespace}.svc.cluster.local`];
}

/** For callers of a namespace: each service's host, and the short forms that complete to it and to no other service before it. */
function domainsIn(namespace: string, services: readonly Service[]): ReadonlyMap<Service, readonly string[]> {
  const byHost = new Map(services.map((service) => [service.host, service]));
  const taken = new Set<string>();
  const domains = new Map<Service, string[]>();
  for (const ending of searchOf(namespace)) {
    for (const [host, service] of byHost) {
      const short = host.slice(0, host.length - ending.length);
      if (short === '' || !host.endsWith(ending) || taken.has(short)) continue;
      taken.add(short);
      domains.set(service, [...domains.get(service) ?? [], short]);
    }
  }
  return domains;
}

/** A port that the caller writes after the host chooses among several; the first one is meant otherwise. */
function lowerCalled(mesh: Mesh, tables: Tables, called: Service): readonly EnvoyObject[] {
  const [first, ...others] = called.ports.filter(({ protocol }) => kindOf(protocol) !== 'tcp');
  if (first === undefined) return [];
  const lead = (port: ServicePort, match: EnvoyObject): EnvoyObject => {
    if (!routesCalls(mesh.model.mesh)) return { name: `${called.id}:${port.port}`, ...lowerUnrouted(mesh, called, port), match };
    const target = tables.ask({ service: called, port: port.port, kind: kindOf(port.protocol), isMirror: false });
    return {
      name: `${called.id}:${port.port}`,
      match,
      route: { weighted_clusters: { clusters: [shareOf(target, 1)] }, timeout: duration(0), idle_timeout: duration(0) },
    };
  };
  return [
    ...others.map((port) => lead(port, { ...ANYTHING, headers: [{ name: ':authority', string_match: { suffix: `:${port.port}` } }] })),
    lead(first, ANYTHING),
  ];
}

/** Every other host: not declared, or not on this machine. */
function elsewhere({ model }: Mesh, caller: Service): EnvoyObject {
  const reason = refusesUndeclared(model.mesh)
    ? `service '${caller.id}' does not declare a call of this host, and the mesh lets out only what is declared`
    : 'this host is none of the mesh, and a local preview sends nothing to other machines';
  return { name: '*', domains: ['*'], routes: [{ name: 'elsewhere', match: ANYTHING, direct_response: { status: 502, body: { inline_string: `${reason}\n` } } }] };
}

function lowerTcpPort(mesh: Mesh, caller: Service, called: Service, port: ServicePort): readonly EnvoyObject[] {
  const address = mesh.options.tcpAddress?.(caller, called, port);
  const shares = tcpShares(mesh, called, port);
  if (address === undefined || shares === undefined) return [];
  const name = scoped(mesh, tcpListenerName(caller.id, called.id, port.port));
  const proxy = {
    name: 'envoy.filters.network.tcp_proxy',
    typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', 'stat_prefix': name, ...shares },
  };
  return [{ name, address: socketAddress(address), enable_reuse_port: false, filter_chains: [{ filters: [proxy] }] }];
}

/** Undefined where no route takes a connection: nobody listens then. */
function tcpShares(mesh: Mesh, called: Service, port: ServicePort): EnvoyObject | undefined {
  if (!routesCalls(mesh.model.mesh)) return lowerUnroutedTcp(mesh, called, port);
  const routes = orderedServiceRoutes(called);
  const [only, ...others] = called.versions;
  if (routes.length === 0 && only !== undefined && others.length === 0) {
    return { cluster: scoped(mesh, clusterOf({ service: called, version: only, port })), idle_timeout: duration(0) };
  }
  const route = routes.find(({ match }) => match.kind === 'tcp' && (match.port ?? port.port) === port.port);
  return route === undefined ? undefined : tcpSplit(mesh, called, port, route);
}

function tcpSplit(mesh: Mesh, called: Service, port: ServicePort, { action, policy }: ServiceRoute): EnvoyObject {
  const destinations = action.kind === 'forward' ? action.destinations : [];
  const clusters = destinations
    // a TCP proxy refuses the weight 0; the version keeps its cluster
    .filter(({ weight }) => weight > 0)
    .map(({ service: id, version, port: wanted, weight }) => {
      const service = serviceOf(mesh, id);
      const at = wanted ?? (service === called ? port.port : arrivalPort(service, undefined, { port: port.port, protocol: 'tcp' }));
      return { name: scoped(mesh, clusterOf(versionPort(service, version ?? service.versions[0]!.name, at))), weight };
    });
  return {
    weighted_clusters: { clusters },
    // unset means an hour
    idle_timeout: duration(policy.timeouts?.idleMs ?? 0),
    ...(policy.retry?.on.includes('connection-error') ? { max_connect_attempts: policy.retry.attempts + 1 } : {}),
  };
}
