/** Random matches that a validated program can hold. */
import { defined, type Draw } from './draw';
import {
  GRPC_METHODS, GRPC_SERVICES, HEADERS, HOSTS, PARAMETER_VALUES, PARAMETERS, PATH_EXPRESSIONS, PATHS, SUFFIXES, VALUE_EXPRESSIONS, VALUES,
} from './vocabulary';
import type { GrpcMatch, HeaderMatch, HostMatch, HttpMatch, Inversion, Method, PathMatch, QueryMatch, ValueMatch } from '../../../lib/model/match';

/** Methods that clients can send as they are: CONNECT opens a tunnel instead of asking for a path. */
export const METHODS: readonly Method[] = ['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'];

export function drawHttpMatch(draw: Draw, ports: readonly number[]): HttpMatch {
  return defined<HttpMatch>({
    kind: 'http',
    path: drawPath(draw),
    method: draw.maybe(20, () => draw.pick(METHODS)),
    scheme: draw.maybe(6, () => draw.pick(['http', 'https'] as const)),
    headers: draw.chance(45) ? draw.list(1, 2, () => drawHeader(draw)) : [],
    query: draw.chance(25) ? draw.list(1, 2, () => drawQuery(draw)) : [],
    port: draw.maybe(10, () => draw.pick(ports)),
  });
}

export function drawGrpcMatch(draw: Draw, ports: readonly number[]): GrpcMatch {
  return defined<GrpcMatch>({
    kind: 'grpc',
    service: draw.maybe(70, () => draw.pick(GRPC_SERVICES)),
    method: draw.maybe(50, () => draw.pick(GRPC_METHODS)),
    metadata: draw.chance(40) ? draw.list(1, 2, () => drawHeader(draw)) : [],
    port: draw.maybe(10, () => draw.pick(ports)),
  });
}

export function drawHost(draw: Draw): HostMatch {
  return draw.chance(60) ? { kind: 'exact', value: draw.pick(HOSTS) } : { kind: 'suffix', value: draw.pick(SUFFIXES) };
}

function drawPath(draw: Draw): PathMatch {
  const kind = draw.pick(['exact', 'exact', 'prefix', 'prefix', 'prefix', 'raw-prefix', 'regex'] as const);
  if (kind === 'regex') return { kind, value: draw.pick(PATH_EXPRESSIONS).source };
  const value = draw.pick(PATHS);
  // an exact path and a raw prefix may end in a slash, a prefix by segments may not
  return { kind, value: kind !== 'prefix' && value !== '/' && draw.chance(20) ? `${value}/` : value };
}

function drawHeader(draw: Draw): HeaderMatch {
  const inversion = draw.pick<Inversion>(['none', 'none', 'none', 'absent-or-different', 'present-and-different']);
  const match = drawValue(draw);
  // present and not present at once is no condition
  return { name: draw.pick(HEADERS), match, inversion: match.kind === 'present' && inversion === 'present-and-different' ? 'none' : inversion };
}

function drawValue(draw: Draw): ValueMatch {
  const kind = draw.pick(['exact', 'exact', 'prefix', 'suffix', 'regex', 'range', 'present'] as const);
  switch (kind) {
    case 'exact': return { kind, value: draw.pick(VALUES) };
    case 'prefix': case 'suffix': return { kind, value: draw.pick(VALUES.filter((value) => value !== '')) };
    case 'regex': return { kind, value: draw.pick(VALUE_EXPRESSIONS).source };
    case 'range': {
      const start = draw.integer(-5, 12);
      return { kind, start, end: start + draw.integer(1, 10) };
    }
    case 'present': return { kind };
  }
}

function drawQuery(draw: Draw): QueryMatch {
  const kind = draw.pick(['exact', 'exact', 'regex', 'present'] as const);
  const name = draw.pick(PARAMETERS);
  switch (kind) {
    case 'exact': return { name, match: { kind, value: draw.pick(PARAMETER_VALUES) } };
    case 'regex': return { name, match: { kind, value: draw.pick(VALUE_EXPRESSIONS).source } };
    case 'present': return { name, match: { kind } };
  }
}
