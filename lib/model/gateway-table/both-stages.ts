/** What a gateway route and a service's route change on a request together, as one. */
import type { Fault, Filters, HostRewrite, Mirror, RouteAction } from '../action';
import { arrivalPort } from '../arrival';
import { matchesHost } from '../evaluate';
import { Unflattenable } from '../flatten-product';
import { chainHeaderChanges } from './header-changes';
import { changeOf, type PathChange } from './path-change';
import { cameIn, type ServiceRow } from './rows';
import { serviceOf, type Way } from './way';

type Redirect = Extract<RouteAction, { readonly kind: 'redirect' }>;

/** The changes of the path up to a version, one after the other. */
export function pathChangeOf({ route }: ServiceRow, way: Way): PathChange {
  const outer = changeOf(way.route.filters.rewritePath, way.match);
  return route === undefined ? outer : [...outer, ...changeOf(route.filters.rewritePath, route.match)];
}

/** The changes of the path up to where a service's redirect sends the client. */
export function redirectChangeOf({ path }: Redirect, { route }: ServiceRow, way: Way): PathChange {
  return [...changeOf(way.route.filters.rewritePath, way.match), ...changeOf(path, route!.match)];
}

/** Everything but the path that changes on the way to versions. Throws Unflattenable where no single filter says both. */
export function filtersOf(row: ServiceRow, way: Way): Filters {
  const [outer, inner]: readonly Filters[] = [way.route.filters, row.route?.filters ?? {}];
  return defined({
    rewriteHost: hostRewriteOf(row, way),
    requestHeaders: chainHeaderChanges(outer!.requestHeaders, inner!.requestHeaders),
    ...answerFiltersOf(row, way),
    mirrors: mirrorsOf(row, way),
  });
}

/** What happens to a request that gets an answer instead of a version: failures on the way there, headers on the way back. */
export function answerFiltersOf(row: ServiceRow, way: Way): Filters {
  const [outer, inner]: readonly Filters[] = [way.route.filters, row.route?.filters ?? {}];
  return defined({
    // the answer passes the service first
    responseHeaders: chainHeaderChanges(inner!.responseHeaders, outer!.responseHeaders),
    fault: faultOf(row, way),
  });
}

/** A service's redirect as the gateway gives it, without its path. Throws Unflattenable where it depends on whether the gateway changed the host. */
export function redirectOf(redirect: Redirect, row: ServiceRow, way: Way): Redirect {
  const { path: _, ...rest } = redirect;
  const { rewriteHost } = way.route.filters;
  if (redirect.host !== undefined || rewriteHost === undefined) return rest;
  const host = rewriteHost.kind === 'service' ? row.service.host : rewriteHost.value;
  const known = way.door.host;
  if (known?.kind === 'exact' && known.value === host) return rest;
  if (redirect.port === undefined && (known === undefined || matchesHost(known, host))) {
    throw new Unflattenable(`${way.label} rewrites the host to ${host}, to which ${row.label} redirects: the port of clients who asked for ${host} already would stay, that of others would not`);
  }
  return { ...rest, host };
}

/** The host that a service's table left, or the last rewrite's. */
function hostRewriteOf({ service, route, target }: ServiceRow, way: Way): HostRewrite | undefined {
  const outer = way.route.filters.rewriteHost;
  const inner = route?.filters.rewriteHost;
  if (inner !== undefined || outer?.kind !== 'service') return inner ?? outer;
  // a router's own host is not that of the versions behind it
  const isOwn = target.kind === 'forward' && target.destinations.every((destination) => destination.service === service.id);
  return isOwn ? outer : { kind: 'exact', value: service.host };
}

function mirrorsOf({ route, port }: ServiceRow, way: Way): readonly Mirror[] | undefined {
  const came = cameIn(way);
  const named = (mirrors: readonly Mirror[] | undefined, at: number) => mirrors?.map((mirror) =>
    ({ ...mirror, port: arrivalPort(serviceOf(way.door, mirror.service), mirror.port, { ...came, port: at }) }));
  const both = [...named(way.route.filters.mirrors, came.port) ?? [], ...named(route?.filters.mirrors, port) ?? []];
  return both.length === 0 ? undefined : both;
}

function faultOf({ route, label }: ServiceRow, way: Way): Fault | undefined {
  const outer = way.route.filters.fault;
  const inner = route?.filters.fault;
  if (!isActive(inner)) return outer ?? inner;
  if (!isActive(outer)) return inner;
  throw new Unflattenable(`${way.label} and ${label} both let requests fail or wait, and no single fault does the same`);
}

function isActive(fault: Fault | undefined): boolean {
  return (fault?.delay?.percent ?? 0) > 0 || (fault?.abort?.percent ?? 0) > 0;
}

function defined(filters: { readonly [K in keyof Filters]: Filters[K] | undefined }): Filters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}
