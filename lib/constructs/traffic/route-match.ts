/**
 * What a request must look like: value classes with static factories. They hold what the user wrote, unread;
 * the construct that uses one checks it, because only there the construct path is known.
 */
import { Token } from 'aws-cdk-lib';
import type { HttpMethod } from './protocol';
import type { HeaderMatch as HeaderMatchModel, HostMatch, HttpMatch, Inversion, Match, PathMatch, QueryMatch as QueryMatchModel, ValueMatch } from '../../model';

/** A condition on the value of a header or of a gRPC metadata entry. Values are case-sensitive, names are not. */
export class HeaderMatch {
  /** The value is this text, for example `beta`. */
  public static exactly(value: string): HeaderMatch {
    return new HeaderMatch({ kind: 'exact', value }, 'none');
  }

  /** The value starts with this text. */
  public static startsWith(text: string): HeaderMatch {
    return new HeaderMatch({ kind: 'prefix', value: text }, 'none');
  }

  /** The value ends with this text. */
  public static endsWith(text: string): HeaderMatch {
    return new HeaderMatch({ kind: 'suffix', value: text }, 'none');
  }

  /** The whole value matches this RE2 expression, for example `.*(iPhone|Android).*`. */
  public static regex(pattern: string): HeaderMatch {
    return new HeaderMatch({ kind: 'regex', value: pattern }, 'none');
  }

  /** The value is an integer of at least `start` and below `end`. */
  public static range(start: number, end: number): HeaderMatch {
    return new HeaderMatch({ kind: 'range', start, end }, 'none');
  }

  /** The header is there, with any value. */
  public static present(): HeaderMatch {
    return new HeaderMatch({ kind: 'present' }, 'none');
  }

  /** The header is not there. */
  public static absent(): HeaderMatch {
    return new HeaderMatch({ kind: 'present' }, 'absent-or-different');
  }

  /** The header is not there, or is there and `match` does not hold. */
  public static not(match: HeaderMatch): HeaderMatch {
    return new HeaderMatch(match.value, 'absent-or-different');
  }

  /** The header is there and `match` does not hold. */
  public static presentButNot(match: HeaderMatch): HeaderMatch {
    return new HeaderMatch(match.value, 'present-and-different');
  }

  private constructor(private readonly value: ValueMatch, private readonly inversion: Inversion) {}

  /** @internal */
  public _model(name: string): HeaderMatchModel {
    return { name: name.toLowerCase(), match: this.value, inversion: this.inversion };
  }
}

/** A condition on the first occurrence of a query parameter. Names and values are compared case-sensitively and not decoded. */
export class QueryMatch {
  /** The value is this text. */
  public static exactly(value: string): QueryMatch {
    return new QueryMatch({ kind: 'exact', value });
  }

  /** The whole value matches this RE2 expression. App Mesh cannot say it. */
  public static regex(pattern: string): QueryMatch {
    return new QueryMatch({ kind: 'regex', value: pattern });
  }

  /** The parameter is there, with any value. */
  public static present(): QueryMatch {
    return new QueryMatch({ kind: 'present' });
  }

  private constructor(private readonly match: QueryMatchModel['match']) {}

  /** @internal */
  public _model(name: string): QueryMatchModel {
    return { name, match: this.match };
  }
}

/** The scheme a client used. */
export enum Scheme {
  HTTP = 'http',
  HTTPS = 'https',
}

/** Conditions beside the path. All that are given must hold. */
export interface RouteMatchOptions {
  /**
   * Hosts, any of them: `api.example.com`, or `*.example.com` for every name below. Only at a gateway.
   * @default - every host that no other route of the gateway names
   */
  readonly hosts?: string[];
  /** @default - every method */
  readonly method?: HttpMethod;
  /**
   * Header conditions by header name, for example `{ 'x-env': HeaderMatch.exactly('beta') }`.
   * @default - no condition
   */
  readonly headers?: { [name: string]: HeaderMatch };
  /**
   * Query conditions by parameter name.
   * @default - no condition
   */
  readonly query?: { [name: string]: QueryMatch };
  /** @default - both schemes */
  readonly scheme?: Scheme;
  /**
   * The port the request came in on, as clients see it.
   * @default - every port
   */
  readonly port?: number;
}

/** Conditions on a gRPC call. All that are given must hold. */
export interface GrpcMatchOptions {
  /**
   * Full service name, for example `shop.v1.Catalog`.
   * @default - every service
   */
  readonly service?: string;
  /**
   * Method name, for example `GetItem`.
   * @default - every method
   */
  readonly method?: string;
  /**
   * Conditions on metadata entries by name.
   * @default - no condition
   */
  readonly metadata?: { [name: string]: HeaderMatch };
  /**
   * Hosts, any of them. Only at a gateway.
   * @default - every host that no other route of the gateway names
   */
  readonly hosts?: string[];
  /** @default - every port */
  readonly port?: number;
}

/**
 * What a request must look like for a route to take it.
 *
 * @example
 * RouteMatch.prefix('/products', { method: HttpMethod.GET, headers: { 'x-env': HeaderMatch.exactly('beta') } });
 */
export class RouteMatch {
  /** The path or anything below it, by whole segments: `/api` takes `/api` and `/api/x`, not `/apiary`. `/` takes everything. */
  public static prefix(path: string, options: RouteMatchOptions = {}): RouteMatch {
    const value = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
    return RouteMatch.http({ kind: 'prefix', value }, options);
  }

  /** Exactly this path, without the query. */
  public static exact(path: string, options: RouteMatchOptions = {}): RouteMatch {
    return RouteMatch.http({ kind: 'exact', value: path }, options);
  }

  /** The whole path, without the query, matches this RE2 expression. */
  public static regex(pattern: string, options: RouteMatchOptions = {}): RouteMatch {
    return RouteMatch.http({ kind: 'regex', value: pattern }, options);
  }

  /** The path starts with this text: `/api` takes `/apiary` too. For programs moved over from raw App Mesh or Istio prefixes. */
  public static rawPrefix(text: string, options: RouteMatchOptions = {}): RouteMatch {
    return RouteMatch.http({ kind: 'raw-prefix', value: text }, options);
  }

  /** Every path. */
  public static any(options: RouteMatchOptions = {}): RouteMatch {
    return RouteMatch.prefix('/', options);
  }

  /** A gRPC call. */
  public static grpc(options: GrpcMatchOptions = {}): RouteMatch {
    const { service, method, metadata, hosts, port } = options;
    return new RouteMatch({
      kind: 'grpc',
      ...(service === undefined ? {} : { service }),
      ...(method === undefined ? {} : { method }),
      metadata: headerModels(metadata),
      ...(port === undefined ? {} : { port }),
    }, hosts ?? []);
  }

  /** A TCP connection on a port of a service. */
  public static tcp(port?: number): RouteMatch {
    return new RouteMatch(port === undefined ? { kind: 'tcp' } : { kind: 'tcp', port }, []);
  }

  private static http(path: PathMatch, options: RouteMatchOptions): RouteMatch {
    const { method, scheme, port } = options;
    return new RouteMatch({
      kind: 'http',
      path,
      ...(method === undefined ? {} : { method }),
      ...(scheme === undefined ? {} : { scheme }),
      headers: headerModels(options.headers),
      query: Object.entries(options.query ?? {}).map(([name, match]) => match._model(name)),
      ...(port === undefined ? {} : { port }),
    }, options.hosts ?? []);
  }

  private constructor(private readonly match: Match, private readonly hosts: readonly string[]) {}

  /** @internal */
  public get _model(): Match {
    return this.match;
  }

  /** @internal The same match with more conditions; for gRPC, headers are metadata. */
  public _narrowed(conditions: Pick<HttpMatch, 'headers' | 'query'>): RouteMatch {
    const { match } = this;
    switch (match.kind) {
      case 'http': return new RouteMatch({ ...match, headers: [...match.headers, ...conditions.headers], query: [...match.query, ...conditions.query] }, this.hosts);
      case 'grpc': return new RouteMatch({ ...match, metadata: [...match.metadata, ...conditions.headers] }, this.hosts);
      case 'tcp': return this;
    }
  }

  /** @internal The same match at one other host. */
  public _atHost(host: string): RouteMatch {
    return new RouteMatch(this.match, [host]);
  }

  /** @internal */
  public get _hosts(): readonly HostMatch[] {
    return this.hosts.map((host) => {
      // a token in lower case is none any more, and would pass as a host
      if (Token.isUnresolved(host)) return { kind: 'exact', value: host };
      return host.startsWith('*.') ? { kind: 'suffix', value: host.slice(1).toLowerCase() } : { kind: 'exact', value: host.toLowerCase() };
    });
  }
}

function headerModels(headers: { readonly [name: string]: HeaderMatch } | undefined): HeaderMatchModel[] {
  return Object.entries(headers ?? {}).map(([name, match]) => match._model(name));
}
