/** Pins and previews of a service that no request can reach, because of what stands before the service. */
import type { Diagnostic } from '../../../diagnostics/diagnostic';
import { describeRoute } from '../../describe';
import { holdsFor } from '../../evaluate';
import type { GatewayRoute } from '../../gateway';
import { intersectMatches } from '../../intersect';
import type { HeaderMatch, Match } from '../../match';
import { covers } from '../../overlap';
import { hostTables, type HostTable } from '../../precedence';
import type { Service, ServiceRoute } from '../../service';
import { refusesUndeclared, routesCalls } from '../../service-to-service';
import type { TrafficModel } from '../../traffic-model';
import { finding, matchProperty, type Rule } from '../rule';

/**
 * Reports MESH216 for a pin or preview in a service's table that no request reaches: no service may call it, and every gateway route that
 * leads there names the version itself, changes the header away, asks for the opposite, or stands behind one that takes those requests.
 * Silent where nothing leads to the service, and wherever it cannot be proven. What the service's own table hides is MESH207.
 */
export const previewsRule: Rule = {
  name: 'previews',
  program: (model) => {
    const open = model.services.map((service) => ({ service, previews: previewsOf(service) }))
      .filter(({ service, previews }) => previews.length > 0 && !isCalled(service, model));
    if (open.length === 0) return [];
    const approaches = approachesOf(model);
    return open.flatMap(({ service, previews }) => {
      const ways = approaches.get(service.id) ?? [];
      return ways.length === 0 ? [] : previews.flatMap((forms) => {
        const obstacles = forms.map((preview) => ways.map((way) => obstacleOf(way, preview)));
        return obstacles.flat().includes(undefined) ? [] : [previewFinding(service, forms[0]!, obstacles[0] as string[])];
      });
    });
  },
};

function previewFinding(service: Service, preview: ServiceRoute, obstacles: readonly string[]): Diagnostic {
  const [first, ...others] = [...new Set(obstacles)];
  const more = others.length === 0 ? '' : `, and so on for ${others.length} more`;
  return finding('MESH216', { origin: preview.origin, property: matchProperty(preview) },
    `no request reaches ${describeRoute(preview)} of service '${service.id}': ${first}${more}`,
    'let a gateway route lead to the service itself with the requests of the pin or preview, or leave the pin or preview out');
}

/** What `pins` of a CanaryService and `preview` of a BlueGreenRoute make: one route for each kind of protocol, together. */
function previewsOf({ routes }: Service): readonly (readonly ServiceRoute[])[] {
  const forms = new Map<string, ServiceRoute[]>();
  for (const route of routes) {
    const { property } = route;
    if (property === 'preview' || property.startsWith('pins[')) forms.set(property, [...forms.get(property) ?? [], route]);
  }
  return [...forms.values()];
}

/** Whether calls between services meet its table. */
function isCalled({ id }: Service, { services, mesh }: TrafficModel): boolean {
  if (!routesCalls(mesh)) return false;
  const others = services.filter((service) => service.id !== id && service.kind === 'workload');
  return !refusesUndeclared(mesh) ? others.length > 0 : others.some(({ calls }) => calls.some(({ service }) => service === id));
}

/** A gateway route that leads to a service or its versions. */
interface Approach {
  readonly route: GatewayRoute;
  /** Whether the service's own table is asked. */
  readonly asks: boolean;
  /** Those of the route's gateway. */
  readonly tables: readonly HostTable[];
}

/** By service. */
function approachesOf({ gateways }: TrafficModel): ReadonlyMap<string, readonly Approach[]> {
  const approaches = new Map<string, Approach[]>();
  for (const gateway of gateways) {
    const tables = hostTables(gateway);
    for (const route of gateway.routes) {
      const live = route.action.kind === 'forward' ? route.action.destinations.filter(({ weight }) => weight > 0) : [];
      for (const id of new Set(live.map(({ service }) => service))) {
        const asks = live.some(({ service, version }) => service === id && version === undefined);
        approaches.set(id, [...approaches.get(id) ?? [], { route, asks, tables }]);
      }
    }
  }
  return approaches;
}

/** Why the preview's requests do not come this way; nothing where they may. */
function obstacleOf({ route, asks, tables }: Approach, preview: ServiceRoute): string | undefined {
  const name = `gateway route ${describeRoute(route)}`;
  if (!asks) return `${name} names the version itself, past the service's own table`;
  const wanted = beforeChanges(preview.match, route);
  if (wanted === undefined) return `${name} changes the headers that it asks for`;
  const taken = intersectMatches(route.match, wanted);
  if (taken === 'inexpressible') return undefined;
  if (taken === 'disjoint') return `${name} takes only others`;
  const earlier = tables.filter(({ routes }) => routes.includes(route))
    .map(({ routes }) => routes.slice(0, routes.indexOf(route)).find(({ match }) => covers(match, taken)));
  return earlier.includes(undefined) ? undefined : `gateway route ${describeRoute(earlier[0]!)} takes them before ${name}`;
}

/** The preview's conditions as the client has to meet them, without what the gateway route rewrites; nothing where it makes them impossible. */
function beforeChanges(match: Match, { filters, match: own }: GatewayRoute): Match | undefined {
  if (match.kind === 'tcp') return { kind: 'tcp' };
  const conditions = match.kind === 'http' ? match.headers : match.metadata;
  if (conditions.some((condition) => changedTo(condition, filters.requestHeaders) === 'fails')) return undefined;
  const headers = conditions.filter((condition) => changedTo(condition, filters.requestHeaders) === 'same');
  if (match.kind === 'grpc') {
    const call = filters.rewritePath === undefined ? { service: match.service, method: match.method } : {};
    return { kind: 'grpc', ...call, metadata: headers };
  }
  const path = filters.rewritePath !== undefined && own.kind === 'http' ? own.path : match.path;
  return { kind: 'http', path, ...(match.method === undefined ? {} : { method: match.method }), headers, query: match.query };
}

/** What a route's header changes do to a condition. */
function changedTo(condition: HeaderMatch, changes: GatewayRoute['filters']['requestHeaders']): 'same' | 'fails' | 'open' {
  if (changes === undefined) return 'same';
  const set = changes.set.find(({ name }) => name === condition.name);
  if (changes.add.some(({ name }) => name === condition.name)) return 'open';
  if (set !== undefined) return holdsFor(condition, set.value) ? 'open' : 'fails';
  if (!changes.remove.includes(condition.name)) return 'same';
  return holdsFor(condition, undefined) ? 'open' : 'fails';
}
