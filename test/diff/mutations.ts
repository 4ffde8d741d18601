/** Small changes of a program, as a user makes them from one deployment to the next. */
import type { Destination } from '../../lib/model/action';
import type { GatewayRoute } from '../../lib/model/gateway';
import type { Match } from '../../lib/model/match';
import type { Service, ServiceRoute, Version } from '../../lib/model/service';
import type { TrafficModel } from '../../lib/model/traffic-model';
import { drawFilters, drawPolicy } from '../simulator/arbitraries/actions';
import type { Draw } from '../simulator/arbitraries/draw';
import { drawGrpcMatch, drawHttpMatch } from '../simulator/arbitraries/matches';

type Route = GatewayRoute | ServiceRoute;

/** The program after one to three changes. */
export function mutate(draw: Draw, model: TrafficModel): TrafficModel {
  const changes = [changeRoute, changeRoute, changeRoute, dropRoute, swapPriorities, changeCalls, changeEgress, changeGuards, changeVersions];
  return draw.list(1, 3, () => draw.pick(changes)).reduce((current, change) => change(draw, current), model);
}

/** Changes one route of a random table. */
function onRoutes(draw: Draw, model: TrafficModel, change: <R extends Route>(routes: readonly R[]) => readonly R[]): TrafficModel {
  if (draw.chance(50)) {
    const chosen = draw.pick(model.gateways);
    return { ...model, gateways: model.gateways.map((gateway) => gateway === chosen ? { ...gateway, routes: change(gateway.routes) } : gateway) };
  }
  const chosen = draw.pick(model.services);
  return { ...model, services: model.services.map((service) => service === chosen ? { ...service, routes: change(service.routes) } : service) };
}

function changeRoute(draw: Draw, model: TrafficModel): TrafficModel {
  return onRoutes(draw, model, (routes) => {
    if (routes.length === 0) return routes;
    const at = draw.integer(0, routes.length - 1);
    return routes.map((route, index) => index === at ? changed(draw, route) : route);
  });
}

function changed<R extends Route>(draw: Draw, route: R): R {
  switch (draw.integer(0, 4)) {
    case 0: return { ...route, filters: drawFilters(draw, route.match, () => []) };
    case 1: return { ...route, policy: drawPolicy(draw, route.match.kind) };
    case 2: return { ...route, match: anyPort(route.match.kind === 'grpc' ? drawGrpcMatch(draw, [80]) : drawHttpMatch(draw, [80])) };
    default: return route.action.kind === 'forward' ? { ...route, action: { kind: 'forward', destinations: reweighted(draw, route.action.destinations) } } : route;
  }
}

function anyPort<M extends Match>(match: M): M {
  const { port: _, ...rest } = match;
  return rest as M;
}

function reweighted(draw: Draw, destinations: readonly Destination[]): readonly Destination[] {
  return destinations.map((destination, at) => ({ ...destination, weight: draw.pick(at === 0 ? [1, 5, 50, 100] : [0, 1, 5, 50, 100]) }));
}

function dropRoute(draw: Draw, model: TrafficModel): TrafficModel {
  return onRoutes(draw, model, (routes) => routes.length < 2 ? routes : routes.filter((_, index, all) => index !== all.length - 1));
}

function swapPriorities(draw: Draw, model: TrafficModel): TrafficModel {
  return onRoutes(draw, model, (routes) => routes.map((route, at) => ({ ...route, priority: at === 0 ? 51 : route.priority })));
}

function changeCalls(draw: Draw, model: TrafficModel): TrafficModel {
  const chosen = draw.pick(model.services);
  const others = model.services.filter((service: Service) => service !== chosen);
  return { ...model, services: model.services.map((service) => service === chosen && service.kind === 'workload' ? { ...service, calls: draw.some(others, 0, 2).map(({ id }) => ({ service: id })) } : service) };
}

function changeEgress(draw: Draw, model: TrafficModel): TrafficModel {
  return { ...model, mesh: { ...model.mesh, egress: draw.pick(['any', 'declared-only']) } };
}

const GUARDS: readonly GatewayRoute['guards'][] = [
  undefined, { clients: ['10.0.0.0/8'] }, { rateLimit: { requests: 5, per: 'second' } },
  { tokens: [{ issuer: 'a', audiences: [], keys: { kind: 'inline', jwks: '{"keys":[{}]}' } }] },
];

function changeGuards(draw: Draw, model: TrafficModel): TrafficModel {
  const change = (route: GatewayRoute): GatewayRoute => draw.chance(50) ? { ...route, guards: draw.pick(GUARDS) } : route;
  return { ...model, gateways: model.gateways.map((gateway) => ({ ...gateway, routes: gateway.routes.map(change) })) };
}

/** What versions say of requests that no route says. */
function changeVersions(draw: Draw, model: TrafficModel): TrafficModel {
  const change = ({ stickiness: _, timeouts: __, ...version }: Version): Version => ({
    ...version, ...draw.pick([{}, { stickiness: { cookie: 'session', ttlMs: 0 } }, { stickiness: { cookie: 'session', ttlMs: 60_000 } }, { timeouts: { requestMs: 1000 } }]),
  });
  return { ...model, services: model.services.map((service) => ({ ...service, versions: service.versions.map((version) => draw.chance(50) ? change(version) : version) })) };
}
