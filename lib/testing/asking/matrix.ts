/** Matrices: lists of what requests may have, multiplied out to single requests with readable names. */
import { RoutingRequest } from './request';
import type { RequestInput } from '../../simulator/request';
import { refuse, requireKnown } from '../test-error';

/** One value, or several. */
export type OneOrMore<T> = T | readonly T[];

/** What the requests of a matrix have. Every list multiplies their number; what is left out, no request has. */
export interface RequestMatrix {
  /** `/products/7`; for gRPC `/shop.v1.Catalog/GetItem`. */
  readonly path: OneOrMore<string>;
  readonly method?: OneOrMore<string>;
  readonly host?: OneOrMore<string>;
  /** Sets of headers; `{}` is a request without. */
  readonly headers?: OneOrMore<{ readonly [name: string]: string }>;
  readonly port?: OneOrMore<number>;
  readonly scheme?: OneOrMore<'http' | 'https'>;
  readonly protocol?: OneOrMore<'http' | 'grpc'>;
}

const NAMES = ['path', 'method', 'host', 'headers', 'port', 'scheme', 'protocol'] as const;

/** The order of nested loops, the outermost first, so that cases which differ in headers alone stand together. */
const LOOPS: readonly (keyof RequestMatrix)[] = ['protocol', 'scheme', 'host', 'port', 'path', 'method', 'headers'];

/**
 * Every combination, for `test.each` and for matchers, which take lists of requests. Throws for an empty list, which would test nothing.
 *
 *     test.each(requests({ method: ['GET', 'POST'], path: ['/cart', '/cart/1'] }))('%s', (request) => { ... });
 */
export function requests(matrix: RequestMatrix): readonly RoutingRequest[] {
  requireKnown('a matrix of requests', matrix, NAMES);
  const combined = LOOPS.reduce<readonly Partial<RequestInput>[]>((made, name) => {
    const values = valuesOf(matrix, name);
    return values === undefined ? made : made.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  }, [{}]);
  return combined.map((one) => new RoutingRequest(one as RequestInput));
}

function valuesOf(matrix: RequestMatrix, name: keyof RequestMatrix): readonly unknown[] | undefined {
  const value = matrix[name];
  if (value === undefined) return name === 'path' ? refuse('a matrix of requests has no path', "give at least one path, for example path: ['/']") : undefined;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) refuse(`the list '${name}' of a matrix of requests is empty, so it makes no request`, `put a value into '${name}', or leave it out`);
  return values;
}
