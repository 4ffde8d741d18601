/** The first stage of requests from outside: one listener and one route configuration for each port of a gateway. */
import { httpListener, type HttpListener } from './listeners';
import { serviceOf, type Came, type Mesh } from './mesh';
import { gatewayListenerName } from './names';
import type { EnvoyObject } from './options';
import { GUARD_FILTERS, tokenRoutes } from './routes/guards';
import { duration } from './routes/policy';
import { lowerHostRewrite, lowerRoute } from './routes/route';
import { shareOf, type Tables } from './tables';
import type { Destination, RouteAction } from '../../model/action';
import { arrivalPort, kindOf } from '../../model/arrival';
import { clientScheme, type Gateway, type GatewayRoute, type Listener } from '../../model/gateway';
import { hostTables, type HostTable } from '../../model/precedence';

type Forward = Extract<RouteAction, { readonly kind: 'forward' }>;

/** A gateway's port, and the tables behind it. */
interface Edge {
  readonly mesh: Mesh;
  readonly tables: Tables;
  readonly gateway: Gateway;
  readonly came: Came;
}

/** The listeners of all gateways. */
export function lowerGateways(mesh: Mesh, tables: Tables): readonly HttpListener[] {
  return mesh.model.gateways.flatMap((gateway) => gateway.listeners.map((listener) => lowerListener(mesh, tables, gateway, listener)));
}

function lowerListener(mesh: Mesh, tables: Tables, gateway: Gateway, listener: Listener): HttpListener {
  const edge: Edge = { mesh, tables, gateway, came: { port: listener.port, protocol: kindOf(listener.protocol) } };
  return httpListener(mesh, {
    name: gatewayListenerName(gateway.id, listener.port),
    address: mesh.options.gatewayAddress(gateway, listener),
    isEntrance: true,
    guards: GUARD_FILTERS,
    endsTls: clientScheme(gateway, listener) === 'https',
    routes: { ignore_port_in_host_matching: true, virtual_hosts: hostTables(gateway).map((table) => lowerTable(edge, table)) },
  });
}

/** A host without route for this port stays a table: there is no fall-through to the next. */
function lowerTable(edge: Edge, { host, routes }: HostTable): EnvoyObject {
  const domain = host === undefined ? '*' : host.kind === 'exact' ? host.value : `*${host.value}`;
  const { came } = edge;
  return {
    name: domain,
    domains: [domain],
    routes: routes
      .filter(({ match }) => match.kind === came.protocol && (match.port ?? came.port) === came.port)
      .flatMap((route) => {
        const own = lowerRoute(`${edge.gateway.id} ${route.name}`, route, (action) => forward(edge, route, action));
        return [...tokenRoutes(own, route.guards ?? {}), ...own];
      }),
  };
}

/** Limits and retries act at the second stage, where the version is known; here nothing may be limited. */
function forward(edge: Edge, route: GatewayRoute, { destinations }: Forward): EnvoyObject {
  const choice = edge.mesh.options.choiceHeaders?.gateway;
  return {
    weighted_clusters: {
      clusters: destinations.map((destination) => lowerShare(edge, route, destination)),
      ...(choice === undefined ? {} : { header_name: choice }),
    },
    timeout: duration(0),
    idle_timeout: duration(0),
    ...edge.tables.mirrors(route.filters.mirrors, edge.came),
  };
}

function lowerShare({ mesh, tables, gateway, came }: Edge, route: GatewayRoute, { service: id, version, port, weight }: Destination): EnvoyObject {
  const service = serviceOf(mesh, id);
  const target = tables.ask({
    service, port: arrivalPort(service, port, came), kind: came.protocol, edge: { gateway, route }, isMirror: false,
    ...(version === undefined ? {} : { version }),
  });
  return { ...shareOf(target, weight), ...lowerHostRewrite(route.filters.rewriteHost, service.host) };
}

