/**
 * Calls between services, which no proxy of this mesh routes: a call reaches the pods behind the called service's name, so that name has to lead to pods, and to no others
 * than the program's.
 */
import type { Diagnostic } from '../../diagnostics/diagnostic';
import type { Mirror } from '../../model/action';
import type { Route } from '../../model/rules/rule';
import type { Service, Version } from '../../model/service';
import { labelText, podNumber, podsBehindName } from '../../model/service-to-service';
import { serviceOf, type MeshIndex } from '../mesh-index';
import { besideProperty, findIf, finding } from '../rule';

const TITLE = 'Envoy Gateway';
const OTHERS = 'choose Istio or AWS App Mesh, which route calls between services';

/** Reports MESH408 for calls that reach no pods, MESH401 for mirrored requests that do not, MESH402 where a name selects pods in a way that can be noticed. */
export function callFindings(index: MeshIndex): readonly Diagnostic[] {
  const { model: { services, gateways } } = index;
  const routes: readonly Route[] = [...services, ...gateways].flatMap((owner): readonly Route[] => owner.routes);
  return [
    ...services.flatMap((caller) => unservedCalls(index, caller)),
    ...services.flatMap((service) => nameFindings(index, service, callersOf(index, service))),
    ...routes.flatMap((route) => (route.filters.mirrors ?? []).flatMap((mirror) => mirrorFindings(index, route, mirror))),
  ];
}

function callersOf({ model: { services } }: MeshIndex, { id }: Service): readonly Service[] {
  return services.filter(({ calls }) => calls.some(({ service }) => service === id));
}

function unservedCalls(index: MeshIndex, { id, origin, calls }: Service): readonly Diagnostic[] {
  return calls.flatMap((call, at) => {
    const called = serviceOf(index, call.service);
    const pods = podsBehindName(called, index.model);
    if (pods.kind !== 'none') return [];
    const instead = called.kind === 'router' ? 'call the services that it leads to' : 'give the pods of all its versions a label that no other pods have';
    return [finding('MESH408', { origin, property: `calls[${at}]`, value: called.id },
      `'${id}' calls '${called.id}', and ${TITLE} routes no calls between services, so a call would need pods behind that name: ${pods.why}`, `${instead}, or ${OTHERS}`)];
  });
}

function nameFindings(index: MeshIndex, service: Service, callers: readonly Service[]): readonly Diagnostic[] {
  const { id, origin, versions, kind } = service;
  const pods = podsBehindName(service, index.model);
  const [caller] = callers;
  if (caller === undefined) {
    // of a router the capability table warns
    return findIf(pods.kind === 'none' && kind !== 'router' && versions.length > 0, () => finding('MESH402', { origin, property: 'versions' },
      `${TITLE} leads to '${id}' from gateways alone: no pods stand behind its name, because ${pods.kind === 'none' ? pods.why : ''}`,
      'acknowledge it, or give the pods of all its versions a label that no other pods have'));
  }
  return [
    ...findIf(pods.kind === 'labelled' && versions.length > 1, () => finding('MESH402', { origin, property: 'versions' },
      `${TITLE} leads calls of '${id}' to all pods with ${pods.kind === 'labelled' ? labelText(pods.labels) : ''}, the labels that its versions have in common`,
      'acknowledge it where no other pods of the namespace have these labels')),
    ...versions.filter((version) => isWithoutShare(service, version)).map((version) => finding('MESH402', { origin: version.origin, property: version.property ?? `versions['${version.name}']` },
      `${TITLE} routes no calls between services, so calls from '${caller.id}' reach pods of version '${version.name}' of '${id}', which has no share`,
      `acknowledge it, or let the version have no pods while it has no share, or ${OTHERS}`)),
  ];
}

/** A version with pods that no route of its service gives anything to. */
function isWithoutShare({ id, routes, kind }: Service, { name, pods }: Version): boolean {
  if (kind === 'external' || routes.length === 0 || podNumber(pods) === 0) return false;
  const destinations = routes.flatMap(({ action }) => action.kind === 'forward' ? action.destinations : []);
  return !destinations.some(({ service, version, weight }) => service === id && version === name && weight > 0);
}

/** Mirrored requests for a service of several versions go to its name. */
function mirrorFindings(index: MeshIndex, route: Route, { service: id, version }: Mirror): readonly Diagnostic[] {
  const service = index.services.get(id);
  if (service === undefined || version !== undefined || service.versions.length === 1) return [];
  const pods = podsBehindName(service, index.model);
  return findIf(pods.kind === 'none', () => finding('MESH401', { origin: route.origin, property: besideProperty(route, 'mirror'), value: id },
    `${TITLE} mirrors requests to the name of '${id}', and no pods stand behind it: ${pods.kind === 'none' ? pods.why : ''}`, 'name a version that gets the mirrored requests'));
}
