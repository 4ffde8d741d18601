/** Timeouts, retries, copies and deliberate failures that hold for a request. */
import { checkBranches, type CheckResult } from './result';
import type { Fault, Mirror } from '../../model/action';
import type { Branch, Decision, Ending } from '../../simulator/decision';
import { reachesPods } from '../../simulator/endings';
import { effectiveTimeoutMs } from '../../simulator/words';
import type { Expected } from '../expecting/expected';
import { describeTarget } from '../expecting/targets';
import { describeTime } from '../expecting/time';

/** The facts about limits and tries. */
export type PolicyFact = Extract<Expected, { kind: 'timeout' | 'idle-timeout' | 'retried' | 'retries' | 'per-try' | 'retry-on' }>;

/** The facts about copies and failures. */
export type ExtraFact = Extract<Expected, { kind: 'mirrored' | 'mirror' | 'faulty' | 'delay' | 'abort' }>;

/** Every request is limited and tried so. */
export function checkPolicy(decision: Decision, expected: PolicyFact): CheckResult {
  switch (expected.kind) {
    case 'timeout': return checkText(decision, 'timeout', describeLimit(expected.ms), (branch) => describeLimit(effectiveTimeoutMs(branch)));
    case 'idle-timeout': return checkText(decision, 'idle timeout', describeLimit(expected.ms), (branch) => describeLimit(idleTimeoutMs(branch)));
    case 'retried': return checkBranches(decision, {
      what: 'retries', expected: expected.value ? 'some' : 'none', holds: ({ policy }) => (policy.retry !== undefined) === expected.value,
      actual: ({ policy, ending }) => reachesPods(ending) ? String(policy.retry?.attempts ?? 'none') : undefined,
    });
    case 'retries': return checkText(decision, 'retries', String(expected.attempts), ({ policy }) => String(policy.retry?.attempts ?? 0));
    case 'per-try': return checkText(decision, 'timeout per try', describeLimit(expected.ms), ({ policy }) => describeLimit(policy.retry?.perTryTimeoutMs));
    case 'retry-on': return checkText(decision, 'retried failures', describeEvents(expected.events), ({ policy }) => describeEvents(policy.retry?.on ?? []));
  }
}

/** Every request is copied, delayed or refused so. */
export function checkExtra(decision: Decision, expected: ExtraFact): CheckResult {
  const onlyReached = (text: (branch: Branch) => string) => (branch: Branch) => NOWHERE.includes(branch.ending.kind) ? undefined : text(branch);
  const copies = onlyReached(({ mirrors }) => mirrors.map(describeMirror).join(', ') || 'none');
  const failures = onlyReached(({ faults }) => faults.flatMap(describeFault).join(', ') || 'none');
  switch (expected.kind) {
    case 'mirrored': return checkBranches(decision, { what: 'copies', expected: expected.value ? 'some' : 'none', actual: copies, holds: ({ mirrors }) => (mirrors.length > 0) === expected.value });
    case 'mirror': return checkBranches(decision, { what: 'copies', expected: describeMirrorFact(expected), actual: copies, holds: ({ mirrors }) => mirrors.some((mirror) => isMirror(mirror, expected)) });
    case 'faulty': return checkBranches(decision, { what: 'faults', expected: expected.value ? 'some' : 'none', actual: failures, holds: ({ faults }) => (faults.length > 0) === expected.value });
    case 'delay': return checkBranches(decision, {
      what: 'faults', expected: describeFaultFact(expected), actual: failures,
      holds: ({ faults }) => faults.some(({ delay }) => delay !== undefined && fits(expected.ms, delay.ms) && fits(expected.percent, delay.percent)),
    });
    case 'abort': return checkBranches(decision, {
      what: 'faults', expected: describeFaultFact(expected), actual: failures,
      holds: ({ faults }) => faults.some(({ abort }) => abort !== undefined && fits(expected.status, abort.status) && fits(expected.percent, abort.percent)),
    });
  }
}

/** Endings of requests that nothing has sent on. */
const NOWHERE: readonly Ending['kind'][] = ['no-route', 'blocked', 'no-pods'];

/** A fact that holds where two texts are equal, for branches that reach pods. */
function checkText(decision: Decision, what: string, expected: string, read: (branch: Branch) => string): CheckResult {
  return checkBranches(decision, {
    what, expected, actual: (branch) => reachesPods(branch.ending) ? read(branch) : undefined, holds: (branch) => read(branch) === expected,
  });
}

/** The shorter of the route's limit and that of the version's own proxy. */
function idleTimeoutMs({ policy, ending }: Branch): number | undefined {
  const limits = [policy.timeouts?.idleMs, ending.kind === 'version' ? ending.version.timeouts?.idleMs : undefined].filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function isMirror(mirror: Mirror, { target, percent }: Extract<Expected, { kind: 'mirror' }>): boolean {
  const leads = target === undefined || (mirror.service === target.service.id && (target.version === undefined || target.version.name === mirror.version));
  return leads && fits(percent, mirror.percent);
}

function fits<T>(wanted: T | undefined, got: T): boolean {
  return wanted === undefined || wanted === got;
}

function describeLimit(ms: number | undefined): string {
  return ms === undefined ? 'none' : describeTime(ms);
}

function describeEvents(events: readonly string[]): string {
  return [...events].sort().join(', ') || 'none';
}

function describeMirror({ service, version, percent }: Mirror): string {
  return `${percent} % to ${service}${version === undefined ? '' : `@${version}`}`;
}

function describeFault({ delay, abort }: Fault): readonly string[] {
  return [
    ...(delay === undefined ? [] : [`${delay.percent} % after ${describeTime(delay.ms)}`]),
    ...(abort === undefined ? [] : [`${abort.percent} % answered ${abort.status}`]),
  ];
}

/** `10 % to shop/products@v2`; parts that are left open stay out. */
export function describeMirrorFact({ target, percent }: Extract<Expected, { kind: 'mirror' }>): string {
  return [...(percent === undefined ? [] : [`${percent} %`]), ...(target === undefined ? [] : [`to ${describeTarget(target)}`])].join(' ');
}

/** `5 % after 2 s`, `answered 503`. */
export function describeFaultFact(fact: Extract<Expected, { kind: 'delay' | 'abort' }>): string {
  const what = fact.kind === 'delay' ? fact.ms === undefined ? ['delayed'] : [`after ${describeTime(fact.ms)}`] : [`answered${fact.status === undefined ? '' : ` ${fact.status}`}`];
  return [...(fact.percent === undefined ? [] : [`${fact.percent} %`]), ...what].join(' ');
}
