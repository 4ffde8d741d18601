/** What a route of a gateway asks of its requests before it acts, as users write it. */
import type { Duration } from 'aws-cdk-lib';
import type { Origin } from '../../diagnostics';
import { asksSomething, type Cors, type Guards, type OriginMatch, type RateLimit as RateLimitModel, type RouteAction, type TokenIssuer, type TokenKeys } from '../../model';
import { networkOf } from '../../model/networks';
import { concrete, defined, optionalMilliseconds } from '../origin';

/** Which scripts of other sites may read answers. App Mesh cannot say it. */
export interface CorsOptions {
  /** Origins: `https://shop.example.com`, `https://*.example.com` for every host below, or `*` for any. */
  readonly allowOrigins: string[];
  /**
   * Methods beside GET, HEAD and POST; `*` for any.
   * @default - none
   */
  readonly allowMethods?: string[];
  /**
   * Headers beside those that browsers send unasked; `*` for any.
   * @default - none
   */
  readonly allowHeaders?: string[];
  /**
   * Headers of answers that scripts may read beside the safe ones.
   * @default - none
   */
  readonly exposeHeaders?: string[];
  /**
   * How long a browser remembers the answer to a preflight, in whole seconds.
   * @default - as long as the browser likes, mostly five seconds
   */
  readonly maxAge?: Duration;
  /**
   * Whether cookies and credentials may be sent; not together with `*`.
   * @default false
   */
  readonly allowCredentials?: boolean;
}

/** Options of an issuer of tokens. */
export interface JwtIssuerOptions {
  /**
   * Any of these must be in the claim `aud`.
   * @default - not checked
   */
  readonly audiences?: string[];
}

/**
 * Whose tokens a route takes: JSON Web Tokens in the header `Authorization: Bearer …`, checked by signature, issuer, time and audience. App Mesh cannot say it.
 *
 * @example
 * JwtIssuer.remote('https://id.example.com', 'https://id.example.com/.well-known/jwks.json', { audiences: ['shop'] });
 */
export class JwtIssuer {
  /** Keys that the proxies fetch over https, and fetch again as they grow old. `issuer` is the claim `iss`, letter for letter. */
  public static remote(issuer: string, jwksUri: string, options: JwtIssuerOptions = {}): JwtIssuer {
    return new JwtIssuer(issuer, { kind: 'remote', uri: jwksUri }, options);
  }

  /** Keys that are given here, as the JSON text of a JSON Web Key Set. `issuer` is the claim `iss`, letter for letter. */
  public static inline(issuer: string, jwks: string, options: JwtIssuerOptions = {}): JwtIssuer {
    return new JwtIssuer(issuer, { kind: 'inline', jwks }, options);
  }

  private constructor(private readonly issuer: string, private readonly keys: TokenKeys, private readonly options: JwtIssuerOptions) {}

  /** @internal */
  public _model(origin: Origin, property: string): TokenIssuer {
    const { keys } = this;
    concrete(keys.kind === 'remote' ? keys.uri : keys.jwks, origin, `${property}.keys`);
    return { issuer: concrete(this.issuer, origin, `${property}.issuer`), audiences: this.options.audiences ?? [], keys };
  }
}

/** How many requests each proxy of a gateway lets through; more are answered 429. Proxies count for themselves. App Mesh and Istio cannot say it. */
export class RateLimit {
  /** Requests per second and proxy, from 1. */
  public static perSecond(requests: number): RateLimit {
    return new RateLimit(requests, 'second');
  }

  /** Requests per minute and proxy, from 1. */
  public static perMinute(requests: number): RateLimit {
    return new RateLimit(requests, 'minute');
  }

  /** Requests per hour and proxy, from 1. */
  public static perHour(requests: number): RateLimit {
    return new RateLimit(requests, 'hour');
  }

  /** Requests per day and proxy, from 1. */
  public static perDay(requests: number): RateLimit {
    return new RateLimit(requests, 'day');
  }

  private constructor(private readonly requests: number, private readonly per: RateLimitModel['per']) {}

  /** @internal */
  public _model(origin: Origin, property: string): RateLimitModel {
    return { requests: concrete(this.requests, origin, property), per: this.per };
  }
}

/** What is asked of requests before a route of a gateway acts. App Mesh cannot say it. */
export interface RouteGuardOptions {
  /**
   * Which scripts of other sites may read answers. Only for routes that lead to services.
   * @default - the gateway's, or none
   */
  readonly cors?: CorsOptions;
  /**
   * A token of any of these issuers is needed, else the answer is 401. An empty list needs none, whatever the gateway says.
   * @default - the gateway's, or none
   */
  readonly jwt?: JwtIssuer[];
  /**
   * Networks or addresses of clients that are let in, for example `10.0.0.0/8`; others are answered 403. What counts is the address that the proxies see. An empty
   * list lets in everybody, whatever the gateway says.
   * @default - the gateway's, or everybody
   */
  readonly allowFrom?: string[];
  /**
   * How many requests each proxy lets through for this route. Only for routes that lead to services.
   * @default - the gateway's, or no limit
   */
  readonly rateLimit?: RateLimit;
}

/** What a gateway asks for a route: nothing is shared or limited where no service is asked. */
export function inheritedGuards({ cors, rateLimit, ...admission }: RouteGuardOptions, { kind }: RouteAction): RouteGuardOptions {
  return kind === 'forward' ? { ...admission, cors, rateLimit } : admission;
}

/** The model of what a route asks; what it leaves out is its gateway's. Undefined where nothing is asked. */
export function guardsModel(own: RouteGuardOptions, gateway: RouteGuardOptions, origin: Origin): Guards | undefined {
  const jwt = own.jwt ?? gateway.jwt ?? [];
  const allowFrom = own.allowFrom ?? gateway.allowFrom ?? [];
  const guards = defined({
    cors: corsModel(own.cors ?? gateway.cors, origin),
    tokens: jwt.length === 0 ? undefined : jwt.map((issuer, at) => issuer._model(origin, `jwt[${at}]`)),
    clients: allowFrom.length === 0 ? undefined : allowFrom.map((network) => networkOf(concrete(network, origin, 'allowFrom'))),
    rateLimit: (own.rateLimit ?? gateway.rateLimit)?._model(origin, 'rateLimit'),
  });
  return asksSomething(guards) ? guards : undefined;
}

function corsModel(options: CorsOptions | undefined, origin: Origin): Cors | undefined {
  if (options === undefined) return undefined;
  const texts = (name: 'allowOrigins' | 'allowMethods' | 'allowHeaders' | 'exposeHeaders') => (options[name] ?? []).map((text) => concrete(text, origin, `cors.${name}`));
  return defined({
    origins: texts('allowOrigins').map(originMatch),
    methods: texts('allowMethods'),
    headers: texts('allowHeaders').map((name) => name.toLowerCase()),
    exposedHeaders: texts('exposeHeaders').map((name) => name.toLowerCase()),
    maxAgeMs: optionalMilliseconds(options.maxAge, origin, 'cors.maxAge'),
    credentials: options.allowCredentials ?? false,
  });
}

function originMatch(text: string): OriginMatch {
  if (text === '*') return { kind: 'any' };
  const [, scheme, ending] = /^(https?):\/\/\*(\..*)$/.exec(text) ?? [];
  return scheme === undefined ? { kind: 'exact', value: text } : { kind: 'subdomains', scheme: scheme as 'http' | 'https', ending: ending! };
}
