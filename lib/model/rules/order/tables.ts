/** The tables of a program, and the pairs of routes in one that meet. Shared by the rules about order. */
import type { Gateway } from '../../gateway';
import { candidatePairs } from '../../levels';
import { matchRelation, type Relation } from '../../overlap';
import { hostTables, orderedServiceRoutes } from '../../precedence';
import type { Service } from '../../service';
import type { TrafficModel } from '../../traffic-model';
import type { Route } from '../rule';

/** Routes in order of precedence, and whose they are. */
export interface Table {
  /** As errors say it: `service 'shop/products'`. */
  readonly owner: string;
  readonly routes: readonly Route[];
}

/** Two routes of a table that are not provably disjoint. */
export interface MeetingPair {
  readonly earlier: Route;
  readonly later: Route;
  readonly relation: Exclude<Relation, 'disjoint'>;
}

/** Every table: one for each service, one for each host of each gateway. */
export function tablesOf({ services, gateways }: TrafficModel): readonly Table[] {
  return [...services.map(serviceTable), ...gateways.flatMap(gatewayTables)];
}

/** The tables of a gateway. */
export function gatewayTables(gateway: Gateway): readonly Table[] {
  return hostTables(gateway).map(({ routes }) => ({ owner: `gateway '${gateway.id}'`, routes }));
}

/** The table of a service. */
export function serviceTable(service: Service): Table {
  return { owner: `service '${service.id}'`, routes: orderedServiceRoutes(service) };
}

/** The pairs that meet, by the place of the later route and then of the earlier one. */
export function meetingPairs({ routes }: Table): readonly MeetingPair[] {
  const pairs = [...candidatePairs(routes)].sort((a, b) => a.later - b.later || a.earlier - b.earlier);
  return pairs.flatMap((pair) => {
    const [earlier, later] = [routes[pair.earlier]!, routes[pair.later]!];
    const relation = matchRelation(earlier.match, later.match);
    return relation === 'disjoint' ? [] : [{ earlier, later, relation }];
  });
}

/** Whether two routes do the same with a request, so that their order does not matter. */
export function haveSameOutcome(a: Route, b: Route): boolean {
  return JSON.stringify([a.action, a.filters, a.policy]) === JSON.stringify([b.action, b.filters, b.policy]);
}
