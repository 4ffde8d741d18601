/** Requests that a gateway itself treats differently: another target, other filters, another policy, or no route any more. */
import type { Findings } from './findings';
import { outcomesOf } from './outcome';
import { crossPairsOf, pairsOf, type Pair } from './pairs';
import type { Door, Row, Side } from './side';
import { both, cellOf, search, decide, type Entrance, type Search, type Sides } from './witness';
import { kindOf } from '../model/arrival';
import { describeHost } from '../model/describe';
import type { GatewayRoute, Listener } from '../model/gateway';
import type { HostMatch } from '../model/match';
import { ANY_OTHER_HOST } from '../simulator';

/** Requests that meet the same two tables of a gateway. */
export interface Meeting {
  readonly gateway: string;
  /** Left out: hosts that no route names. */
  readonly host: HostMatch | undefined;
  readonly entrance: Entrance;
  readonly before: readonly Row[];
  readonly after: readonly Row[];
}

/** How many combinations of service routes are tried before a pair counts as unproven. */
const MOST_COMBINATIONS = 2000;

/** Every meeting of two tables: each gateway of both models, each port, each kind of host. */
export function meetingsOf({ before, after }: Sides): readonly Meeting[] {
  return before.model.gateways.flatMap((old) => {
    const now = after.gateway(old.id);
    if (now === undefined) return [];
    const hosts = hostClasses([...old.routes, ...now.routes]);
    const doors = doorsOf(old.listeners).filter((door) => doorsOf(now.listeners).some((other) => sameDoor(door, other)));
    return doors.flatMap((door) => hosts.map(({ host, name }) => ({
      gateway: old.id, host,
      entrance: { kind: 'gateway' as const, id: old.id, host: name, door },
      before: before.gatewayRows(old, name, door), after: after.gatewayRows(now, name, door),
    })));
  });
}

/** Reports what the gateways' own tables change. */
export function diffGateways(sides: Sides, meetings: readonly Meeting[], findings: Findings): void {
  for (const meeting of meetings) {
    const { gateway, host, entrance } = meeting;
    for (const pair of pairsOf(meeting.before, meeting.after, (a, b) => a?.behaviour !== b?.behaviour)) {
      const found = searchPair(sides, entrance, pair);
      if (found.kind === 'found') findings.addGatewayChange({ gateway, host, pair, witness: found.witness });
      if (found.kind === 'unknown') findings.addUnproven(gateway, pair, 'the expressions of these routes could take the same request');
    }
  }
  diffDoors(sides, findings);
}

/** A request of the pair that is treated differently. Where the first ones are treated alike, the services' own routes tell them apart. */
function searchPair(sides: Sides, entrance: Entrance, pair: Pair): Search {
  const cell = cellOf(pair);
  const first = search(sides, entrance, cell);
  if (first.kind !== 'alike') return first;
  let last: Search = first;
  let tried = 0;
  for (const inner of innerPairs(sides, entrance, pair)) {
    tried += 1;
    if (tried > MOST_COMBINATIONS) return { kind: 'unknown' };
    const found = search(sides, entrance, both(cell, cellOf(inner, { before: passageOf(pair.before), after: passageOf(pair.after) })));
    if (found.kind === 'found') return found;
    if (found.kind === 'unknown') last = found;
  }
  return last;
}

/** The pairs of service routes behind a pair of gateway routes; every service that one of them leads to with every one of the other. */
function* innerPairs(sides: Sides, { door }: Entrance, pair: Pair): Generator<Pair> {
  const tables = (side: Side, row: Row | undefined) => (row?.destinations ?? []).flatMap((destination) => {
    const service = side.services.get(destination.service);
    const arrival = side.arrivalAt(destination, door);
    return destination.version !== undefined || service === undefined || arrival === undefined ? [] : [side.serviceRows(service, arrival)];
  });
  const [old, now] = [tables(sides.before, pair.before), tables(sides.after, pair.after)];
  for (const before of old.length === 0 ? [[]] : old) for (const after of now.length === 0 ? [[]] : now) yield* crossPairsOf(before, after);
}

/** The gateway route of a row, as what stands between a client and a service. */
export function passageOf(row: Row | undefined): GatewayRoute | undefined {
  return row?.route as GatewayRoute | undefined;
}

/** Gateways and ports that only one of the models has. */
function diffDoors({ before, after }: Sides, findings: Findings): void {
  const ids = [...new Set([...before.model.gateways, ...after.model.gateways].map(({ id }) => id))].sort();
  for (const id of ids) {
    const [old, now] = [before.gateway(id), after.gateway(id)];
    const [was, is] = [doorsOf(old?.listeners ?? []), doorsOf(now?.listeners ?? [])];
    const lost = was.filter((door) => !is.some((other) => sameDoor(door, other)));
    const won = is.filter((door) => !was.some((other) => sameDoor(door, other)));
    for (const [doors, gateway, effect] of [[lost, old, 'is closed'], [won, now, 'is new']] as const) {
      for (const door of gateway === undefined ? [] : doors) {
        const { host, path } = firstRequest(gateway!.routes);
        const request = { host, path, port: door.port, protocol: door.protocol };
        const entrance: Entrance = { kind: 'gateway', id, host, door };
        findings.addDoor({
          gateway: id, requests: `requests on port ${door.port} (${door.protocol})`, effect: `${old === undefined || now === undefined ? 'the gateway' : 'the port'} ${effect}`,
          entrance, request, ...outcomesOf(decide(before, entrance, request), decide(after, entrance, request)),
        });
      }
    }
  }
}

/** A request that a gateway has a route for, as far as path and host tell. */
function firstRequest(routes: readonly GatewayRoute[]): { readonly host: string; readonly path: string } {
  const [route] = routes;
  const [host] = route?.hosts ?? [];
  const { match } = route ?? {};
  const path = match?.kind === 'http' && match.path.kind !== 'regex' ? match.path.value : match?.kind === 'grpc' ? `/${match.service ?? 'Any'}/${match.method ?? 'Any'}` : '/';
  return { host: host === undefined ? ANY_OTHER_HOST : nameIn(host), path };
}

function nameIn(host: HostMatch): string {
  return host.kind === 'exact' ? host.value : `x7${host.value}`;
}

/** One host name for every kind of host that the routes can tell apart. */
function hostClasses(routes: readonly GatewayRoute[]): readonly { readonly host: HostMatch | undefined; readonly name: string }[] {
  const hosts = new Map(routes.flatMap((route) => route.hosts).map((host) => [describeHost(host), host]));
  return [{ host: undefined, name: ANY_OTHER_HOST }, ...[...hosts.values()].map((host) => ({ host, name: nameIn(host) }))];
}

function doorsOf(listeners: readonly Listener[]): readonly Door[] {
  return listeners.map(({ port, protocol }) => ({ port, protocol: kindOf(protocol) }));
}

function sameDoor(a: Door, b: Door): boolean {
  return a.port === b.port && a.protocol === b.protocol;
}
