/** What the two models do with a witness, in words that differ. */
import { describeGuards, describeStickiness } from '../model/describe';
import { describeShare, describeDecision, describeHostName, effectiveTimeoutMs, endingShares, reachesPods, type Branch, type Decision, type Ending } from '../simulator';

/** Both outcomes; where the targets are the same, with the details that are not. */
export function outcomesOf(before: Decision | undefined, after: Decision | undefined): { readonly before: string; readonly after: string } {
  const [was, is] = [summaryOf(before), summaryOf(after)];
  if (was !== is || before === undefined || after === undefined) return { before: was, after: is };
  const [old, now] = [detailsOf(before), detailsOf(after)];
  const differing = old.flatMap((detail, at) => detail === now[at] ? [] : [at]);
  const text = (details: readonly string[]) => differing.map((at) => details[at]).join(', ');
  return { before: `${was}, ${text(old)}`, after: `${is}, ${text(now)}` };
}

function summaryOf(decision: Decision | undefined): string {
  if (decision === undefined) return 'nobody listens';
  const some = endingShares(decision).filter(({ share }) => share.numerator > 0);
  return some.length === 1 ? describeDecision({ branches: decision.branches.filter(({ share }) => share.numerator > 0) }) : describeDecision(decision);
}

/** Everything about a decision but its targets, part by part. */
function detailsOf({ branches, gatewayRoute }: Decision): readonly string[] {
  const active = branches.filter(({ share }) => share.numerator > 0);
  const parts: readonly ((branch: Branch) => string)[] = [
    ({ arrival }) => `path ${arrival.path}`,
    ({ arrival }) => `host ${describeHostName(arrival.host)}`,
    ({ arrival }) => `headers ${Object.entries(arrival.headers).map(([name, value]) => `${name}: ${value}`).join('; ') || 'none'}`,
    (branch) => `timeout ${milliseconds(effectiveTimeoutMs(branch))}`,
    ({ policy }) => `idle timeout ${milliseconds(policy.timeouts?.idleMs)}`,
    ({ policy: { retry } }) => retry === undefined
      ? 'no retries'
      : `retries ${retry.attempts} on ${retry.on.join(', ')}${retry.perTryTimeoutMs === undefined ? '' : `, ${retry.perTryTimeoutMs} ms each`}`,
    ({ mirrors }) => `mirrors ${mirrors.map(({ service, version, percent }) => `${percent} % ${service}${version === undefined ? '' : `@${version}`}`).join(', ') || 'none'}`,
    ({ faults }) => `faults ${faults.map((fault) => JSON.stringify(fault)).join(', ') || 'none'}`,
    ({ responseHeaders }) => `response headers ${responseHeaders.map((changes) => JSON.stringify(changes)).join(', ') || 'unchanged'}`,
    ({ ending }) => stayOf(ending),
    ({ share, ending }) => `${describeShare(share)} on port ${reachesPods(ending) ? ending.port : 'none'}`,
  ];
  return [...parts.map((part) => [...new Set(active.map(part))].join(' or ')), `asks for ${describeGuards(gatewayRoute?.guards ?? {}).join(' and ') || 'nothing'}`];
}

function stayOf(ending: Ending): string {
  const stickiness = ending.kind === 'version' ? describeStickiness(ending.version.stickiness) : undefined;
  return stickiness === undefined ? 'stays at no pod' : `stays at a pod by ${stickiness}`;
}

function milliseconds(ms: number | undefined): string {
  if (ms === undefined) return 'none';
  return ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`;
}
