/** Units of one group become few: a gateway has a route object for each table, and a resource for each would be a deployment's time and room. */
import type { Unit, UnitGroup } from './unit';
import { hash8 } from '../kube/names';
import { keyOf } from '../kube/object';

/** How units are joined. */
export interface Gathering {
  /** Where a unit goes, as text: units of different places are never joined. Empty for the place of the mesh itself. */
  placeOf(unit: Unit): string;
  /** Over how many resources a group is spread, by the identity of its units. */
  bucketsOf(group: UnitGroup): number;
}

/** Joins the units of each group, save those that stay when they go, because a resource is kept as a whole: by place and by a hash of their identity, so that one more changes one bucket. Objects that stand in several of them are written once. */
export function gatherUnits(units: readonly Unit[], gathering: Gathering): readonly Unit[] {
  const renamed = new Map<string, string>();
  const gathered = new Map<string, Unit[]>();
  for (const unit of units) {
    const id = unit.group === undefined || unit.retain ? unit.id : bucketOf(unit, unit.group, gathering);
    renamed.set(unit.id, id);
    const known = gathered.get(id);
    if (known === undefined) gathered.set(id, [unit]);
    else known.push(unit);
  }
  return [...gathered].map(([id, parts]) => join(id, parts, renamed));
}

function bucketOf(unit: Unit, group: UnitGroup, { placeOf, bucketsOf }: Gathering): string {
  const [place, buckets] = [placeOf(unit), bucketsOf(group)];
  const bucket = buckets === 1 ? '' : `-${Number.parseInt(hash8(unit.id), 16) % buckets + 1}`;
  return `${group.id}${bucket}${place === '' ? '' : `/${place}`}`;
}

function join(id: string, parts: readonly Unit[], renamed: ReadonlyMap<string, string>): Unit {
  const [first] = parts as readonly [Unit];
  if (first.group === undefined && first.needs.every((need) => renamed.get(need) === need)) return first;
  const needs = [...new Set(parts.flatMap((part) => part.needs).map((need) => renamed.get(need) ?? need))].filter((need) => need !== id).sort();
  if (first.group === undefined) return { ...first, needs };
  const owners = new Set(parts.map(({ owner }) => owner));
  const objects = new Map(parts.flatMap((part) => part.objects).map((object) => [keyOf(object), object]));
  return { ...first, id, needs, owner: owners.size === 1 ? first.owner : first.group.owner, objects: [...objects.values()] };
}
