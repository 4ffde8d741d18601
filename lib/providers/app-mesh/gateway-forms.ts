/**
 * A gateway route's match and rewrite in App Mesh's form. Rewrites of App Mesh that nobody asked for are switched off in every form:
 * it would strip the matched prefix, and put the virtual service's name in the place of the host.
 * @see https://docs.aws.amazon.com/app-mesh/latest/userguide/gateway-routes.html
 */
import type { GatewayGrpcMatch, GatewayHttpMatch, GatewayRewrite } from './crd';
import { defined, filled } from '../defined';
import { lowerHeaders, lowerPath, lowerQuery, segmentRegex, type WirePath } from './lower-match';
import type { PathRewrite } from '../../model/action';
import type { GatewayRoute } from '../../model/gateway';
import type { HttpMatch } from '../../model/match';
import { escapeRegex } from '../../model/regex';

/** One of the disjoint GatewayRoutes that a route becomes, without host and port. */
export interface GatewayForm {
  /** Left out for the first form, so that a condition more does not rename it. */
  readonly suffix?: string;
  readonly match: GatewayHttpMatch | GatewayGrpcMatch;
  readonly rewrite: GatewayRewrite;
}

interface PathForm {
  readonly path: WirePath;
  readonly rewrite: Pick<GatewayRewrite, 'path' | 'prefix'>;
}

/** All forms of a route. */
export function gatewayForms({ match, filters }: Pick<GatewayRoute, 'match' | 'filters'>): readonly GatewayForm[] {
  const hostname = { defaultTargetHostname: filters.rewriteHost?.kind === 'service' ? 'ENABLED' as const : 'DISABLED' as const };
  if (match.kind === 'grpc') {
    return numbered(lowerHeaders(match.metadata).map((metadata) => (
      { match: defined({ serviceName: match.service, metadata: filled(metadata) }), rewrite: { hostname } })));
  }
  const { method } = match;
  const queryParameters = filled(lowerQuery(match.query));
  return numbered(pathForms(match, filters.rewritePath).flatMap(({ path, rewrite }) => lowerHeaders(match.headers).map((headers) => (
    { match: defined({ ...path, method, headers: filled(headers), queryParameters }), rewrite: { ...rewrite, hostname } }))));
}

function numbered(forms: readonly GatewayForm[]): readonly GatewayForm[] {
  return forms.map((form, at) => at === 0 ? form : { suffix: `form-${at + 1}`, ...form });
}

function pathForms({ path }: HttpMatch, rewrite: PathRewrite | undefined): readonly PathForm[] {
  if (rewrite === undefined) return [untouched(lowerPath(path))];
  if (rewrite.kind === 'full') return [{ path: wholePath(path), rewrite: { path: { exact: rewrite.value } } }];
  const withSlash = rewrite.value.endsWith('/') ? rewrite.value : `${rewrite.value}/`;
  switch (path.kind) {
    case 'exact': return [{ path: { path: { exact: path.value } }, rewrite: { path: { exact: rewrite.value } } }];
    case 'regex': throw new Error('internal: a prefix rewrite of a regex reached the App Mesh lowering; please report this with your program');
    case 'raw-prefix': return [{ path: { prefix: path.value }, rewrite: { prefix: stripped(path.value, withSlash) } }];
    case 'prefix': return path.value === '/'
      ? [{ path: { prefix: '/' }, rewrite: { prefix: { value: withSlash } } }]
      // App Mesh wants a slash at both ends of what is replaced, so the bare prefix is a route of its own
      : [
        { path: { path: { exact: path.value } }, rewrite: { path: { exact: rewrite.value } } },
        { path: { prefix: `${path.value}/` }, rewrite: { prefix: { value: withSlash } } },
      ];
  }
}

/** Stripping is App Mesh's own default for a prefix, and the only rewrite it has for one that does not end in a slash. */
function stripped(prefix: string, value: string): NonNullable<GatewayRewrite['prefix']> {
  return value === '/' && !prefix.endsWith('/') ? { defaultPrefix: 'ENABLED' } : { value };
}

function untouched(path: WirePath): PathForm {
  return { path, rewrite: 'prefix' in path ? { prefix: { defaultPrefix: 'DISABLED' } } : {} };
}

/** The whole path can only be replaced where the match speaks of the whole path. */
function wholePath(path: HttpMatch['path']): WirePath {
  switch (path.kind) {
    case 'exact': case 'regex': return lowerPath(path);
    case 'prefix': return { path: { regex: segmentRegex(path.value) } };
    case 'raw-prefix': return { path: { regex: `^${escapeRegex(path.value)}.*$` } };
  }
}
