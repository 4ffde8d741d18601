/**
 * What a request must look like for a route to take it.
 * Closed unions of plain data; every condition of one match must hold.
 */

/** A condition on the path, without the query string. The text starts with `/`; a regex is RE2 and matches the full path. */
export type PathMatch =
  | { readonly kind: 'exact'; readonly value: string }
  /** Whole segments: `/api` takes `/api` and `/api/x`, not `/apiary`. Never ends in `/` unless it is `/`. */
  | { readonly kind: 'prefix'; readonly value: string }
  /** Raw text prefix, as App Mesh and Istio read one: `/api` takes `/apiary` too. */
  | { readonly kind: 'raw-prefix'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: string };

/** A condition on one header's (or metadata entry's) value. Values are case-sensitive. */
export type ValueMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'prefix'; readonly value: string }
  | { readonly kind: 'suffix'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: string }
  /** The value is an integer with `start <= value < end`. */
  | { readonly kind: 'range'; readonly start: number; readonly end: number }
  | { readonly kind: 'present' };

/**
 * How a header condition is turned around.
 * `absent-or-different`: true when the header is missing or does not match.
 * `present-and-different`: true only when the header is there and does not match.
 */
export type Inversion = 'none' | 'absent-or-different' | 'present-and-different';

/** A condition on one request header; for gRPC, on one metadata entry. */
export interface HeaderMatch {
  /** Header name in lower case. */
  readonly name: string;
  readonly match: ValueMatch;
  readonly inversion: Inversion;
}

/** A condition on the first occurrence of a query parameter; names and values are compared raw and case-sensitively. */
export interface QueryMatch {
  readonly name: string;
  readonly match:
    | { readonly kind: 'exact'; readonly value: string }
    | { readonly kind: 'regex'; readonly value: string }
    | { readonly kind: 'present' };
}

/** A condition on the host, without port, lower case. `suffix` holds the part after the `*` of `*.example.com`: `.example.com`. */
export type HostMatch =
  | { readonly kind: 'exact'; readonly value: string }
  | { readonly kind: 'suffix'; readonly value: string };

/** The methods every target can match. */
export type Method = 'CONNECT' | 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT' | 'TRACE';

/** A match on an HTTP/1.1 or HTTP/2 request. */
export interface HttpMatch {
  readonly kind: 'http';
  readonly path: PathMatch;
  readonly method?: Method;
  readonly scheme?: 'http' | 'https';
  readonly headers: readonly HeaderMatch[];
  readonly query: readonly QueryMatch[];
  /** The listener port the request came in on; left out means every port of the route's protocol. */
  readonly port?: number;
}

/** A match on a gRPC call `/<service>/<method>`. */
export interface GrpcMatch {
  readonly kind: 'grpc';
  /** Full service name, for example `shop.v1.Catalog`; left out means every service. */
  readonly service?: string;
  /** Method name, for example `GetItem`; left out means every method. */
  readonly method?: string;
  readonly metadata: readonly HeaderMatch[];
  readonly port?: number;
}

/** A match on a TCP connection. */
export interface TcpMatch {
  readonly kind: 'tcp';
  readonly port?: number;
}

/** Any match. */
export type Match = HttpMatch | GrpcMatch | TcpMatch;
