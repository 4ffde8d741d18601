import * as fc from 'fast-check';
import { BOUNDED, match, request, requests } from './arbitraries';
import { exact, header, http, raw, regex } from './programs';
import type { HeaderMatch, ValueMatch } from '../../lib/model';
import { matchesHost, matchesMatch } from '../../lib/model/evaluate';
import { intersectMatches } from '../../lib/model/intersect';
import { covers, hostRelation, matchRelation, pathCovers, pathRelation } from '../../lib/model/overlap';

const condition = (value: ValueMatch, inversion: HeaderMatch['inversion'] = 'none') => http('/', { headers: [{ name: 'x', match: value, inversion }] });

describe('matchRelation', () => {
  test('never calls matches disjoint which one request fits', () => {
    fc.assert(fc.property(match, match, requests, (a, b, all) => {
      fc.pre(matchRelation(a, b) === 'disjoint');
      expect(all.filter((one) => matchesMatch(a, one) && matchesMatch(b, one))).toEqual([]);
    }), { ...BOUNDED, numRuns: 1500 });
  });

  test('says the same in both directions', () => {
    fc.assert(fc.property(match, match, (a, b) => {
      expect(matchRelation(a, b)).toBe(matchRelation(b, a));
    }), BOUNDED);
  });

  test.each([
    ['an exact path below a prefix', http(exact('/api/x')), http('/api'), 'overlapping'],
    ['an exact path beside a prefix of letters', http(exact('/apiary')), http('/api'), 'disjoint'],
    ['an exact path that a raw prefix takes', http(exact('/apiary')), http(raw('/api')), 'overlapping'],
    ['a raw prefix inside of a segment prefix', http(raw('/api/v')), http('/api'), 'overlapping'],
    ['a raw prefix beside a segment prefix', http(raw('/apia')), http('/api'), 'disjoint'],
    ['prefixes of sibling segments', http('/api/a'), http('/api/b'), 'disjoint'],
    ['a regex that takes an exact path', http(regex('/v[0-9]+')), http(exact('/v1')), 'overlapping'],
    ['a regex that does not take an exact path', http(regex('/v[0-9]+')), http(exact('/vx')), 'disjoint'],
    ['two regexes of one text', http(regex('/v[0-9]+')), http(regex('/v[0-9]+')), 'overlapping'],
    ['two regexes of different text', http(regex('/v[0-9]+')), http(regex('/v[1-9]+')), 'unknown'],
    ['two regexes that begin differently', http(regex('/a/[0-9]+')), http(regex('/b/[0-9]+')), 'disjoint'],
    ['a regex that begins outside of a prefix', http(regex('/b/.*')), http('/a'), 'disjoint'],
    ['a regex inside of a prefix', http(regex('/a/x[0-9]')), http('/a'), 'unknown'],
    ['two methods', http('/', { method: 'GET' }), http('/', { method: 'POST' }), 'disjoint'],
    ['a method and none', http('/', { method: 'GET' }), http('/'), 'overlapping'],
    ['two schemes', http('/', { scheme: 'http' }), http('/', { scheme: 'https' }), 'disjoint'],
    ['two ports', http('/', { port: 80 }), http('/', { port: 81 }), 'disjoint'],
    ['two values of a header', http('/', { headers: [header('x', 'a')] }), http('/', { headers: [header('x', 'b')] }), 'disjoint'],
    ['values of two headers', http('/', { headers: [header('x', 'a')] }), http('/', { headers: [header('y', 'b')] }), 'overlapping'],
    ['two values of a query parameter', http('/', { query: [{ name: 'q', match: { kind: 'exact', value: 'a' } }] }),
      http('/', { query: [{ name: 'q', match: { kind: 'exact', value: 'b' } }] }), 'disjoint'],
    ['a header and its absence', condition({ kind: 'present' }), condition({ kind: 'present' }, 'absent-or-different'), 'disjoint'],
    ['a value and anything else or nothing', condition({ kind: 'exact', value: 'a' }), condition({ kind: 'exact', value: 'a' }, 'absent-or-different'), 'disjoint'],
    ['a value and not another one', condition({ kind: 'exact', value: 'a' }), condition({ kind: 'exact', value: 'b' }, 'present-and-different'), 'overlapping'],
    ['two ranges that touch', condition({ kind: 'range', start: 0, end: 5 }), condition({ kind: 'range', start: 5, end: 9 }), 'disjoint'],
    ['two ranges that share one number', condition({ kind: 'range', start: 0, end: 6 }), condition({ kind: 'range', start: 5, end: 9 }), 'overlapping'],
    ['a range and a word', condition({ kind: 'range', start: 0, end: 6 }), condition({ kind: 'prefix', value: 'v' }), 'disjoint'],
    ['a prefix and a suffix', condition({ kind: 'prefix', value: 'ab' }), condition({ kind: 'suffix', value: 'bc' }), 'overlapping'],
    ['an http and a grpc match', http('/'), { kind: 'grpc' as const, metadata: [] }, 'disjoint'],
    ['two grpc methods', { kind: 'grpc' as const, method: 'A', metadata: [] }, { kind: 'grpc' as const, method: 'B', metadata: [] }, 'disjoint'],
    ['a grpc service and a method of any', { kind: 'grpc' as const, service: 's', metadata: [] }, { kind: 'grpc' as const, method: 'B', metadata: [] }, 'overlapping'],
    ['two tcp matches', { kind: 'tcp' as const }, { kind: 'tcp' as const, port: 1 }, 'overlapping'],
  ])('judges %s', (_, a, b, expected) => {
    expect(matchRelation(a, b)).toBe(expected);
  });
});

describe('covers', () => {
  test('never claims a request that the wider match does not take', () => {
    fc.assert(fc.property(match, match, requests, (a, b, all) => {
      fc.pre(covers(a, b));
      expect(all.filter((one) => matchesMatch(b, one) && !matchesMatch(a, one))).toEqual([]);
    }), { ...BOUNDED, numRuns: 600, maxSkipsPerRun: 2000 });
  });

  test.each([
    ['a prefix covers a longer one', http('/a'), http('/a/b'), true],
    ['a prefix does not cover a neighbour in letters', http('/a'), http('/ab'), false],
    ['a raw prefix covers a neighbour in letters', http(raw('/a')), http('/ab'), true],
    ['a segment prefix does not cover the raw prefix of its text', http('/a'), http(raw('/a')), false],
    ['everything covers a regex', http('/'), http(regex('/v[0-9]+')), true],
    ['a regex of everything covers a prefix', http(regex('/.*')), http('/a'), true],
    ['a route without header covers one with', http('/'), http('/', { headers: [header('x', 'a')] }), true],
    ['a route with header does not cover one without', http('/', { headers: [header('x', 'a')] }), http('/'), false],
    ['presence covers a value', condition({ kind: 'present' }), condition({ kind: 'exact', value: 'a' }), true],
    ['a wider range covers a narrower', condition({ kind: 'range', start: 0, end: 9 }), condition({ kind: 'range', start: 2, end: 9 }), true],
    ['not-a covers absence', condition({ kind: 'exact', value: 'a' }, 'absent-or-different'), condition({ kind: 'present' }, 'absent-or-different'), true],
    ['not-a covers the value b', condition({ kind: 'exact', value: 'a' }, 'absent-or-different'), condition({ kind: 'exact', value: 'b' }), true],
    ['present-but-not-a does not cover absence', condition({ kind: 'exact', value: 'a' }, 'present-and-different'), condition({ kind: 'present' }, 'absent-or-different'), false],
    ['a grpc service covers its method', { kind: 'grpc' as const, service: 's', metadata: [] }, { kind: 'grpc' as const, service: 's', method: 'M', metadata: [] }, true],
  ])('%s: %s', (_, a, b, expected) => {
    expect(covers(a, b)).toBe(expected);
  });
});

describe('paths', () => {
  test('are called overlapping only with a witness or a proof, and covered paths overlap', () => {
    const relation = pathRelation(regex('/a(/.*)?'), { kind: 'prefix', value: '/a/b' });

    expect(relation).toBe('overlapping');
    expect(pathCovers({ kind: 'prefix', value: '/a' }, exact('/a'))).toBe(true);
  });
});

describe('intersectMatches', () => {
  test('takes a request exactly when both matches take it', () => {
    fc.assert(fc.property(match, match, requests, (a, b, all) => {
      const both = intersectMatches(a, b);
      fc.pre(both !== 'inexpressible');
      for (const one of all) {
        const taken = both !== 'disjoint' && typeof both !== 'string' && matchesMatch(both, one);
        expect(taken).toBe(matchesMatch(a, one) && matchesMatch(b, one));
      }
    }), { ...BOUNDED, numRuns: 1500 });
  });

  test('keeps every condition of a match that is intersected with everything', () => {
    fc.assert(fc.property(match, request, (a, one) => {
      fc.pre(a.kind === 'http');
      const both = intersectMatches(http('/'), a);
      if (typeof both === 'string') {
        expect(both).toBe('disjoint');
        expect(matchesMatch(a, one)).toBe(false);
      } else {
        expect(matchesMatch(both, one)).toBe(matchesMatch(a, one) && one.path.startsWith('/'));
      }
    }), BOUNDED);
  });

  test('folds a condition that another one implies', () => {
    const both = intersectMatches(http('/a', { headers: [header('x', 'b')] }), http('/', { headers: [{ name: 'x', match: { kind: 'present' }, inversion: 'none' }] }));

    expect(both).toEqual(http('/a', { headers: [header('x', 'b')] }));
  });

  test('keeps two conditions on one header that cannot be folded', () => {
    const starts: HeaderMatch = { name: 'x', match: { kind: 'prefix', value: 'a' }, inversion: 'none' };
    const ends: HeaderMatch = { name: 'x', match: { kind: 'suffix', value: 'z' }, inversion: 'none' };

    const both = intersectMatches(http('/', { headers: [starts] }), http('/', { headers: [ends] }));

    expect(both).toEqual(http('/', { headers: [starts, ends] }));
  });

  test('says that two different expressions have no common match', () => {
    expect(intersectMatches(http(regex('/v[0-9]+')), http(regex('/v[1-9]+')))).toBe('inexpressible');
  });
});

describe('hosts', () => {
  test.each([
    ['api.example.com', 'api.example.com', true], ['.example.com', 'api.example.com', true], ['.example.com', 'example.com', false], ['.example.com', '.example.com', false],
  ])('pattern %s and host %s', (pattern, host, expected) => {
    const kind = pattern.startsWith('.') ? 'suffix' : 'exact';
    expect(matchesHost({ kind, value: pattern }, host)).toBe(expected);
  });

  test('a wildcard overlaps a longer one, and no neighbour', () => {
    expect(hostRelation({ kind: 'suffix', value: '.example.com' }, { kind: 'suffix', value: '.eu.example.com' })).toBe('overlapping');
    expect(hostRelation({ kind: 'suffix', value: '.example.com' }, { kind: 'exact', value: 'example.com' })).toBe('disjoint');
  });
});
