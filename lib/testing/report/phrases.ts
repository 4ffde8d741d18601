/** Expected facts as the rest of a sentence that begins with `expected GET /products at gateway 'shop/gateway' to`. */
import { assertNever } from '../../diagnostics/mesh-error';
import { describeAsksFact } from '../checks/asks';
import { describeEndingFact } from '../checks/endings';
import { describeFaultFact, describeMirrorFact } from '../checks/policy';
import type { Expected } from '../expecting/expected';
import { describeTarget } from '../expecting/targets';
import { describeTime } from '../expecting/time';

/** `go to shop/products@v2`, `time out after 10 s`. */
export function phraseOf(expected: Expected): string {
  switch (expected.kind) {
    case 'target': return `go to ${describeTarget(expected.target)}`;
    case 'split': return `be split into ${expected.shares.map(({ name, percent }) => `${name} ${percent} %`).join(', ')}${expected.of === undefined ? '' : ` of ${describeTarget(expected.of)}`}`;
    case 'unroutable': case 'blocked': case 'outside': case 'redirect': case 'respond': case 'refused': case 'preflight': return `end with ${describeEndingFact(expected)}`;
    case 'path': return `arrive with path ${expected.value}`;
    case 'host': return `arrive with host ${expected.value}`;
    case 'port': return `arrive on port ${expected.value}`;
    case 'header': return expected.value === undefined ? `arrive without header ${expected.name}` : `arrive with header ${expected.name} '${expected.value}'`;
    case 'timeout': return expected.ms === undefined ? 'have no timeout' : `time out after ${describeTime(expected.ms)}`;
    case 'idle-timeout': return expected.ms === undefined ? 'have no idle timeout' : `time out after ${describeTime(expected.ms)} without a byte`;
    case 'retried': return expected.value ? 'be retried' : 'be tried only once';
    case 'retries': return expected.attempts === 0 ? 'be tried only once' : `be retried ${expected.attempts} times`;
    case 'per-try': return `give each try ${describeTime(expected.ms)}`;
    case 'retry-on': return `be retried on ${expected.events.join(', ')}`;
    case 'mirrored': return expected.value ? 'be copied' : 'not be copied';
    case 'mirror': return `be copied ${describeMirrorFact(expected)}`;
    case 'faulty': return expected.value ? 'fail on purpose' : 'not fail on purpose';
    case 'delay': case 'abort': return `fail on purpose: ${describeFaultFact(expected)}`;
    case 'response-header': return expected.value === undefined ? `have header ${expected.name} removed from the answer` : `get header ${expected.name} '${expected.value}' with the answer`;
    case 'asks': return `be asked for ${describeAsksFact(expected)}`;
    case 'gateway-route': return `take gateway route '${expected.name}'`;
    case 'service-route': return `take service route '${expected.name}'`;
    case 'host-table': return expected.name === '*' ? 'be looked up among the routes without host' : `be looked up among the routes for ${expected.name}`;
    default: return assertNever(expected);
  }
}
