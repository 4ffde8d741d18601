import * as fc from 'fast-check';
import { BOUNDED, match } from './arbitraries';
import { exact, gateway, gatewayRoute, header, http, raw, regex, service, serviceRoute } from './programs';
import { candidatePairs, precedenceLevels } from '../../lib/model/levels';
import { matchRelation } from '../../lib/model/overlap';
import { compareRoutes, hostTables, orderedServiceRoutes } from '../../lib/model/precedence';

const ranked = fc.record({ match, priority: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 2 }) });

describe('compareRoutes', () => {
  test.each([
    ['a lower priority', { match: http('/'), priority: 1 }, { match: http('/'), priority: 2 }],
    ['any priority before none', { match: http('/'), priority: 1000 }, { match: http(exact('/a')) }],
    ['an exact path before a longer prefix', { match: http(exact('/a')) }, { match: http('/a/b') }],
    ['a longer prefix', { match: http('/a/b') }, { match: http('/a') }],
    ['a longer raw prefix', { match: http(raw('/ab')) }, { match: http('/a') }],
    ['a prefix before a regex', { match: http('/') }, { match: http(regex('/abc.*')) }],
    ['a method before two headers', { match: http('/', { method: 'GET' }) }, { match: http('/', { headers: [header('x', 'a'), header('y', 'b')] }) }],
    ['more headers before more query conditions', { match: http('/', { headers: [header('x', 'a')] }) },
      { match: http('/', { query: [{ name: 'q', match: { kind: 'present' } }, { name: 'r', match: { kind: 'present' } }] }) }],
    ['more query conditions', { match: http('/', { query: [{ name: 'q', match: { kind: 'present' } }] }) }, { match: http('/') }],
    ['a gRPC service and method before a service', { match: { kind: 'grpc', service: 's', method: 'M', metadata: [] } }, { match: { kind: 'grpc', service: 's', metadata: [header('x', 'a')] } }],
    ['a gRPC service before a method', { match: { kind: 'grpc', service: 's', metadata: [] } }, { match: { kind: 'grpc', method: 'M', metadata: [] } }],
    ['more metadata', { match: { kind: 'grpc', metadata: [header('x', 'a')] } }, { match: { kind: 'grpc', metadata: [] } }],
  ] as const)('asks first: %s', (_, first, second) => {
    expect(compareRoutes(first, second)).toBeLessThan(0);
    expect(compareRoutes(second, first)).toBeGreaterThan(0);
  });

  test('is transitive', () => {
    fc.assert(fc.property(ranked, ranked, ranked, (a, b, c) => {
      fc.pre(compareRoutes(a, b) <= 0 && compareRoutes(b, c) <= 0);
      expect(compareRoutes(a, c)).toBeLessThanOrEqual(0);
    }), BOUNDED);
  });
});

describe('orderedServiceRoutes', () => {
  test('is a permutation of the routes in which nothing stands before what goes first', () => {
    fc.assert(fc.property(fc.array(ranked, { maxLength: 8 }), (drafts) => {
      const routes = drafts.map((draft, index) => serviceRoute(`r${index}`, draft));

      const ordered = orderedServiceRoutes(service({ routes }));

      expect([...ordered].sort((a, b) => routes.indexOf(a) - routes.indexOf(b))).toEqual(routes);
      ordered.slice(1).forEach((route, index) => expect(compareRoutes(ordered[index]!, route)).toBeLessThanOrEqual(0));
    }), { ...BOUNDED, numRuns: 500 });
  });

  test('keeps the order of the user where routes tie', () => {
    const routes = ['b', 'a'].map((name) => serviceRoute(name, { match: http('/', { headers: [header('x', name)] }) }));

    expect(orderedServiceRoutes(service({ routes })).map(({ name }) => name)).toEqual(['b', 'a']);
  });
});

describe('hostTables', () => {
  test('puts exact hosts first, then the longest wildcard, then the table without host', () => {
    const routes = [
      gatewayRoute('general'),
      gatewayRoute('wild', { hosts: [{ kind: 'suffix', value: '.example.com' }, { kind: 'exact', value: 'b.org' }] }),
      gatewayRoute('wilder', { hosts: [{ kind: 'suffix', value: '.eu.example.com' }] }),
      gatewayRoute('api', { hosts: [{ kind: 'exact', value: 'a.org' }, { kind: 'exact', value: 'b.org' }], match: http('/api') }),
    ];

    const tables = hostTables(gateway({ routes }));

    expect(tables.map(({ host, routes: own }) => [host?.value, own.map(({ name }) => name)])).toEqual([
      ['a.org', ['api']], ['b.org', ['api', 'wild']], ['.eu.example.com', ['wilder']], ['.example.com', ['wild']], [undefined, ['general']],
    ]);
  });
});

describe('precedenceLevels', () => {
  test('agrees with the definition over all pairs', () => {
    fc.assert(fc.property(fc.array(ranked, { maxLength: 12 }), (drafts) => {
      const routes = [...drafts].sort(compareRoutes);
      const expected: number[] = [];
      routes.forEach((route, at) => {
        const above = routes.slice(0, at).flatMap((other, index) => matchRelation(other.match, route.match) === 'disjoint' ? [] : [expected[index]! + 1]);
        expected.push(Math.max(0, ...above));
      });

      expect(precedenceLevels(routes)).toEqual(expected);
    }), { ...BOUNDED, numRuns: 1500 });
  });

  test('puts disjoint routes on one level and a catch-all below all of them', () => {
    const routes = ['/a', '/b', '/a/c', '/'].map((path) => ({ match: http(path) })).sort(compareRoutes);

    expect(precedenceLevels(routes)).toEqual([0, 1, 0, 2]);
  });

  test('is moved by a new route only where they overlap', () => {
    const before = [http('/a/b'), http('/a'), http('/b')].map((one) => ({ match: one }));
    const after = [http('/a/b'), http('/c/c'), http('/a'), http('/b')].map((one) => ({ match: one }));

    const [first, , second, third] = precedenceLevels(after);

    expect([first, second, third]).toEqual(precedenceLevels(before));
  });

  test('looks at few pairs of 5000 routes with distinct paths', () => {
    const routes = Array.from({ length: 5000 }, (_, index) => ({ match: http(`/service-${index}`) }));

    const pairs = [...candidatePairs(routes)].length;
    const levels = precedenceLevels(routes);

    expect(pairs).toBeLessThan(25_000);
    expect(Math.max(...levels)).toBe(0);
  });
});
