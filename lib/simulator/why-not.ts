/** The first condition of a match that a request does not meet, in words: `header x-env is missing`. */
import { describeHeader, describePath, describeQuery } from '../model/describe';
import { firstQueryValue, holdsFor, matchesMatch, matchesPath, matchesValue, type Request } from '../model/evaluate';
import type { GrpcMatch, HeaderMatch, HttpMatch, Match } from '../model/match';

/** Why a match does not take a request; undefined when it does. */
export function whyNot(match: Match, request: Request): string | undefined {
  if (matchesMatch(match, request)) return undefined;
  if (match.kind !== request.protocol) return `it takes ${match.kind} requests, this one is ${request.protocol}`;
  if (match.port !== undefined && match.port !== request.port) return `it takes requests on port ${match.port}, this one came in on ${request.port}`;
  switch (match.kind) {
    case 'tcp': return undefined;
    case 'grpc': return whyNoCall(match, request);
    case 'http': return whyNoHttp(match, request);
  }
}

function whyNoHttp(match: HttpMatch, request: Request): string | undefined {
  if (!matchesPath(match.path, request.path)) return whyNoPath(match.path, request.path);
  if (match.method !== undefined && match.method !== request.method) return `method is ${request.method}, not ${match.method}`;
  if (match.scheme !== undefined && match.scheme !== request.scheme) return `scheme is ${request.scheme}, not ${match.scheme}`;
  const missed = firstMissed(match.headers, request);
  if (missed !== undefined) return missed;
  for (const condition of match.query) {
    const value = firstQueryValue(request.query, condition.name);
    if (value === undefined) return `query ${condition.name} is missing`;
    if (!matchesValue(condition.match, value)) return `query ${condition.name} is '${value}', wanted is ${describeQuery(condition)}`;
  }
  return undefined;
}

function whyNoPath(path: HttpMatch['path'], actual: string): string {
  switch (path.kind) {
    case 'exact': return `path is ${actual}, not ${path.value}`;
    case 'prefix': return actual.startsWith(path.value)
      ? `path ${actual} only begins like ${path.value}; a prefix is read by whole segments`
      : `path ${actual} is not ${describePath(path)}`;
    case 'raw-prefix': return `path ${actual} does not begin with ${path.value}`;
    case 'regex': return `path ${actual} does not match ${describePath(path)}`;
  }
}

function whyNoCall(match: GrpcMatch, request: Request): string | undefined {
  const [, service, method] = /^\/([^/]+)\/([^/]+)$/.exec(request.path) ?? [];
  if (match.service !== undefined && match.service !== service) return `it takes calls of ${match.service}, this one is of ${service ?? request.path}`;
  if (match.method !== undefined && match.method !== method) return `it takes method ${match.method}, this one calls ${method ?? request.path}`;
  return firstMissed(match.metadata, request);
}

function firstMissed(conditions: readonly HeaderMatch[], { headers }: Request): string | undefined {
  for (const condition of conditions) {
    const value = Object.hasOwn(headers, condition.name) ? headers[condition.name] : undefined;
    if (holdsFor(condition, value)) continue;
    return value === undefined ? `header ${condition.name} is missing` : `header ${condition.name} is '${value}', wanted is ${describeHeader(condition)}`;
  }
  return undefined;
}
