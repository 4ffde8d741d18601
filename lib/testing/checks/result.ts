/** What a check says: whether a fact holds, and the lines of the table that show it. */
import type { Branch, Decision } from '../../simulator/decision';
import { describeEnding } from '../../simulator/words';

/** `neither`: it holds for a part of the requests, or nothing can be said, so that neither the fact nor its opposite is true. */
export type Verdict = 'yes' | 'no' | 'neither';

/** One line of the table of a failure. */
export interface Row {
  readonly what: string;
  /** Left out: a place where requests go that the test does not name. */
  readonly expected?: string;
  readonly actual: string;
  readonly holds: boolean;
}

/** The result of one fact. */
export interface CheckResult {
  readonly verdict: Verdict;
  readonly rows: readonly Row[];
  /** For `neither`: why. */
  readonly note?: string;
}

/** The branches that get requests: versions that are only kept warm do not count. */
export function liveBranches({ branches }: Decision): readonly Branch[] {
  return branches.filter(({ share }) => share.numerator > 0);
}

/** A fact about each branch. */
export interface BranchFact {
  readonly what: string;
  readonly expected: string;
  /** Text of what a branch has; nothing where the question makes no sense for it, because it ends otherwise. */
  readonly actual: (branch: Branch) => string | undefined;
  readonly holds: (branch: Branch) => boolean;
}

/** Holds where it holds for every branch that gets requests; does not hold where it holds for none. */
export function checkBranches(decision: Decision, { what, expected, actual, holds }: BranchFact): CheckResult {
  const judged = liveBranches(decision).map((branch) => {
    const text = actual(branch);
    return { branch, text: text ?? describeEnding(branch.ending), fits: text !== undefined, holds: text !== undefined && holds(branch) };
  });
  const verdict: Verdict = judged.every((one) => one.holds) ? 'yes' : judged.every((one) => one.fits && !one.holds) ? 'no' : 'neither';
  const same = judged.every((one) => one.text === judged[0]!.text);
  const shown = same ? judged.slice(0, 1) : judged;
  const rows = shown.map((one): Row => ({ what: same ? what : `${what} (${describeEnding(one.branch.ending)})`, expected, actual: one.text, holds: one.holds }));
  if (verdict !== 'neither') return { verdict, rows };
  const note = judged.some((one) => !one.fits) ? `not every request reaches a service, so nothing can be said about its ${what}` : 'this holds for a part of the requests only';
  return { verdict, rows, note };
}
