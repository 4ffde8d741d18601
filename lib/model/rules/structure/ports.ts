/** Ports are numbers that exist where they are named. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Gateway } from '../../gateway';
import type { Service } from '../../service';
import { finding, isIntegerWithin, matchProperty, targetProperty, versionProperty, type Place, type Rule } from '../rule';

/** Reports MESH108 for ports out of range or unknown, MESH110 for a service without versions. */
export const portsRule: Rule = {
  name: 'ports',
  service: (service) => [...checkServicePorts(service), ...checkVersions(service)],
  gateway: checkListeners,
  serviceRoute: (route, service) => checkMatchPort(route.match.port, service.ports, `service '${service.id}'`,
    { origin: route.origin, property: `${matchProperty(route)}.port`, value: route.match.port }),
  gatewayRoute: (route, gateway) => checkMatchPort(route.match.port, gateway.listeners, `gateway '${gateway.id}'`,
    { origin: route.origin, property: `${matchProperty(route)}.port`, value: route.match.port }),
  program: ({ services, gateways }) => {
    const byId = new Map(services.map((service) => [service.id, service]));
    return [...services, ...gateways].flatMap(({ routes }) => routes).flatMap((route) => {
      const destinations = route.action.kind === 'forward' ? route.action.destinations : [];
      return destinations.flatMap(({ service: id, port }) => {
        const service = byId.get(id);
        if (service === undefined || port === undefined || service.ports.some((known) => known.port === port)) return [];
        return [unknownPort(port, service.ports, `service '${id}'`, { origin: route.origin, property: `${targetProperty(route)}.port`, value: port })];
      });
    });
  },
};

function checkServicePorts({ ports, id, origin }: Service): readonly Diagnostic[] {
  if (ports.length === 0) return [finding('MESH108', { origin, property: 'ports' }, `service '${id}' has no port`, 'give it a port, for example port: 8080')];
  return ports.flatMap(({ port, targetPort }, at) => [
    ...checkRange(port, { origin, property: ports.length === 1 ? 'port' : `ports[${at}].port`, value: port }),
    ...(targetPort === port ? [] : checkRange(targetPort, { origin, property: ports.length === 1 ? 'targetPort' : `ports[${at}].targetPort`, value: targetPort })),
  ]);
}

function checkVersions({ kind, id, origin, versions, ports }: Service): readonly Diagnostic[] {
  if (kind === 'workload' && versions.length === 0) {
    return [finding('MESH110', { origin, property: 'versions' }, `service '${id}' has no version`, "give it one, for example ServiceVersion.fromImage('v1', { image })")];
  }
  return versions.flatMap((version) => {
    const port = version.health?.port;
    const liveness = version.pods.kind === 'image' ? version.pods.liveness?.port : undefined;
    // a port for management is none of the service's, and yet one of its pods'
    const asked = liveness === undefined ? [] : checkRange(liveness, { origin: version.origin, property: versionProperty(version, 'livenessCheck.port'), value: liveness });
    if (port === undefined || ports.some((known) => known.port === port || known.targetPort === port)) return asked;
    return [...asked, unknownPort(port, ports, `service '${id}'`, { origin: version.origin, property: versionProperty(version, 'healthCheck.port'), value: port })];
  });
}

function checkListeners({ listeners, id, origin }: Gateway): readonly Diagnostic[] {
  if (listeners.length === 0) {
    return [finding('MESH108', { origin, property: 'listeners' }, `gateway '${id}' has no listener`, 'give it one, for example GatewayListener.http()')];
  }
  return listeners.flatMap(({ port, targetPort, health }, at) => [
    ...checkRange(port, { origin, property: `listeners[${at}].port`, value: port }),
    ...checkRange(targetPort, { origin, property: `listeners[${at}].targetPort`, value: targetPort }, 1025),
    ...(health?.port === undefined || listeners.some((known) => known.port === health.port || known.targetPort === health.port)
      ? []
      : [unknownPort(health.port, listeners, `gateway '${id}'`, { origin, property: `listeners[${at}].healthCheck.port`, value: health.port })]),
  ]);
}

function checkRange(port: number, place: Place, min = 1): readonly Diagnostic[] {
  if (isIntegerWithin(port, min, 65535)) return [];
  const why = min > 1 ? ', because the proxy does not run as root' : '';
  return [finding('MESH108', place, `port ${port} is not an integer from ${min} to 65535${why}`, `choose a port from ${min} to 65535`)];
}

function checkMatchPort(port: number | undefined, known: readonly { readonly port: number }[], owner: string, place: Place): readonly Diagnostic[] {
  return port === undefined || known.some((entry) => entry.port === port) ? [] : [unknownPort(port, known, owner, place)];
}

function unknownPort(port: number, known: readonly { readonly port: number }[], owner: string, place: Place): Diagnostic {
  const list = known.map((entry) => entry.port).join(', ');
  return finding('MESH108', place, `${owner} has no port ${port}, it has ${list}`, `name one of ${list}, or add the port`);
}
