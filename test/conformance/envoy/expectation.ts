/** What a decision of the simulator says that one request must bring back, and how an answer of Envoy differs from it. */
import type { Answer } from './client';
import { ANSWER, ARRIVED, type Arrived } from './pods';
import { POLICY_MARK, ROUTE_MARK } from './proving-ground';
import type { Destination, Fault, HeaderChanges, RoutePolicy } from '../../../lib/model/action';
import type { GatewayRoute } from '../../../lib/model/gateway';
import type { ServiceRoute } from '../../../lib/model/service';
import { headersAfter } from '../../../lib/simulator/changes';
import type { Branch, Decision } from '../../../lib/simulator/decision';
import { ANSWER_HEADERS, HEADERS } from '../../simulator/arbitraries/vocabulary';

/** Numbers that choose the shares. */
export interface Choice {
  readonly gateway: number;
  readonly service: number;
}

/** What is compared; every field as text or plain data, so that a difference prints itself. */
export interface Seen {
  readonly status: number;
  /** Names of the routes that won, the inner one first. */
  readonly routes: string;
  readonly location?: string;
  readonly body?: string;
  /** The version and port that served; left out where no pods did. */
  readonly pods?: string;
  readonly method?: string;
  readonly host?: string;
  readonly target?: string;
  readonly requestHeaders?: { readonly [name: string]: string };
  readonly responseHeaders: { readonly [name: string]: string };
  readonly limits?: Limits;
}

interface Limits {
  readonly requestMs: number;
  readonly idleMs: number;
  readonly attempts: number;
  readonly perTryMs: number;
}

/** The branch that the numbers choose: weights lie one after the other, as Envoy lays them. */
export function branchFor({ gatewayRoute, branches }: Decision, choice: Choice): Branch {
  const groups = gatewayRoute?.action.kind === 'forward' ? groupsOf(gatewayRoute.action.destinations, branches) : [branches];
  const group = gatewayRoute?.action.kind === 'forward' ? groups[chosen(gatewayRoute.action.destinations, choice.gateway)]! : branches;
  const inner = group[0]!.serviceRoute?.action;
  return inner?.kind === 'forward' ? group[chosen(inner.destinations, choice.service)]! : group[0]!;
}

/**
 * Whether the gateway's route adds a second value to a header that the service's table asks for. Meshes read such a header in different
 * ways, Envoy line by line, so the model gives it no meaning.
 */
export function meansNothing({ gatewayRoute, request, branches }: Decision): boolean {
  const changes = gatewayRoute?.filters.requestHeaders;
  if (changes === undefined) return false;
  const before = headersAfter({ ...changes, add: [] }, request.headers);
  const doubled = changes.add.map(({ name }) => name).filter((name) => Object.hasOwn(before, name));
  const asked = branches.flatMap(({ service }) => service?.routes ?? []).flatMap(({ match }) => match.kind === 'http' ? match.headers : match.kind === 'grpc' ? match.metadata : []);
  return asked.some(({ name }) => doubled.includes(name));
}

/** How many numbers tell all shares apart at each stage. */
export function choicesOf({ gatewayRoute, branches }: Decision): Choice {
  const sum = (destinations: readonly Destination[]) => destinations.reduce((total, { weight }) => total + weight, 0);
  const inner = branches.map(({ serviceRoute }) => serviceRoute?.action.kind === 'forward' ? sum(serviceRoute.action.destinations) : 1);
  return { gateway: gatewayRoute?.action.kind === 'forward' ? sum(gatewayRoute.action.destinations) : 1, service: inner.reduce(leastCommonMultiple, 1) };
}

function groupsOf(destinations: readonly Destination[], branches: readonly Branch[]): readonly (readonly Branch[])[] {
  let at = 0;
  return destinations.map(({ version }) => {
    const action = branches[at]!.serviceRoute?.action;
    const size = version === undefined && action?.kind === 'forward' ? action.destinations.length : 1;
    const group = branches.slice(at, at + size);
    at += size;
    return group;
  });
}

function chosen(destinations: readonly Destination[], number: number): number {
  let rest = number % destinations.reduce((total, { weight }) => total + weight, 0);
  return destinations.findIndex(({ weight }) => {
    rest -= weight;
    return rest < 0;
  });
}

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (x: number, y: number): number => y === 0 ? x : divisor(y, x % y);
  return a / divisor(a, b) * b;
}

/** What an answer must show. */
export function expectationOf(decision: Decision, branch: Branch): Seen {
  const outer = outerMark(decision, branch);
  const aborted = abortOf(decision, branch);
  if (aborted !== undefined) return aborted;
  const { ending } = branch;
  const routes = [innerMark(branch), outer].filter((mark) => mark !== undefined).join(',');
  switch (ending.kind) {
    case 'version': return {
      status: 200, routes,
      pods: `${ending.service.id}@${ending.version.name}:${ending.port}`,
      method: decision.request.method,
      host: branch.arrival.host,
      target: `${branch.arrival.path}${decision.request.query === '' ? '' : `?${decision.request.query}`}`,
      requestHeaders: only(branch.arrival.headers, HEADERS),
      responseHeaders: answerHeaders(ANSWER, branch.responseHeaders),
      limits: limitsOf(branch.policy),
    };
    case 'redirect': return { status: ending.status, routes, location: ending.location, responseHeaders: answerHeaders({}, branch.responseHeaders) };
    case 'respond': return { status: ending.status, routes, body: hasContent(decision, ending.status) ? ending.body ?? '' : '', responseHeaders: answerHeaders({}, branch.responseHeaders) };
    case 'no-route': return { status: 404, routes, responseHeaders: answerHeaders({}, branch.responseHeaders) };
    case 'preflight': case 'refused': return { status: ending.status, routes: '', responseHeaders: {} };
    case 'unrouted': case 'no-pods': throw new Error(`a call of ${ending.service.id} that no proxy routes is not one of these programs`);
    case 'blocked': case 'outside': return { status: 502, routes: 'elsewhere', responseHeaders: {} };
  }
}

/**
 * A fault that is certain ends the request where it is; the simulator names faults, and its ending says where the request would have led.
 * The answer is Envoy's own: a route that would have forwarded changes its headers, a redirect or an answer that never came does not.
 */
export function abortOf(decision: Decision, branch: Branch): Seen | undefined {
  const outer = decision.gatewayRoute;
  const inner = branch.serviceRoute;
  const outerChanges = changesOf(outer);
  const status = (route: typeof outer | typeof inner) => route!.filters.fault!.abort!.status;
  if (isCertain(outer?.filters.fault)) {
    return { status: status(outer), routes: outer!.action.kind === 'forward' ? outerMark(decision, branch)! : '', responseHeaders: answerHeaders({}, outerChanges) };
  }
  if (!isCertain(inner?.filters.fault)) return undefined;
  const routes = [...(inner!.action.kind === 'forward' ? [innerMark(branch)] : []), outerMark(decision, branch)].join(',');
  return { status: status(inner), routes, responseHeaders: answerHeaders({}, [...changesOf(inner), ...outerChanges]) };
}

function changesOf(route: GatewayRoute | ServiceRoute | undefined): readonly HeaderChanges[] {
  const changes = route?.action.kind === 'forward' ? route.filters.responseHeaders : undefined;
  return changes === undefined ? [] : [changes];
}

function hasContent({ request }: Decision, status: number): boolean {
  return request.method !== 'HEAD' && ![204, 205, 304].includes(status);
}

function isCertain(fault: Fault | undefined): boolean {
  return fault?.abort?.percent === 100;
}

function outerMark({ entry, gatewayRoute, request }: Decision, { service }: Branch): string | undefined {
  if (entry.kind === 'gateway') return gatewayRoute === undefined ? undefined : `${entry.gateway.id} ${gatewayRoute.name}`;
  return service === undefined ? 'elsewhere' : `${service.id}:${request.port}`;
}

function innerMark({ ending, service, serviceRoute }: Branch): string | undefined {
  if (service !== undefined && serviceRoute !== undefined) return `${service.id} ${serviceRoute.name}`;
  return ending.kind === 'version' ? `${ending.service.id}@${ending.version.name}` : undefined;
}

function answerHeaders(start: { readonly [name: string]: string }, changes: readonly HeaderChanges[]): { readonly [name: string]: string } {
  return only(changes.reduce((headers, change) => headersAfter(change, headers), start), ANSWER_HEADERS);
}

function limitsOf({ timeouts, retry }: RoutePolicy): Limits {
  return { requestMs: timeouts?.requestMs ?? 0, idleMs: timeouts?.idleMs ?? 0, attempts: retry?.attempts ?? 0, perTryMs: retry?.perTryTimeoutMs ?? 0 };
}

/** What an answer shows, with the fields that the expectation speaks of. */
export function readAnswer(answer: Answer, expected: Seen): Seen {
  const { [ROUTE_MARK]: routes = '', [ARRIVED]: encoded, [POLICY_MARK]: policy, location } = answer.headers;
  const arrived = encoded === undefined ? undefined : JSON.parse(Buffer.from(encoded, 'base64').toString()) as Arrived;
  return {
    status: answer.status,
    routes: routes.replace(/, /g, ','),
    ...(location === undefined ? {} : { location: withoutImpliedPort(location) }),
    ...(expected.body === undefined ? {} : { body: answer.body }),
    ...(arrived === undefined ? {} : {
      pods: arrived.pods, method: arrived.method, host: withoutPort(arrived.host), target: withoutEmptyQuery(arrived.target), requestHeaders: only(arrived.headers, HEADERS),
    }),
    responseHeaders: only(answer.headers, ANSWER_HEADERS),
    ...(expected.limits === undefined || policy === undefined ? {} : { limits: readLimits(policy) }),
  };
}

function readLimits(policy: string): Limits {
  const { timeout, idle, retry } = JSON.parse(policy) as { timeout: string; idle: string; retry?: { num_retries: number; per_try_timeout?: string } };
  const ms = (duration: string | undefined) => duration === undefined ? 0 : Math.round(Number(duration.slice(0, -1)) * 1000);
  return { requestMs: ms(timeout), idleMs: ms(idle), attempts: retry?.num_retries ?? 0, perTryMs: ms(retry?.per_try_timeout) };
}

/** The case of a host says nothing, and a port that the scheme implies may be written or not. */
function withoutImpliedPort(location: string): string {
  return withoutEmptyQuery(location).replace(/^https?:\/\/[^/]*/, (authority) => authority.toLowerCase())
    .replace(/^(http:\/\/[^/:]*):80(?=\/)/, '$1').replace(/^(https:\/\/[^/:]*):443(?=\/)/, '$1');
}

/** A question mark with nothing after it is no query. */
function withoutEmptyQuery(target: string): string {
  return target.replace(/\?$/, '');
}

function withoutPort(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '');
}

function only(headers: { readonly [name: string]: string }, names: readonly string[]): { readonly [name: string]: string } {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(headers, name)).map((name) => [name, headers[name]!]));
}
