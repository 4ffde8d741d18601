/** Random requests near to a program's conditions: most fit a route or just miss it. */
import type * as fc from 'fast-check';
import { defined, drawn, type Draw } from './draw';
import { METHODS } from './matches';
import {
  GRPC_METHODS, GRPC_SERVICES, HEADERS, HOSTS, OTHER_HOSTS, PARAMETER_VALUES, PARAMETERS, PATH_EXPRESSIONS, PATHS, TAILS, VALUE_EXPRESSIONS, VALUES, valuesOf,
} from './vocabulary';
import type { Gateway, GatewayRoute, Listener } from '../../../lib/model/gateway';
import type { HeaderMatch, Match, PathMatch, QueryMatch, ValueMatch } from '../../../lib/model/match';
import type { Service, ServiceRoute } from '../../../lib/model/service';
import type { TrafficModel } from '../../../lib/model/traffic-model';
import type { RequestInput } from '../../../lib/simulator/request';

/** A request and where it enters. */
export interface Question {
  readonly at: 'gateway' | 'service';
  /** Id of the gateway, or of the calling service. */
  readonly id: string;
  readonly input: RequestInput;
}

/** Requests to the gateways and services of a program. */
export function questions(model: TrafficModel): fc.Arbitrary<Question> {
  return drawn((draw) => {
    const callers = model.services.filter(({ kind }) => kind === 'workload');
    return draw.chance(80) ? askGateway(draw, model, draw.pick(model.gateways)) : call(draw, model, draw.pick(callers));
  });
}

function askGateway(draw: Draw, model: TrafficModel, gateway: Gateway): Question {
  const listener = draw.pick(gateway.listeners);
  const kind = listener.protocol === 'grpc' ? 'grpc' : 'http';
  const fitting = gateway.routes.filter(({ match }) => match.kind === kind);
  const outer = fitting.length === 0 ? undefined : draw.pick(fitting);
  const inner = outer === undefined ? undefined : innerRoute(draw, model, outer, kind);
  return {
    at: 'gateway', id: gateway.id,
    input: defined<RequestInput>({
      method: drawMethod(draw, kind, [outer, inner]),
      path: drawTarget(draw, kind, outer, inner),
      host: drawHost(draw, outer, listener),
      scheme: listener.tls === undefined ? draw.maybe(8, () => draw.pick(['http', 'https'] as const)) : undefined,
      port: listener.port,
      protocol: undefined,
      headers: drawHeaders(draw, [outer, inner]),
    }),
  };
}

function call(draw: Draw, model: TrafficModel, caller: Service): Question {
  const called = draw.pick(model.services.filter((service) => service !== caller));
  const port = draw.pick(called.ports);
  const kind = port.protocol === 'grpc' ? 'grpc' : 'http';
  const fitting = called.routes.filter(({ match }) => match.kind === kind);
  const inner = fitting.length === 0 ? undefined : draw.pick(fitting);
  return {
    at: 'service', id: caller.id,
    input: defined<RequestInput>({
      method: drawMethod(draw, kind, [inner]),
      path: drawTarget(draw, kind, undefined, inner),
      host: drawCalledHost(draw, called),
      scheme: draw.maybe(8, () => 'https' as const),
      port: port.port,
      protocol: undefined,
      headers: drawHeaders(draw, [inner]),
    }),
  };
}

/** A route of a service that the gateway's route leads to. */
function innerRoute(draw: Draw, { services }: TrafficModel, { action }: GatewayRoute, kind: Match['kind']): ServiceRoute | undefined {
  if (action.kind !== 'forward') return undefined;
  const { service: id } = draw.pick(action.destinations);
  const routes = services.find((service) => service.id === id)!.routes.filter(({ match }) => match.kind === kind);
  return routes.length === 0 ? undefined : draw.pick(routes);
}

type AnyRoute = GatewayRoute | ServiceRoute | undefined;

function drawMethod(draw: Draw, kind: 'http' | 'grpc', routes: readonly AnyRoute[]): string | undefined {
  if (kind === 'grpc') return undefined;
  const wanted = routes.flatMap((route) => route?.match.kind === 'http' && route.match.method !== undefined ? [route.match.method] : []);
  if (wanted.length > 0 && draw.chance(80)) return draw.pick(wanted);
  return draw.maybe(30, () => draw.pick(METHODS));
}

function drawHost(draw: Draw, route: GatewayRoute | undefined, { port }: Listener): string {
  const host = route === undefined || route.hosts.length === 0 || draw.chance(20) ? draw.pick([...HOSTS, ...OTHER_HOSTS]) : hostOf(draw, draw.pick(route.hosts));
  const cased = draw.chance(10) ? host.toUpperCase() : host;
  // a client writes the port that it speaks to, if any
  return draw.chance(15) ? `${cased}:${port}` : cased;
}

function hostOf(draw: Draw, { kind, value }: GatewayRoute['hosts'][number]): string {
  return kind === 'exact' ? value : draw.pick([`x${value}`, `a.b${value}`, `www${value}`, value.slice(1), `api${value}`]);
}

function drawCalledHost(draw: Draw, { host, name, namespace, kind }: Service): string {
  const shorts = kind === 'external' ? [host] : [host, host, name, `${name}.${namespace}`, `${name}.${namespace}.svc`, 'unknown.test', `${name}x`];
  const written = draw.pick(shorts);
  return draw.chance(10) ? written.toUpperCase() : written;
}

function drawTarget(draw: Draw, kind: 'http' | 'grpc', outer: GatewayRoute | undefined, inner: ServiceRoute | undefined): string {
  const path = kind === 'grpc' ? drawCall(draw, [outer, inner]) : disturbed(draw, drawPath(draw, outer, inner));
  const query = drawQuery(draw, [outer, inner]);
  return query === undefined ? path : `${path}?${query}`;
}

function drawCall(draw: Draw, routes: readonly AnyRoute[]): string {
  const matches = routes.flatMap((route) => route?.match.kind === 'grpc' ? [route.match] : []);
  const service = draw.pick([...matches.flatMap((match) => match.service ?? []), draw.pick(GRPC_SERVICES)]);
  const method = draw.pick([...matches.flatMap((match) => match.method ?? []), draw.pick(GRPC_METHODS)]);
  return draw.chance(90) ? `/${service}/${method}` : draw.pick(['/', `/${service}`, `/${service}/`, `/${service}/${method}/x`, `//${method}`, `/${service.toLowerCase()}/${method}`]);
}

function drawPath(draw: Draw, outer: GatewayRoute | undefined, inner: ServiceRoute | undefined): string {
  const wanted = inner?.match.kind === 'http' && draw.chance(60) ? pathFor(draw, inner.match.path) : undefined;
  if (outer?.match.kind !== 'http' || draw.chance(15)) return wanted ?? below(draw.pick(PATHS), draw.pick(TAILS));
  const { path } = outer.match;
  const { rewritePath } = outer.filters;
  // what becomes the inner path after the outer rewrite
  if (wanted !== undefined && rewritePath?.kind === 'prefix' && (path.kind === 'prefix' || path.kind === 'raw-prefix') && wanted.startsWith(rewritePath.value)) {
    return `${path.value}${rewritePath.value.endsWith('/') && !path.value.endsWith('/') ? '/' : ''}${wanted.slice(rewritePath.value.length)}`;
  }
  return wanted !== undefined && draw.chance(40) ? wanted : pathFor(draw, path);
}

function pathFor(draw: Draw, path: PathMatch): string {
  switch (path.kind) {
    case 'exact': return path.value;
    case 'prefix': case 'raw-prefix': return below(path.value, draw.pick(TAILS));
    case 'regex': {
      const { hits, misses } = PATH_EXPRESSIONS.find(({ source }) => source === path.value)!;
      return draw.pick(misses.length === 0 || draw.chance(70) ? hits : misses);
    }
  }
}

function below(path: string, tail: string): string {
  return path === '/' ? `/${tail.replace(/^\//, '')}` : `${path}${tail}`;
}

/** The same path as careless clients and attackers write it, or one that is nearly the same. */
function disturbed(draw: Draw, path: string): string {
  if (draw.chance(70)) return path;
  const slashes = [...path].flatMap((char, at) => char === '/' ? [at] : []);
  const at = slashes.length === 0 ? 0 : draw.pick(slashes);
  const [before, after] = [path.slice(0, at), path.slice(at)];
  return draw.pick([
    `${path}/`, path.replace(/\/$/, '') || '/', `${before}/${after}`, `${before}/.${after}`, `${before}/x/..${after}`, `${before}/%2e%2e${after}`, `${before}/%2E${after}`,
    `${before}%2F${after.slice(1)}`, `${before}\\${after.slice(1)}`, path.toUpperCase(), `${path}/..`, `${path}/.`, `${path}%2f`, `/..${path}`, `${path}//`, `${path}/../..`, `${path}...`, `${path}/%2e`,
  ].filter((one) => one.startsWith('/')));
}

function drawQuery(draw: Draw, routes: readonly AnyRoute[]): string | undefined {
  const conditions = routes.flatMap((route) => route?.match.kind === 'http' ? route.match.query : []);
  const wanted = conditions.filter(() => draw.chance(85)).map((condition) => pairFor(draw, condition));
  const others = draw.chance(25) ? draw.list(0, 2, () => pair(draw, draw.pick(PARAMETERS), draw.pick(PARAMETER_VALUES))) : [];
  const pairs = draw.chance(50) ? [...wanted, ...others] : [...others, ...wanted];
  return pairs.length === 0 ? draw.maybe(4, () => draw.pick(['', '&', '=', 'q&&q'])) : pairs.join('&');
}

function pairFor(draw: Draw, { name, match }: QueryMatch): string {
  switch (match.kind) {
    case 'exact': return pair(draw, name, draw.chance(80) ? match.value : draw.pick(PARAMETER_VALUES));
    case 'regex': return pair(draw, name, textFor(draw, match.value).replace(/[ ;#&]/g, '+'));
    case 'present': return pair(draw, name, draw.pick(PARAMETER_VALUES));
  }
}

function pair(draw: Draw, name: string, value: string): string {
  return value === '' && draw.chance(50) ? name : `${name}=${value}`;
}

function drawHeaders(draw: Draw, routes: readonly AnyRoute[]): RequestInput['headers'] {
  const conditions = routes.flatMap((route) => route === undefined ? [] : headersOf(route.match));
  const headers: { [name: string]: string } = {};
  for (const name of draw.chance(30) ? draw.some(HEADERS, 1, 2) : []) headers[name] = draw.pick(VALUES);
  for (const condition of conditions) {
    if (!draw.chance(85)) continue;
    const value = headerFor(draw, condition);
    if (value === undefined) delete headers[condition.name];
    else headers[condition.name] = value;
  }
  for (const [name, value] of Object.entries(headers)) if (value === '' && !valuesOf(name).includes('')) delete headers[name];
  return draw.chance(10) ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value])) : headers;
}

function headersOf(match: Match): readonly HeaderMatch[] {
  switch (match.kind) {
    case 'http': return match.headers;
    case 'grpc': return match.metadata;
    case 'tcp': return [];
  }
}

/** A value that fits in most cases, undefined for none. */
function headerFor(draw: Draw, { match, inversion }: HeaderMatch): string | undefined {
  if (draw.chance(15)) return draw.maybe(60, () => draw.pick(VALUES));
  switch (inversion) {
    case 'none': return valueFor(draw, match);
    case 'absent-or-different': return draw.maybe(60, () => draw.pick(VALUES));
    case 'present-and-different': return draw.pick(VALUES);
  }
}

function valueFor(draw: Draw, match: ValueMatch): string {
  switch (match.kind) {
    case 'exact': return match.value;
    case 'prefix': return `${match.value}${draw.pick(['', 'x', ' x', '1'])}`;
    case 'suffix': return `${draw.pick(['', 'x', 'x ', '1'])}${match.value}`;
    case 'regex': return textFor(draw, match.value);
    case 'range': return String(draw.pick([match.start, match.end - 1, match.end, match.start - 1]));
    case 'present': return draw.pick(VALUES);
  }
}

function textFor(draw: Draw, source: string): string {
  const { hits, misses } = VALUE_EXPRESSIONS.find((expression) => expression.source === source)!;
  return draw.pick(misses.length === 0 || draw.chance(75) ? hits : misses);
}

