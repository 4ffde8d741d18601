/** Routes that give chosen requests another version, and leave the others without any. */
import { describeMatch, describeRoute } from '../../describe';
import type { GatewayRoute } from '../../gateway';
import type { Match } from '../../match';
import { covers } from '../../overlap';
import { hostTables } from '../../precedence';
import type { Service } from '../../service';
import { finding, matchProperty, type Rule } from '../rule';

/**
 * Reports MESH217 for a gateway route that chooses a version or a split by header or query, where no route of the same table takes the
 * same requests without that condition. Who gets which version is a choice between versions; a 404 for all others is hardly meant.
 * A condition on a route to a whole service may well be a lock, so it is not reported.
 */
export const chosenRule: Rule = {
  name: 'chosen',
  program: ({ gateways, services }) => gateways.flatMap((gateway) => {
    const chosen = gateway.routes.filter(({ match }) => plainMatch(match) !== undefined);
    const tables = chosen.length === 0 ? [] : hostTables(gateway);
    return chosen.flatMap((route) => {
      const plain = plainMatch(route.match)!;
      if (!choosesVersions(route, services)) return [];
      const alone = tables.filter(({ routes }) => routes.includes(route)).every(({ routes }) => !routes.some(({ match }) => covers(match, plain)));
      if (!alone) return [];
      return [finding('MESH217', { origin: route.origin, property: matchProperty(route) },
        `route ${describeRoute(route)} of gateway '${gateway.id}' chooses versions for some requests, and no route takes the others (${describeMatch(plain)}), so they are answered 404`,
        'add a route without the condition for everybody else, or acknowledge the warning')];
    });
  }),
};

/** The match without its conditions on headers and query; nothing where it has none. */
function plainMatch(match: GatewayRoute['match']): Match | undefined {
  if (match.kind === 'grpc') return match.metadata.length === 0 ? undefined : { ...match, metadata: [] };
  return match.headers.length + match.query.length === 0 ? undefined : { ...match, headers: [], query: [] };
}

/** Whether the route is a split, or leads to one of several versions. */
function choosesVersions({ action }: GatewayRoute, services: readonly Service[]): boolean {
  if (action.kind !== 'forward') return false;
  const live = action.destinations.filter(({ weight }) => weight > 0);
  if (live.length > 1) return true;
  return live.some(({ service, version }) => version !== undefined && (services.find(({ id }) => id === service)?.versions.length ?? 0) > 1);
}
