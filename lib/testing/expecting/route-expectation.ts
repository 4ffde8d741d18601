/** What a test may say about a request, as users write it: one flat record, the same for jest and for the class of other languages. */

/** A span of time: `Duration` of the CDK is one. */
export interface TimeSpan {
  toMilliseconds(options?: { readonly integral?: boolean }): number;
}

/** A span of time, or text such as `10s`, `1500ms`, `2m`, `1h`. */
export type Time = TimeSpan | string;

/** Something with a name that requests go to: services and `RouteTarget`s of this library. */
export interface NamedTarget {
  readonly targetName: string;
}

/** A service (`products`, `shop/products`), one version of it (`products@v2`), or the construct. */
export type Target = string | NamedTarget;

/** Everything that can be expected of a request. What is left out is not looked at; what is said must hold altogether. */
export interface RouteExpectation {
  /** All of the requests go to this service or version. */
  readonly to?: Target;
  /** Exact shares in percent by version, by service, or by `service@version`; they add up to 100. With `to`, versions of that service. */
  readonly split?: { readonly [name: string]: number };
  /** No route takes it: it is answered 404. */
  readonly unroutable?: boolean;
  /** The stage that has no route: the gateway, or the service that was chosen. */
  readonly unroutableAt?: 'gateway' | 'service';
  /** The caller does not declare the call. */
  readonly blocked?: boolean;
  /** The host is none of the mesh's, and the mesh lets the request out. */
  readonly leavesMesh?: boolean;
  /** The client is sent elsewhere. */
  readonly redirected?: boolean;
  readonly redirectStatus?: number;
  /** Where the client is sent, whole: `https://shop.example.com/cart`. */
  readonly redirectLocation?: string;
  /** The gateway answers by itself. */
  readonly answered?: boolean;
  readonly responseStatus?: number;
  readonly responseBody?: string;

  /** The gateway's route does not let it in: 401 without a token, 403 from a network that is not allowed. */
  readonly refused?: boolean;
  readonly refusedStatus?: number;
  /** A preflight that the gateway's route answers: whether its origin is allowed. */
  readonly preflightAllowed?: boolean;
  /** Whether the gateway's route asks for a token, networks, a rate or shares with scripts, whether or not the request passes. */
  readonly guarded?: boolean;
  /** A token of this issuer is needed, or is among those that are taken. */
  readonly tokenOf?: string;
  /** Clients of this network are let in, and not all are: `10.0.0.0/8`. */
  readonly clientsOf?: string;
  /** Requests that each proxy lets through: `100 per minute`. */
  readonly rate?: string;

  /** Path that the service sees, without query. */
  readonly path?: string;
  /** Host that the service sees. */
  readonly host?: string;
  /** Port of the service. */
  readonly port?: number;
  /** Headers that the service sees, with these values. */
  readonly headers?: { readonly [name: string]: string };
  /** Headers that the service does not see. */
  readonly absentHeaders?: readonly string[];

  /** Limit of the whole request, all tries together. */
  readonly timeout?: Time;
  readonly noTimeout?: boolean;
  /** Limit of the time without a byte. */
  readonly idleTimeout?: Time;
  readonly noIdleTimeout?: boolean;
  /** Whether failures are tried again. */
  readonly retried?: boolean;
  /** Tries after the first; 0 for none. */
  readonly retryAttempts?: number;
  readonly perTryTimeout?: Time;
  /** The failures that are tried again, all of them: `server-error`, `gateway-error`, ... */
  readonly retryOn?: readonly string[];

  /** Whether a copy is made. */
  readonly mirrored?: boolean;
  readonly mirrorTo?: Target;
  readonly mirrorPercent?: number;
  /** Whether the route fails on purpose. */
  readonly faulty?: boolean;
  readonly delay?: Time;
  readonly delayPercent?: number;
  readonly abortStatus?: number;
  readonly abortPercent?: number;
  /** Headers that the answer is given, with these values. */
  readonly responseHeaders?: { readonly [name: string]: string };
  /** Headers that are taken away from the answer. */
  readonly removedResponseHeaders?: readonly string[];

  /** Name of the gateway's route that takes it. */
  readonly gatewayRoute?: string;
  /** Name of the service's route that takes it. */
  readonly serviceRoute?: string;
  /** The host whose routes are asked, as it was written: `*.example.com`; `*` are the routes without host. */
  readonly hostTable?: string;
}
