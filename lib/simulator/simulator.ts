/**
 * Where does a request go? In: a traffic model, an entry, a request. Out: a decision with every share, exactly. Pure; start reading at
 * `decide`. Two stages: a gateway route chooses services or versions, and a service that was chosen answers with its own table.
 */
import { isLetOutByRole } from './aws-egress';
import { applyFilters, DEFAULT_PORTS, forwardedHeaders, locationOf, mergePolicies, NO_POLICY } from './changes';
import type { Arrival, Branch, Decision, Ending, Entry } from './decision';
import { explainDecision, type Explanation } from './explain';
import { GatewayEntrance } from './gateway-entrance';
import { refusalOf } from './guards';
import { readHost, readRequest, type RequestInput } from './request';
import { ServiceIndex } from './service-index';
import { ALL, shareOf, timesShare, type Share } from './share';
import { listNames, SimulationError } from './simulation-error';
import { unroutedEnding } from './unrouted';
import type { Destination, Fault, HeaderChanges, Mirror, RoutePolicy } from '../model/action';
import { arrivalPort, kindOf } from '../model/arrival';
import type { Request } from '../model/evaluate';
import type { Gateway, GatewayRoute } from '../model/gateway';
import type { Service, ServiceRoute } from '../model/service';
import { refusesUndeclared, routesCalls } from '../model/service-to-service';
import type { TrafficModel } from '../model/traffic-model';

/** What has happened to a request, or a share of it, on the way so far. */
interface Way {
  readonly share: Share;
  readonly arrival: Arrival;
  readonly policy: RoutePolicy;
  readonly mirrors: readonly Mirror[];
  readonly faults: readonly Fault[];
  readonly responseHeaders: readonly HeaderChanges[];
}

/** The request as a service's table sees it, and as it came in. */
interface Asked {
  readonly request: Request;
  readonly came: Request;
}

type VersionEnding = Extract<Ending, { readonly kind: 'version' }>;

const NO_MIRRORS: readonly Mirror[] = [];
const NO_FAULTS: readonly Fault[] = [];
const NO_CHANGES: readonly HeaderChanges[] = [];

/**
 * Answers where requests go. Made once for a model, then asked for any number of requests.
 *
 *     const simulator = new Simulator(model);
 *     simulator.decide(simulator.gatewayEntry(), { path: '/products/7' });
 */
export class Simulator {
  private readonly services: ServiceIndex;
  private readonly entrances = new Map<Gateway, GatewayEntrance>();
  private readonly endings = new Map<Destination, VersionEnding>();
  private readonly sharesOf = new Map<readonly Destination[], readonly Share[]>();

  constructor(readonly model: TrafficModel) {
    this.services = new ServiceIndex(model);
  }

  /** The entry through a gateway, by its id `<namespace>/<name>` or its name; left out: the only one. Throws SimulationError that names the known ones. */
  gatewayEntry(id?: string): Entry {
    const { gateways } = this.model;
    const named = id === undefined ? gateways : gateways.filter((gateway) => gateway.id === id || gateway.name === id);
    if (named.length === 1) return { kind: 'gateway', gateway: named[0]! };
    const known = listNames((named.length > 1 ? named : gateways).map((gateway) => gateway.id));
    if (id === undefined && gateways.length === 0) throw new SimulationError('the mesh has no gateway', 'ask for a call between services, or add a gateway');
    const what = id === undefined ? `the mesh has ${gateways.length} gateways` : named.length > 1 ? `'${id}' is the name of ${named.length} gateways` : `there is no gateway '${id}'`;
    throw new SimulationError(what, `name one of ${known}`);
  }

  /** The entry through the proxy of a service that calls others, by its id `<namespace>/<name>` or its name. Throws SimulationError that names the known ones. */
  serviceEntry(id: string): Entry {
    const { services } = this.model;
    const exact = this.services.find(id);
    const named = exact === undefined ? services.filter((service) => service.name === id) : [exact];
    if (named.length !== 1) {
      const what = named.length > 1 ? `'${id}' is the name of ${named.length} services` : `there is no service '${id}'`;
      throw new SimulationError(what, `name one of ${listNames((named.length > 1 ? named : services).map((service) => service.id))}`);
    }
    const [from] = named;
    if (from!.kind === 'workload') return { kind: 'service', from: from! };
    throw new SimulationError(`service '${from!.id}' is ${from!.kind === 'router' ? 'a router' : 'outside of the mesh'}, so nothing there calls others`,
      `name a service with pods: ${listNames(services.filter(({ kind }) => kind === 'workload').map((service) => service.id))}`);
  }

  /**
   * What the mesh does with a request. Throws SimulationError for a question that leaves something open, such as an unknown port;
   * a request that no route takes is an answer, not an error.
   */
  decide(entry: Entry, input: RequestInput): Decision {
    return entry.kind === 'gateway' ? this.decideAtGateway(entry.gateway, entry, input) : this.decideCall(entry.from, entry, input);
  }

  /** As `decide`, with every step that led to the decision. */
  explain(entry: Entry, input: RequestInput): Explanation {
    return explainDecision(this.decide(entry, input));
  }

  private decideAtGateway(gateway: Gateway, entry: Entry, input: RequestInput): Decision {
    const entrance = this.entranceOf(gateway);
    const request = readRequest(input, entrance.arrive(input));
    const selected = entrance.tableFor(request.host);
    const route = selected?.table.find(request);
    const branches = route === undefined ? [endsWith({ kind: 'no-route', status: 404, stage: 'gateway' }, startOf(request))] : this.followGatewayRoute(route, request);
    return { entry, request, host: selected?.host, gatewayRoute: route, branches };
  }

  private entranceOf(gateway: Gateway): GatewayEntrance {
    const known = this.entrances.get(gateway);
    if (known !== undefined) return known;
    const entrance = new GatewayEntrance(gateway);
    this.entrances.set(gateway, entrance);
    return entrance;
  }

  private followGatewayRoute(route: GatewayRoute, request: Request): readonly Branch[] {
    const start = { ...startOf(request), arrival: { host: request.host, path: request.path, headers: forwardedHeaders(request) } };
    const { action, filters, guards, policy } = route;
    const mirrors = filters.mirrors ?? NO_MIRRORS;
    const faults = filters.fault === undefined ? NO_FAULTS : [filters.fault];
    const responseHeaders = filters.responseHeaders === undefined ? NO_CHANGES : [filters.responseHeaders];
    const refusal = guards === undefined ? undefined : refusalOf(guards, request);
    if (refusal !== undefined) return [endsWith(refusal, { ...start, faults })];
    if (action.kind !== 'forward') return [endsWith(endingOf(route, request), { ...start, policy, mirrors, faults, responseHeaders })];
    const shares = this.sharesFor(action.destinations);
    const follow = (destination: Destination, at: number): readonly Branch[] => {
      const service = this.services.service(destination.service);
      const arrival = applyFilters(filters, route.match, start.arrival, service.host);
      const port = arrivalPort(service, destination.port, request);
      const part: Way = { share: shares[at]!, arrival, policy, mirrors, faults, responseHeaders };
      if (destination.version === undefined) return this.askService(service, port, request, part);
      return [endsWith(this.versionEnding(destination, service, port), part)];
    };
    return action.destinations.length === 1 ? follow(action.destinations[0]!, 0) : action.destinations.flatMap(follow);
  }

  private decideCall(from: Service, entry: Entry, input: RequestInput): Decision {
    const host = readHost(input.host ?? '');
    if (host === '') {
      throw new SimulationError(`a call from service '${from.id}' names no host`, `give the request the host of the called service: ${listNames(this.hostsCalledBy(from))}`);
    }
    const called = this.services.called(host, from);
    if (called === undefined) return this.decideOutside(from, entry, host, input);
    const { port, protocol } = calledPort(called, input);
    const request = readRequest(input, { protocol, scheme: input.scheme ?? 'http', host, port });
    const start = startOf(request);
    if (!this.isAllowed(from, called)) return { entry, request, branches: [endsWith({ kind: 'blocked', status: 502 }, start)] };
    const branches = routesCalls(this.model.mesh) ? this.askService(called, port, request, start) : [endsWith(unroutedEnding(called, port, this.model), start)];
    return this.isDeclared(from, called) ? { entry, request, branches } : { entry, request, undeclared: true, branches };
  }

  private decideOutside(from: Service, entry: Entry, host: string, input: RequestInput): Decision {
    const scheme = input.scheme ?? 'http';
    const request = readRequest(input, { protocol: input.protocol ?? 'http', scheme, host, port: input.port ?? (scheme === 'https' ? 443 : 80) });
    const { mesh } = this.model;
    const isGranted = isLetOutByRole(from, request);
    if (refusesUndeclared(mesh) && !isGranted) return { entry, request, branches: [endsWith({ kind: 'blocked', status: 502 }, startOf(request))] };
    const branches = [endsWith({ kind: 'outside', host }, startOf(request))];
    return mesh.egress === 'any' || isGranted ? { entry, request, branches } : { entry, request, undeclared: true, branches };
  }

  private hostsCalledBy(from: Service): readonly string[] {
    return this.model.services.filter((service) => service !== from && this.isAllowed(from, service)).map(({ host }) => host);
  }

  /** Whether a call between two services is made: it is declared, or nothing refuses it. */
  isAllowed(from: Service, called: Service): boolean {
    return !refusesUndeclared(this.model.mesh) || this.isDeclared(from, called);
  }

  private isDeclared(from: Service, called: Service): boolean {
    return this.model.mesh.egress === 'any' || from.calls.some(({ service }) => service === called.id);
  }

  /** The second stage: choosing a service commits, so a service without a fitting route answers 404. */
  private askService(service: Service, port: number, came: Request, way: Way): readonly Branch[] {
    const { arrival } = way;
    const request: Request = {
      protocol: came.protocol, scheme: came.scheme, port, method: came.method, query: came.query,
      host: arrival.host, path: arrival.path, headers: arrival.headers,
    };
    const table = this.services.table(service);
    if (table.routes.length === 0) return [{ ...endsWith(soleVersion(service, port), way), service, asked: request }];
    const route = table.find(request);
    if (route === undefined) return [{ ...endsWith({ kind: 'no-route', status: 404, stage: 'service' }, way), service, asked: request }];
    return this.followServiceRoute(service, route, { request, came }, way);
  }

  private followServiceRoute(service: Service, route: ServiceRoute, { request, came }: Asked, way: Way): readonly Branch[] {
    const { action, filters } = route;
    const after: Way = {
      share: way.share,
      arrival: way.arrival,
      policy: mergePolicies(way.policy, route.policy),
      mirrors: filters.mirrors === undefined ? way.mirrors : [...way.mirrors, ...filters.mirrors],
      faults: filters.fault === undefined ? way.faults : [...way.faults, filters.fault],
      responseHeaders: filters.responseHeaders === undefined ? way.responseHeaders : [filters.responseHeaders, ...way.responseHeaders],
    };
    if (action.kind !== 'forward') return [{ ...endsWith(endingOf(route, asClientSees(request, came)), after), service, asked: request, serviceRoute: route }];
    const shares = this.sharesFor(action.destinations);
    return action.destinations.map((destination, at) => {
      const target = destination.service === service.id ? service : this.services.service(destination.service);
      const port = destination.port ?? (target === service ? request.port : arrivalPort(target, undefined, request));
      const ending = destination.version === undefined ? soleVersion(target, port) : this.versionEnding(destination, target, port);
      const arrival = applyFilters(filters, route.match, after.arrival, target.host);
      return {
        share: timesShare(way.share, shares[at]!), ending, service, asked: request, serviceRoute: route, arrival,
        policy: after.policy, mirrors: after.mirrors, faults: after.faults, responseHeaders: after.responseHeaders,
      };
    });
  }

  private versionEnding(destination: Destination, service: Service, port: number): Ending {
    const known = this.endings.get(destination);
    if (known?.port === port) return known;
    const ending: VersionEnding = { kind: 'version', service, version: this.services.version(service, destination.version!), port };
    this.endings.set(destination, ending);
    return ending;
  }

  private sharesFor(destinations: readonly Destination[]): readonly Share[] {
    const known = this.sharesOf.get(destinations);
    if (known !== undefined) return known;
    const sum = destinations.reduce((total, { weight }) => total + weight, 0);
    if (sum === 0) throw new SimulationError(`all weights of ${listNames(destinations.map(({ service }) => service))} are 0`, 'raise a weight above 0');
    const shares = destinations.map(({ weight }) => shareOf(weight, sum));
    this.sharesOf.set(destinations, shares);
    return shares;
  }
}

function startOf(request: Request): Way {
  const arrival = { host: request.host, path: request.path, headers: request.headers };
  return { share: ALL, arrival, policy: NO_POLICY, mirrors: NO_MIRRORS, faults: NO_FAULTS, responseHeaders: NO_CHANGES };
}

function endsWith(ending: Ending, { share, arrival, policy, mirrors, faults, responseHeaders }: Way): Branch {
  return { share, ending, arrival, policy, mirrors, faults, responseHeaders };
}

/** The authority that stands in the request at the second stage: the client's own, or the name of a host rewrite, which has no port. */
function asClientSees(request: Request, came: Request): Request {
  return { ...request, port: request.host === came.host ? came.port : DEFAULT_PORTS[came.scheme] };
}

/** A service without routes of its own answers with its only version; of several, none is chosen. */
function soleVersion(service: Service, port: number): Ending {
  const [only, ...others] = service.versions;
  if (only === undefined || others.length > 0) return { kind: 'no-route', status: 404, stage: 'service' };
  return { kind: 'version', service, version: only, port };
}

function endingOf({ action, match }: GatewayRoute | ServiceRoute, request: Request): Ending {
  switch (action.kind) {
    case 'redirect': return { kind: 'redirect', status: action.status, location: locationOf(action, match, request) };
    case 'respond': return action.body === undefined ? { kind: 'respond', status: action.status } : { kind: 'respond', status: action.status, body: action.body };
    case 'forward': throw new Error('internal: a route that forwards has no ending of its own; please report this with your program');
  }
}

/** The port a caller means. Throws SimulationError for one that the service does not have. */
function calledPort(service: Service, { port, protocol }: RequestInput): { readonly port: number; readonly protocol: Request['protocol'] } {
  const fitting = service.ports.filter((one) => (port === undefined || one.port === port) && (protocol === undefined || kindOf(one.protocol) === protocol));
  const [found] = fitting;
  if (found !== undefined) return { port: found.port, protocol: kindOf(found.protocol) };
  const wanted = [...(port === undefined ? [] : [String(port)]), ...(protocol === undefined ? [] : [`that speaks ${protocol}`])].join(' ');
  throw new SimulationError(`service '${service.id}' has no port ${wanted}`, `use one of its ports: ${service.ports.map((one) => `${one.port} (${one.protocol})`).join(', ')}`);
}
