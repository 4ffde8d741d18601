/** Whatever a flat table does with a request, the arranged one does alike, however the target orders and whichever object it reads first. */
import * as fc from 'fast-check';
import type { Filters } from '../../../lib/model/action';
import { firstQueryValue, matchesMatch, type Request } from '../../../lib/model/evaluate';
import { flattenGateway } from '../../../lib/model/gateway-table/flatten-gateway';
import { changeOf, pathAfterChange } from '../../../lib/model/gateway-table/path-change';
import { hostTables } from '../../../lib/model/precedence';
import { matchesRegex } from '../../../lib/model/regex';
import { arrange, type Order } from '../../../lib/providers/gateway-api/arrange';
import type { HttpRouteMatch, ValueMatchWire } from '../../../lib/providers/gateway-api/crd';
import { httpMatchOf, rankOf } from '../../../lib/providers/gateway-api/match';
import { bySpecificity } from '../../../lib/providers/gateway-api/order';
import { gatewayTableRoutes, type TableRoute } from '../../../lib/providers/gateway-api/table-route';
import { Simulator } from '../../../lib/simulator';
import { trafficModels } from '../../simulator/arbitraries/models';
import { questions } from '../../simulator/arbitraries/requests';

/** Longer, and from another start: MESH_RUNS=2000 MESH_SEED=3 npx jest test/providers/gateway-api */
const [RUNS, SEED] = [Number(process.env.MESH_RUNS ?? 40), Number(process.env.MESH_SEED ?? 5)];

/** The Gateway API's reading of a match, written from its reference and not from our lowering. */
function takes(match: HttpRouteMatch, { path, method, headers, query }: Request): boolean {
  const holds = ({ type, value: wanted }: Pick<ValueMatchWire, 'type' | 'value'>, value: string | undefined) =>
    value !== undefined && (type === 'Exact' ? value === wanted : matchesRegex(wanted, value));
  const { type, value } = match.path;
  const fits = type === 'Exact' ? path === value : type === 'RegularExpression' ? matchesRegex(value, path)
    : value === '/' || path === value || path.startsWith(`${value}/`);
  return fits && (match.method === undefined || match.method === method)
    && (match.headers ?? []).every((condition) => holds(condition, headers[condition.name]))
    && (match.queryParams ?? []).every((condition) => holds(condition, firstQueryValue(query, condition.name)));
}

/** What a request gets: the action, the changes, and its path afterwards. */
function effectOf(route: TableRoute | undefined, { path }: Request): string {
  if (route === undefined || route.closes) return '404';
  const { rewritePath, ...filters }: Filters = route.filters;
  const { action, policy } = route;
  const rewrite = action.kind === 'redirect' ? action.path : rewritePath;
  const after = pathAfterChange(changeOf(rewrite, route.match), path);
  return JSON.stringify([{ ...action, path: undefined }, filters, policy, rewrite === undefined ? path : after]);
}

function firstOf(groups: readonly (readonly TableRoute[])[], order: Order, request: Request): TableRoute | undefined {
  const all = groups.flat();
  const asked = order === 'listed' ? all : all.map((route) => ({ route, rank: rankOf(route) })).sort((a, b) => order(a.rank, b.rank)).map(({ route }) => route);
  return asked.find((route) => takes(httpMatchOf(route), request));
}

test.each<readonly [string, Order]>([['as listed', 'listed'], ['by specificity', bySpecificity]])('an arranged table gives every request what the flat one gives it: %s', (_, order) => {
  const seen = { tables: 0, refused: 0, several: 0, compared: 0, inverted: 0, taken: 0 };
  for (let number = 0; number < RUNS; number++) {
    const model = fc.sample(fc.noBias(trafficModels()), { seed: SEED * 1_000_003 + number, numRuns: 1 })[0]!;
    const simulator = new Simulator(model);
    const asked = fc.sample(fc.noBias(questions(model)), { seed: SEED * 7_000_003 + number, numRuns: 120 }).filter(({ at }) => at === 'gateway')
      .map(({ id, input }) => ({ id, ...simulator.decide(simulator.gatewayEntry(id), input) }));
    for (const gateway of model.gateways) {
      for (const listener of gateway.listeners) {
        for (const table of hostTables(gateway)) {
          const flat = flattenGateway({ model, gateway, listener, table });
          if (flat.kind === 'obstacles') continue;
          // the scheme is the listener's: no part of the table
          const routes = gatewayTableRoutes(flat.routes).filter(({ match }) => match.kind === 'grpc' || match.scheme === undefined);
          const arranged = arrange(routes, order);
          seen.tables += 1;
          if (arranged.kind === 'obstacles') {
            seen.refused += 1;
            continue;
          }
          if (arranged.groups.length > 1) seen.several += 1;
          const names = arranged.groups.flat().map(({ name }) => name);
          expect(new Set(names).size).toBe(names.length);
          if (routes.some(({ match }) => JSON.stringify(match).includes('different'))) seen.inverted += 1;
          for (const { id, request } of asked) {
            if (id !== gateway.id || request.port !== listener.port || (request.protocol === 'grpc' && !/^\/[^/]+\/[^/]+$/.test(request.path))) continue;
            const wanted = routes.find(({ match }) => matchesMatch(match, { ...request, port: listener.port }));
            const got = firstOf(arranged.groups, order, request);
            const other = firstOf([...arranged.groups].reverse(), order, request);
            seen.compared += 1;
            if (wanted !== undefined) seen.taken += 1;
            if (effectOf(wanted, request) !== effectOf(got, request) || effectOf(other, request) !== effectOf(got, request)) {
              throw new Error(JSON.stringify({ number, request, wanted, got, groups: arranged.groups.map((group) => group.map(({ name, match }) => ({ name, match }))) }, undefined, 1));
            }
          }
        }
      }
    }
  }
  expect(seen.compared).toBeGreaterThan(RUNS * 40);
  expect(seen.taken).toBeGreaterThan(seen.compared / 4);
  expect(seen.inverted).toBeGreaterThan(RUNS / 10);
  expect(seen.refused).toBeLessThan(seen.tables / 3);
  if (process.env.MESH_RUNS !== undefined) process.stderr.write(`${JSON.stringify(seen)}\n`);
});
