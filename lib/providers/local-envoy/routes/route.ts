/** One route of either stage, but for where it leads: match, changes, redirects, answers. */
import { assertNever } from '../../../diagnostics/mesh-error';
import type { HostRewrite, RouteAction } from '../../../model/action';
import type { GatewayRoute } from '../../../model/gateway';
import type { GrpcMatch, HttpMatch } from '../../../model/match';
import type { ServiceRoute } from '../../../model/service';
import type { EnvoyObject } from '../options';
import { lowerHeaderChanges, lowerPathRewrite } from './changes';
import { lowerGuards } from './guards';
import { lowerMatch } from './match';
import { lowerFault } from './policy';

/** A route that speaks HTTP. */
export type HttpRoute = (GatewayRoute | ServiceRoute) & { readonly match: HttpMatch | GrpcMatch };

type Forward = Extract<RouteAction, { readonly kind: 'forward' }>;
type Redirect = Extract<RouteAction, { readonly kind: 'redirect' }>;
type Respond = Extract<RouteAction, { readonly kind: 'respond' }>;

/** A route as Envoy routes, one for each alternative of its match. `forward` says where it leads; its path rewrite is added here. */
export function lowerRoute(name: string, route: HttpRoute, forward: (action: Forward) => EnvoyObject): readonly EnvoyObject[] {
  const { filters, match } = route;
  const body: EnvoyObject = {
    ...lowerAction(route, forward),
    ...filterConfig(route),
    ...lowerHeaderChanges(filters.requestHeaders, 'request'),
    ...lowerHeaderChanges(filters.responseHeaders, 'response'),
  };
  return lowerMatch(match).map((alternative) => ({ name, match: alternative, ...body }));
}

function filterConfig(route: HttpRoute): EnvoyObject {
  const { fault } = route.filters;
  const config: EnvoyObject = { ...(fault === undefined ? {} : lowerFault(fault)), ...('guards' in route && route.guards !== undefined ? lowerGuards(route.guards) : {}) };
  return Object.keys(config).length === 0 ? {} : { typed_per_filter_config: config };
}

function lowerAction({ action, filters, match }: HttpRoute, forward: (action: Forward) => EnvoyObject): EnvoyObject {
  switch (action.kind) {
    case 'forward':
      return { route: { ...forward(action), ...(filters.rewritePath === undefined ? {} : lowerPathRewrite(filters.rewritePath, match)) } };
    case 'redirect': return { redirect: lowerRedirect(action, match) };
    case 'respond': return { direct_response: lowerAnswer(action) };
    default: return assertNever(action);
  }
}

/** Answers that have no content. Envoy would send it after them, where the client expects the next answer. */
const WITHOUT_CONTENT: readonly number[] = [204, 205, 304];

function lowerAnswer({ status, body }: Respond): EnvoyObject {
  return { status, ...(body === undefined || body === '' || WITHOUT_CONTENT.includes(status) ? {} : { body: { inline_string: body } }) };
}

const REDIRECTS: { readonly [status: number]: string } = {
  301: 'MOVED_PERMANENTLY', 302: 'FOUND', 303: 'SEE_OTHER', 307: 'TEMPORARY_REDIRECT', 308: 'PERMANENT_REDIRECT',
};

function lowerRedirect({ status, scheme, host, port, path }: Redirect, match: HttpRoute['match']): EnvoyObject {
  return {
    response_code: REDIRECTS[status],
    ...(scheme === undefined ? {} : { scheme_redirect: scheme }),
    ...(host === undefined ? {} : { host_redirect: host }),
    ...(port === undefined ? {} : { port_redirect: port }),
    ...(path === undefined ? {} : lowerPathRewrite(path, match)),
  };
}

/** The host after a rewrite, for a share that goes to a service. */
export function lowerHostRewrite(rewrite: HostRewrite | undefined, serviceHost: string): EnvoyObject {
  if (rewrite === undefined) return {};
  return { host_rewrite_literal: rewrite.kind === 'service' ? serviceHost : rewrite.value };
}
