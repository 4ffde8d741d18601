/**
 * A table as the routes of a virtual router: explicit priority, weights, retries and limits on every route.
 * The order given is the order of precedence; routes that are provably disjoint may share a priority.
 */
import type { Route, WeightedTarget, WireProtocol } from './crd';
import { defined } from '../defined';
import { lowerGrpcMatch, lowerHttpMatch } from './lower-match';
import { lowerRetry, lowerTimeouts } from './lower-resilience';
import { nodePorts, portOf, serviceOf, versionOf, type MeshIndex } from '../mesh-index';
import { priorities } from './priorities';
import { wireWeights } from './weights';
import type { Destination, RoutePolicy } from '../../model/action';
import { kindOf } from '../../model/arrival';
import type { Match } from '../../model/match';
import type { Protocol, ServicePort } from '../../model/service';

/** One entry of a router's table. */
export interface RouterRoute {
  readonly name: string;
  readonly match: Match;
  readonly destinations: readonly Destination[];
  readonly policy: RoutePolicy;
}

/** A router's table and the ports that requests come in on. */
export interface RouterTable {
  readonly ports: readonly ServicePort[];
  readonly routes: readonly RouterRoute[];
}

/** The kind of match that a port's requests are matched with. */
export function matchKindOf(protocol: Protocol): Match['kind'] {
  return kindOf(protocol);
}

/** How App Mesh calls what a port speaks: it reads nothing of TLS that callers speak themselves. */
export function wireProtocolOf(protocol: Protocol): WireProtocol {
  return protocol === 'tls' ? 'tcp' : protocol;
}

/** The ports of a table that a route's match speaks of. */
export function portsOfRoute({ match }: Pick<RouterRoute, 'match'>, ports: readonly ServicePort[]): readonly ServicePort[] {
  return ports.filter(({ port, protocol }) => matchKindOf(protocol) === match.kind && (match.port === undefined || match.port === port));
}

/** The routes of a virtual router. */
export function lowerRoutes(index: MeshIndex, { ports, routes }: RouterTable): readonly Route[] {
  const numbers = priorities([routes]);
  return routes.flatMap((route, at) => {
    const fitting = portsOfRoute(route, ports);
    return fitting.flatMap((port) => {
      const isOneOfSeveral = ports.length > 1 && route.match.port === undefined;
      const name = isOneOfSeveral ? `${route.name}-${port.port}` : route.name;
      return lowerRoute(index, { ...route, name }, { port, several: ports.length > 1, priority: numbers[at] });
    });
  });
}

interface Place {
  readonly port: ServicePort;
  /** Whether the router has several listeners; then every route names its port. */
  readonly several: boolean;
  readonly priority: number;
}

function lowerRoute(index: MeshIndex, route: RouterRoute, { port, several, priority }: Place): readonly Route[] {
  const matchPort = several || route.match.port !== undefined ? port.port : undefined;
  const action = { weightedTargets: lowerTargets(index, route.destinations, port) };
  const timeout = lowerTimeouts(route.policy.timeouts, port.protocol);
  const { match } = route;
  if (match.kind === 'tcp') {
    return [{ name: route.name, priority, tcpRoute: defined({ match: matchPort === undefined ? undefined : { port: matchPort }, action, timeout }) }];
  }
  if (match.kind === 'grpc') {
    const retryPolicy = lowerRetry(route.policy.retry, route.policy.timeouts, 'grpc');
    return numbered(lowerGrpcMatch(match, matchPort, port.port), route.name)
      .map(({ name, form }) => ({ name, priority, grpcRoute: { match: form, action, retryPolicy, timeout } }));
  }
  const key = port.protocol === 'http2' ? 'http2Route' : 'httpRoute';
  const retryPolicy = lowerRetry(route.policy.retry, route.policy.timeouts, port.protocol === 'http2' ? 'http2' : 'http');
  return numbered(lowerHttpMatch(match, matchPort), route.name)
    .map(({ name, form }) => ({ name, priority, [key]: { match: form, action, retryPolicy, timeout } }));
}

/** The forms of one match; the first keeps the route's name, so that a condition more does not rename it. */
function numbered<T>(forms: readonly T[], name: string): readonly { readonly name: string; readonly form: T }[] {
  return forms.map((form, at) => ({ name: at === 0 ? name : `${name}-form-${at + 1}`, form }));
}

function lowerTargets(index: MeshIndex, destinations: readonly Destination[], from: ServicePort): readonly WeightedTarget[] {
  const weights = wireWeights(destinations.map(({ weight }) => weight));
  return destinations.map((destination, at) => {
    const service = serviceOf(index, destination.service);
    if (destination.version === undefined) throw new Error(`internal: a router's route leads to '${service.id}' without version; please report this`);
    const { resourceName: name } = versionOf(service, destination.version);
    const port = portOf(service, destination, from.port);
    if (port === undefined) throw new Error(`internal: no port of '${service.id}' for a request on ${from.port}; please report this`);
    return defined({
      virtualNodeRef: { namespace: service.namespace, name },
      weight: weights[at],
      port: nodePorts(service).length > 1 ? port.targetPort : undefined,
    });
  });
}
