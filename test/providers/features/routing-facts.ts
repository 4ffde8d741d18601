/** What a decision says about a call, as expectations of routing tests: one fact each, so that it shows which of them a mesh does not keep. */
import type { TrafficModel } from '../../../lib/model/traffic-model';
import { effectiveTimeoutMs, percentOf, type Decision, type RequestInput } from '../../../lib/simulator';
import { CoverageLog, judge } from '../../../lib/testing/core';
import type { RouteExpectation } from '../../../lib/testing/expecting/route-expectation';

/** Every fact of a decision; each holds for it. */
export function factsOf({ branches }: Decision): readonly RouteExpectation[] {
  const live = branches.filter(({ share }) => share.numerator > 0);
  const [first] = live;
  const { ending, arrival, policy, mirrors, faults, responseHeaders, serviceRoute } = first!;
  switch (ending.kind) {
    case 'blocked': return [{ blocked: true }];
    case 'outside': return [{ leavesMesh: true }];
    case 'no-route': return [{ unroutable: true }];
    case 'redirect': return [{ redirected: true, redirectLocation: ending.location }];
    case 'respond': return [{ answered: true, responseStatus: ending.status }];
    default: break;
  }
  const shares = live.map((branch) => branch.ending.kind === 'version' ? [`${branch.ending.service.id}@${branch.ending.version.name}`, percentOf(branch.share)] : []);
  const [timeout, idle] = [effectiveTimeoutMs(first!), policy.timeouts?.idleMs];
  const { retry } = policy;
  return [
    { split: Object.fromEntries(shares) as { [name: string]: number } },
    { path: arrival.path }, { host: arrival.host }, ...Object.entries(arrival.headers).map(([name, value]) => ({ headers: { [name]: value } })),
    timeout === undefined ? { noTimeout: true } : { timeout: `${timeout}ms` },
    idle === undefined ? { noIdleTimeout: true } : { idleTimeout: `${idle}ms` },
    ...(retry === undefined ? [{ retried: false }] : [{ retryAttempts: retry.attempts }, { retryOn: retry.on }]),
    { mirrored: mirrors.length > 0 }, { faulty: faults.length > 0 },
    ...responseHeaders.flatMap(({ set }) => set.map(({ name, value }) => ({ responseHeaders: { [name]: value } }))),
    ...(serviceRoute === undefined ? [] : [{ serviceRoute: serviceRoute.name }]),
  ];
}

/** Whether a routing test that expects a fact of a call passes. A test that names what the program does not have does not pass either. */
export function holds(model: TrafficModel, from: string, request: RequestInput, expectation: RouteExpectation): boolean {
  try {
    return judge({ place: { kind: 'service', model, id: from }, requests: request, expectation, negated: false }, new CoverageLog()).passes;
  } catch (error) {
    if ((error as Error).name === 'RoutingTestError') return false;
    throw error;
  }
}
