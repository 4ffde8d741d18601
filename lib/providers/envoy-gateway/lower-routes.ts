/** A gateway's tables: route objects, with answers, rewrites and policies of rules beside them. */
import { backendOf, mirrorBackendOf } from './backends';
import { ENVOY_GATEWAY_API_VERSION, ENVOY_GATEWAY_GROUP, type HttpRouteFilter } from './crd';
import { needsOwnPolicy, rulePolicy } from './lower-policy';
import { securityPolicies } from './lower-security';
import type { GatewayPlan, TablePlan } from './plan';
import { hash8, joinName } from '../../kube/names';
import type { Gateway, Listener } from '../../model/gateway';
import { escapeRegex } from '../../model/regex';
import { Wave, type Unit } from '../../plan/unit';
import { defined } from '../defined';
import type { BackendObjectRef, GrpcRoute, HttpRoute, RouteFilter } from '../gateway-api/crd';
import { gatewayParent, schemeOf, tableName } from '../gateway-api/gateway';
import { areRetained, ownerOfRoutes } from '../gateway-api/gateway-tables';
import { grantsNeeded, grantUnits, type References } from '../gateway-api/grants';
import { grpcRoutes, httpRoutes, type PlacedRoutes } from '../gateway-api/http-route';
import { durationOf, replacesRawText, type RuleForm } from '../gateway-api/rule';
import type { TableRoute } from '../gateway-api/table-route';
import { serviceOf, type MeshIndex } from '../mesh-index';
import { gatewayRoutes, gatewayRouteUnit, gatewayUnit, kept, serviceUnit, unit, versionsNeeded } from '../units';
import { ownLabels } from '../workload';

const MAX_OBJECT_NAME = 253;

/**
 * Taken off every request, which never has it: a share with a filter gets a cluster of its own, so that versions do not share thresholds, and one without endpoints
 * keeps its share.
 * @see https://github.com/envoyproxy/gateway/blob/v1.9.1/internal/ir/xds.go NeedsClusterPerSetting
 */
const OWN_CLUSTER: RouteFilter = { type: 'RequestHeaderModifier', requestHeaderModifier: { remove: ['x-cdk-eks-mesh-own-cluster'] } };

/** The units of a gateway's tables: one for each route object with its answers, rewrites and policies, which are written together, and the grants that they need. */
export function lowerTables(index: MeshIndex, gateway: Gateway, { tables }: GatewayPlan): readonly Unit[] {
  const placed = tables.flatMap((table) => placeTable(index, gateway, table));
  const references = placed.map((one) => referencesOf(index, gateway, one));
  return [...placed.map((one, at) => routeUnit(index, gateway, { ...one, references: references[at]! })), ...grantUnits(gateway, references)];
}

type Placed = PlacedRoutes<HttpRoute | GrpcRoute>;

function placeTable(index: MeshIndex, gateway: Gateway, { listener, host, kind, groups }: TablePlan): readonly Placed[] {
  const place = defined({
    name: tableName(gateway, listener, host), namespace: gateway.namespace, owner: gateway.name, parents: [gatewayParent(gateway, listener)], host,
  });
  return kind === 'HTTPRoute' ? httpRoutes(place, groups, formOf(index, gateway, listener)) : grpcRoutes(place, groups, formOf(index, gateway, listener));
}

function formOf(index: MeshIndex, gateway: Gateway, listener: Listener): RuleForm {
  return {
    scheme: schemeOf(listener),
    backend: (destination) => backendOf(index, gateway, destination),
    backendFilters: () => [OWN_CLUSTER],
    mirrorBackend: (mirror) => mirrorBackendOf(index, gateway, mirror),
    hostOf: (service) => serviceOf(index, service).host,
    ownFilters: (route) => {
      const name = filterName(gateway, route);
      return name === undefined ? [] : [{ type: 'ExtensionRef', extensionRef: { group: ENVOY_GATEWAY_GROUP, kind: 'HTTPRouteFilter', name } }];
    },
    rewritesPath: (route) => filterSpec(route)?.urlRewrite !== undefined,
    rootReplacement: (bare) => `${bare}/`,
    pathValue: asSubstitution,
    headerValue: literally,
    // said even where there is none, because a limit of the route wins over every policy
    timeouts: ({ action, policy }) => action.kind === 'forward' ? { request: durationOf(policy.timeouts?.requestMs ?? 0) } : undefined,
    // events that are no status are known to policies only
    retry: () => undefined,
  };
}

/** Whole paths are rewritten by expressions, in whose substitution a backslash would begin the number of a group. */
function asSubstitution(path: string): string {
  return path.replace(/\\/g, '\\\\');
}

/** A percent sign would begin a command of the proxy, as in `%REQ(x)%`. */
function literally(text: string): string {
  return text.replace(/%/g, '%%');
}

/** What a route refers to and what guards it stands before it, so that no route is open, or without its limits, for a moment. */
function routeUnit(index: MeshIndex, gateway: Gateway, { references, ...one }: Placed & { readonly references: References }): Unit {
  const { object, routes } = one;
  const services = [...new Set(routes.flatMap(servicesOf))];
  const destinations = routes.flatMap(({ action }) => action.kind === 'forward' ? action.destinations : []);
  return kept(unit({
    id: gatewayRouteUnit(gateway, object.metadata.name), wave: Wave.ROUTES, group: gatewayRoutes(gateway),
    objects: [
      ...filterObjects(gateway, one),
      ...securityPolicies(gateway, object, routes).map((policy) => policy.object),
      ...routes.filter((route) => needsOwnPolicy(index, route)).map((route) => rulePolicy(index, gateway, object, route)),
      object,
    ],
    needs: [
      gatewayUnit(gateway), ...services.map((id) => serviceUnit(serviceOf(index, id))), ...versionsNeeded(index, destinations),
      ...grantsNeeded(gateway, references),
    ],
  }, ownerOfRoutes(index, gateway, routes), shardOfRoutes(index, routes)), areRetained(index, routes));
}

/** Beside its service where there is only one, so that both come and go together. */
function shardOfRoutes(index: MeshIndex, routes: readonly TableRoute[]): string {
  const services = [...new Set(routes.flatMap(servicesOf))];
  return services.length === 1 && serviceOf(index, services[0]!).kind !== 'router' ? `service:${services[0]}` : 'edge';
}

function servicesOf({ action, filters }: TableRoute): readonly string[] {
  return [...(action.kind === 'forward' ? action.destinations.map(({ service }) => service) : []), ...(filters.mirrors ?? []).map(({ service }) => service)];
}

/** Statuses whose answers hold nothing. */
const BODILESS: readonly number[] = [204, 205, 304];

/** Name of the object that gives a route's answer or rewrites raw text; equal ones are one object. */
function filterName(gateway: Gateway, route: TableRoute): string | undefined {
  const spec = filterSpec(route);
  if (spec === undefined) return undefined;
  const plain = spec.directResponse !== undefined && spec.directResponse.body === undefined;
  return joinName([gateway.name, ...(plain ? [`answer-${spec.directResponse.statusCode}`] : [spec.directResponse ? 'answer' : 'rewrite', hash8(JSON.stringify(spec))])], MAX_OBJECT_NAME);
}

function filterSpec(route: TableRoute): HttpRouteFilter['spec'] | undefined {
  const { action, match, filters } = route;
  if (action.kind === 'respond') {
    const body = action.body === undefined || BODILESS.includes(action.status) ? undefined : { type: 'Inline' as const, inline: literally(action.body) };
    return { directResponse: defined({ body, statusCode: action.status }) };
  }
  const { rewritePath } = filters;
  if (action.kind !== 'forward' || match.kind !== 'http' || rewritePath === undefined) return undefined;
  const text = asSubstitution(rewritePath.value);
  if (replacesRawText(route)) return textRewrite(`^${escapeRegex(match.path.value)}`, text);
  return extendsRoot(route) ? textRewrite('^/', text.endsWith('/') ? text : `${text}/`) : undefined;
}

function textRewrite(pattern: string, substitution: string): HttpRouteFilter['spec'] {
  return { urlRewrite: { path: { type: 'ReplaceRegexMatch', replaceRegexMatch: { pattern, substitution } } } };
}

/**
 * Whether something is put in front of every path, which this mesh's URLRewrite does without the slash that parts them.
 * @see https://github.com/envoyproxy/gateway/blob/v1.9.1/internal/xds/translator/route.go buildXdsURLRewriteAction
 */
function extendsRoot({ match, filters: { rewritePath } }: TableRoute): boolean {
  return match.kind === 'http' && match.path.kind === 'prefix' && match.path.value === '/' && rewritePath?.kind === 'prefix' && rewritePath.value !== '/';
}

function filterObjects(gateway: Gateway, { routes }: Placed): readonly HttpRouteFilter[] {
  const found = new Map<string, HttpRouteFilter>();
  for (const route of routes) {
    const name = filterName(gateway, route);
    if (name === undefined) continue;
    const metadata = { name, namespace: gateway.namespace, labels: ownLabels(gateway.name) };
    found.set(name, { apiVersion: ENVOY_GATEWAY_API_VERSION, kind: 'HTTPRouteFilter', metadata, spec: filterSpec(route)! });
  }
  return [...found.values()];
}

function referencesOf(index: MeshIndex, gateway: Gateway, { object, routes }: Placed): References {
  return {
    kind: object.kind, backends: routes.flatMap(({ action, filters }): readonly BackendObjectRef[] => [
      ...(action.kind === 'forward' ? action.destinations.map((destination) => backendOf(index, gateway, destination)) : []),
      ...(filters.mirrors ?? []).map((mirror) => mirrorBackendOf(index, gateway, mirror)),
    ]),
  };
}
