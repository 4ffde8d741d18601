/** Which route is asked first: the order of a table, and the tables of a gateway. Targets get this order, whatever they sort by. */
import { clientScheme, type Gateway, type GatewayRoute } from './gateway';
import type { GrpcMatch, HostMatch, HttpMatch, Match } from './match';
import type { Service, ServiceRoute } from './service';

/** What decides a route's place. */
export interface Ranked {
  readonly priority?: number;
  readonly match: Match;
}

/** The routes of one host, in the order in which they are asked; a request that none of them takes is answered 404. */
export interface HostTable {
  /** Left out: every host that no other table serves. */
  readonly host: HostMatch | undefined;
  readonly routes: readonly GatewayRoute[];
}

/**
 * Negative when `a` is asked before `b`, 0 when they tie. In this order: explicit priority (lower first, before all without);
 * exact path, longer prefix, regex; a method; more header conditions; more query conditions. For gRPC: service and method,
 * service, method, any; then more metadata conditions.
 */
export function compareRoutes(a: Ranked, b: Ranked): number {
  return comparePriorities(a.priority, b.priority) || compareMatches(a.match, b.match);
}

/** A service's table in the order in which its routes are asked; ties keep the user's order. */
export function orderedServiceRoutes(service: Service): readonly ServiceRoute[] {
  return inOrder(service.routes);
}

/**
 * Exact hosts, then wildcards with the longest first, then the table without host. A route with several hosts is in several tables. A redirect from http to https that
 * names no host stands in all of them, after their own routes: a client that asked for the wrong scheme is told so whatever its host is.
 */
export function hostTables(gateway: Gateway): readonly HostTable[] {
  const upgrades = inOrder(gateway.routes.filter((route) => upgradesScheme(gateway, route)));
  const tables = new Map<string, { host: HostMatch | undefined; routes: GatewayRoute[] }>();
  for (const route of gateway.routes) {
    for (const host of route.hosts.length === 0 ? [undefined] : route.hosts) {
      const key = host === undefined ? '' : `${host.kind} ${host.value}`;
      const table = tables.get(key) ?? { host, routes: [] };
      if (!table.routes.includes(route)) table.routes.push(route);
      tables.set(key, table);
    }
  }
  return [...tables.values()]
    .sort((a, b) => compareHosts(a.host, b.host))
    .map(({ host, routes }) => ({ host, routes: host === undefined ? inOrder(routes) : [...inOrder(routes), ...upgrades] }));
}

/** Whether a route without host stands in the table of a host as well. */
export function isSharedByHosts({ hosts }: GatewayRoute, table: HostTable): boolean {
  return table.host !== undefined && hosts.length === 0;
}

/** Whether a route sends clients that speak plain text to the same host over TLS. */
function upgradesScheme(gateway: Gateway, { hosts, match, action }: GatewayRoute): boolean {
  if (hosts.length > 0 || match.kind !== 'http' || action.kind !== 'redirect' || action.scheme !== 'https' || action.host !== undefined) return false;
  // without a condition that only plain text meets, it would send clients in circles
  return match.scheme === 'http' || gateway.listeners.some((listener) => listener.port === match.port && clientScheme(gateway, listener) === 'http');
}

function inOrder<R extends Ranked>(routes: readonly R[]): readonly R[] {
  return [...routes].sort(compareRoutes);
}

function comparePriorities(a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return a - b;
}

const KINDS: readonly Match['kind'][] = ['http', 'grpc', 'tcp'];

function compareMatches(a: Match, b: Match): number {
  if (a.kind === 'http' && b.kind === 'http') return compareHttp(a, b);
  if (a.kind === 'grpc' && b.kind === 'grpc') return grpcRank(a) - grpcRank(b) || b.metadata.length - a.metadata.length;
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind);
}

function compareHttp(a: HttpMatch, b: HttpMatch): number {
  return pathRank(a) - pathRank(b)
    || prefixLength(b) - prefixLength(a)
    || Number(a.method === undefined) - Number(b.method === undefined)
    || b.headers.length - a.headers.length
    || b.query.length - a.query.length;
}

function pathRank({ path }: HttpMatch): number {
  return path.kind === 'exact' ? 0 : path.kind === 'regex' ? 2 : 1;
}

function prefixLength({ path }: HttpMatch): number {
  return path.kind === 'prefix' || path.kind === 'raw-prefix' ? path.value.length : 0;
}

function grpcRank({ service, method }: GrpcMatch): number {
  return (service === undefined ? 2 : 0) + (method === undefined ? 1 : 0);
}

function compareHosts(a: HostMatch | undefined, b: HostMatch | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (a.kind !== b.kind) return a.kind === 'exact' ? -1 : 1;
  const byLength = a.kind === 'suffix' ? b.value.length - a.value.length : 0;
  return byLength || (a.value < b.value ? -1 : Number(a.value > b.value));
}
