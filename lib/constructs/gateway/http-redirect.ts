/** What `redirectHttp` of a gateway stands for: a listener for plain text, a route there, and the port of all others. */
import { GatewayListener } from './gateway-listener';
import { fail, type Origin } from '../../diagnostics';
import { clientScheme, type Gateway, type GatewayRoute, type Listener } from '../../model';
import { defined } from '../origin';
import { guardsModel, inheritedGuards, type RouteGuardOptions } from '../traffic/guards';

const HTTP_PORT = 80;
const HTTPS_PORT = 443;
const PROPERTY = 'redirectHttp';

/** The listeners with one for port 80. Throws MESH111 where the one there does not speak plain HTTP. */
export function redirectedListeners(listeners: readonly Listener[], origin: Origin): readonly Listener[] {
  const own = listeners.find(({ port }) => port === HTTP_PORT);
  if (own === undefined) return [...listeners, GatewayListener.http({ port: HTTP_PORT })._model(origin, PROPERTY)];
  if (own.protocol !== 'grpc' && (own.tls === undefined || own.tls.mode === 'disabled')) return listeners;
  return fail('MESH111', { origin, property: PROPERTY, value: true }, `the listener of port ${HTTP_PORT} does not speak plain HTTP, so nothing can be redirected there`,
    'give that listener another port, or leave redirectHttp out');
}

/** The listener that clients are sent to. Throws MESH111 where none speaks HTTP over TLS. */
export function redirectTarget(gateway: Gateway): Listener {
  const target = gateway.listeners.find((listener) => listener.protocol !== 'grpc' && clientScheme(gateway, listener) === 'https');
  return target ?? fail('MESH111', { origin: gateway.origin, property: PROPERTY, value: true },
    'no listener of the gateway speaks HTTP over TLS, so there is nothing to redirect to', 'give the load balancer a certificate, or add GatewayListener.https()');
}

/** The gateway's routes on its TLS port, and the redirect in front of it. A gateway without routes stays empty, which is reported. */
export function redirectedRoutes(gateway: Gateway, routes: readonly GatewayRoute[], guards: RouteGuardOptions): readonly GatewayRoute[] {
  if (routes.length === 0) return [];
  const others = gateway.listeners.filter(({ port, protocol }) => port !== HTTP_PORT && protocol !== 'grpc');
  return [...routes.map((route) => onPort(route, others)), redirect(gateway, redirectTarget(gateway), guards)];
}

/** The route for the gateway's only port beside 80; a route that names its port stays. */
function onPort(route: GatewayRoute, listeners: readonly Listener[]): GatewayRoute {
  if (route.match.kind !== 'http' || route.match.port !== undefined) return route;
  const [only, ...others] = listeners;
  if (only !== undefined && others.length === 0) return { ...route, match: { ...route.match, port: only.port } };
  const ports = listeners.map(({ port }) => port).join(', ');
  return fail('MESH111', { origin: route.origin, property: `${route.property}.port` },
    `the gateway redirects plain HTTP and has several other ports (${ports}), and route '${route.name}' names none of them`,
    `give the match its port, for example RouteMatch.prefix('/', { port: ${listeners[0]!.port} }), and one route for each port`);
}

function redirect({ origin }: Gateway, { port }: Listener, guards: RouteGuardOptions): GatewayRoute {
  const action = defined({ kind: 'redirect' as const, status: 301, scheme: 'https' as const, port: port === HTTPS_PORT ? undefined : port });
  return defined({
    name: 'redirect-http', origin, property: PROPERTY, hosts: [],
    match: { kind: 'http' as const, path: { kind: 'prefix' as const, value: '/' }, headers: [], query: [], port: HTTP_PORT },
    action, filters: {}, policy: {}, guards: guardsModel({}, inheritedGuards(guards, action), origin),
  });
}
