/**
 * Numbers for App Mesh's scale, where 0 is asked first and 1000 last. They leave room between them while that fits, so that a
 * hand can put a route between two others.
 */
import { precedenceLevels, type Matched } from '../../model/levels';

/** The last priority. @see CRD of VirtualRouter and GatewayRoute, `priority` */
export const MAX_PRIORITY = 1000;

const SPACING = 10;

/** How many different numbers tables need that are asked one after the other. */
export function levelsNeeded(tables: readonly (readonly Matched[])[]): number {
  return tables.reduce((count, table) => count + Math.max(0, ...precedenceLevels(table).map((level) => level + 1)), 0);
}

/** A number for each route of all tables, in their order; all routes of a table come before those of the next. */
export function priorities(tables: readonly (readonly Matched[])[]): readonly number[] {
  let base = 0;
  const levels = tables.flatMap((table) => {
    const own = precedenceLevels(table).map((level) => base + level);
    base = Math.max(base, ...own.map((level) => level + 1));
    return own;
  });
  const spacing = (base - 1) * SPACING <= MAX_PRIORITY ? SPACING : 1;
  return levels.map((level) => level * spacing);
}
