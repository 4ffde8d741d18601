/** A gateway route at one port and host: what everything behind it is composed with. */
import { describeRoute } from '../describe';
import { Unflattenable } from '../flatten-product';
import type { Gateway, GatewayRoute, Listener } from '../gateway';
import type { GrpcMatch, HostMatch, HttpMatch, Match } from '../match';
import type { Service, ServiceId } from '../service';

/** Where requests enter. */
export interface Door {
  readonly services: ReadonlyMap<ServiceId, Service>;
  readonly gateway: Gateway;
  readonly listener: Listener;
  /** Left out: the table without host. */
  readonly host: HostMatch | undefined;
}

/** A gateway route at a door. */
export interface Way {
  readonly door: Door;
  readonly route: GatewayRoute;
  /** The route in the user's words. */
  readonly label: string;
  /** The route's match, without the port, which is the door's. */
  readonly match: HttpMatch | GrpcMatch;
  /** What earlier routes take: nothing of it comes here. */
  readonly taken: readonly Match[];
}

/** A route of a gateway in the user's words. */
export function labelGatewayRoute(route: GatewayRoute, gateway: Gateway): string {
  return `route ${describeRoute(route)} of gateway '${gateway.id}'`;
}

/** The service of an id. Throws Unflattenable where a program names one that does not exist. */
export function serviceOf({ services }: Pick<Door, 'services'>, id: ServiceId): Service {
  const found = services.get(id);
  if (found === undefined) throw new Unflattenable(`there is no service '${id}'`);
  return found;
}
