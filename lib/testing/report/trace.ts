/** The trace of a decision, as long as it helps: of a long table the routes that came close, and where those are written. */
import { describeSite } from './site';
import { pathHead } from '../../model/overlap';
import type { Route } from '../../model/rules/rule';
import type { Decision } from '../../simulator/decision';
import { describeExplanation, explainDecision, type TraceStep } from '../../simulator/explain';

/** Failed routes of one table that are shown whatever they are. */
const SHOWN = 8;

/** Of more, those with the most alike paths, beside those where only another condition fails. */
const CLOSEST = 4;

/** The lines of the trace. */
export function traceOf(decision: Decision): readonly string[] {
  const { steps } = explainDecision(decision);
  const owners = [...new Set(steps.map(({ owner }) => owner))];
  const short = owners.flatMap((owner) => shorten(steps.filter((step) => step.owner === owner), decision.request.path));
  return describeExplanation({ decision, steps: short });
}

/** The steps of one table. */
function shorten(steps: readonly TraceStep[], path: string): readonly TraceStep[] {
  const failed = steps.filter(({ verdict }) => verdict === 'failed');
  const elsewhere = failed.filter(isElsewhere);
  const closest = [...elsewhere].sort((a, b) => likeness(b.route!, path) - likeness(a.route!, path)).slice(0, CLOSEST);
  const left = failed.length <= SHOWN ? [] : elsewhere.filter((step) => !closest.includes(step));
  const lost = !steps.some(({ verdict }) => verdict === 'won');
  return steps.flatMap((step): readonly TraceStep[] => {
    if (step === left[0]) return [{ stage: step.stage, owner: step.owner, verdict: 'note', reason: `${left.length} routes for other paths do not take it` }];
    if (left.includes(step)) return [];
    const near = step.verdict === 'failed' && (!isElsewhere(step) || (lost && step === closest[0]));
    return [near ? { ...step, reason: `${step.reason}  [${describeSite(step.route!)}]` } : step];
  });
}

function isElsewhere({ reason }: TraceStep): boolean {
  return reason.startsWith('path ') || reason.startsWith('it takes ');
}

/** How many characters a route's path and that of the request have in common, from the beginning. */
function likeness({ match }: Route, path: string): number {
  const head = match.kind === 'http' ? pathHead(match.path) : match.kind === 'grpc' ? `/${match.service ?? ''}` : '';
  let at = 0;
  while (at < head.length && head[at] === path[at]) at++;
  return at;
}
