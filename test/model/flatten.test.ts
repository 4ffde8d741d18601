import * as fc from 'fast-check';
import { BOUNDED, httpMatch, request } from './arbitraries';
import { header, http, regex, service, serviceRoute, to, version } from './programs';
import type { Destination, Match, Service, ServiceRoute } from '../../lib/model';
import { matchesMatch } from '../../lib/model/evaluate';
import { flattenSplit, type Flattened, type SplitPart } from '../../lib/model/flatten';
import { orderedServiceRoutes } from '../../lib/model/precedence';

const BASE = { match: http('/'), policy: {} } as const;

function named(id: string, routes: readonly ServiceRoute[]): Service {
  return service({ id, name: id.split('/')[1]!, routes, versions: [version('v1'), version('v2')] });
}

function route(id: string, name: string, match: Match, weights: readonly number[], rest: Partial<ServiceRoute> = {}): ServiceRoute {
  const destinations = weights.map((weight, index): Destination => ({ ...to(`v${index + 1}`, weight), service: id }));
  return serviceRoute(name, { match, action: { kind: 'forward', destinations }, ...rest });
}

function shares(flat: Flattened) {
  if (flat.kind === 'reason') throw new Error(flat.reason);
  return flat.routes.map(({ match, destinations }) => [match, destinations.map((one) => `${one.weight} ${one.service}@${one.version}`).join(', ')]);
}

const beta = http('/', { headers: [header('x-env', 'beta')] });
const blue = named('shop/blue', [route('shop/blue', 'all', http('/'), [95, 5])]);
const green = named('shop/green', [route('shop/green', 'beta', beta, [0, 1]), route('shop/green', 'all', http('/'), [1])]);

describe('flattenSplit', () => {
  test('multiplies shares exactly and shortens them', () => {
    const flat = flattenSplit([{ weight: 50, service: blue }, { weight: 50, service: green }], BASE);

    expect(shares(flat)).toEqual([
      [beta, '19 shop/blue@v1, 1 shop/blue@v2, 0 shop/green@v1, 20 shop/green@v2'],
      [http('/'), '19 shop/blue@v1, 1 shop/blue@v2, 20 shop/green@v1'],
    ]);
  });

  test('leaves out products that are never reached', () => {
    const flat = flattenSplit([{ weight: 1, service: green }, { weight: 1, service: { ...green, id: 'shop/other' } }], BASE);

    expect(shares(flat).map(([match]) => match)).toEqual([beta, http('/')]);
  });

  test('takes a named version without asking the table', () => {
    const flat = flattenSplit([{ weight: 100, service: green, version: 'v2' }, { weight: 0, service: green, version: 'v1' }], BASE);

    expect(shares(flat)).toEqual([[http('/'), '1 shop/green@v2, 0 shop/green@v1']]);
  });

  test('lets the policy of the gateway route win field by field', () => {
    const slow = named('shop/slow', [route('shop/slow', 'all', http('/'), [1], { policy: { timeouts: { requestMs: 9, idleMs: 7 } } })]);
    const slower = named('shop/slower', [route('shop/slower', 'all', http('/'), [1], { policy: { timeouts: { requestMs: 11, idleMs: 7 } } })]);

    const flat = flattenSplit([{ weight: 1, service: slow }, { weight: 1, service: slower }], { ...BASE, policy: { timeouts: { requestMs: 5 } } });

    expect(flat.kind === 'flat' && flat.routes[0]!.policy).toEqual({ timeouts: { requestMs: 5, idleMs: 7 } });
  });

  test('keeps only the routes of the port that the split names', () => {
    const ports = [80, 90].map((port) => ({ port, targetPort: port, protocol: 'http' as const }));
    const two = { ...named('shop/two', [route('shop/two', 'admin', http('/', { port: 90 }), [0, 1]), route('shop/two', 'all', http('/'), [1])]), ports };

    const flat = flattenSplit([{ weight: 1, service: two, port: 80 }, { weight: 1, service: blue }], BASE);

    expect(shares(flat)).toEqual([[http('/'), '20 shop/two@v1, 19 shop/blue@v1, 1 shop/blue@v2']]);
  });

  const partial = named('shop/partial', [route('shop/partial', 'api', http('/api'), [1])]);
  const digits = named('shop/digits', [route('shop/digits', 'digits', http(regex('/v[0-9]+'), {}), [1], { priority: 1 }), route('shop/digits', 'all', http('/'), [1])]);
  const more = named('shop/more', [route('shop/more', 'more', http(regex('/v[1-9]+'), {}), [1], { priority: 1 }), route('shop/more', 'all', http('/'), [1])]);
  const eager = named('shop/eager', [route('shop/eager', 'all', http('/'), [1], { policy: { retry: { attempts: 2, on: ['server-error'] } } })]);
  const changing = named('shop/changing', [route('shop/changing', 'all', http('/'), [1], { filters: { rewritePath: { kind: 'full', value: '/x' } } })]);
  const refusing = named('shop/refusing', [serviceRoute('all', { action: { kind: 'respond', status: 503 } })]);
  const huge = named('shop/huge', [route('shop/huge', 'all', http('/'), [Number.MAX_SAFE_INTEGER, 1])]);

  test.each([
    ['a table that is not total', partial, "service 'shop/partial' has no route that takes everything, so its share would partly be answered 404"],
    ['expressions that may meet', digits,
      "route 'more' (regex '/v[1-9]+') of service 'shop/more' and route 'digits' (regex '/v[0-9]+') of service 'shop/digits' overlap, but no single match says where"],
    ['different retries', eager, "route 'all' (/*) of service 'shop/more' and route 'all' (/*) of service 'shop/eager' have different retries"],
    ['different rewrites', changing, "route 'all' (/*) of service 'shop/more' and route 'all' (/*) of service 'shop/changing' have different path rewrites"],
    ['an answer instead of a version', refusing, "route 'all' (/*) of service 'shop/refusing' does not lead to a version, so it has no share"],
    ['versions that nothing chooses', named('shop/none', []), "service 'shop/none' has no route that chooses one of its 2 versions"],
  ])('refuses %s', (_, other, reason) => {
    const first = reason.includes('/v[') ? more : { ...more, routes: more.routes.slice(1) };

    expect(flattenSplit([{ weight: 1, service: first }, { weight: 1, service: other }], BASE)).toEqual({ kind: 'reason', reason });
  });

  test('refuses shares that no integer holds', () => {
    const flat = flattenSplit([{ weight: 1, service: huge }, { weight: 1, service: { ...huge, id: 'shop/huger' } }, { weight: 1, service: blue }], BASE);

    expect(flat.kind === 'reason' && flat.reason).toMatch(/^the exact share would need the weight \d+, which is too large to be said$/);
  });

  test('gives every request the shares that the tables of the services would have given it', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 });
    const table = fc.array(fc.record({ match: httpMatch, weights }), { maxLength: 3 });
    fc.assert(fc.property(table, table, request, (left, right, one) => {
      const parts = [left, right].map((drafts, at): SplitPart => {
        const id = `shop/s${at}`;
        const routes = drafts.map(({ match: { port: _, ...match }, weights: split }, index) => route(id, `r${index}`, match, split));
        return { weight: at + 1, service: named(id, [...routes, route(id, 'all', http('/'), [1])]) };
      });
      const flat = flattenSplit(parts, BASE);
      fc.pre(flat.kind === 'flat' && one.protocol === 'http');

      const chosen = flat.kind === 'flat' ? flat.routes.find(({ match }) => matchesMatch(match, one)) : undefined;

      const total = chosen!.destinations.reduce((sum, { weight }) => sum + weight, 0);
      for (const part of parts) {
        const own = orderedServiceRoutes(part.service).find(({ match }) => matchesMatch(match, one))!;
        const destinations = own.action.kind === 'forward' ? own.action.destinations : [];
        const sum = destinations.reduce((all, { weight }) => all + weight, 0);
        for (const { service: id, version: name, weight } of destinations) {
          const flatWeight = chosen!.destinations.find((candidate) => candidate.service === id && candidate.version === name)!.weight;
          expect(flatWeight * 3 * sum).toBe(part.weight * weight * total);
        }
      }
    }), { ...BOUNDED, numRuns: 1500 });
  });
});
