/** Rules of a service's table. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import type { Destination, Filters } from '../../../model/action';
import type { Service, ServiceRoute } from '../../../model/service';
import { portOf, type MeshIndex } from '../../mesh-index';
import { lowerRoutes, portsOfRoute } from '../lower-routes';
import { tableOf } from '../lower-service';
import { levelsNeeded, MAX_PRIORITY } from '../priorities';
import { MAX_WEIGHT_SUM, total, wireWeights } from '../weights';
import { conditionFindings, type MatchOwner } from './conditions';
import { findIf, finding, matchProperty, type Rule } from '../../rule';

/** @see user guide, service quotas: weighted targets per route, not adjustable */
export const MAX_TARGETS = 10;
const ROUTES_PER_ROUTER = 50;

/** Reports MESH404, MESH403, MESH401, MESH203 and MESH213 for the routes of services. */
export const routeRules: Rule = (index) => index.model.services.flatMap((service) => {
  const routes = service.routes.flatMap((route) => [
    ...conditionFindings(route), ...grpcFindings(route),
    ...(route.action.kind === 'forward' ? [
      ...shareFindings(route, route.action.destinations), ...targetPortFindings(index, service, route, route.action.destinations),
    ] : []),
  ]);
  return routes.length > 0 ? routes : [...tableFindings(index, service)];
});

/** Reports MESH404 for too many targets, MESH203 for shares that weights up to 100 cannot hold. */
export function shareFindings(route: MatchOwner, destinations: readonly Destination[]): readonly Diagnostic[] {
  const weights = destinations.map(({ weight }) => weight);
  const place = { origin: route.origin, property: route.property };
  return [
    ...findIf(destinations.length > MAX_TARGETS, () => finding('MESH404', place,
      `route '${route.name}' has ${destinations.length} destinations, and App Mesh allows ${MAX_TARGETS}`, 'leave destinations of weight 0 out')),
    ...findIf(total(wireWeights(weights)) > MAX_WEIGHT_SUM, () => finding('MESH203', { ...place, value: weights.join(', ') },
      `the weights ${weights.join(', ')} of route '${route.name}' add up to ${total(weights)}, and App Mesh holds shares that add up to at most ${MAX_WEIGHT_SUM}`,
      'use whole percentages')),
  ];
}

function grpcFindings(route: ServiceRoute): readonly Diagnostic[] {
  const { match } = route;
  return findIf(match.kind === 'grpc' && match.method !== undefined && match.service === undefined, () => finding('MESH401',
    { origin: route.origin, property: `${matchProperty(route)}.method` },
    `AWS App Mesh cannot say a gRPC method without its service, as route '${route.name}' does`, 'name the gRPC service too'));
}

function targetPortFindings(index: MeshIndex, service: Service, route: ServiceRoute, destinations: readonly Destination[]): readonly Diagnostic[] {
  const place = { origin: route.origin, property: route.property };
  return portsOfRoute(route, service.ports).flatMap((from) => destinations.flatMap((destination) => {
    const target = index.services.get(destination.service);
    if (target === undefined) return [];
    const port = portOf(target, destination, from.port);
    if (port === undefined) {
      return [finding('MESH108', place, `service '${target.id}' has several ports and none is ${from.port}, so route '${route.name}' does not say which it means`,
        'give the destination a port')];
    }
    return findIf(port.protocol !== from.protocol, () => finding('MESH213', place,
      `port ${from.port} of service '${service.id}' speaks ${from.protocol}, but route '${route.name}' leads to port ${port.port} of '${target.id}', which speaks ${port.protocol}`,
      'give both ports the same protocol; a router of App Mesh translates nothing'));
  }));
}

function tableFindings(index: MeshIndex, service: Service): readonly Diagnostic[] {
  if (service.routes.some(({ action }) => action.kind !== 'forward') || hasNoForm(service)) return [];
  const { origin, ports } = service;
  const limit = index.model.mesh.quotas.routesPerService ?? ROUTES_PER_ROUTER;
  const count = lowerRoutes(index, { ports, routes: tableOf(service) }).length;
  const levels = levelsNeeded([tableOf(service)]);
  return [
    ...findIf(count > limit, () => finding('MESH403', { origin, property: 'routes', value: service.routes.length },
      `service '${service.id}' needs ${count} routes of a virtual router (${service.routes.length} written; ports and inverted headers multiply them), and the quota is ${limit}`,
      'use fewer routes, or raise the quota at AWS and declare quotas.routesPerService')),
    ...findIf(levels > MAX_PRIORITY + 1, () => finding('MESH404', { origin, property: 'routes', value: service.routes.length },
      `the routes of service '${service.id}' overlap so that ${levels} priorities are needed, and App Mesh has ${MAX_PRIORITY + 1}`, 'use fewer overlapping routes')),
  ];
}

/** Whether a route was refused by the capability table or the model's rules in a way that leaves no lowered form to count. */
export function hasNoForm({ routes }: { readonly routes: readonly { readonly match: MatchOwner['match']; readonly filters: Filters }[] }): boolean {
  return routes.some(({ match, filters }) => match.kind === 'http'
    && (match.query.some((query) => query.match.kind === 'regex') || (match.path.kind === 'regex' && filters.rewritePath?.kind === 'prefix')));
}
