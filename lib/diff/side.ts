/** One of the two models that are compared, and its tables as rows that can be told apart by what they do. */
import { behaviourOf, type Behaving } from './signature';
import type { Destination } from '../model/action';
import { arrivalPort } from '../model/arrival';
import type { Request } from '../model/evaluate';
import type { Gateway, GatewayRoute } from '../model/gateway';
import type { Match } from '../model/match';
import { orderedServiceRoutes } from '../model/precedence';
import type { Service, ServiceId, ServiceRoute } from '../model/service';
import { routesCalls } from '../model/service-to-service';
import type { TrafficModel } from '../model/traffic-model';
import { describeEnding, GatewayEntrance, Simulator, unroutedEnding } from '../simulator';

/** One row of a table, in order of precedence. */
export interface Row {
  readonly match: Match;
  /** Equal for rows that do the same with what they take. */
  readonly behaviour: string;
  /** Left out: the service has no routes, and its only version takes everything. */
  readonly route?: GatewayRoute | ServiceRoute;
  /** Where the row leads; nothing for a redirect or an answer. */
  readonly destinations: readonly Destination[];
  /** Where requests end that no table was asked about, in words; left out where the route or the destinations tell. */
  readonly end?: string;
}

/** What a request enters with: the port as the client sees it and what is spoken there. */
export type Door = Pick<Request, 'port' | 'protocol'>;

/** One of the two models. */
export class Side {
  readonly simulator: Simulator;
  readonly services: ReadonlyMap<ServiceId, Service>;
  private readonly entrances = new Map<string, GatewayEntrance>();

  constructor(readonly model: TrafficModel) {
    this.simulator = new Simulator(model);
    this.services = new Map(model.services.map((service) => [service.id, service]));
  }

  /** The gateway of that id. */
  gateway(id: string): Gateway | undefined {
    return this.model.gateways.find((gateway) => gateway.id === id);
  }

  /** The rows that requests for a host meet at a gateway's door. */
  gatewayRows(gateway: Gateway, host: string, door: Door): readonly Row[] {
    const entrance = this.entrances.get(gateway.id) ?? new GatewayEntrance(gateway);
    this.entrances.set(gateway.id, entrance);
    const routes = entrance.tableFor(host)?.table.routes ?? [];
    return routes.filter((route) => isOpenTo(route.match, door)).map((route) => this.rowOf(route, door));
  }

  /** The rows that requests meet at a service's port. */
  serviceRows(service: Service, door: Door): readonly Row[] {
    if (service.routes.length > 0) return orderedServiceRoutes(service).filter((route) => isOpenTo(route.match, door)).map((route) => this.rowOf(route, door));
    const [only, ...others] = service.versions;
    if (only === undefined || others.length > 0) return [];
    const destinations = [{ service: service.id, version: only.name, weight: 1 }];
    const match = anything(door.protocol);
    const behaviour = this.behaviour({ match, action: { kind: 'forward', destinations }, filters: {}, policy: {} }, destinations, door);
    return [{ match, behaviour, destinations }];
  }

  /** Whether the tables of services act on calls between them. */
  get routesCalls(): boolean {
    return routesCalls(this.model.mesh);
  }

  /** The rows that calls between services meet at a service's port: its own, or where the mesh routes no calls one that takes everything. */
  callRows(service: Service, door: Door): readonly Row[] {
    if (this.routesCalls) return this.serviceRows(service, door);
    const end = describeEnding(unroutedEnding(service, door.port, this.model));
    return [{ match: anything(door.protocol), behaviour: end, destinations: [], end }];
  }

  /** The port on which requests of a door arrive at a service that a route leads to. */
  arrivalAt(destination: Destination, door: Door): Door | undefined {
    const service = this.services.get(destination.service);
    return service && { port: arrivalPort(service, destination.port, door), protocol: door.protocol };
  }

  private rowOf(route: GatewayRoute | ServiceRoute, door: Door): Row {
    const destinations = route.action.kind === 'forward' ? route.action.destinations.filter(({ weight }) => weight > 0) : [];
    return { match: route.match, behaviour: this.behaviour(route, destinations, door), route, destinations };
  }

  /** What the route itself says, and what its destinations add to it: ports, own limits, cookies, host names. */
  private behaviour(route: Behaving, destinations: readonly Destination[], door: Door): string {
    const details = destinations.map((destination) => {
      const service = this.services.get(destination.service);
      const version = service?.versions.find(({ name }) => name === destination.version);
      return JSON.stringify([
        destination.service, destination.version, this.arrivalAt(destination, door)?.port, version?.timeouts, version?.stickiness,
        route.filters.rewriteHost?.kind === 'service' ? service?.host : undefined,
      ]);
    });
    return `${behaviourOf(route)} ${details.sort().join(' ')}`;
  }
}

/** The match that takes every request of a protocol. */
export function anything(kind: Match['kind']): Match {
  switch (kind) {
    case 'http': return { kind, path: { kind: 'prefix', value: '/' }, headers: [], query: [] };
    case 'grpc': return { kind, metadata: [] };
    case 'tcp': return { kind };
  }
}

function isOpenTo(match: Match, { port, protocol }: Door): boolean {
  return match.kind === protocol && (match.port === undefined || match.port === port);
}
