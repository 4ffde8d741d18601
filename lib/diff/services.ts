/** Requests that a service's own table treats differently, for whoever leads there: one line, however many ways lead in. */
import type { Findings } from './findings';
import { passageOf, type Meeting } from './gateways';
import { pairsOf, type Pair, type PairFilter } from './pairs';
import type { Door, Row, Side } from './side';
import { solve } from './solve';
import { both, cellOf, search, type Entrance, type Search, type Sides } from './witness';
import { kindOf } from '../model/arrival';
import type { GatewayRoute } from '../model/gateway';
import type { Service, ServiceId } from '../model/service';

/** One way to a service's port, the same in both models. */
interface Way {
  readonly entrance: Entrance;
  /** The gateway route on the way; left out for a call. */
  readonly pair?: Pair;
}

/** Reports what the services' tables change. */
export function diffServices(sides: Sides, meetings: readonly Meeting[], findings: Findings): void {
  for (const old of sides.before.model.services) {
    const now = sides.after.services.get(old.id);
    if (now !== undefined) for (const door of doorsOf(old, now)) diffService(sides, meetings, { old, now, door }, findings);
  }
}

interface Subject {
  readonly old: Service;
  readonly now: Service;
  readonly door: Door;
}

/** Callers meet the table that gateways lead to, or none on a mesh that routes no calls. */
function diffService(sides: Sides, meetings: readonly Meeting[], subject: Subject, findings: Findings): void {
  const { old, now, door } = subject;
  const differ: PairFilter = (a, b) => a?.behaviour !== b?.behaviour;
  const pairs = pairsOf(sides.before.serviceRows(old, door), sides.after.serviceRows(now, door), differ);
  const areRouted = sides.before.routesCalls && sides.after.routesCalls;
  const ways = () => [...gatewayWays(sides, meetings, old.id, door), ...(areRouted ? callers(sides, old.id, door) : [])];
  reportPairs(sides, subject, { pairs, ways, areCalls: false }, findings);
  if (areRouted) return;
  const calls = pairsOf(sides.before.callRows(old, door), sides.after.callRows(now, door), differ);
  reportPairs(sides, subject, { pairs: calls, ways: () => callers(sides, old.id, door), areCalls: true }, findings);
}

interface Report {
  readonly pairs: readonly Pair[];
  /** Asked only where there are pairs. */
  readonly ways: () => readonly Way[];
  /** Whether the ways are calls between services alone. */
  readonly areCalls: boolean;
}

function reportPairs(sides: Sides, { old }: Subject, { pairs, ways: waysOf, areCalls }: Report, findings: Findings): void {
  if (pairs.length === 0) return;
  const ways = waysOf();
  for (const pair of pairs) {
    const searches = ways.map((way) => ({ way, found: searchWay(sides, way, pair) }));
    const witnesses = searches.flatMap(({ way, found }) => found.kind === 'found' ? [{ way, witness: found.witness }] : []);
    if (witnesses.length > 0) {
      findings.addServiceChange({
        service: old.id, pair, witness: witnesses[0]!.witness, areCalls,
        routes: [...new Set(witnesses.flatMap(({ way }) => way.pair === undefined ? [] : [passageOf(way.pair.after)!]))],
        callers: [...new Set(witnesses.flatMap(({ way }) => way.pair === undefined ? [way.entrance.id] : []))],
      });
    } else if (searches.some(({ found }) => found.kind === 'unknown')) {
      findings.addUnproven(old.id, pair, 'the expressions of these routes could take the same request');
    }
  }
}

function searchWay(sides: Sides, { entrance, pair }: Way, inner: Pair): Search {
  if (pair === undefined) return search(sides, entrance, cellOf(inner));
  return search(sides, entrance, both(cellOf(pair), cellOf(inner, { before: passageOf(pair.before), after: passageOf(pair.after) })));
}

/** Ways through gateway routes that do the same in both models; what others do differently is reported at the gateway. */
function gatewayWays(sides: Sides, meetings: readonly Meeting[], service: ServiceId, door: Door): readonly Way[] {
  const ways = meetings.flatMap(({ entrance, before, after }) => {
    const leadsHere = (row: Row | undefined) => row !== undefined && row.destinations.some((destination) =>
      destination.service === service && destination.version === undefined && sides.before.arrivalAt(destination, entrance.door)?.port === door.port
      && entrance.door.protocol === door.protocol);
    return pairsOf(before, after, (a, b) => a?.behaviour === b?.behaviour && leadsHere(a) && leadsHere(b)).map((pair) => ({ entrance, pair }));
  });
  // one way for each pair of routes is enough, whichever host and port: what follows is the same
  const unique = new Map<string, Way>();
  for (const way of ways) {
    const key = `${way.entrance.id} ${nameOf(way.pair.before)} ${nameOf(way.pair.after)}`;
    if (!unique.has(key) && solve(cellOf(way.pair), 1).points.length > 0) unique.set(key, way);
  }
  return [...unique.values()];
}

/** Callers whose calls reach the service in both models; they are treated alike, so the first is asked and the others are named. */
function callers(sides: Sides, id: ServiceId, door: Door): readonly Way[] {
  const calls = ({ simulator, services }: Side, caller: Service) => simulator.isAllowed(caller, services.get(id)!);
  const { host: full, kind, name, namespace } = sides.before.services.get(id)!;
  // a route that rewrites the host to the service's own is noticed by those who write a short form
  const hosts = kind === 'external' ? [full] : [full, `${name}.${namespace}`];
  return sides.before.model.services.flatMap((old) => {
    const now = sides.after.services.get(old.id);
    if (now === undefined || old.id === id || old.kind !== 'workload' || now.kind !== 'workload') return [];
    if (!calls(sides.before, old) || !calls(sides.after, now)) return [];
    return hosts.map((host) => ({ entrance: { kind: 'service' as const, id: old.id, host, door } }));
  });
}

function nameOf(row: Row | undefined): string {
  return (row?.route as GatewayRoute | undefined)?.name ?? '';
}

/** A gateway may lead requests to a port for gRPC, and calls to one for requests: where nothing chooses, they arrive. */
function doorsOf(old: Service, now: Service): readonly Door[] {
  return old.ports.filter(({ port, protocol }) => now.ports.some((other) => other.port === port && kindOf(other.protocol) === kindOf(protocol)))
    .flatMap(({ port, protocol }): readonly Door[] => protocol === 'tcp' ? [{ port, protocol }] : [{ port, protocol: 'http' }, { port, protocol: 'grpc' }]);
}
