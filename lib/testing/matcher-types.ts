/** The matchers of `cdk-eks-mesh/jest`, as types. */
import type { RouteExpectation, Target, Time } from './expecting/route-expectation';
import type { Requests } from './judge';
import type { AnswerOptions } from './structure/answers';
import type { CoverageThresholds } from './structure/coverage-report';

/** What arrives at the service. A header of `null` must not arrive. */
export interface ArrivalExpectation {
  readonly path?: string;
  readonly host?: string;
  readonly port?: number;
  readonly headers?: { readonly [name: string]: string | null };
}

/** Where the client is sent. */
export interface RedirectExpectation {
  readonly status?: number;
  readonly location?: string;
}

/** What the gateway answers by itself. */
export interface ResponseExpectation {
  readonly status?: number;
  readonly body?: string;
}

/** How failures are tried again. */
export interface RetryExpectation {
  /** Tries after the first; 0 for none. */
  readonly attempts?: number;
  readonly perTry?: Time;
  readonly on?: readonly string[];
}

/** Where a copy goes. */
export interface MirrorExpectation {
  readonly to?: Target;
  readonly percent?: number;
}

/** A deliberate failure. */
export interface FaultExpectation {
  readonly delay?: Time;
  readonly delayPercent?: number;
  readonly abortStatus?: number;
  readonly abortPercent?: number;
}

/** How a preflight is answered. */
export interface PreflightExpectation {
  /** Whether the origin is allowed. @default true */
  readonly allowed?: boolean;
}

/** What the gateway's route asks for. */
export interface GuardExpectation {
  /** Issuer of the token. */
  readonly tokenOf?: string;
  /** Network of the clients: `10.0.0.0/8`. */
  readonly clientsOf?: string;
  /** `100 per minute`. */
  readonly rate?: string;
}

/** Which routes take the request. */
export interface RouteNames {
  readonly gateway?: string;
  readonly service?: string;
  /** The host whose routes are asked; `*` are the routes without host. */
  readonly host?: string;
}

/**
 * Matchers for a Mesh (its only gateway), a MeshGateway, a service, or a `meshIn('cdk.out')`. At a service, a request with a host
 * (`GET('http://catalog/items')`) is a call that it makes, one without (`GET('/items')`) a request that it gets.
 * Each takes one request or several, which all have to fit; `.not` says that none of them does.
 */
export interface RoutingMatchers<R> {
  /** All requests go to a service (`products`), to a version (`products@v2`), or do everything that a record says. */
  toRoute(requests: Requests, expected: Target | RouteExpectation): R;
  /** Exact shares in percent by version or service: `{ v1: 95, v2: 5 }`. They add up to 100. */
  toSplit(requests: Requests, shares: { readonly [name: string]: number }): R;
  /** Answered 404: no route takes it, at the gateway, or at the service that was chosen. */
  toBeUnroutable(requests: Requests, at?: 'gateway' | 'service'): R;
  /** A call that the service does not declare, and that its proxy lets not out. */
  toBeBlocked(requests: Requests): R;
  /** A call to a host that is none of the mesh's, which is let out. */
  toLeaveTheMesh(requests: Requests): R;
  /** The client is sent elsewhere. */
  toRedirect(requests: Requests, to?: string | RedirectExpectation): R;
  /** The gateway answers by itself. */
  toRespond(requests: Requests, answer?: number | ResponseExpectation): R;
  /** The gateway's route does not let it in: 401 without a token, 403 from a network that is not allowed. */
  toBeRefused(requests: Requests, status?: 401 | 403): R;
  /** A preflight that the gateway's route answers. Left out: with the word that the origin is allowed. */
  toAnswerPreflight(requests: Requests, answer?: PreflightExpectation): R;
  /** What the gateway's route asks for, whether or not the requests pass. Left out: anything. */
  toAskFor(requests: Requests, asked?: GuardExpectation): R;
  /** Path, host, port and headers as the service sees them. */
  toArriveAs(requests: Requests, arrival: ArrivalExpectation): R;
  /** Limit of the whole request: a Duration, `10s`, or `never`. */
  toTimeOutAfter(requests: Requests, limit: Time): R;
  /** Limit of the time without a byte: a Duration, `10s`, or `never`. */
  toIdleOutAfter(requests: Requests, limit: Time): R;
  /** Tries after the first: their number, or more about them. Left out: any. */
  toRetry(requests: Requests, retries?: number | RetryExpectation): R;
  /** A copy goes to a service or version. Left out: any. */
  toMirror(requests: Requests, to?: Target | MirrorExpectation): R;
  /** The route fails on purpose. Left out: any way. */
  toInjectFault(requests: Requests, fault?: FaultExpectation): R;
  /** Headers that the answer is given; `null`: taken away. */
  toChangeResponse(requests: Requests, headers: { readonly [name: string]: string | null }): R;
  /** Name of the gateway's route that takes it, or more. */
  toUseRoute(requests: Requests, route: string | RouteNames): R;

  /** No route is hidden behind an earlier one. */
  toHaveNoShadowedRoutes(): R;
  /** Every pin and every preview can be reached. */
  toHaveNoUnreachablePreviews(): R;
  /** No request is answered 404, by the gateway and the services that it leads to. */
  toAnswerEverything(options?: AnswerOptions): R;
  /** Share of the routes and weighted targets that the tests of this file asserted so far: call it last. A gateway or service counts its own. */
  toHaveRouteCoverage(thresholds?: CoverageThresholds): R;
}
