/** The match that takes exactly the requests which two matches both take. Called where two stages become one table. */
import { conditionImplies } from './condition';
import type { HeaderMatch, HttpMatch, Match, PathMatch, QueryMatch } from './match';
import { matchRelation, pathCovers } from './overlap';

/**
 * Both matches as one; `inexpressible` where no single match says it, for example two different expressions on the path.
 * Two conditions on one header that cannot be folded stay two entries, both of which must hold.
 */
export function intersectMatches(a: Match, b: Match): Match | 'disjoint' | 'inexpressible' {
  if (matchRelation(a, b) === 'disjoint') return 'disjoint';
  const port = a.port ?? b.port;
  const ofPort = port === undefined ? {} : { port };
  if (a.kind === 'http' && b.kind === 'http') return intersectHttp(a, b, ofPort);
  if (a.kind === 'grpc' && b.kind === 'grpc') {
    const service = a.service ?? b.service;
    const method = a.method ?? b.method;
    return {
      kind: 'grpc',
      ...(service === undefined ? {} : { service }),
      ...(method === undefined ? {} : { method }),
      metadata: foldHeaders([...a.metadata, ...b.metadata]),
      ...ofPort,
    };
  }
  return { kind: 'tcp', ...ofPort };
}

function intersectHttp(a: HttpMatch, b: HttpMatch, port: { readonly port?: number }): HttpMatch | 'inexpressible' {
  const path = intersectPaths(a.path, b.path);
  if (path === undefined) return 'inexpressible';
  const method = a.method ?? b.method;
  const scheme = a.scheme ?? b.scheme;
  return {
    kind: 'http',
    path,
    ...(method === undefined ? {} : { method }),
    ...(scheme === undefined ? {} : { scheme }),
    headers: foldHeaders([...a.headers, ...b.headers]),
    query: foldQuery([...a.query, ...b.query]),
    ...port,
  };
}

/** Of two nested paths the narrower; paths that overlap without being nested have no common form. */
function intersectPaths(a: PathMatch, b: PathMatch): PathMatch | undefined {
  if (pathCovers(a, b)) return b;
  return pathCovers(b, a) ? a : undefined;
}

/** Leaves out conditions that another one implies. */
function foldHeaders(conditions: readonly HeaderMatch[]): readonly HeaderMatch[] {
  const kept: HeaderMatch[] = [];
  for (const condition of conditions) {
    if (kept.some((have) => have.name === condition.name && conditionImplies(have, condition))) continue;
    const needed = kept.filter((have) => have.name !== condition.name || !conditionImplies(condition, have));
    kept.splice(0, kept.length, ...needed, condition);
  }
  return kept;
}

function foldQuery(conditions: readonly QueryMatch[]): readonly QueryMatch[] {
  const folded = foldHeaders(conditions.map(({ name, match }) => ({ name, match, inversion: 'none' })));
  return conditions.filter((condition, at) =>
    folded.some((have) => have.name === condition.name && have.match === condition.match)
    && conditions.findIndex((other) => other.name === condition.name && other.match === condition.match) === at);
}
