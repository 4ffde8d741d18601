/** What has an identity has it alone. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Service } from '../../service';
import type { TrafficModel } from '../../traffic-model';
import { finding, versionProperty, type Place, type Route, type Rule } from '../rule';

/** Something that is identified by a text. */
interface Named extends Place {
  readonly key: string;
  /** As the error says it: `service 'shop/products'`. */
  readonly label: string;
}

/** Reports MESH102 for identities that two nodes claim, MESH103 for namespaces with two owners. */
export const duplicatesRule: Rule = {
  name: 'duplicates',
  mesh: ({ namespaces }) => repeated(namespaces.map(({ name, origin }) => ({ key: name, label: `namespace '${name}'`, origin, property: 'namespace', value: name })))
    .map(({ later, earlier }) => finding('MESH103', later, `${later.label} is owned twice, the other owner is ${earlier.origin.path}`,
      'declare the namespace once, and let the other place name it')),
  service: (service) => [
    ...clashes(service.versions.map((version) => ({
      key: version.name, label: `version '${version.name}' of service '${service.id}'`, origin: version.origin, property: versionProperty(version, 'name'), value: version.name,
    }))),
    ...clashes(service.ports.map(({ port }, at) => ({
      key: String(port), label: `port ${port} of service '${service.id}'`, origin: service.origin, property: `ports[${at}].port`, value: port,
    }))),
    ...clashes(service.calls.map((call, at) => ({
      key: call.service, label: `the call of service '${call.service}'`, origin: service.origin, property: `calls[${at}]`, value: call.service,
    }))),
  ],
  serviceRoute: (route, service) => clashesWithOthers(route, service.routes, `service '${service.id}'`),
  gatewayRoute: (route, gateway) => clashesWithOthers(route, gateway.routes, `gateway '${gateway.id}'`),
  gateway: ({ id, origin, listeners }) => [
    ...clashes(listeners.map(({ port }, at) => ({ key: String(port), label: `port ${port} of gateway '${id}'`, origin, property: `listeners[${at}].port`, value: port }))),
    ...clashes(listeners.map(({ targetPort }, at) => ({
      key: String(targetPort), label: `target port ${targetPort} of gateway '${id}'`, origin, property: `listeners[${at}].targetPort`, value: targetPort,
    }))),
  ],
  program: (model) => {
    // a service that is there twice is one finding, not one for its host and each of its versions too
    const first = new Map<string, Service>();
    for (const service of model.services) if (!first.has(service.id)) first.set(service.id, service);
    const services = [...first.values()];
    const later = model.services.filter((service) => first.get(service.id) !== service);
    return [
      ...clashes([...identities({ ...model, services }), ...later.map(serviceIdentity)]),
      ...clashes(services.map(({ host, origin }) => ({ key: host, label: `host '${host}'`, origin, property: 'host', value: host })), 'declare the host once, and let other places use that service'),
    ];
  },
};

/** Names of the objects that each service, version and gateway gets; they share the names of their namespace. */
function identities({ services, gateways }: TrafficModel): readonly Named[] {
  return [
    ...services.flatMap((service) => [
      serviceIdentity(service),
      ...service.versions.filter(({ resourceName }) => resourceName !== service.name).map((version) => ({
        key: `${service.namespace}/${version.resourceName}`,
        label: `version '${version.name}' of service '${service.id}', whose objects are called '${version.resourceName}'`,
        origin: version.origin,
        property: versionProperty(version, 'name'),
        value: version.name,
      })),
    ]),
    ...gateways.map(({ id, name, origin }) => ({ key: id, label: `gateway '${id}'`, origin, property: 'gatewayName', value: name })),
  ];
}

function serviceIdentity({ id, name, origin }: Service): Named {
  return { key: id, label: `service '${id}'`, origin, property: 'serviceName', value: name };
}

function clashesWithOthers(route: Route, others: readonly Route[], table: string): readonly Diagnostic[] {
  // a route that is not in the table yet comes after all of it
  const other = firstOfNames(others).get(route.name);
  if (other === undefined || other === route) return [];
  const place = { origin: route.origin, property: route.property, value: route.name };
  return [clash(`route '${route.name}' of ${table}`, place, other)];
}

/** Names of a table's routes; asked for each of them, and looking through a large table each time would take its square. */
const NAMES = new WeakMap<readonly Route[], ReadonlyMap<string, Route>>();

function firstOfNames(routes: readonly Route[]): ReadonlyMap<string, Route> {
  const known = NAMES.get(routes);
  if (known !== undefined) return known;
  const names = new Map<string, Route>();
  for (const route of routes) if (!names.has(route.name)) names.set(route.name, route);
  NAMES.set(routes, names);
  return names;
}

function clashes(all: readonly Named[], fix?: string): readonly Diagnostic[] {
  return repeated(all).map(({ later, earlier }) => clash(later.label, later, earlier, fix));
}

function clash(label: string, place: Place, other: Place, fix = 'say it once, or give one of them another name'): Diagnostic {
  return finding('MESH102', place, `${label} is taken already by ${other.origin.path} (${other.origin.type}), ${other.property}`, fix);
}

function repeated(all: readonly Named[]): readonly { readonly later: Named; readonly earlier: Named }[] {
  const seen = new Map<string, Named>();
  return all.flatMap((later) => {
    const earlier = seen.get(later.key);
    if (earlier === undefined) seen.set(later.key, later);
    return earlier === undefined ? [] : [{ later, earlier }];
  });
}
