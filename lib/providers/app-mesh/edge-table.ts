/**
 * The router that a gateway route gets for itself, where it says more than a plain service: a split, a version, retries or limits.
 * The services' own routes are flattened into it, so that pins hold at the gateway too.
 */
import type { RouterRoute, RouterTable } from './lower-routes';
import { portOf, serviceOf, type MeshIndex } from '../mesh-index';
import { asPercents } from './weights';
import { hash8 } from '../../kube/names';
import type { Destination } from '../../model/action';
import { flattenSplit, type FlatRoute } from '../../model/flatten';
import type { Gateway, GatewayRoute, Listener } from '../../model/gateway';
import type { ServicePort } from '../../model/service';

/** A flattened table, or why there is none. */
export type EdgeTable =
  | { readonly kind: 'table'; readonly table: RouterTable }
  | { readonly kind: 'reason'; readonly reason: string };

/** The destinations of a route that forwards. */
export function destinationsOf({ action, name }: GatewayRoute): readonly Destination[] {
  if (action.kind === 'forward') return action.destinations;
  throw new Error(`internal: gateway route '${name}' does not forward; please report this with your program`);
}

/** The listeners whose requests a route can take. */
export function listenersOf(gateway: Gateway, { match }: Pick<GatewayRoute, 'match'>): readonly Listener[] {
  return gateway.listeners.filter(({ port, protocol }) =>
    (protocol === 'grpc') === (match.kind === 'grpc') && (match.port === undefined || match.port === port));
}

/** Whether a route needs a router of its own. */
export function needsEdge(route: GatewayRoute): boolean {
  const destinations = destinationsOf(route);
  const { retry, timeouts } = route.policy;
  return destinations.length > 1 || destinations.some(({ version }) => version !== undefined)
    || retry !== undefined || timeouts?.requestMs !== undefined || timeouts?.idleMs !== undefined;
}

/** The port of the first destination that a listener's requests go to; undefined when that is ambiguous. */
export function entryPort(index: MeshIndex, route: GatewayRoute, listener: Listener): ServicePort | undefined {
  const [first] = destinationsOf(route);
  return first && portOf(serviceOf(index, first.service), first, listener.port);
}

/** The table of a route's own router, with one listener for each port that requests are sent to. */
export function edgeTable(index: MeshIndex, gateway: Gateway, route: GatewayRoute): EdgeTable {
  const entries = new Map<number, { entry: ServicePort; listener: Listener }>();
  for (const listener of listenersOf(gateway, route)) {
    const entry = entryPort(index, route, listener);
    if (entry !== undefined && !entries.has(entry.port)) entries.set(entry.port, { entry, listener });
  }
  const routes: RouterRoute[] = [];
  for (const { entry, listener } of entries.values()) {
    const parts = destinationsOf(route).map((destination) => {
      const service = serviceOf(index, destination.service);
      const port = portOf(service, destination, listener.port)?.port;
      const { weight, version } = destination;
      return { weight, service, ...(version === undefined ? {} : { version }), ...(port === undefined ? {} : { port }) };
    });
    const flat = flattenSplit(parts, { match: route.match, policy: route.policy });
    if (flat.kind === 'reason') return flat;
    routes.push(...flat.routes.map((one) => routerRoute(one, entries.size > 1 ? entry.port : undefined)));
  }
  const ports = [...entries.values()].map(({ entry }) => entry);
  return { kind: 'table', table: { ports, routes } };
}

/** Named by what it matches, so that a pin more or less does not rename the others. */
function routerRoute({ match, destinations, policy }: FlatRoute, port: number | undefined): RouterRoute {
  const weights = asPercents(destinations.map(({ weight }) => weight));
  const name = isCatchAll(match) ? 'all' : `match-${hash8(JSON.stringify(match))}`;
  return {
    name: port === undefined ? name : `${name}-${port}`,
    match: port === undefined ? match : { ...match, port },
    destinations: destinations.map((destination, at) => ({ ...destination, weight: weights[at]! })),
    policy,
  };
}

function isCatchAll(match: FlatRoute['match']): boolean {
  switch (match.kind) {
    case 'http': return match.path.kind === 'prefix' && match.path.value === '/' && match.headers.length + match.query.length === 0
      && match.method === undefined && match.scheme === undefined;
    case 'grpc': return match.service === undefined && match.method === undefined && match.metadata.length === 0;
    case 'tcp': return true;
  }
}
