/** What a routing test expects, for every language. */
import type { Duration } from 'aws-cdk-lib';
import type { RetryOn } from '../traffic/protocol';

/** The two stages of a request's way. */
export enum RouteStage {
  /** The gateway, which chooses a service. */
  GATEWAY = 'gateway',
  /** The service, which chooses a version. */
  SERVICE = 'service',
}

/** Everything that can be expected of a request. What is left out is not looked at; what is said must hold altogether. */
export interface RouteExpectation {
  /**
   * All requests go to this service (`products`, `shop/products`) or version (`products@v2`).
   * @default - not looked at
   */
  readonly to?: string;
  /**
   * Exact shares in percent by version, by service, or by `service@version`; they add up to 100. With `to`, versions of that service.
   * @default - not looked at
   */
  readonly split?: { [name: string]: number };
  /**
   * No route takes it, so it is answered 404.
   * @default - not looked at
   */
  readonly unroutable?: boolean;
  /**
   * The stage that has no route.
   * @default - either
   */
  readonly unroutableAt?: RouteStage;
  /**
   * The calling service does not declare the call.
   * @default - not looked at
   */
  readonly blocked?: boolean;
  /**
   * The host is none of the mesh's, and the mesh lets the request out.
   * @default - not looked at
   */
  readonly leavesMesh?: boolean;
  /**
   * The client is sent elsewhere.
   * @default - not looked at
   */
  readonly redirected?: boolean;
  /** @default - any status */
  readonly redirectStatus?: number;
  /**
   * Where the client is sent, whole: `https://shop.example.com/cart`.
   * @default - anywhere
   */
  readonly redirectLocation?: string;
  /**
   * The gateway answers by itself.
   * @default - not looked at
   */
  readonly answered?: boolean;
  /** @default - any status */
  readonly responseStatus?: number;
  /** @default - any body */
  readonly responseBody?: string;
  /**
   * The gateway's route does not let it in: 401 without a token, 403 from a network that is not allowed.
   * @default - not looked at
   */
  readonly refused?: boolean;
  /** @default - either status */
  readonly refusedStatus?: number;
  /**
   * A preflight that the gateway's route answers: whether its origin is allowed.
   * @default - not looked at
   */
  readonly preflightAllowed?: boolean;
  /**
   * Whether the gateway's route asks for a token, networks, a rate or shares with scripts, whether or not the request passes.
   * @default - not looked at
   */
  readonly guarded?: boolean;
  /**
   * A token of this issuer is needed, or is among those that are taken.
   * @default - not looked at
   */
  readonly tokenOf?: string;
  /**
   * Clients of this network are let in, and not all are: `10.0.0.0/8`.
   * @default - not looked at
   */
  readonly clientsOf?: string;
  /**
   * Requests that each proxy lets through: `100 per minute`.
   * @default - not looked at
   */
  readonly rate?: string;
  /**
   * Path that the service sees, without query.
   * @default - not looked at
   */
  readonly path?: string;
  /**
   * Host that the service sees.
   * @default - not looked at
   */
  readonly host?: string;
  /**
   * Port of the service.
   * @default - not looked at
   */
  readonly port?: number;
  /**
   * Headers that the service sees, with these values.
   * @default - not looked at
   */
  readonly headers?: { [name: string]: string };
  /**
   * Headers that the service does not see.
   * @default - not looked at
   */
  readonly absentHeaders?: string[];
  /**
   * Limit of the whole request, all tries together.
   * @default - not looked at
   */
  readonly timeout?: Duration;
  /**
   * The whole request has no limit.
   * @default - not looked at
   */
  readonly noTimeout?: boolean;
  /**
   * Limit of the time without a byte.
   * @default - not looked at
   */
  readonly idleTimeout?: Duration;
  /**
   * The time without a byte has no limit.
   * @default - not looked at
   */
  readonly noIdleTimeout?: boolean;
  /**
   * Whether failures are tried again.
   * @default - not looked at
   */
  readonly retried?: boolean;
  /**
   * Tries after the first; 0 for none.
   * @default - not looked at
   */
  readonly retryAttempts?: number;
  /**
   * Limit of each try.
   * @default - not looked at
   */
  readonly perTryTimeout?: Duration;
  /**
   * The failures that are tried again, all of them.
   * @default - not looked at
   */
  readonly retryOn?: RetryOn[];
  /**
   * Whether a copy is made.
   * @default - not looked at
   */
  readonly mirrored?: boolean;
  /**
   * Service or version that gets a copy.
   * @default - any
   */
  readonly mirrorTo?: string;
  /**
   * Share of the requests that are copied.
   * @default - any
   */
  readonly mirrorPercent?: number;
  /**
   * Whether the route fails on purpose.
   * @default - not looked at
   */
  readonly faulty?: boolean;
  /**
   * Deliberate delay.
   * @default - not looked at
   */
  readonly delay?: Duration;
  /**
   * Share of the requests that are delayed.
   * @default - any
   */
  readonly delayPercent?: number;
  /**
   * Status of the deliberate answer.
   * @default - not looked at
   */
  readonly abortStatus?: number;
  /**
   * Share of the requests that are answered so.
   * @default - any
   */
  readonly abortPercent?: number;
  /**
   * Headers that the answer is given, with these values.
   * @default - not looked at
   */
  readonly responseHeaders?: { [name: string]: string };
  /**
   * Headers that are taken away from the answer.
   * @default - not looked at
   */
  readonly removedResponseHeaders?: string[];
  /**
   * Name of the gateway's route that takes it.
   * @default - not looked at
   */
  readonly gatewayRoute?: string;
  /**
   * Name of the service's route that takes it.
   * @default - not looked at
   */
  readonly serviceRoute?: string;
  /**
   * The host whose routes are asked, as it was written: `*.example.com`; `*` are the routes without host.
   * @default - not looked at
   */
  readonly hostTable?: string;
}
