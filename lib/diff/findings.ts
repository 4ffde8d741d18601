/** Collects what was found and makes lines of it: what is the same change for several hosts, ports or callers is one line. */
import { effectOf } from './effect';
import { outcomesOf } from './outcome';
import type { Pair } from './pairs';
import { describeRegion } from './region';
import type { Row } from './side';
import type { TrafficChange, TrafficDiff, Unproven, WitnessRequest } from './traffic-diff';
import type { Entrance, Witness } from './witness';
import { describeHost, describeRoute } from '../model/describe';
import type { GatewayRoute } from '../model/gateway';
import type { HostMatch } from '../model/match';
import type { ServiceId } from '../model/service';
import { describeRequest, readRequest, type Decision, type RequestInput } from '../simulator';

/** How many names a line holds. */
const MOST_NAMES = 4;

interface GatewayLine {
  readonly gateway: string;
  readonly hosts: Set<string>;
  readonly pair: Pair;
  readonly witness: WitnessRequest;
}

interface CallLine {
  readonly callers: Set<string>;
  readonly change: Omit<TrafficChange, 'owners' | 'requests'>;
  readonly to: string;
}

/** A request that only one of the models listens to. */
export interface DoorChange {
  readonly gateway: string;
  readonly requests: string;
  readonly effect: string;
  readonly entrance: Entrance;
  readonly request: RequestInput;
  readonly before: string;
  readonly after: string;
}

/** A call that reaches something else. */
export interface CallChange {
  readonly caller: string;
  readonly host: string;
  readonly inside: boolean;
  readonly entrance: Entrance;
  readonly request: RequestInput;
  readonly before: Decision | undefined;
  readonly after: Decision | undefined;
  readonly effect: string;
}

/** A change of a gateway's table, for one kind of host. */
export interface GatewayChange {
  readonly gateway: string;
  readonly host: HostMatch | undefined;
  readonly pair: Pair;
  readonly witness: Witness;
}

/** A change of a service's table. */
export interface ServiceChange {
  readonly service: ServiceId;
  readonly pair: Pair;
  readonly witness: Witness;
  readonly routes: readonly GatewayRoute[];
  readonly callers: readonly string[];
  /** Whether it is about calls between services alone, which the mesh routes in one of the models at most. */
  readonly areCalls: boolean;
}

/** What was found so far. */
export class Findings {
  private readonly gateways = new Map<string, GatewayLine>();
  private readonly services = new Map<string, TrafficChange>();
  private readonly doors: TrafficChange[] = [];
  private readonly calls = new Map<string, CallLine>();
  private readonly unproven = new Map<string, Unproven>();

  constructor(private readonly severalGateways: boolean) {}

  addGatewayChange({ gateway, host, pair, witness }: GatewayChange): void {
    const key = JSON.stringify([gateway, nameOf(pair.before), nameOf(pair.after), effectOf(pair.before, pair.after)]);
    const line = this.gateways.get(key) ?? { gateway, hosts: new Set<string>(), pair, witness: witnessRequest(witness) };
    line.hosts.add(host === undefined ? '' : describeHost(host));
    this.gateways.set(key, line);
  }

  addServiceChange({ service, pair, witness, routes, callers, areCalls }: ServiceChange): void {
    const [only] = routes;
    const alone = routes.length === 1 && callers.length === 0 && only!.filters.rewritePath === undefined ? only!.match : undefined;
    const through = areCalls ? [] : [...routes.map(({ name }) => `route '${name}'`), ...callers.map((caller) => `calls from ${caller}`)];
    const requests = areCalls ? `calls from ${listOf(callers)} to ${service} ${describeRegion(pair)}`
      : alone === undefined ? `requests for ${service} ${describeRegion(pair)}` : describeRegion(pair, alone);
    const effect = withService(service, effectText(pair, witnessRequest(witness)));
    // several routes of a service that change alike, for example all their timeouts, are one change
    const key = JSON.stringify([service, effect, through, areCalls]);
    const known = this.services.get(key);
    this.services.set(key, known === undefined
      ? { ...(areCalls ? { kind: 'call', owners: callers } : { kind: 'service', owners: [service] }), requests, effect, through, routes: [routeNames(pair)], witness: witnessRequest(witness) }
      : { ...known, requests: `${known.requests} and ${requests}`, routes: [...known.routes, routeNames(pair)] });
  }

  addDoor({ gateway, requests, effect, entrance, request, before, after }: DoorChange): void {
    const witness = { entry: entryText(entrance), text: textOf(entrance, request), request, before, after };
    this.doors.push({ kind: 'gateway', owners: [gateway], requests: this.named(gateway, requests), effect, through: [], routes: [], witness });
  }

  addCall({ caller, host, inside, entrance, request, before, after, effect }: CallChange): void {
    const to = inside ? host : 'hosts outside of the mesh';
    const key = JSON.stringify([to, effect, entrance.door.port]);
    const witness = { entry: entryText(entrance), text: textOf(entrance, request), request, ...outcomesOf(before, after) };
    const line = this.calls.get(key) ?? { callers: new Set<string>(), to, change: { kind: 'call' as const, effect, through: [], routes: [], witness } };
    line.callers.add(caller);
    this.calls.set(key, line);
  }

  addUnproven(owner: string, { before, after }: Pair, reason: string): void {
    const routes = { before: rowText(before), after: rowText(after) };
    this.unproven.set(JSON.stringify([owner, routes]), { owner, routes, reason });
  }

  /** All lines: gateways first, then services, then calls. */
  toDiff(): TrafficDiff {
    const gateways = [...this.gateways.values()].map(({ gateway, hosts, pair, witness }): TrafficChange => ({
      kind: 'gateway', owners: [gateway], requests: this.named(gateway, `${hostsText(hosts)}${describeRegion(pair)}`),
      effect: effectText(pair, witness), through: [], routes: [routeNames(pair)], witness,
    }));
    const calls = [...this.calls.values()].map(({ callers, to, change }): TrafficChange =>
      ({ ...change, owners: [...callers], requests: `calls from ${listOf([...callers])} to ${to}` }));
    return { changes: [...this.doors, ...gateways, ...this.services.values(), ...calls], unproven: [...this.unproven.values()] };
  }

  private named(gateway: string, requests: string): string {
    return this.severalGateways ? `gateway ${gateway}: ${requests}` : requests;
  }
}

/** What the routes say differently; where they say the same, for example when a version's own limit changes, what the witness shows. */
function effectText({ before, after }: Pair, witness: WitnessRequest): string {
  return effectOf(before, after) || `${witness.before} -> ${witness.after}`;
}

/** The service is named once, in front of what changes at it. */
function withService(service: ServiceId, effect: string): string {
  return effect.includes(service) ? effect : `${service} ${effect}`;
}

function hostsText(hosts: ReadonlySet<string>): string {
  if (hosts.has('')) return '';
  return hosts.size === 1 ? `host ${[...hosts][0]} ` : `hosts ${listOf([...hosts])} `;
}

/** Names in a row: `a, b, c, d and 3 more`. */
export function listOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

function witnessRequest({ entrance, request, before, after }: Witness): WitnessRequest {
  return { entry: entryText(entrance), text: describeRequest(before.request), request, ...outcomesOf(before, after) };
}

function entryText({ kind, id }: Entrance): string {
  return kind === 'gateway' ? `gateway ${id}` : `a call from ${id}`;
}

function textOf({ host, door }: Entrance, request: RequestInput): string {
  return describeRequest(readRequest(request, { ...door, host, scheme: request.scheme ?? 'http' }));
}

function nameOf(row: Row | undefined): string {
  return row?.route?.name ?? '';
}

function routeNames({ before, after }: Pair): TrafficChange['routes'][number] {
  const names = { before: before?.route?.name, after: after?.route?.name };
  return { ...(names.before === undefined ? {} : { before: names.before }), ...(names.after === undefined ? {} : { after: names.after }) };
}

function rowText(row: Row | undefined): string {
  if (row === undefined) return 'no route';
  return row.route === undefined ? 'the only version' : describeRoute(row.route);
}
