/** Why a request goes where it goes, step by step: which routes were tried, which condition failed, why one won. */
import { describeHostName } from './any-other-host';
import { isLetOutByRole } from './aws-egress';
import { changedHeaders } from './changes';
import type { Branch, Decision } from './decision';
import { GatewayEntrance } from './gateway-entrance';
import { describeShare, shareOf } from './share';
import { unroutedReasons } from './unrouted';
import { whyNot } from './why-not';
import { describeDecision, describeEnding, describeEntry, describeRequest } from './words';
import { describeGuards, describeHost, describeHosts, describeRoute } from '../model/describe';
import type { Request } from '../model/evaluate';
import type { GatewayRoute } from '../model/gateway';
import { hostTables, orderedServiceRoutes } from '../model/precedence';
import type { Service, ServiceRoute } from '../model/service';

/** One step on the way. */
export interface TraceStep {
  readonly stage: 'call' | 'gateway' | 'service';
  /** The gateway or service that was asked, by its id. */
  readonly owner: string;
  /** The route that was tried; left out for a `note`. */
  readonly route?: GatewayRoute | ServiceRoute;
  /** `won`: it takes the request, and nothing after it is asked. `failed`: a condition does not hold. `note`: what happened between. */
  readonly verdict: 'won' | 'failed' | 'note';
  /** For `failed` the first condition that does not hold; for the others what happened, in words. */
  readonly reason: string;
}

/** A decision and the steps that led to it. */
export interface Explanation {
  readonly decision: Decision;
  readonly steps: readonly TraceStep[];
}

/** Explains a decision that the simulator made of an entry and a request. */
export function explainDecision(decision: Decision): Explanation {
  const { entry } = decision;
  const first = entry.kind === 'gateway' ? gatewaySteps(decision) : callSteps(decision);
  return { decision, steps: [...first, ...serviceSteps(decision)] };
}

/** An explanation in lines of plain words, for a terminal or a failed test. */
export function describeExplanation({ decision, steps }: Explanation): readonly string[] {
  const marks = { won: '->', failed: ' x', note: '  ' } as const;
  const lines = steps.map(({ verdict, route, reason }) => `  ${marks[verdict]} ${route === undefined ? reason : `${describeRoute(route)}: ${reason}`}`);
  return [`${describeRequest(decision.request)} ${decision.entry.kind === 'gateway' ? 'at' : 'in'} ${describeEntry(decision.entry)}`, ...lines, `  => ${describeDecision(decision)}`];
}

function gatewaySteps(decision: Decision): readonly TraceStep[] {
  if (decision.entry.kind !== 'gateway') return [];
  const { gateway } = decision.entry;
  const { request, host, gatewayRoute } = decision;
  const step = (verdict: TraceStep['verdict'], reason: string, route?: GatewayRoute): TraceStep =>
    ({ stage: 'gateway', owner: gateway.id, verdict, reason, ...(route === undefined ? {} : { route }) });
  const tables = hostTables(gateway);
  const selected = new GatewayEntrance(gateway).tableFor(request.host);
  const named = tables.flatMap((table) => table.host === undefined ? [] : [table.host]);
  const asked = describeHostName(request.host);
  const choice = selected === undefined
    ? `host ${asked} is none of ${describeHosts(named)}, and no route is without host`
    : host !== undefined ? `host ${asked} selects the routes for ${describeHost(host)}${selected.table.routes.some(({ hosts }) => hosts.length === 0) ? ', then redirects to https' : ''}, and no others`
      : named.length === 0 ? undefined : `host ${asked} is none of ${describeHosts(named)}, so the routes without host are asked`;
  return [
    ...(choice === undefined ? [] : [step('note', choice)]),
    ...triedRoutes(selected?.table.routes ?? [], request, gatewayRoute).map(({ route, verdict, reason }) => step(verdict, reason, route)),
    ...guardNotes(decision).map((reason) => step('note', reason)),
    ...(gatewayRoute === undefined ? [step('note', `no route of gateway ${gateway.id} takes the request, so it answers 404`)] : []),
  ];
}

/** What the route asks before it acts, and whether the request passes. */
function guardNotes({ gatewayRoute, branches: [first] }: Decision): readonly string[] {
  const asked = describeGuards(gatewayRoute?.guards ?? {});
  if (asked.length === 0) return [];
  const { ending } = first!;
  const outcome = ending.kind === 'refused' || ending.kind === 'preflight' ? describeEnding(ending) : 'it is let in';
  return [`the route asks for ${asked.join('; ')}: ${outcome}`];
}

function callSteps({ entry, request, branches, undeclared }: Decision): readonly TraceStep[] {
  if (entry.kind !== 'service') return [];
  const { from } = entry;
  const note = (reason: string): TraceStep => ({ stage: 'call', owner: from.id, verdict: 'note', reason });
  const [first] = branches;
  const unrefused = undeclared === undefined ? [] : [note(`${from.id} does not declare this call (calls: ${callsOf(from)}), and nothing in this mesh refuses it`)];
  switch (first!.ending.kind) {
    case 'blocked': return [note(`${from.id} does not declare a call of ${request.host} (calls: ${callsOf(from)}), and the mesh lets out only what is declared`)];
    case 'outside': return isLetOutByRole(from, request)
      ? [note(`${request.host} is no host of the mesh, and the role of ${from.id} lets its pods out to it`)]
      : undeclared === undefined ? [note(`${request.host} is no host of the mesh, and the mesh lets everything out`)]
        : [note(`${request.host} is no host of the mesh`), ...unrefused];
    case 'unrouted': case 'no-pods': return [note(`${request.host} is ${first!.ending.service.id}`), ...unrefused, ...unroutedReasons(first!.ending).map(note)];
    default: break;
  }
  const called = first!.service;
  if (called === undefined) return [];
  const notes = [note(`${request.host} is ${called.id}`), ...unrefused];
  if (undeclared === undefined && !from.calls.some(({ service }) => service === called.id)) {
    notes.push(note(`${from.id} does not declare this call; the mesh lets everything out, but AWS App Mesh applies the routes of ${called.id} to declared calls alone`));
  }
  return notes;
}

function callsOf({ calls }: Service): string {
  return calls.map(({ service }) => service).join(', ') || 'none';
}

/** The second stage of each service that got a share. */
function serviceSteps(decision: Decision): readonly TraceStep[] {
  const asked = new Map<Service, Branch>();
  for (const branch of decision.branches) if (branch.service !== undefined && !asked.has(branch.service)) asked.set(branch.service, branch);
  return [...asked].flatMap(([service, branch]) => stepsOf(service, branch, decision));
}

function stepsOf(service: Service, branch: Branch, decision: Decision): readonly TraceStep[] {
  const step = (verdict: TraceStep['verdict'], reason: string, route?: ServiceRoute): TraceStep =>
    ({ stage: 'service', owner: service.id, verdict, reason, ...(route === undefined ? {} : { route }) });
  const request = branch.asked ?? decision.request;
  const intro = decision.entry.kind === 'gateway' ? [step('note', `service ${service.id} gets it${changesOf(request, decision.request)}`)] : [];
  if (service.routes.length === 0) {
    return [...intro, step('note', branch.ending.kind === 'version' ? 'it has no routes and one version' : 'it has no routes, and nothing chooses one of its versions')];
  }
  const tried = triedRoutes(orderedServiceRoutes(service), request, branch.serviceRoute).map(({ route, verdict, reason }) => step(verdict, reason, route));
  const end = branch.serviceRoute === undefined ? [step('note', `no route of service ${service.id} takes it; choosing a service commits, so the answer is 404`)] : [];
  return [...intro, ...tried, ...end];
}

function changesOf(now: Request, before: Request): string {
  const changes = [
    ...(now.path === before.path ? [] : [`path ${now.path}`]),
    ...(now.host === before.host ? [] : [`host ${describeHostName(now.host)}`]),
    ...(isSame(changedHeaders(now.headers, before), before.headers) ? [] : ['changed headers']),
  ];
  return changes.length === 0 ? '' : ` with ${changes.join(' and ')}`;
}

function isSame(a: Request['headers'], b: Request['headers']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

interface Tried<R> {
  readonly route: R;
  readonly verdict: 'won' | 'failed';
  readonly reason: string;
}

/** The routes that were asked: all before the winner, and the winner. */
function triedRoutes<R extends GatewayRoute | ServiceRoute>(
  routes: readonly R[], request: Request, winner: GatewayRoute | ServiceRoute | undefined,
): readonly Tried<R>[] {
  const tried: Tried<R>[] = [];
  for (const route of routes) {
    if (route === winner) return [...tried, { route, verdict: 'won', reason: wonBecause(route, tried.length) }];
    tried.push({ route, verdict: 'failed', reason: whyNot(route.match, request) ?? 'it takes the request' });
  }
  return tried;
}

function wonBecause(route: GatewayRoute | ServiceRoute, earlier: number): string {
  const order = earlier === 0 ? 'asked first' : route.priority === undefined ? 'the first that fits' : `the first that fits, by its priority ${route.priority}`;
  return `takes it (${order}), and leads to ${leadsTo(route)}`;
}

function leadsTo({ action }: GatewayRoute | ServiceRoute): string {
  switch (action.kind) {
    case 'redirect': return `a redirect ${action.status}`;
    case 'respond': return `an answer ${action.status}`;
    case 'forward': {
      const sum = action.destinations.reduce((total, { weight }) => total + weight, 0);
      return action.destinations.map(({ service, version, weight }) =>
        `${action.destinations.length === 1 ? '' : `${describeShare(shareOf(weight, sum))} `}${service}${version === undefined ? '' : `@${version}`}`).join(', ');
    }
  }
}
