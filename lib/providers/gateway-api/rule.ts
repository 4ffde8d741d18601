/** One route of a table as a rule of an HTTPRoute or GRPCRoute; what targets write differently comes from outside. */
import type { BackendObjectRef, BackendRef, GrpcRouteRule, HeaderModifier, HttpRouteRule, PathModifier, RouteFilter, RouteRetry, RouteTimeouts } from './crd';
import { grpcMatchOf, httpMatchOf } from './match';
import type { TableRoute } from './table-route';
import type { Destination, HeaderChanges, HeaderValue, Mirror, PathRewrite, RouteAction } from '../../model/action';
import type { HttpMatch } from '../../model/match';
import { defined, filled } from '../defined';

/** How a target writes what the Gateway API leaves open. */
export interface RuleForm {
  /** Scheme of the requests, by the listener. */
  readonly scheme: 'http' | 'https';
  /** Where a destination's requests are sent, without their share. */
  backend(destination: Destination): BackendObjectRef;
  /** Filters of one share. */
  backendFilters(destination: Destination, route: TableRoute): readonly RouteFilter[];
  /** Where copies are sent. */
  mirrorBackend(mirror: Mirror): BackendObjectRef;
  /** Host of a service, for a rewrite to it. */
  hostOf(service: string): string;
  /** Filters that stand for what the Gateway API has no word for: an answer, a rewrite of raw text. */
  ownFilters(route: TableRoute): readonly RouteFilter[];
  /** Whether `ownFilters` say the rewrite of a route's path. */
  rewritesPath(route: TableRoute): boolean;
  /** What `/` is replaced with, so that a slash parts it from what follows. */
  rootReplacement(bare: string): string;
  /** A new whole path as the target has to read it. */
  pathValue(value: string): string;
  /** A header's value as the target has to read it. */
  headerValue(value: string): string;
  timeouts(route: TableRoute): RouteTimeouts | undefined;
  retry(route: TableRoute): RouteRetry | undefined;
}

/** Ports that a scheme implies. */
const IMPLIED_PORTS = { http: 80, https: 443 } as const;

/** A rule of an HTTPRoute. */
export function httpRule(route: TableRoute, form: RuleForm): HttpRouteRule {
  return defined({
    name: route.name,
    matches: [httpMatchOf(route)],
    filters: filled(filtersOf(route, form)),
    backendRefs: filled(backendsOf(route, form)),
    timeouts: form.timeouts(route),
    retry: form.retry(route),
  });
}

/** A rule of a GRPCRoute, which has neither limits nor retries: the target says them elsewhere. */
export function grpcRule(route: TableRoute, form: RuleForm): GrpcRouteRule {
  if (route.match.kind !== 'grpc') throw new Error(`internal: ${route.label} is not one of gRPC calls; please report this with your program`);
  return defined({
    name: route.name,
    matches: [grpcMatchOf(route.match)],
    filters: filled(filtersOf(route, form)),
    backendRefs: filled(backendsOf(route, form)),
  });
}

/** A duration in the one form that every target reads: `1500ms`, `3s`. */
export function durationOf(ms: number): string {
  return ms % 1000 === 0 && ms / 1000 < 100_000 ? `${ms / 1000}s` : longDuration(ms);
}

/** Each unit holds at most five digits. */
function longDuration(ms: number): string {
  if (ms < 100_000) return `${ms}ms`;
  const seconds = Math.floor(ms / 1000);
  const [hours, rest] = [Math.floor(seconds / 3600), seconds % 3600];
  return [hours === 0 ? '' : `${hours}h`, rest === 0 ? '' : `${rest}s`, ms % 1000 === 0 ? '' : `${ms % 1000}ms`].join('');
}

/** Whether a rewrite of a route replaces raw text, which URLRewrite cannot. */
export function replacesRawText({ match, filters, action }: TableRoute): boolean {
  const rewrite = action.kind === 'redirect' ? action.path : filters.rewritePath;
  return rewrite?.kind === 'prefix' && match.kind === 'http' && match.path.kind === 'raw-prefix';
}

/** The services whose hosts a route's rewrite may mean: more than one where the shares of a split lead to several. */
export function rewrittenHosts({ filters: { rewriteHost }, action }: TableRoute): readonly string[] {
  if (rewriteHost?.kind !== 'service' || action.kind !== 'forward') return [];
  return [...new Set(action.destinations.map(({ service }) => service))];
}

function backendsOf(route: TableRoute, form: RuleForm): readonly BackendRef[] {
  if (route.action.kind !== 'forward') return [];
  return route.action.destinations.map((destination) => defined({
    ...form.backend(destination), weight: destination.weight, filters: filled(form.backendFilters(destination, route)),
  }));
}

function filtersOf(route: TableRoute, form: RuleForm): readonly RouteFilter[] {
  const { filters, action } = route;
  return [
    ...modifier(filters.requestHeaders, form, (changes): RouteFilter => ({ type: 'RequestHeaderModifier', requestHeaderModifier: changes })),
    ...modifier(filters.responseHeaders, form, (changes): RouteFilter => ({ type: 'ResponseHeaderModifier', responseHeaderModifier: changes })),
    // a request that is answered here is not copied
    ...(action.kind === 'forward' ? filters.mirrors ?? [] : []).filter(({ percent }) => percent > 0).map((mirror) => mirrorOf(mirror, form)),
    ...(action.kind === 'redirect' ? [redirectOf(action, route, form)] : rewriteOf(route, form)),
    ...form.ownFilters(route),
  ];
}

function modifier(changes: HeaderChanges | undefined, form: RuleForm, make: (changes: HeaderModifier) => RouteFilter): readonly RouteFilter[] {
  if (changes === undefined) return [];
  const once = changesOnce(changes);
  const written = (list: readonly HeaderValue[]) => list.map(({ name, value }) => ({ name, value: form.headerValue(value) }));
  const [set, add] = [written(once.set), written(once.add)] as const;
  const { remove } = once;
  return set.length + add.length + remove.length === 0 ? [] : [make(defined({ set: filled(set), add: filled(add), remove: filled(remove) }))];
}

/**
 * Each header in one list only, as the schema wants it, because targets do not agree on what comes first: what is set and added to is set to both values, and what is set
 * need not be removed before. Several values of one header are one list, which commas part.
 */
export function changesOnce({ set, add, remove }: HeaderChanges): HeaderChanges {
  const values = new Map(set.map(({ name, value }) => [name, value]));
  const added = new Map<string, string>();
  for (const { name, value } of add) {
    const target = values.has(name) ? values : added;
    const before = target.get(name);
    target.set(name, before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ','}${value}`);
  }
  // what is removed and then added to is set
  for (const name of remove) {
    const value = added.get(name);
    if (value !== undefined && added.delete(name)) values.set(name, value);
  }
  const list = (entries: ReadonlyMap<string, string>) => [...entries].map(([name, value]) => ({ name, value }));
  return { set: list(values), add: list(added), remove: [...new Set(remove)].filter((name) => !values.has(name)) };
}

function mirrorOf(mirror: Mirror, form: RuleForm): RouteFilter {
  const backendRef = form.mirrorBackend(mirror);
  if (mirror.percent === 100) return { type: 'RequestMirror', requestMirror: { backendRef } };
  if (Number.isInteger(mirror.percent)) return { type: 'RequestMirror', requestMirror: { backendRef, percent: mirror.percent } };
  // a millionth is what proxies can tell apart
  return { type: 'RequestMirror', requestMirror: { backendRef, fraction: { numerator: Math.round(mirror.percent * 10_000), denominator: 1_000_000 } } };
}

function rewriteOf(route: TableRoute, form: RuleForm): readonly RouteFilter[] {
  const { rewritePath, rewriteHost } = route.filters;
  if (route.action.kind !== 'forward') return [];
  const [service] = rewrittenHosts(route);
  const hostname = rewriteHost === undefined ? undefined : rewriteHost.kind === 'exact' ? rewriteHost.value : form.hostOf(service!);
  const own = rewritePath === undefined || form.rewritesPath(route) ? undefined : pathModifier(rewritePath, route, form.rootReplacement);
  const path: PathModifier | undefined = own?.type === 'ReplaceFullPath' ? { ...own, replaceFullPath: form.pathValue(own.replaceFullPath) } : own;
  return path === undefined && hostname === undefined ? [] : [{ type: 'URLRewrite', urlRewrite: defined({ hostname, path }) }];
}

type Redirect = Extract<RouteAction, { kind: 'redirect' }>;

function redirectOf({ status, scheme, host, port, path }: Redirect, route: TableRoute, form: RuleForm): RouteFilter {
  // left out, the port would be the listener's, also for another host
  const implied = host === undefined ? undefined : IMPLIED_PORTS[scheme ?? form.scheme];
  return {
    type: 'RequestRedirect',
    requestRedirect: defined({
      scheme, hostname: host, path: path && newPathOf(path, route), port: port ?? implied, statusCode: status,
    }),
  };
}

/** What a redirect makes of the path; undefined where that is nothing: replacing `/` by itself would lose slashes that follow it. */
function newPathOf(path: PathRewrite, route: TableRoute): PathModifier | undefined {
  const isSame = path.kind === 'prefix' && path.value === '/' && isPrefix(route.match) && route.match.path.value === '/';
  return isSame || replacesRawText(route) ? undefined : pathModifier(path, route, (bare) => `${bare}/`);
}

/** Only a prefix by segments has something that can be replaced; any other path becomes the new one as a whole. */
function pathModifier({ kind, value }: PathRewrite, { match }: TableRoute, rootReplacement: RuleForm['rootReplacement']): PathModifier {
  if (kind !== 'prefix' || !isPrefix(match)) return { type: 'ReplaceFullPath', replaceFullPath: value };
  const bare = value === '/' || !value.endsWith('/') ? value : value.slice(0, -1);
  // what follows a prefix begins with a slash of its own, but for what follows '/'
  const isRoot = match.path.value === '/' && value !== '/';
  return { type: 'ReplacePrefixMatch', replacePrefixMatch: isRoot ? rootReplacement(bare) : bare };
}

function isPrefix(match: TableRoute['match']): match is HttpMatch {
  return match.kind === 'http' && match.path.kind === 'prefix';
}
