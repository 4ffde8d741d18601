/** Hosts outside of the mesh are known by something: a server name, the host of requests, addresses, or a port of their own. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { kindOf } from '../../arrival';
import { isNetwork, networkOf } from '../../networks';
import { addressesOf, isNameless, isWildcard, outsideTlsOf, outsideTlsOfGateway, reachedFrom, type OutsideTls } from '../../outside';
import type { Service, ServicePort } from '../../service';
import type { TrafficModel } from '../../traffic-model';
import { finding, targetProperty, type Rule } from '../rule';

/** Reports MESH121 for hosts that cannot be told apart, MESH122 for addresses that are none, MESH111 for what does not fit together, MESH213 for requests to a host of connections. */
export const outsideRule: Rule = {
  name: 'outside',
  service: (service) => service.kind === 'external' ? [...checkAddresses(service), ...checkTarget(service), ...checkNames(service)] : checkInside(service),
  program: (model) => [...twins(model), ...wrapped(model), ...requestsToConnections(model)],
};

/** TLS that callers speak themselves is of hosts outside: within the mesh every service has an address of its own. */
function checkInside({ ports, origin }: Service): readonly Diagnostic[] {
  return ports.flatMap(({ protocol }, at) => protocol !== 'tls' ? [] : [finding('MESH111', { origin, property: ports.length === 1 ? 'protocol' : `ports[${at}].protocol`, value: protocol },
    'protocol tls is of hosts outside of the mesh, which are known by their server name', 'use protocol tcp, which passes on what the pods encrypt themselves')]);
}

function checkAddresses(service: Service): readonly Diagnostic[] {
  const { origin, ports, versions } = service;
  const given = versions.flatMap(({ pods }) => pods.kind === 'external' && pods.addresses !== undefined ? [pods.addresses] : []).at(0);
  if (given === undefined) return [];
  const named = ports.find(({ protocol }) => protocol !== 'tcp');
  return [
    ...(given.length > 0 ? [] : [finding('MESH122', { origin, property: 'addresses' }, 'addresses is empty', "leave it out, or give an address or a network, for example '203.0.113.10'")]),
    ...given.flatMap((address, at) => isNetwork(address) && !/\/0$/.test(address) ? [] : [finding('MESH122', { origin, property: `addresses[${at}]`, value: address },
      `'${address}' is ${isNetwork(address) ? 'every address' : 'no IP address and no network'}`, "give an address such as '203.0.113.10', or a network such as '10.20.0.0/16'")]),
    ...(named === undefined || given.length === 0 ? [] : [finding('MESH111', { origin, property: 'addresses', value: given[0] },
      `addresses identify hosts of plain TCP, and port ${named.port} speaks ${named.protocol}, which bears the host's name`, 'leave addresses out, or use protocol tcp')]),
  ];
}

/** Where connections go on to the address that they were going to, they go to its port, too. */
function checkTarget(service: Service): readonly Diagnostic[] {
  const { host, ports, origin } = service;
  const moved = ports.find(({ port, targetPort }) => port !== targetPort);
  if (moved === undefined || !(isWildcard(host) || addressesOf(service).length > 0)) return [];
  return [finding('MESH111', { origin, property: 'targetPort', value: moved.targetPort },
    `connections to '${host}' go on to the address and port that they were going to, so port ${moved.port} cannot become ${moved.targetPort}`, 'leave targetPort out')];
}

function checkNames({ host, ports, origin }: Service): readonly Diagnostic[] {
  const plain = ports.find(({ protocol }) => protocol === 'tcp');
  if (!isWildcard(host) || plain === undefined) return [];
  return [finding('MESH121', { origin, property: 'host', value: host }, `'${host}' stands for many names, and plain TCP on port ${plain.port} bears none`,
    'use protocol tls where callers speak TLS, or name one host')];
}

/** Each pair once, at the later host. */
function twins(model: TrafficModel): readonly Diagnostic[] {
  if (model.services.every(({ kind }) => kind !== 'external')) return [];
  const services = new Map(model.services.map((service) => [service.id, service]));
  const reached = model.services.map((service) => reachedFrom(service, services));
  // hosts that nobody calls yet are judged as if one service called them all
  const isCalled = ({ id }: Service) => reached.some((ids) => ids.has(id));
  const idle = new Set(model.services.filter((service) => service.kind === 'external' && !isCalled(service)).map(({ id }) => id));
  const groups = [...reached, idle].map((ids) => model.services.filter(({ id }) => ids.has(id)));
  const found = groups.flatMap((group) => group.flatMap((later, at) => group.slice(0, at).flatMap((earlier) => clashesOf(earlier, later))));
  return [...new Map(found.map((one) => [JSON.stringify([one.origin.path, one.what]), one])).values()];
}

/** Why connections to two services cannot be told apart, on any mesh; none where they can. */
export function clashesOf(earlier: Service, later: Service): readonly Diagnostic[] {
  const clash = clashOf(earlier, later) ?? clashOf(later, earlier);
  return clash === undefined ? [] : [clash];
}

/** Why connections to the second cannot be told from those to the first; undefined where they can. */
function clashOf(first: Service, second: Service): Diagnostic | undefined {
  if (second.kind !== 'external') return undefined;
  for (const port of second.ports) {
    const other = first.ports.find((one) => one.port === port.port);
    if (other === undefined) continue;
    const shared = sharedName(first, other, second, port);
    if (shared === undefined) continue;
    return finding('MESH121', { origin: second.origin, property: shared.property, value: shared.value },
      `'${second.id}' (${second.host}) and '${first.id}' (${first.host}) cannot be told apart on port ${port.port}: ${shared.what}`, shared.fix);
  }
  return undefined;
}

interface Shared {
  readonly property: string;
  readonly value: string | number;
  readonly what: string;
  readonly fix: string;
}

function sharedName(first: Service, other: ServicePort, second: Service, port: ServicePort): Shared | undefined {
  if (isNameless(second, port) && !hasAddress(first, other)) {
    return {
      property: 'port', value: port.port, what: 'plain TCP bears no name, and it has no addresses',
      fix: `give '${second.id}' addresses: ['203.0.113.10'] or a port of its own, or use protocol tls where callers speak TLS: it is known by its server name`,
    };
  }
  const twin = addressesOf(first).find((address) => addressesOf(second).some((mine) => networkOf(mine) === networkOf(address)));
  if (twin === undefined || kindOf(port.protocol) !== 'tcp') return undefined;
  return { property: 'addresses', value: twin, what: `both have '${twin}'`, fix: 'give each addresses of its own, or declare one host' };
}

/** Services of the cluster that speak TCP have one each, too. */
function hasAddress(service: Service, { protocol }: ServicePort): boolean {
  return service.kind === 'external' ? addressesOf(service).length > 0 : protocol === 'tcp';
}

/** TLS of a call that the caller encrypts itself would be TLS in TLS, and a wildcard has no server name to ask for. */
function wrapped({ mesh, services, gateways }: TrafficModel): readonly Diagnostic[] {
  const byId = new Map(services.map((service) => [service.id, service]));
  const twice = services.flatMap(({ calls, origin }) => calls.flatMap(({ service: id, tls }, at) => {
    const called = byId.get(id);
    const isOwn = called?.kind === 'external' && called.ports.every(({ protocol }) => protocol === 'tls');
    return tls === undefined || !tls.enforce || !isOwn ? [] : [finding('MESH111', { origin, property: `calls[${at}].tls`, value: id },
      `callers of '${id}' speak TLS themselves, which proxies pass on`, `leave tls out, or give '${id}' protocol http and let callers write http://`)];
  }));
  const nameless = ({ service: { id, host, kind }, tls, property = 'clientTls' }: OutsideTls) => kind === 'external' && isWildcard(host) && tls.enforce ? [{ id, host, property }] : [];
  const spoken = [
    ...services.flatMap((service) => outsideTlsOf(service, mesh, byId).flatMap(nameless).map((one) => ({ ...one, origin: service.origin }))),
    ...gateways.flatMap((gateway) => outsideTlsOfGateway(gateway, mesh, byId).flatMap(nameless).map((one) => ({ ...one, origin: gateway.origin }))),
  ];
  return [...twice, ...spoken.map(({ id, host, property, origin }) => finding('MESH111', { origin, property, value: host },
    `proxies would speak TLS to '${id}', and '${host}' is no one server's name`, 'name the host, or use protocol tls and let callers speak TLS themselves'))];
}

/** A gateway sends requests to one host. */
function requestsToConnections({ services, gateways }: TrafficModel): readonly Diagnostic[] {
  const byId = new Map(services.map((service) => [service.id, service]));
  return gateways.flatMap(({ routes }) => routes.flatMap((route) => [...reachedFrom({ routes: [route] }, byId)].flatMap((id) => {
    const service = byId.get(id);
    if (service?.kind !== 'external') return [];
    const place = { origin: route.origin, property: targetProperty(route), value: id };
    if (isWildcard(service.host)) return [finding('MESH213', place, `route '${route.name}' leads to '${service.host}', which is no one host`, 'name one host')];
    return service.ports.some(({ protocol }) => kindOf(protocol) !== 'tcp') ? [] : [finding('MESH213', place,
      `route '${route.name}' takes requests, and '${id}' (${service.host}) speaks ${service.ports.map(({ protocol }) => protocol).join(', ')}`,
      `give '${id}' protocol: Protocol.HTTP, and the gateway clientTls where the host speaks TLS`)];
  })));
}
