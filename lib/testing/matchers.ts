/** The matchers as functions for `expect.extend`: each turns its words into one expectation, and lets the core judge. */
import { placeOf } from './asking/live';
import type { RouteExpectation, Target, Time } from './expecting/route-expectation';
import { judge, type Judgement, type Requests } from './judge';
import type {
  ArrivalExpectation, FaultExpectation, GuardExpectation, MirrorExpectation, PreflightExpectation, RedirectExpectation, ResponseExpectation, RetryExpectation,
  RouteNames, RoutingMatchers,
} from './matcher-types';
import { judgeAnswers, type AnswerOptions } from './structure/answers';
import { CoverageLog } from './structure/coverage';
import { judgeCoverage, type CoverageThresholds } from './structure/coverage-report';
import { judgePreviews, judgeShadows } from './structure/findings';
import { refuse, requireKnown } from './test-error';

/** What jest (and vitest) hands to a matcher. */
interface MatcherContext {
  readonly isNot?: boolean;
}

/** What jest (and vitest) wants back. */
interface MatcherResult {
  readonly pass: boolean;
  message(): string;
}

type Matcher = (this: MatcherContext, received: unknown, ...args: never[]) => MatcherResult;

/** What the tests of this file asserted: jest loads this module anew for each test file. */
const LOG = new CoverageLog();

/** A matcher about requests. */
function about<A extends readonly unknown[]>(expectationOf: (...args: A) => RouteExpectation) {
  return function (this: MatcherContext, received: unknown, requests: Requests, ...args: A): MatcherResult {
    const negated = this.isNot === true;
    return resultOf(judge({ place: placeOf(received), requests, expectation: expectationOf(...args), negated }, LOG), negated);
  };
}

/** A matcher about a whole place, which has no opposite that anybody would want. */
function whole<A extends readonly unknown[]>(name: string, judgementOf: (received: unknown, ...args: A) => Judgement) {
  return function (this: MatcherContext, received: unknown, ...args: A): MatcherResult {
    if (this.isNot === true) return refuse(`.not.${name} says nothing that a program should keep to`, 'leave out .not, or expect of single requests what is meant');
    return resultOf(judgementOf(received, ...args), false);
  };
}

function resultOf({ passes, message }: Judgement, negated: boolean): MatcherResult {
  return { pass: passes !== negated, message: () => message };
}

/** All matchers, for `expect.extend(routingMatchers)`. */
export const routingMatchers: { readonly [name in keyof RoutingMatchers<void>]: Matcher } = {
  toRoute: about((expected: Target | RouteExpectation) => isTarget(expected) ? { to: expected } : expected),
  toSplit: about((split: { readonly [name: string]: number }) => ({ split })),
  toBeUnroutable: about((unroutableAt?: 'gateway' | 'service') => ({ unroutable: true, unroutableAt })),
  toBeBlocked: about(() => ({ blocked: true })),
  toLeaveTheMesh: about(() => ({ leavesMesh: true })),
  toRedirect: about((to: string | RedirectExpectation = {}) => redirect(typeof to === 'string' ? { location: to } : to)),
  toRespond: about((answer: number | ResponseExpectation = {}) => respond(typeof answer === 'number' ? { status: answer } : answer)),
  toBeRefused: about((refusedStatus?: 401 | 403) => ({ refused: true, refusedStatus })),
  toAnswerPreflight: about((answer: PreflightExpectation = {}) => preflight(answer)),
  toAskFor: about((asked: GuardExpectation = {}) => asks(asked)),
  toArriveAs: about(arrival),
  toTimeOutAfter: about((limit: Time) => limit === 'never' ? { noTimeout: true } : { timeout: limit }),
  toIdleOutAfter: about((limit: Time) => limit === 'never' ? { noIdleTimeout: true } : { idleTimeout: limit }),
  toRetry: about((retries: number | RetryExpectation = {}) => retry(typeof retries === 'number' ? { attempts: retries } : retries)),
  toMirror: about((to: Target | MirrorExpectation = {}) => mirror(isTarget(to) ? { to } : to)),
  toInjectFault: about((fault: FaultExpectation = {}) => Object.keys(fault).length === 0 ? { faulty: true } : { ...fault }),
  toChangeResponse: about((headers: { readonly [name: string]: string | null }) => {
    const { set, absent } = headerParts(headers);
    return { responseHeaders: set, removedResponseHeaders: absent };
  }),
  toUseRoute: about((route: string | RouteNames) => routeNames(typeof route === 'string' ? { gateway: route } : route)),
  toHaveNoShadowedRoutes: whole('toHaveNoShadowedRoutes', (received) => judgeShadows(placeOf(received))),
  toHaveNoUnreachablePreviews: whole('toHaveNoUnreachablePreviews', (received) => judgePreviews(placeOf(received))),
  toAnswerEverything: whole('toAnswerEverything', (received, options: AnswerOptions = {}) => judgeAnswers(placeOf(received), options)),
  toHaveRouteCoverage: whole('toHaveRouteCoverage', (received, thresholds: CoverageThresholds = {}) => judgeCoverage(placeOf(received), thresholds, LOG)),
};

function isTarget(value: Target | object): value is Target {
  if (typeof value === 'string') return true;
  return typeof value === 'object' && value !== null ? 'targetName' in value : refuse(`${String(value)} is no target`, "name a service, as in 'products', or a version, as in 'products@v2'");
}

function redirect(expected: RedirectExpectation): RouteExpectation {
  requireKnown('a redirect', expected, ['status', 'location']);
  const { status, location } = expected;
  return status === undefined && location === undefined ? { redirected: true } : { redirectStatus: status, redirectLocation: location };
}

function respond(expected: ResponseExpectation): RouteExpectation {
  requireKnown('an answer', expected, ['status', 'body']);
  const { status, body } = expected;
  return status === undefined && body === undefined ? { answered: true } : { responseStatus: status, responseBody: body };
}

function preflight(expected: PreflightExpectation): RouteExpectation {
  requireKnown('an answer to a preflight', expected, ['allowed']);
  return { preflightAllowed: expected.allowed ?? true };
}

function asks(expected: GuardExpectation): RouteExpectation {
  requireKnown('what a route asks for', expected, ['tokenOf', 'clientsOf', 'rate']);
  return { guarded: true, ...expected };
}

function arrival({ headers, ...rest }: ArrivalExpectation): RouteExpectation {
  if (headers === undefined) return rest;
  const { set, absent } = headerParts(headers);
  return { ...rest, headers: set, absentHeaders: absent };
}

function retry(expected: RetryExpectation): RouteExpectation {
  requireKnown('a retry', expected, ['attempts', 'perTry', 'on']);
  const { attempts, perTry, on } = expected;
  if (attempts === undefined && perTry === undefined && on === undefined) return { retried: true };
  return { retryAttempts: attempts, perTryTimeout: perTry, retryOn: on };
}

function mirror(expected: MirrorExpectation): RouteExpectation {
  requireKnown('a copy', expected, ['to', 'percent']);
  const { to, percent } = expected;
  return to === undefined && percent === undefined ? { mirrored: true } : { mirrorTo: to, mirrorPercent: percent };
}

function routeNames(expected: RouteNames): RouteExpectation {
  requireKnown('a choice of routes', expected, ['gateway', 'service', 'host']);
  const { gateway, service, host } = expected;
  return { gatewayRoute: gateway, serviceRoute: service, hostTable: host };
}

/** Headers with a value, and names of those that must not be there; a part that is empty is left out. */
function headerParts(headers: { readonly [name: string]: string | null }) {
  const entries = Object.entries(headers);
  const set = entries.filter((entry): entry is [string, string] => entry[1] !== null);
  const absent = entries.filter(([, value]) => value === null).map(([name]) => name);
  if (entries.length === 0) refuse('no header is named', 'name a header with its value, or with null where it must not be');
  return { set: set.length === 0 ? undefined : Object.fromEntries(set), absent: absent.length === 0 ? undefined : absent };
}
