/** Limits that a version's own proxy would keep, as limits of the routes that lead to it: behind a gateway without such proxies, and in sidecars that know none. */
import type { TableRoute } from './table-route';
import type { RoutePolicy, Timeouts } from '../../model/action';
import { serviceOf, versionOf, type MeshIndex } from '../mesh-index';
import type { Obstacle } from './obstacle';

/** Routes, and what could not be said. */
export interface LimitedRoutes {
  readonly routes: readonly TableRoute[];
  readonly obstacles: readonly Obstacle[];
}

/** The same routes with limits that are no longer than those of their versions; obstacles where versions of one route differ. */
export function withVersionTimeouts(index: MeshIndex, routes: readonly TableRoute[]): LimitedRoutes {
  const obstacles: Obstacle[] = [];
  const limited = routes.map((route) => {
    if (route.action.kind !== 'forward') return route;
    const limits = route.action.destinations.filter(({ weight }) => weight > 0)
      .map(({ service, version }) => versionOf(serviceOf(index, service), version!).timeouts);
    if (limits.every((one) => one === undefined)) return route;
    const [first, ...others] = limits;
    const other = others.find((one) => JSON.stringify(one ?? {}) !== JSON.stringify(first ?? {}));
    if (other !== undefined || (others.includes(undefined) && first !== undefined)) {
      obstacles.push({
        reason: `${route.label} leads to versions with different timeouts, and the mesh has one for all of them`,
        fix: 'give the versions the same timeouts, or the route its own',
        origin: route.origin, property: route.property,
      });
      return route;
    }
    return first === undefined ? route : { ...route, policy: shortened(route.policy, first) };
  });
  return { routes: limited, obstacles };
}

/** A version's limit holds for each try. */
function shortened({ retry, timeouts = {} }: RoutePolicy, { requestMs, idleMs }: Timeouts): RoutePolicy {
  const idle = least(timeouts.idleMs, idleMs);
  const request = retry === undefined ? least(timeouts.requestMs, requestMs) : timeouts.requestMs;
  const perTry = retry && least(retry.perTryTimeoutMs, requestMs);
  return {
    ...(retry === undefined ? {} : { retry: { ...retry, ...(perTry === undefined ? {} : { perTryTimeoutMs: perTry }) } }),
    timeouts: { ...(request === undefined ? {} : { requestMs: request }), ...(idle === undefined ? {} : { idleMs: idle }) },
  };
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? a ?? b : Math.min(a, b);
}
