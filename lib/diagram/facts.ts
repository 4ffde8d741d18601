/** What the page says about a node when one points at it: matches, weights, retries, timeouts, TLS, hosts, health, pools. */
import { percentText } from './edges';
import { clientsId, gatewayId, gatewayRouteId, serviceId, serviceRouteId, versionId } from './ids';
import {
  clientTlsWords, faultWords, headerChangeWords, healthWords, listenerTlsWords, mirrorWords, outlierWords, podWords, poolWords, retryWords, rewriteWords,
  timeWords,
} from './words';
import type { Origin } from '../diagnostics/diagnostic';
import type { Filters, RouteAction, RoutePolicy, Timeouts } from '../model/action';
import { describeAction, describeGuards, describeHosts, describeMatch, describePodNumber, describeScale, describeStickiness } from '../model/describe';
import type { Gateway, GatewayRoute, Listener } from '../model/gateway';
import type { Service, ServiceRoute, Version } from '../model/service';
import { routesCalls, versionsBehindName } from '../model/service-to-service';
import type { TrafficModel } from '../model/traffic-model';

/** One line of a node's description. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** The facts of every node of the picture, by its id. */
export function factsOf(model: TrafficModel): ReadonlyMap<string, readonly Fact[]> {
  return new Map([...model.gateways.flatMap(gatewayFacts), ...model.services.flatMap((service) => serviceFacts(service, model))]);
}

type Entry = readonly [string, readonly Fact[]];

function gatewayFacts(gateway: Gateway): Entry[] {
  const own = facts({
    'reached from': exposureWords(gateway),
    ...Object.fromEntries(gateway.listeners.map((listener) => [`listener ${listener.port}`, listenerWords(listener)])),
    'TLS to services': clientTlsWords(gateway.clientTls),
    'proxies': describeScale(gateway.pods.scale),
    'written in': originWords(gateway.origin),
  });
  return [
    [clientsId(gateway.id), facts({ enter: gateway.id, from: exposureWords(gateway) })],
    [gatewayId(gateway.id), own],
    ...gateway.routes.map((route): Entry => [gatewayRouteId(gateway.id, route.name), routeFacts(route, { hosts: describeHosts(route.hosts) })]),
  ];
}

function exposureWords({ exposure }: Gateway): string {
  if (exposure.kind === 'cluster-only') return 'inside of the cluster only';
  const networks = exposure.sourceRanges.length === 0 ? '' : `, from ${exposure.sourceRanges.join(', ')}`;
  const tls = exposure.certificate === undefined ? '' : ', TLS ends at the load balancer';
  return `${exposure.scheme} network load balancer${networks}${tls}`;
}

function listenerWords({ protocol, targetPort, tls, health, pool }: Listener): string {
  return sentence([`${protocol}, pods listen on ${targetPort}`, tls && `TLS ${listenerTlsWords(tls)}`, healthWords(health) && `health ${healthWords(health)}`, poolWords(pool)]);
}

function serviceFacts(service: Service, model: TrafficModel): Entry[] {
  const own = facts({
    'host': service.host,
    'ports': service.ports.map(({ port, targetPort, protocol }) => `${protocol} ${port}${port === targetPort ? '' : ` (pods listen on ${targetPort})`}`).join(', '),
    'calls': service.calls.map((call) => `${call.service}${call.tls === undefined ? '' : ` (TLS ${clientTlsWords(call.tls)})`}`).join(', '),
    'calls of it': routesCalls(model.mesh) || service.kind === 'external' ? undefined : callWords(service, model),
    'called by': model.services.filter(({ calls }) => calls.some((call) => call.service === service.id)).map(({ id }) => id).join(', '),
    'TLS to others': clientTlsWords(service.clientTls ?? (service.kind === 'workload' ? model.mesh.clientTls : undefined)),
    'identity': service.identity === 'version' ? 'one for each version' : undefined,
    'outside': service.kind === 'external' ? 'not a part of the mesh' : undefined,
    'written in': originWords(service.origin),
  });
  return [
    [serviceId(service.id), own],
    ...service.routes.map((route): Entry => [serviceRouteId(service.id, route.name), routeFacts(route, routesCalls(model.mesh) ? {} : { 'acts on': GATEWAYS_ALONE })]),
    ...service.versions.map((version): Entry => [versionId(service.id, version.name), versionFacts(version, service, model)]),
  ];
}

function versionFacts(version: Version, service: Service, model: TrafficModel): readonly Fact[] {
  const tls = version.tls ?? model.mesh.listenerTls;
  const isPast = !routesCalls(model.mesh) && service.kind !== 'external';
  const hasLimits = [version.pool, version.outliers, version.stickiness, version.timeouts].some((limit) => limit !== undefined);
  return facts({
    'gets': sharesOf(version, service),
    'calls of it': isPast ? callWords(service, model) : undefined,
    'pods': podWords(version.pods),
    'found by': DISCOVERIES[version.discovery.kind],
    'limits act on': isPast && hasLimits ? GATEWAYS_ALONE : undefined,
    'TLS': tls && listenerTlsWords(tls),
    'health': healthWords(version.health),
    'pool': poolWords(version.pool),
    'outliers': outlierWords(version.outliers),
    'clients stay by': describeStickiness(version.stickiness),
    ...limits(version.timeouts),
    'written in': originWords(version.origin, version.property),
  });
}

const GATEWAYS_ALONE = 'requests through gateways alone: this mesh routes no calls between services';

/** Where calls go that no proxy routes. */
function callWords(service: Service, model: TrafficModel): string {
  const versions = versionsBehindName(service, model);
  if (versions.length === 0) return 'refused: no pods stand behind its name';
  return `not routed: any pod of ${versions.map(({ name, pods }) => `${name} (${describePodNumber(pods)})`).join(' or ')}`;
}

const DISCOVERIES: { readonly [kind in Version['discovery']['kind']]: string } = {
  'dns-load-balanced': 'DNS, one address', 'dns-endpoints': 'DNS, the address of every pod', 'cloud-map': 'AWS Cloud Map',
};

function sharesOf(version: Version, service: Service): string {
  return service.routes.flatMap((route) => {
    if (route.action.kind !== 'forward') return [];
    const { destinations } = route.action;
    const sum = destinations.reduce((total, { weight }) => total + weight, 0);
    return destinations.filter((one) => one.version === version.name && one.service === service.id)
      .map(({ weight }) => `${percentText(weight, sum)} of ${describeMatch(route.match)}`);
  }).join('; ');
}

function routeFacts(route: GatewayRoute | ServiceRoute, more: { readonly [name: string]: string | undefined }): readonly Fact[] {
  return facts({
    'takes': describeMatch(route.match),
    ...more,
    'priority': route.priority === undefined ? undefined : String(route.priority),
    'asks for': 'guards' in route ? describeGuards(route.guards ?? {}).join('; ') : undefined,
    'leads to': actionWords(route.action),
    ...filterWords(route.filters),
    ...policyWords(route.policy),
    'route': route.name,
    'written in': originWords(route.origin, route.property),
  });
}

function actionWords(action: RouteAction): string {
  return action.kind === 'forward' && action.destinations.length > 1 ? `weights ${describeAction(action)}` : describeAction(action).replace(/^\d+ /, '');
}

function filterWords(filters: Filters): { readonly [name: string]: string | undefined } {
  return {
    'rewrites': rewriteWords(filters),
    'request headers': headerChangeWords(filters.requestHeaders),
    'response headers': headerChangeWords(filters.responseHeaders),
    'copies': filters.mirrors?.map(mirrorWords).join(', '),
    'fault': filters.fault && faultWords(filters.fault),
  };
}

function policyWords({ retry, timeouts }: RoutePolicy): { readonly [name: string]: string | undefined } {
  return { retries: retry && retryWords(retry), ...limits(timeouts) };
}

function limits(timeouts: Timeouts | undefined): { readonly [name: string]: string | undefined } {
  return {
    'timeout': timeouts?.requestMs === undefined ? undefined : timeWords(timeouts.requestMs),
    'idle timeout': timeouts?.idleMs === undefined ? undefined : timeWords(timeouts.idleMs),
  };
}

function originWords({ path, type }: Origin, property?: string): string {
  return `${path} (${type})${property === undefined ? '' : `, ${property}`}`;
}

/** Names with their values, but for those without one. */
function facts(named: { readonly [name: string]: string | undefined }): readonly Fact[] {
  return Object.entries(named).flatMap(([name, value]) => value === undefined || value === '' ? [] : [{ name, value }]);
}

function sentence(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('; ');
}
