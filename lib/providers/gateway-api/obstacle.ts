/** Why a table cannot be written in the Gateway API's form. */
import type { TableRoute } from './table-route';
import type { Origin } from '../../diagnostics/diagnostic';

/** One reason, at the route that it hangs on. */
export interface Obstacle {
  /** Names the routes in the user's words. */
  readonly reason: string;
  readonly fix: string;
  readonly origin: Origin;
  readonly property: string;
}

/** Stops an arrangement with a reason; caught in `arrange.ts`, and by nothing else. */
export class Inarrangeable extends Error {
  public constructor(public readonly obstacle: Obstacle) {
    super(obstacle.reason);
  }
}

/** The obstacle at a route. */
export function inarrangeable(route: TableRoute, reason: string, fix: string): Inarrangeable {
  return new Inarrangeable({ reason, fix, origin: route.origin, property: route.property });
}
