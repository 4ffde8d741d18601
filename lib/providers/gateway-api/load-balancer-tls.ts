/**
 * Routes of a listener whose TLS ends at the load balancer. The proxies get plain text there, and by themselves would tell services that clients speak http, and send
 * clients back to http.
 */
import type { TableRoute } from './table-route';
import type { HeaderChanges, RouteAction } from '../../model/action';
import { endsTlsAtLoadBalancer, type Gateway, type Listener } from '../../model/gateway';

const FORWARDED_PROTO = 'x-forwarded-proto';
const HTTPS_PORT = 443;

/** The routes of a listener; where its TLS ends at the load balancer, they say so to services and to clients. */
export function withClientScheme(gateway: Gateway, listener: Listener, routes: readonly TableRoute[]): readonly TableRoute[] {
  return endsTlsAtLoadBalancer(gateway, listener) ? routes.map((route) => securedRoute(route, listener)) : routes;
}

function securedRoute(route: TableRoute, listener: Listener): TableRoute {
  switch (route.action.kind) {
    case 'forward': return { ...route, filters: { ...route.filters, requestHeaders: forwardedAsHttps(route.filters.requestHeaders) } };
    case 'redirect': return { ...route, action: securedRedirect(route.action, listener) };
    case 'respond': return route;
  }
}

/** A program that changes the header itself means its own value. */
function forwardedAsHttps(changes: HeaderChanges = { remove: [], set: [], add: [] }): HeaderChanges {
  const isOwn = changes.remove.includes(FORWARDED_PROTO) || [...changes.set, ...changes.add].some(({ name }) => name === FORWARDED_PROTO);
  return isOwn ? changes : { ...changes, set: [...changes.set, { name: FORWARDED_PROTO, value: 'https' }] };
}

type Redirect = Extract<RouteAction, { readonly kind: 'redirect' }>;

/** What a redirect leaves out stays as the client wrote it, which is not what the proxy sees. */
function securedRedirect(redirect: Redirect, { port }: Listener): Redirect {
  if (redirect.scheme !== undefined) return redirect;
  const own = redirect.port ?? (redirect.host === undefined && port !== HTTPS_PORT ? port : undefined);
  return { ...redirect, scheme: 'https', ...(own === undefined ? {} : { port: own }) };
}
