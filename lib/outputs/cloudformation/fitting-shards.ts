/** How many shards a program needs: found by trying, because a hash does not spread evenly. Runs only when a budget is exceeded. */
import { describeExcess, withItem, type LoadItem, type StackLoad } from './load';
import { MAX_SHARDS, placeName, placeOf } from './shards';

/** The least number of shards with which every stack is within its limits; undefined when no number helps. */
export function fittingShards(items: readonly LoadItem[], main: StackLoad): number | undefined {
  for (let count = 1; count <= MAX_SHARDS; count++) {
    if (fits(items, main, count)) return count;
  }
  return undefined;
}

function fits(items: readonly LoadItem[], main: StackLoad, count: number): boolean {
  const loads = new Map<string, StackLoad>([['Main', main]]);
  for (const item of items) {
    const name = placeName(placeOf(item.shard, { count, kind: 'nested' }));
    loads.set(name, withItem(loads.get(name), item));
  }
  return [...loads.values()].every((load) => describeExcess(load).length === 0);
}
