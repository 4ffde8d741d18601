/**
 * A gateway's table and the tables of the services behind it as one: first match wins, and every route names versions, redirects or answers.
 * In: a model without errors, a gateway, a listener, a host's table. Out: the routes in order, or for each gateway route that no such table can
 * say the reason why. For targets whose gateway has no second stage: Envoy Gateway, and Istio's gateway.
 */
import { kindOf } from '../arrival';
import { anything, multiply, Unflattenable, type Product } from '../flatten-product';
import type { Gateway, GatewayRoute, Listener } from '../gateway';
import type { GrpcMatch, HttpMatch } from '../match';
import { covers } from '../overlap';
import type { HostTable } from '../precedence';
import { flattenProduct, type FlatProduct } from './products';
import { rowsOf, warmVersions, type ServiceRow } from './rows';
import { labelGatewayRoute, type Door, type Way } from './way';
import type { Origin } from '../../diagnostics/diagnostic';
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
  const door: Door = { model, gateway, listener, host: table.host };
  const routes: FlatGatewayRoute[] = [];
  const obstacles: GatewayObstacle[] = [];
  const taken: (HttpMatch | GrpcMatch)[] = [];
  for (const route of table.routes) {
    const { port, ...match } = route.match;
    if (match.kind !== kindOf(listener.protocol) || (port !== undefined && port !== listener.port)) continue;
    if (taken.some((earlier) => covers(earlier, match))) continue;
    try {
      routes.push(...flattenRoute({ door, route, match, label: labelGatewayRoute(route, gateway), taken: [...taken] }));
    } catch (error) {
      if (!(error instanceof Unflattenable)) throw error;
      obstacles.push({ reason: error.message, origin: route.origin, property: route.property });
    }
    // choosing a service commits, so the route takes all that it matches, one way or the other
    taken.push(match);
  }
  return obstacles.length === 0 ? { kind: 'flat', routes } : { kind: 'obstacles', obstacles };
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

function nameOf({ name, origin, property }: GatewayRoute) {
  return { gatewayRoute: name, serviceRoutes: [], origin, property };
}
