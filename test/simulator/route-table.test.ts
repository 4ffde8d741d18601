/** The index finds the route that a walk through the table finds. */
import * as fc from 'fast-check';
import { matchesMatch, type Request } from '../../lib/model/evaluate';
import type { Match } from '../../lib/model/match';
import { RouteTable } from '../../lib/simulator/route-table';
import { match, request } from '../model/arbitraries';
import { grpc, header, http, prefix } from '../model-builders';

const RUNS = { numRuns: 700, seed: 20264 };

/** The routes that begin alike and differ by one value, so that buckets are divided. */
const crowded: fc.Arbitrary<readonly Match[]> = fc.array(fc.oneof(
  fc.constantFrom('a', 'b', 'ab', '').map((value): Match => http(prefix('/a'), { headers: [header('x', { kind: 'exact', value })] })),
  fc.constantFrom('GET' as const, 'POST' as const).map((method): Match => http(prefix('/a'), { method })),
  fc.constantFrom('a', 'b').map((value): Match => http(prefix('/a'), { query: [{ name: 'q', match: { kind: 'exact', value } }] })),
  fc.constantFrom('a', 'b').map((value): Match => grpc({ service: 's', metadata: [header('x', { kind: 'exact', value })] })),
  fc.constant(http(prefix('/a')) as Match),
), { minLength: 6, maxLength: 14 });

function agrees(matches: readonly Match[], asked: readonly Request[]): void {
  const routes = matches.map((one, at) => ({ at, match: one }));
  const table = new RouteTable(routes);
  for (const one of asked) expect(table.find(one)?.at).toBe(routes.find((route) => matchesMatch(route.match, one))?.at);
}

const asked = fc.array(request, { minLength: 20, maxLength: 20 });

test('in tables of any matches', () => {
  fc.assert(fc.property(fc.array(match, { maxLength: 12 }), asked, agrees), RUNS);
});

test('in tables whose routes share a path', () => {
  fc.assert(fc.property(crowded, asked, agrees), RUNS);
});
