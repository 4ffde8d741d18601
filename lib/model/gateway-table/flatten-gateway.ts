/**
 * A gateway's table and the tables of the services behind it as one: first match wins, and every route names versions, redirects or answers.
 * In: a model without errors, a gateway, a listener, a host's table. Out: the routes in order, or for each gateway route that no such table can
 * say the reason why. For targets whose gateway has no second stage: Envoy Gateway, and Istio's gateway.
 */
import type { Origin } from '../../diagnostics/diagnostic';
import { kindOf } from '../arrival';
import { anything, multiply, Unflattenable, type Product } from '../flatten-product';
import type { Gateway, GatewayRoute, Listener } from '../gateway';
import type { Guards } from '../guards';
import { candidatePairs, type Matched } from '../levels';
import type { GrpcMatch, HttpMatch } from '../match';
import { covers } from '../overlap';
import type { HostTable } from '../precedence';
import { flattenProduct, type FlatProduct } from './products';
import { rowsOf, warmVersions, type ServiceRow } from './rows';
import { labelGatewayRoute, type Door, type Way } from './way';
import type { ServiceId } from '../service';
import type { TrafficModel } from '../traffic-model';

/** What becomes one table. */
export interface GatewayStage {
  readonly model: TrafficModel;
  readonly gateway: Gateway;
  /** Gives port and protocol; routes for others have no part. */
  readonly listener: Listener;
  /** One of `hostTables(gateway)`. */
  readonly table: HostTable;
}

/** One route of the flat table, with the names of those that it was made of. */
export interface FlatGatewayRoute extends FlatProduct {
  /** Name of the gateway route. */
  readonly gatewayRoute: string;
  /** Names of the service routes, one for each service whose table chose; none where the gateway route alone decides. */
  readonly serviceRoutes: readonly { readonly service: ServiceId; readonly route: string }[];
  /** Of the gateway route: what is asked before. */
  readonly guards?: Guards;
  /** Of the gateway route, with `property`. */
  readonly origin: Origin;
  readonly property: string;
}

/** Why a gateway route cannot be part of one table. */
export interface GatewayObstacle {
  /** Names the routes in the user's words. */
  readonly reason: string;
  /** Of the gateway route, with `property`. */
  readonly origin: Origin;
  readonly property: string;
}

/** The flat table, or everything that is in its way. */
export type FlatGateway =
  | { readonly kind: 'flat'; readonly routes: readonly FlatGatewayRoute[] }
  | { readonly kind: 'obstacles'; readonly obstacles: readonly GatewayObstacle[] };

/**
 * One table that gives each request what the gateway's route and the services' tables give it together. What is never reached is left out; a
 * request that no route takes is answered 404.
 */
export function flattenGateway({ model, gateway, listener, table }: GatewayStage): FlatGateway {
  const services = new Map(model.services.map((service) => [service.id, service]));
  const door: Door = { services, gateway, listener, host: table.host };
  const routes: FlatGatewayRoute[] = [];
  const obstacles: GatewayObstacle[] = [];
  const here = routesOf(table, listener);
  const earlierOf = earlierNeighbours(here);
  here.forEach(({ route, match }, at) => {
    // choosing a service commits, so a route takes all that it matches, one way or the other
    const taken = earlierOf[at]!.map((earlier) => here[earlier]!.match);
    if (taken.some((earlier) => covers(earlier, match))) return;
    try {
      routes.push(...flattenRoute({ door, route, match, label: labelGatewayRoute(route, gateway), taken }));
    } catch (error) {
      if (!(error instanceof Unflattenable)) throw error;
      obstacles.push({ reason: error.message, origin: route.origin, property: route.property });
    }
  });
  return obstacles.length === 0 ? { kind: 'flat', routes } : { kind: 'obstacles', obstacles };
}

/** The table's routes that have part at a listener, their matches without port. */
function routesOf({ routes }: HostTable, { protocol, port: at }: Listener): readonly { readonly route: GatewayRoute; readonly match: HttpMatch | GrpcMatch }[] {
  return routes.flatMap((route) => {
    const { port, ...match } = route.match;
    return match.kind === kindOf(protocol) && (port === undefined || port === at) ? [{ route, match }] : [];
  });
}

/** For each route the places of the earlier ones that may meet it. */
function earlierNeighbours(routes: readonly Matched[]): readonly (readonly number[])[] {
  const neighbours: number[][] = routes.map(() => []);
  for (const { earlier, later } of candidatePairs(routes)) neighbours[later]!.push(earlier);
  return neighbours.map((places) => places.sort((a, b) => a - b));
}

function flattenRoute(way: Way): readonly FlatGatewayRoute[] {
  const { route, match } = way;
  const { action, filters } = route;
  if (action.kind !== 'forward') return [{ ...nameOf(route), closes: false, match, action, filters, policy: {} }];
  const live = action.destinations.filter(({ weight }) => weight > 0);
  if (live.length === 0) throw new Unflattenable(`all weights of ${way.label} are 0`);
  const start: readonly Product<ServiceRow>[] = [{ match: anything(match.kind), routes: [] }];
  const warm = action.destinations.filter(({ weight }) => weight === 0).flatMap((part) => warmVersions(part, way));
  return live.map((part) => rowsOf(part, way))
    .reduce<readonly Product<ServiceRow>[]>((products, table) => multiply(products, table), start)
    .filter((product) => !way.taken.some((earlier) => covers(earlier, product.match)))
    .flatMap((product) => {
      const serviceRoutes = product.routes.flatMap((row) => row.route === undefined ? [] : [{ service: row.service.id, route: row.route.name }]);
      return flattenProduct(product, warm, way).map((flat) => ({ ...nameOf(route), serviceRoutes, ...flat }));
    });
}

function nameOf({ name, origin, property, guards }: GatewayRoute) {
  return { gatewayRoute: name, serviceRoutes: [], origin, property, ...(guards === undefined ? {} : { guards }) };
}
