/**
 * Whether a concrete request is taken by a match: the meaning that every proof and every target is measured against.
 * Called by the overlap proofs for single values, by tests, and by everything that simulates a program.
 */
import type { HeaderMatch, HostMatch, HttpMatch, Match, PathMatch, QueryMatch, ValueMatch } from './match';
import { matchesRegex } from './regex';
import { assertNever } from '../diagnostics/mesh-error';

/** One request or connection. A header has one value: repeated header lines have no portable meaning. */
export interface Request {
  /** `grpc` is a request on a port that speaks gRPC, whose path is `/<service>/<method>`. */
  readonly protocol: 'http' | 'grpc' | 'tcp';
  readonly scheme: 'http' | 'https';
  /** Without port, lower case. */
  readonly host: string;
  /** The listener port it came in on. */
  readonly port: number;
  readonly method: string;
  /** Normalised, without query. */
  readonly path: string;
  /** Raw, without `?`, for example `a=1&b`. */
  readonly query: string;
  /** Values by name in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** Address of the client as the proxies see it, for example `10.1.2.3`; left out: one that is let in. */
  readonly client?: string;
}

/** Whether every condition of the match holds. */
export function matchesMatch(match: Match, request: Request): boolean {
  if (match.kind !== request.protocol || (match.port !== undefined && match.port !== request.port)) return false;
  switch (match.kind) {
    case 'tcp': return true;
    case 'grpc': {
      const [, service, method] = /^\/([^/]+)\/([^/]+)$/.exec(request.path) ?? [];
      return (match.service === undefined || match.service === service)
        && (match.method === undefined || match.method === method)
        && match.metadata.every((header) => matchesHeader(header, request));
    }
    case 'http': return matchesHttp(match, request);
    default: return assertNever(match);
  }
}

function matchesHttp(match: HttpMatch, request: Request): boolean {
  return matchesPath(match.path, request.path)
    && (match.method === undefined || match.method === request.method)
    && (match.scheme === undefined || match.scheme === request.scheme)
    && match.headers.every((header) => matchesHeader(header, request))
    && match.query.every((query) => matchesQuery(query, request.query));
}

/** Whether a host is one of those meant. */
export function matchesHost(match: HostMatch, host: string): boolean {
  return match.kind === 'exact' ? host === match.value : host.length > match.value.length && host.endsWith(match.value);
}

/** Whether a path without query is one of those meant. */
export function matchesPath(match: PathMatch, path: string): boolean {
  switch (match.kind) {
    case 'exact': return path === match.value;
    case 'prefix': return match.value === '/' ? path.startsWith('/') : path === match.value || path.startsWith(`${match.value}/`);
    case 'raw-prefix': return path.startsWith(match.value);
    case 'regex': return matchesRegex(match.value, path);
    default: return assertNever(match);
  }
}

/** Whether a value that is present fits, before any inversion. */
export function matchesValue(match: ValueMatch, value: string): boolean {
  switch (match.kind) {
    case 'exact': return value === match.value;
    case 'prefix': return value.startsWith(match.value);
    case 'suffix': return value.endsWith(match.value);
    case 'regex': return matchesRegex(match.value, value);
    case 'range': return /^[+-]?\d+$/.test(value) && Number(value) >= match.start && Number(value) < match.end;
    case 'present': return true;
    default: return assertNever(match);
  }
}

/** Whether a condition holds for a header's value; `undefined` is a header that is not there. */
export function holdsFor(condition: HeaderMatch, value: string | undefined): boolean {
  switch (condition.inversion) {
    case 'none': return value !== undefined && matchesValue(condition.match, value);
    case 'absent-or-different': return value === undefined || !matchesValue(condition.match, value);
    case 'present-and-different': return value !== undefined && !matchesValue(condition.match, value);
    default: return assertNever(condition.inversion);
  }
}

function matchesHeader(condition: HeaderMatch, request: Request): boolean {
  return holdsFor(condition, Object.hasOwn(request.headers, condition.name) ? request.headers[condition.name] : undefined);
}

function matchesQuery(condition: QueryMatch, query: string): boolean {
  const value = firstQueryValue(query, condition.name);
  return value !== undefined && matchesValue(condition.match, value);
}

/** The raw value of a parameter's first occurrence; `v` equals `v=`. Undefined where it does not occur. */
export function firstQueryValue(query: string, name: string): string | undefined {
  for (const pair of query === '' ? [] : query.split('&')) {
    const equals = pair.indexOf('=');
    if ((equals < 0 ? pair : pair.slice(0, equals)) === name) return equals < 0 ? '' : pair.slice(equals + 1);
  }
  return undefined;
}
