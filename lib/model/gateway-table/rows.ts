/** What a gateway route's destination does with the requests that come to it: its service's table in the client's words. */
import type { Destination, RouteAction } from '../action';
import { arrivalPort, kindOf } from '../arrival';
import { describeRoute } from '../describe';
import { Unflattenable, type Row } from '../flatten-product';
import { covers } from '../overlap';
import { orderedServiceRoutes } from '../precedence';
import { pullBack } from './pull-back';
import { serviceOf, type Way } from './way';
import type { Service, ServiceRoute } from '../service';

/** Where a row leads. A request that no route of the service takes is answered 404, and so is one for which nothing chooses a version. */
export type Target =
  /** Every destination names version and port. */
  | { readonly kind: 'forward'; readonly destinations: readonly Destination[] }
  | Exclude<RouteAction, { readonly kind: 'forward' }>
  | { readonly kind: 'no-route' };

/** One route of a service, or what happens past its routes. Its match is the client's, within that of the gateway route. */
export interface ServiceRow extends Row {
  readonly part: { readonly weight: number };
  readonly service: Service;
  /** Port of the service that the requests arrive on. */
  readonly port: number;
  /** Left out: the gateway route names the version, the service has no table, or nothing in it takes the requests. */
  readonly route?: ServiceRoute;
  readonly target: Target;
}

/** The rows of one destination, of which the last takes everything that the gateway route does. Throws Unflattenable. */
export function rowsOf(part: Destination, way: Way): readonly ServiceRow[] {
  const service = serviceOf(way.door, part.service);
  const port = arrivalPort(service, part.port, cameIn(way));
  const whole = { part, service, port, match: way.match };
  if (part.version !== undefined) {
    return [{ ...whole, label: `version '${part.version}' of service '${service.id}'`, target: versions([{ service: service.id, version: part.version, port, weight: 1 }]) }];
  }
  if (service.routes.length === 0) return [{ ...whole, label: `service '${service.id}'`, target: soleVersion(service, port) }];
  const rows: ServiceRow[] = [];
  for (const route of routesAt(service, port, way)) {
    const label = labelServiceRoute(route, service);
    const { port: _, ...match } = route.match;
    const target = targetOf(route, { ...whole, label }, way);
    const left = { ...way, taken: [...way.taken, ...rows.map((row) => row.match)] };
    rows.push(...pullBack({ label, match }, left).map((pulled) => ({ ...whole, label, match: pulled, route, target })));
    if (rows.some((row) => covers(row.match, way.match))) return rows;
  }
  return [...rows, { ...whole, label: `service '${service.id}'`, target: { kind: 'no-route' } }];
}

/** The versions that a destination of weight 0 keeps warm: no request comes, so its table need not be asked. */
export function warmVersions(part: Destination, way: Way): readonly Destination[] {
  const service = serviceOf(way.door, part.service);
  const port = arrivalPort(service, part.port, cameIn(way));
  const targets = part.version !== undefined ? [versions([{ ...part, port }])]
    : service.routes.length === 0 ? [soleVersion(service, port)]
      : routesAt(service, port, way).map((route) => targetOf(route, { service, port, label: labelServiceRoute(route, service) }, way));
  return targets.flatMap((target) => target.kind === 'forward' ? target.destinations : []).map((destination) => ({ ...destination, weight: 0 }));
}

/** On which port, and as what, requests came in at the gateway. */
export function cameIn({ door: { listener } }: Way) {
  return { port: listener.port, protocol: kindOf(listener.protocol) };
}

function labelServiceRoute(route: ServiceRoute, service: Service): string {
  return `route ${describeRoute(route)} of service '${service.id}'`;
}

function routesAt(service: Service, port: number, way: Way): readonly ServiceRoute[] {
  return orderedServiceRoutes(service).filter(({ match }) => match.kind === way.match.kind && (match.port === undefined || match.port === port));
}

function targetOf({ action }: ServiceRoute, { service, port, label }: Pick<ServiceRow, 'service' | 'port' | 'label'>, way: Way): Target {
  if (action.kind !== 'forward') return action;
  if (action.destinations.every(({ weight }) => weight === 0)) throw new Unflattenable(`all weights of ${label} are 0`);
  return versions(action.destinations.map((destination) => {
    if (destination.version === undefined) throw new Unflattenable(`${label} leads to service '${destination.service}' without naming a version`);
    if (destination.port !== undefined || destination.service === service.id) return { ...destination, port: destination.port ?? port };
    return { ...destination, port: arrivalPort(serviceOf(way.door, destination.service), undefined, { ...cameIn(way), port }) };
  }));
}

function soleVersion(service: Service, port: number): Target {
  const [only, ...others] = service.versions;
  return only === undefined || others.length > 0 ? { kind: 'no-route' } : versions([{ service: service.id, version: only.name, port, weight: 1 }]);
}

function versions(destinations: readonly Destination[]): Target {
  return { kind: 'forward', destinations };
}
