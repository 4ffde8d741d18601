/** Random matches and requests over a small alphabet, so that they meet often. */
import * as fc from 'fast-check';
import type { HeaderMatch, Match, PathMatch, QueryMatch, ValueMatch } from '../../lib/model';
import type { Request } from '../../lib/model/evaluate';

/** Runs and seed of every property: the same on each machine. */
export const BOUNDED = { numRuns: 4000, seed: 20261 } as const;

const PATHS = ['/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/b', '/ab/c'];
const VALUES = ['', 'a', 'b', 'ab', 'abc', 'bc', '1', '5', '12', '-3', '+5', '007', 'x1'];

const path: fc.Arbitrary<PathMatch> = fc.oneof(
  fc.record({ kind: fc.constant('exact' as const), value: fc.constantFrom(...PATHS) }),
  fc.record({ kind: fc.constant('prefix' as const), value: fc.constantFrom('/', '/a', '/a/b', '/ab', '/b') }),
  fc.record({ kind: fc.constant('raw-prefix' as const), value: fc.constantFrom(...PATHS) }),
  fc.record({ kind: fc.constant('regex' as const), value: fc.constantFrom('/a', '^/a(/.*)?$', '/.*', '.*', '/a|/b', '(?i)/A.*', '/ab?/c', '/[ab]/?.*', '/a.', '/a\\/b', '/a{0,1}b', '^/ab*$') }),
);

const value: fc.Arbitrary<ValueMatch> = fc.oneof(
  fc.record({ kind: fc.constantFrom('exact' as const, 'prefix' as const, 'suffix' as const), value: fc.constantFrom(...VALUES) }),
  fc.record({ kind: fc.constant('regex' as const), value: fc.constantFrom('a', 'a.*', '.*', '.+', 'ab?', '[0-9]+', 'a|1', '^ab$', '(?i)AB', 'ab*c') }),
  fc.record({ kind: fc.constant('range' as const), start: fc.integer({ min: -4, max: 13 }), end: fc.integer({ min: -4, max: 13 }) }),
  fc.constant({ kind: 'present' as const }),
);

const header: fc.Arbitrary<HeaderMatch> = fc.record({
  name: fc.constantFrom('x', 'y'), match: value, inversion: fc.constantFrom('none' as const, 'none' as const, 'absent-or-different' as const, 'present-and-different' as const),
});

const query: fc.Arbitrary<QueryMatch> = fc.record({
  name: fc.constantFrom('q', 'r'),
  match: value.filter((candidate): candidate is QueryMatch['match'] => ['exact', 'regex', 'present'].includes(candidate.kind)),
});

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });

function withoutUndefined<T extends object>(entries: T): T {
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => entry !== undefined)) as T;
}

export const httpMatch = fc.record({
  kind: fc.constant('http' as const),
  path,
  method: optional(fc.constantFrom('GET' as const, 'POST' as const)),
  scheme: optional(fc.constantFrom('http' as const, 'https' as const)),
  headers: fc.array(header, { maxLength: 3 }),
  query: fc.array(query, { maxLength: 2 }),
  port: optional(fc.constantFrom(80, 81)),
}).map(withoutUndefined);

const grpcMatch = fc.record({
  kind: fc.constant('grpc' as const),
  service: optional(fc.constantFrom('s', 's.t')),
  method: optional(fc.constantFrom('M', 'N')),
  metadata: fc.array(header, { maxLength: 2 }),
  port: optional(fc.constantFrom(80, 81)),
}).map(withoutUndefined);

const tcpMatch = fc.record({ kind: fc.constant('tcp' as const), port: optional(fc.constantFrom(80, 81)) }).map(withoutUndefined);

export const match: fc.Arbitrary<Match> = fc.oneof(
  { weight: 8, arbitrary: httpMatch }, { weight: 3, arbitrary: grpcMatch }, { weight: 1, arbitrary: tcpMatch },
) as fc.Arbitrary<Match>;

const headers = fc.dictionary(fc.constantFrom('x', 'y'), fc.constantFrom(...VALUES), { maxKeys: 2, noNullPrototype: true });

export const request: fc.Arbitrary<Request> = fc.record({
  protocol: fc.constantFrom('http' as const, 'http' as const, 'http' as const, 'grpc' as const, 'tcp' as const),
  scheme: fc.constantFrom('http' as const, 'https' as const),
  host: fc.constant('example.com'),
  port: fc.constantFrom(80, 81),
  method: fc.constantFrom('GET', 'POST'),
  path: fc.constantFrom(...PATHS, '/A/x', '/s/M', '/s.t/N', '/s/N'),
  query: fc.constantFrom('', 'q=a', 'q=', 'q', 'r=1&q=b&q=a', 'q=ab&r=5'),
  headers,
});

/** Matches and many requests, so that a wrong proof is found out. */
export const requests = fc.array(request, { minLength: 60, maxLength: 60 });
