/**
 * One total order in which every unit comes after the units that it needs. Whatever depends only on earlier units cannot form a cycle:
 * that is why lanes, which chain units in this order, are safe.
 */
import type { Unit } from './unit';
import { compareUnits } from './unit-list';

/** Units by wave, then id, save that a needed unit always comes first. Throws on needs that lead nowhere or in a circle: our defects. */
export function inCreationOrder(units: readonly Unit[]): readonly Unit[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const state = new Map<string, 'open' | 'done'>();
  const ordered: Unit[] = [];
  const place = (unit: Unit): void => {
    if (state.get(unit.id) === 'done') return;
    if (state.get(unit.id) === 'open') throw new Error(`internal: unit '${unit.id}' needs itself through others; please report this with your program`);
    state.set(unit.id, 'open');
    for (const id of unit.needs) place(needed(byId, unit, id));
    state.set(unit.id, 'done');
    ordered.push(unit);
  };
  [...units].sort(compareUnits).forEach(place);
  return ordered;
}

function needed(units: ReadonlyMap<string, Unit>, unit: Unit, id: string): Unit {
  const found = units.get(id);
  if (found === undefined) throw new Error(`internal: unit '${unit.id}' needs '${id}', which is not in the list; please report this with your program`);
  return found;
}
