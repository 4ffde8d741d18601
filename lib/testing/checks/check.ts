/** One fact, judged against a decision. */
import { checkArrival } from './arrival';
import { checkAsks } from './asks';
import { checkSplit, checkTarget } from './destinations';
import { checkEnding } from './endings';
import { checkExtra, checkPolicy } from './policy';
import type { CheckResult, Verdict } from './result';
import { checkRoute } from './routes';
import { assertNever } from '../../diagnostics/mesh-error';
import type { TrafficModel } from '../../model/traffic-model';
import type { Decision } from '../../simulator/decision';
import type { Expected } from '../expecting/expected';

/** Whether a fact holds, and how it shows. */
export function check(decision: Decision, expected: Expected, model: TrafficModel): CheckResult {
  switch (expected.kind) {
    case 'target': return checkTarget(decision, expected);
    case 'split': return checkSplit(decision, expected, model);
    case 'unroutable': case 'blocked': case 'outside': case 'redirect': case 'respond': case 'refused': case 'preflight': return checkEnding(decision, expected);
    case 'path': case 'host': case 'port': case 'header': case 'response-header': return checkArrival(decision, expected);
    case 'timeout': case 'idle-timeout': case 'retried': case 'retries': case 'per-try': case 'retry-on': return checkPolicy(decision, expected);
    case 'mirrored': case 'mirror': case 'faulty': case 'delay': case 'abort': return checkExtra(decision, expected);
    case 'asks': return checkAsks(decision, expected);
    case 'gateway-route': case 'service-route': case 'host-table': return checkRoute(decision, expected);
    default: return assertNever(expected);
  }
}

/** The verdict on several facts that are said together: all hold, at least one does not, or one of them is open. */
export function verdictOf(results: readonly CheckResult[]): Verdict {
  if (results.every(({ verdict }) => verdict === 'yes')) return 'yes';
  return results.some(({ verdict }) => verdict === 'neither') ? 'neither' : 'no';
}
