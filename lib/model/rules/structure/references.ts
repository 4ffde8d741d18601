/** Whatever is named exists. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Service, ServiceId } from '../../service';
import type { TrafficModel } from '../../traffic-model';
import { besideProperty, finding, targetProperty, type Place, type Route, type Rule } from '../rule';

/** Reports MESH107 for services and versions that do not exist, and for service routes that name no version. */
export const referencesRule: Rule = {
  name: 'references',
  serviceRoute: (route, service) => destinationsOf(route).flatMap((destination) => {
    const place = { origin: route.origin, property: targetProperty(route), value: destination.service };
    if (destination.version === undefined) {
      return [finding('MESH107', place, `route '${route.name}' of service '${service.id}' leads to service '${destination.service}' without naming a version`,
        'name a version: a route of a service is the place where versions are chosen')];
    }
    if (service.kind === 'router' || destination.service === service.id) return [];
    return [finding('MESH107', place, `route '${route.name}' of service '${service.id}' leads to another service, '${destination.service}'`,
      'lead it to a version of the same service; a RouterService leads to versions of others')];
  }),
  program: (model) => {
    const services = new Map(model.services.map((service) => [service.id, service]));
    return [
      ...model.services.flatMap((service) => callFindings(service, services)),
      ...routesOf(model).flatMap((route) => routeFindings(route, services)),
    ];
  },
};

type Services = ReadonlyMap<ServiceId, Service>;

function callFindings({ id, origin, calls }: Service, services: Services): readonly Diagnostic[] {
  return calls.flatMap((call, at) => {
    const place = { origin, property: `calls[${at}]`, value: call.service };
    if (call.service === id) return [finding('MESH107', place, `service '${id}' calls itself`, 'leave the call out')];
    return referenceFindings(call.service, undefined, services, place);
  });
}

function routeFindings(route: Route, services: Services): readonly Diagnostic[] {
  const check = (property: string) => ({ service, version }: { readonly service: ServiceId; readonly version?: string }) =>
    referenceFindings(service, version, services, { origin: route.origin, property, value: show(service, version) });
  return [
    ...destinationsOf(route).flatMap(check(targetProperty(route))),
    ...(route.filters.mirrors ?? []).flatMap(check(besideProperty(route, 'mirror'))),
  ];
}

function referenceFindings(id: ServiceId, version: string | undefined, services: Services, place: Place): readonly Diagnostic[] {
  const service = services.get(id);
  if (service === undefined) {
    return [finding('MESH107', place, `there is no service '${id}', known are ${list([...services.keys()])}`, 'name one of the known services, or add the service to the mesh')];
  }
  if (version === undefined || service.versions.some(({ name }) => name === version)) return [];
  return [finding('MESH107', place, `service '${id}' has no version '${version}', known are ${list(service.versions.map(({ name }) => name))}`,
    'name one of the known versions, or add the version to the service')];
}

function show(service: string, version: string | undefined): string {
  return version === undefined ? service : `${service}@${version}`;
}

function list(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, 5).map((name) => `'${name}'`).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function routesOf({ services, gateways }: TrafficModel): readonly Route[] {
  return [...services.flatMap(({ routes }) => routes), ...gateways.flatMap(({ routes }) => routes)];
}

function destinationsOf({ action }: Route) {
  return action.kind === 'forward' ? action.destinations : [];
}
