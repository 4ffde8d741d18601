/** One English phrase per node, for errors, documents and pictures: `GET /products/* with header x-env 'beta'`. */
import type { RouteAction } from './action';
import type { GatewayRoute } from './gateway';
import { originText, type Cors, type Guards, type RateLimit, type TokenIssuer } from './guards';
import type { HeaderMatch, HostMatch, HttpMatch, Match, PathMatch, QueryMatch, ValueMatch } from './match';
import type { Stickiness } from './resilience';
import type { ServiceRoute } from './service';
import type { Pods, Scale } from './workload';
import { assertNever } from '../diagnostics/mesh-error';

/** A route by its name and its match: `'beta' (GET /products/* with header x-env 'beta')`. */
export function describeRoute(route: ServiceRoute | GatewayRoute): string {
  const hosts = 'hosts' in route && route.hosts.length > 0 ? ` on ${describeHosts(route.hosts)}` : '';
  return `'${route.name}' (${describeMatch(route.match)}${hosts})`;
}

/** A match: `GET /products/* with header x-env 'beta'`, `gRPC calls of shop.v1.Catalog/GetItem`, `TCP connections on port 5432`. */
export function describeMatch(match: Match): string {
  const port = match.port === undefined ? '' : ` on port ${match.port}`;
  switch (match.kind) {
    case 'tcp': return `TCP connections${port}`;
    case 'grpc': return `gRPC calls of ${match.service ?? '*'}/${match.method ?? '*'}${withAll(match.metadata.map(describeHeader))}${port}`;
    case 'http': return `${describeHttp(match)}${port}`;
    default: return assertNever(match);
  }
}

function describeHttp({ path, method, scheme, headers, query }: HttpMatch): string {
  const words = [...(method === undefined ? [] : [method]), ...(scheme === undefined ? [] : [scheme]), describePath(path)];
  return `${words.join(' ')}${withAll([...headers.map(describeHeader), ...query.map(describeQuery)])}`;
}

/** A path condition: `/api`, `/api/*` for whole segments, `/api…` for raw text, `regex '^/v[0-9]+$'`. */
export function describePath(path: PathMatch): string {
  switch (path.kind) {
    case 'exact': return path.value;
    case 'prefix': return path.value === '/' ? '/*' : `${path.value}/*`;
    case 'raw-prefix': return `${path.value}…`;
    case 'regex': return `regex '${path.value}'`;
    default: return assertNever(path);
  }
}

/** A header condition: `header x-env 'beta'`, `no header x-env`, `header x-env other than 'beta'`. */
export function describeHeader({ name, match, inversion }: HeaderMatch): string {
  const bare = match.kind === 'present';
  const value = describeValue(match);
  switch (inversion) {
    case 'none': return bare ? `header ${name}` : `header ${name} ${value}`;
    case 'absent-or-different': return bare ? `no header ${name}` : `no header ${name} ${value}`;
    case 'present-and-different': return bare ? `an impossible header ${name}` : `header ${name} other than ${value}`;
    default: return assertNever(inversion);
  }
}

/** A query condition: `query tab 'new'`. */
export function describeQuery({ name, match }: QueryMatch): string {
  return match.kind === 'present' ? `query ${name}` : `query ${name} ${describeValue(match)}`;
}

/** Hosts: `api.example.com or *.example.org`; none means `every host that no other route names`. */
export function describeHosts(hosts: readonly HostMatch[]): string {
  return hosts.length === 0 ? 'every host that no other route names' : hosts.map(describeHost).join(' or ');
}

/** A host as the user writes it: `*.example.com`. */
export function describeHost(host: HostMatch): string {
  return host.kind === 'suffix' ? `*${host.value}` : host.value;
}

/** Where a route leads: `95 shop/products@v1, 5 shop/products@v2`. */
export function describeAction(action: RouteAction): string {
  switch (action.kind) {
    case 'forward': return action.destinations
      .map(({ service, version, port, weight }) => `${weight} ${service}${version === undefined ? '' : `@${version}`}${port === undefined ? '' : `:${port}`}`)
      .join(', ');
    case 'redirect': return `redirect ${action.status}`;
    case 'respond': return `answer ${action.status}`;
    default: return assertNever(action);
  }
}

function describeValue(match: ValueMatch): string {
  switch (match.kind) {
    case 'exact': return `'${match.value}'`;
    case 'prefix': return `starting with '${match.value}'`;
    case 'suffix': return `ending with '${match.value}'`;
    case 'regex': return `matching '${match.value}'`;
    case 'range': return `from ${match.start} to below ${match.end}`;
    case 'present': return 'present';
    default: return assertNever(match);
  }
}

function withAll(conditions: readonly string[]): string {
  return conditions.length === 0 ? '' : ` with ${conditions.join(' and ')}`;
}

/** What a route asks before it acts, one phrase each: `a token of https://id.example.com`, `clients of 10.0.0.0/8`, `at most 100 requests per minute and proxy`. */
export function describeGuards({ cors, tokens, clients, rateLimit }: Guards): readonly string[] {
  return [
    ...(cors === undefined ? [] : [describeCors(cors)]),
    ...(tokens === undefined ? [] : [`a token of ${tokens.map(describeIssuer).join(' or ')}`]),
    ...(clients === undefined ? [] : [`clients of ${clients.join(', ')}`]),
    ...(rateLimit === undefined ? [] : [describeRate(rateLimit)]),
  ];
}

function describeCors({ origins, methods, headers, exposedHeaders, maxAgeMs, credentials }: Cors): string {
  const parts = [
    ...(methods.length === 0 ? [] : [`methods ${methods.join(', ')}`]), ...(headers.length === 0 ? [] : [`headers ${headers.join(', ')}`]),
    ...(exposedHeaders.length === 0 ? [] : [`exposed ${exposedHeaders.join(', ')}`]), ...(maxAgeMs === undefined ? [] : [`for ${maxAgeMs / 1000} s`]),
    ...(credentials ? ['with credentials'] : []),
  ];
  return `scripts of ${origins.map(originText).join(', ')}${parts.length === 0 ? '' : ` (${parts.join('; ')})`}`;
}

function describeIssuer({ issuer, audiences }: TokenIssuer): string {
  return audiences.length === 0 ? issuer : `${issuer} for ${audiences.join(' or ')}`;
}

function describeRate({ requests, per }: RateLimit): string {
  return `at most ${requests} request${requests === 1 ? '' : 's'} per ${per} and proxy`;
}

/** How clients stay at pods: `cookie shop-session for 3600 s`. */
export function describeStickiness(stickiness: Stickiness | undefined): string | undefined {
  if (stickiness === undefined) return undefined;
  return `cookie ${stickiness.cookie}${stickiness.ttlMs === 0 ? '' : ` for ${stickiness.ttlMs / 1000} s`}`;
}

/** How many pods there are, as far as the program tells: `2 pods`, `2 to 10 pods`, `pods of workload reviews-v1`, `existing pods`. */
export function describePodNumber(pods: Pods): string {
  switch (pods.kind) {
    case 'image': return describeScale(pods.scale);
    case 'document': return `pods of workload ${pods.name}`;
    case 'existing': return 'existing pods';
    case 'external': return 'outside of the mesh';
    default: return assertNever(pods);
  }
}

/** `2 pods`, `2 to 10 pods`. */
export function describeScale(scale: Scale): string {
  if (scale.kind === 'auto') return `${scale.minReplicas} to ${scale.maxReplicas} pods`;
  return scale.replicas === 1 ? '1 pod' : `${scale.replicas} pods`;
}
