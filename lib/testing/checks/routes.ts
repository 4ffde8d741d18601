/** Which routes take a request, and which host's routes are asked. */
import { checkBranches, type CheckResult } from './result';
import { describeHost } from '../../model/describe';
import type { Decision } from '../../simulator/decision';
import type { Expected } from '../expecting/expected';

/** The facts about routes. */
export type RouteFact = Extract<Expected, { kind: 'gateway-route' | 'service-route' | 'host-table' }>;

/** Every request is taken by that route, or looked up there. */
export function checkRoute(decision: Decision, expected: RouteFact): CheckResult {
  switch (expected.kind) {
    case 'service-route': return checkBranches(decision, {
      what: 'service route', expected: expected.name, actual: ({ serviceRoute }) => serviceRoute?.name ?? 'none', holds: ({ serviceRoute }) => serviceRoute?.name === expected.name,
    });
    case 'gateway-route': return atGateway(decision, 'gateway route', expected.name, decision.gatewayRoute?.name ?? 'none');
    case 'host-table': return atGateway(decision, 'routes for host', expected.name, decision.host === undefined ? '*' : describeHost(decision.host));
  }
}

function atGateway({ entry }: Decision, what: string, expected: string, actual: string): CheckResult {
  if (entry.kind !== 'gateway') {
    return { verdict: 'neither', rows: [{ what, expected, actual: 'none: a call between services', holds: false }], note: 'a call between services passes no gateway' };
  }
  return { verdict: expected === actual ? 'yes' : 'no', rows: [{ what, expected, actual, holds: expected === actual }] };
}
