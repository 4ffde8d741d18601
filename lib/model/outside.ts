/** Hosts outside of the mesh: what is known of them, and the TLS that proxies speak to them. */
import type { Filters, RouteAction } from './action';
import { kindOf } from './arrival';
import type { Gateway } from './gateway';
import { isAddress, isWithin } from './networks';
import type { ClientTls } from './security';
import type { Service, ServiceId, ServicePort } from './service';
import type { MeshSettings } from './traffic-model';

/** Whether a host stands for every name below it. */
export function isWildcard(host: string): boolean {
  return host.startsWith('*.');
}

/** Whether a host that a caller writes is meant by the host of a service outside: itself, a name below it, or an address of it. */
export function isMeantBy(service: Service, host: string): boolean {
  if (isWildcard(service.host) ? host.endsWith(service.host.slice(1)) : host === service.host) return true;
  const address = host.replace(/^\[|\]$/g, '');
  return isAddress(address) && isWithin(address, addressesOf(service));
}

/** Addresses that connections to the host go to. */
export function addressesOf({ versions }: Service): readonly string[] {
  return versions.flatMap(({ pods }) => pods.kind === 'external' ? pods.addresses ?? [] : []);
}

/** Whether connections to a port bear nothing that tells whom they are for: no name, and no address that is known. */
export function isNameless(service: Service, { protocol }: ServicePort): boolean {
  return service.kind === 'external' && protocol === 'tcp' && addressesOf(service).length === 0;
}

/** TLS that a proxy has to speak to a host outside, and on which ports; what pods encrypt themselves is passed on. */
export interface OutsideTls {
  readonly service: Service;
  readonly tls: ClientTls;
  readonly ports: readonly ServicePort[];
  /** Property of the caller that says it: `clientTls`, or `calls['shop/bank'].tls`. Left out: the mesh's own says it. */
  readonly property: string | undefined;
}

type Services = ReadonlyMap<ServiceId, Service>;

/** What says of a route where it leads. */
interface Leading {
  readonly action: RouteAction;
  readonly filters: Filters;
}

/** What a caller's proxies have to speak to hosts outside, in the order of its calls. */
export function outsideTlsOf(caller: Service, mesh: MeshSettings, services: Services): readonly OutsideTls[] {
  const all = caller.calls.flatMap((call) => {
    const own = call.tls ?? caller.clientTls;
    const property = own === undefined ? undefined : call.tls === undefined ? 'clientTls' : `calls['${call.service}'].tls`;
    return [...withThoseBehind([call.service], services)].flatMap((id) => towards(services.get(id), own ?? mesh.clientTls, property));
  });
  // a host that is called by itself and stands behind a router, too, is spoken to as the first call says
  return all.filter(({ service }, at) => all.findIndex((other) => other.service === service) === at);
}

/** What a gateway's proxies have to speak to hosts outside. */
export function outsideTlsOfGateway(gateway: Gateway, mesh: MeshSettings, services: Services): readonly OutsideTls[] {
  const reached = [...withThoseBehind(targetsOf(gateway.routes), services)].sort();
  return reached.flatMap((id) => towards(services.get(id), gateway.clientTls ?? mesh.clientTls, gateway.clientTls === undefined ? undefined : 'clientTls'));
}

/** Services that a caller or a gateway reaches: those that it names, and those that their routes lead to. */
export function reachedFrom(from: Pick<Service, 'calls'> | { readonly routes: readonly Leading[] }, services: Services): ReadonlySet<ServiceId> {
  return withThoseBehind('calls' in from ? from.calls.map(({ service }) => service) : targetsOf(from.routes), services);
}

function withThoseBehind(ids: readonly ServiceId[], services: Services): ReadonlySet<ServiceId> {
  return new Set(ids.flatMap((id) => [id, ...targetsOf(services.get(id)?.routes ?? [])]));
}

/** Where routes lead to, copies included. */
function targetsOf(routes: readonly Leading[]): readonly ServiceId[] {
  return routes.flatMap(({ action, filters }) => [
    ...(action.kind === 'forward' ? action.destinations.map(({ service }) => service) : []), ...(filters.mirrors ?? []).map(({ service }) => service),
  ]);
}

function towards(service: Service | undefined, tls: ClientTls | undefined, property: string | undefined): readonly OutsideTls[] {
  if (service?.kind !== 'external' || tls === undefined) return [];
  const ports = service.ports.filter(({ port, protocol }) => protocol !== 'tls' && (tls.ports?.includes(port) ?? true));
  return ports.length === 0 ? [] : [{ service, tls, ports, property }];
}

/** Whether a port's connections are known by the host of each request. */
export function isOfRequests({ protocol }: ServicePort): boolean {
  return kindOf(protocol) !== 'tcp';
}
