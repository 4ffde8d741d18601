/** Which column a service stands in, and in which order: callers to the left of what they call, with few crossings. */

/** Who leads to whom. */
export interface Neighbours {
  readonly ids: readonly string[];
  /** By id: those it leads to. */
  readonly next: ReadonlyMap<string, readonly string[]>;
}

/**
 * The column of every id, from 0: as near to where traffic enters as it can be, so that no line passes a column without stopping there.
 * `first` are those where traffic enters; those that nobody leads to are there as well.
 */
export function columnsOf({ ids, next }: Neighbours, first: ReadonlySet<string>): ReadonlyMap<string, number> {
  const reached = new Set([...next.values()].flat());
  const columns = new Map(ids.filter((id) => first.has(id) || !reached.has(id)).map((id) => [id, 0]));
  // a circle that nobody enters begins at its first service
  for (const start of [...columns.keys(), ...ids]) {
    if (!columns.has(start)) columns.set(start, 0);
    const waiting = [...columns.keys()];
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      for (const to of next.get(id) ?? []) {
        if (columns.has(to)) continue;
        columns.set(to, columns.get(id)! + 1);
        waiting.push(to);
      }
    }
    if (columns.size === ids.length) break;
  }
  return columns;
}

/** The ids of each column, in an order with few crossings: again and again each stands at the mean of its neighbours. `seed` is where it starts. */
export function ordered({ ids, next }: Neighbours, columns: ReadonlyMap<string, number>, seed: ReadonlyMap<string, number>): readonly (readonly string[])[] {
  const count = Math.max(-1, ...ids.map((id) => columns.get(id)!)) + 1;
  const previous = new Map<string, string[]>(ids.map((id) => [id, []]));
  for (const id of ids) for (const to of next.get(id) ?? []) previous.get(to)?.push(id);
  const place = new Map(ids.map((id, at) => [id, seed.get(id) ?? ids.length + at]));
  const rows = Array.from({ length: count }, (_, column) => ids.filter((id) => columns.get(id) === column));
  const sort = (row: string[], neighbours: ReadonlyMap<string, readonly string[]>) => {
    const mean = new Map(row.map((id) => {
      const near = (neighbours.get(id) ?? []).filter((one) => columns.get(one) !== columns.get(id) && place.has(one));
      return [id, near.length === 0 ? place.get(id)! : near.reduce((sum, one) => sum + place.get(one)!, 0) / near.length];
    }));
    row.sort((a, b) => mean.get(a)! - mean.get(b)! || place.get(a)! - place.get(b)!);
    // places of different columns are comparable: from 0 to 1
    row.forEach((id, at) => place.set(id, (at + 0.5) / row.length));
  };
  const none: ReadonlyMap<string, readonly string[]> = new Map();
  for (const row of rows) sort(row, none);
  for (let round = 0; round < 4; round += 1) {
    for (const row of rows.slice(1)) sort(row, previous);
    // entries keep the order of the gateways' tables as long as nothing speaks against it
    if (round < 3) for (const row of rows.slice(0, -1).reverse()) sort(row, next);
  }
  return rows;
}
