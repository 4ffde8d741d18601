/** Rules of a gateway's table. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Gateway, GatewayRoute } from '../../../model/gateway';
import { hostTables } from '../../../model/precedence';
import { portOf, type MeshIndex } from '../../mesh-index';
import { destinationsOf, edgeTable, entryPort, listenersOf, needsEdge } from '../edge-table';
import { matchKindOf } from '../lower-routes';
import { edgeHost } from '../names';
import { levelsNeeded, MAX_PRIORITY } from '../priorities';
import { conditionFindings } from './conditions';
import { shareFindings } from './routes';
import { besideProperty, findIf, finding, matchProperty, targetProperty, type Rule } from '../../rule';

const MAX_HOST = 253;
const MAX_REWRITE = 255;
/** What a gateway's proxy waits for when it loses its route's timeout. */
const HIDDEN_TIMEOUT_MS = 15_000;

/** Reports MESH401, MESH402, MESH404, MESH405, MESH203, MESH212, MESH213 and MESH215 for gateway routes. */
export const gatewayRouteRules: Rule = (index) => index.model.gateways.flatMap((gateway) => [
  ...gateway.routes.flatMap((route) => routeFindings(index, gateway, route)),
  ...priorityFindings(gateway),
  ...hostDefectFindings(index, gateway),
]);

function routeFindings(index: MeshIndex, gateway: Gateway, route: GatewayRoute): readonly Diagnostic[] {
  const own = [...conditionFindings(route), ...hostFindings(route), ...rewriteFindings(index, gateway, route), ...listenerFindings(gateway, route)];
  if (route.action.kind !== 'forward') return own;
  const ports = portFindings(index, gateway, route);
  return [...own, ...ports, ...(ports.length === 0 && needsEdge(route) ? edgeFindings(index, gateway, route) : [])];
}

function hostFindings(route: GatewayRoute): readonly Diagnostic[] {
  const { match, hosts, origin } = route;
  const property = matchProperty(route);
  return [
    ...hosts.flatMap(({ value }) => findIf(value.length > MAX_HOST, () => finding('MESH404', { origin, property: `${property}.hosts`, value },
      `the host has ${value.length} characters, and App Mesh allows ${MAX_HOST}`, 'use a shorter host'))),
    ...findIf(match.kind === 'grpc' && match.service === undefined && hosts.length === 0, () => finding('MESH401', { origin, property },
      `AWS App Mesh cannot say a gRPC route of a gateway without service and host, as route '${route.name}' is`, 'name the gRPC service, or a host')),
  ];
}

function rewriteFindings({ model: { mesh } }: MeshIndex, gateway: Gateway, route: GatewayRoute): readonly Diagnostic[] {
  const { match, filters: { rewritePath, rewriteHost }, origin } = route;
  const path = match.kind === 'http' ? match.path : undefined;
  const isOpenPrefix = path?.kind === 'raw-prefix' && rewritePath?.kind === 'prefix' && rewritePath.value !== '/' && !path.value.endsWith('/');
  return [
    ...findIf(isOpenPrefix, () => finding('MESH212', { origin, property: besideProperty(route, 'rewrite'), value: rewritePath?.value },
      `App Mesh replaces only prefixes that end in '/', and '${path?.value}' of route '${route.name}' does not`, "use a segment prefix, or end the prefix in '/'")),
    ...findIf((rewritePath?.value.length ?? 0) >= MAX_REWRITE, () => finding('MESH404', { origin, property: besideProperty(route, 'rewrite'), value: rewritePath?.value },
      `the rewrite has ${rewritePath?.value.length} characters, and App Mesh allows ${MAX_REWRITE - 1}`, 'use a shorter path')),
    ...findIf(rewriteHost?.kind === 'service' && route.action.kind === 'forward' && needsEdge(route), () => finding('MESH402', { origin, property: besideProperty(route, 'hostRewrite') },
      `the host of route '${route.name}' becomes '${edgeHost(mesh, gateway, route.name)}' instead of the service's own name, because weights, versions, retries and timeouts at a gateway of AWS App Mesh need a virtual service of another name`,
      'acknowledge it where the service does not read the host, or leave out the host rewrite, or move weights, retries and timeouts to the service')),
  ];
}

function listenerFindings(gateway: Gateway, route: GatewayRoute): readonly Diagnostic[] {
  return findIf(listenersOf(gateway, route).length === 0, () => finding('MESH213', { origin: route.origin, property: matchProperty(route), value: route.match.kind },
    `route '${route.name}' matches ${route.match.kind}${route.match.port === undefined ? '' : ` on port ${route.match.port}`}, and no listener of gateway '${gateway.id}' takes it`,
    `add a listener, or match one of ${gateway.listeners.map(({ port, protocol }) => `${port} (${protocol})`).join(', ')}`));
}

function portFindings(index: MeshIndex, gateway: Gateway, route: GatewayRoute): readonly Diagnostic[] {
  const place = { origin: route.origin, property: targetProperty(route) };
  return listenersOf(gateway, route).flatMap((listener) => destinationsOf(route).flatMap((destination) => {
    const service = index.services.get(destination.service);
    // a port that is named and unknown is reported as such by the model's own rules
    if (service === undefined || (destination.port !== undefined && !service.ports.some(({ port }) => port === destination.port))) return [];
    const port = portOf(service, destination, listener.port);
    if (port === undefined) {
      return [finding('MESH108', place, `service '${service.id}' has several ports and none is ${listener.port}, so route '${route.name}' does not say which it means`,
        'give the target a port with RouteTarget.service(service, { port })')];
    }
    // requests to a host outside that has none are reported as such by the model's own rules
    const isReported = service.kind === 'external' && matchKindOf(port.protocol) === 'tcp';
    return [
      ...findIf(!isReported && matchKindOf(port.protocol) !== route.match.kind, () => finding('MESH213', place,
        `route '${route.name}' takes ${route.match.kind} requests to port ${port.port} of '${service.id}', which speaks ${port.protocol}`, 'lead the route to a port that speaks the same')),
      ...findIf(port.protocol !== (entryPort(index, route, listener)?.protocol ?? port.protocol), () => finding('MESH213', place,
        `route '${route.name}' splits between ports of different protocols: port ${port.port} of '${service.id}' speaks ${port.protocol}`, 'split between ports of the same protocol')),
    ];
  }));
}

function edgeFindings(index: MeshIndex, gateway: Gateway, route: GatewayRoute): readonly Diagnostic[] {
  const edge = edgeTable(index, gateway, route);
  if (edge.kind === 'reason') {
    return [finding('MESH215', { origin: route.origin, property: targetProperty(route) }, `route '${route.name}' cannot be made one table: ${edge.reason}`,
      'lead the route to one version, or give the services tables that combine')];
  }
  return edge.table.routes.flatMap(({ destinations, match }) => [
    ...shareFindings(route, destinations), ...conditionFindings({ ...route, match }),
  ]);
}

function priorityFindings(gateway: Gateway): readonly Diagnostic[] {
  const levels = levelsNeeded(hostTables(gateway).map(({ routes }) => routes));
  return findIf(levels > MAX_PRIORITY + 1, () => finding('MESH404', { origin: gateway.origin, property: 'routes', value: gateway.routes.length },
    `the routes of gateway '${gateway.id}' need ${levels} priorities, and App Mesh has ${MAX_PRIORITY + 1}`, 'use fewer overlapping routes, or a second gateway'));
}

/** @see https://github.com/aws/aws-app-mesh-roadmap/issues/376 */
function hostDefectFindings(index: MeshIndex, gateway: Gateway): readonly Diagnostic[] {
  const affected = gateway.routes.filter((route) => route.action.kind === 'forward' && route.filters.rewriteHost?.kind !== 'service'
    && effectiveTimeouts(index, route).some((timeout) => timeout !== HIDDEN_TIMEOUT_MS));
  return findIf(affected.length > 0, () => finding('MESH405', { origin: gateway.origin, property: 'routes' },
    `the routes ${affected.map(({ name }) => `'${name}'`).join(', ')} of gateway '${gateway.id}' keep the client's host, and App Mesh was reported to lose the request timeout then: ${HIDDEN_TIMEOUT_MS / 1000} s instead of what is asked for, also where no limit is`,
    'acknowledge it, or give up the host with hostRewrite: HostRewrite.toService()'));
}

/** The request timeouts a route's requests can meet; undefined is no limit. */
function effectiveTimeouts(index: MeshIndex, route: GatewayRoute): readonly (number | undefined)[] {
  const own = route.policy.timeouts?.requestMs;
  if (own !== undefined) return [own];
  return destinationsOf(route).flatMap(({ service, version }) =>
    version !== undefined ? [undefined] : index.services.get(service)?.routes.map(({ policy }) => policy.timeouts?.requestMs) ?? []);
}
