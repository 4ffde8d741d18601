/** How requests end that reach no version: 404, 502, redirects, answers, the way out. */
import { checkBranches, type CheckResult } from './result';
import type { Decision, Ending } from '../../simulator/decision';
import { describeEnding } from '../../simulator/words';
import type { Expected } from '../expecting/expected';

/** The facts about endings. */
export type EndingFact = Extract<Expected, { kind: 'unroutable' | 'blocked' | 'outside' | 'redirect' | 'respond' | 'refused' | 'preflight' }>;

/** Every request ends so. */
export function checkEnding(decision: Decision, expected: EndingFact): CheckResult {
  return checkBranches(decision, {
    what: 'ends with', expected: describeEndingFact(expected), actual: ({ ending }) => describeEnding(ending), holds: ({ ending }) => isEnding(ending, expected),
  });
}

function isEnding(ending: Ending, expected: EndingFact): boolean {
  switch (expected.kind) {
    case 'unroutable': return ending.kind === 'no-route' && fits(expected.at, ending.stage);
    case 'blocked': return ending.kind === 'blocked';
    case 'outside': return ending.kind === 'outside';
    case 'refused': return ending.kind === 'refused' && fits(expected.status, ending.status);
    case 'preflight': return ending.kind === 'preflight' && ending.isAllowed === expected.isAllowed;
    case 'redirect': return ending.kind === 'redirect' && fits(expected.status, ending.status) && fits(expected.location, ending.location);
    case 'respond': return ending.kind === 'respond' && fits(expected.status, ending.status) && fits(expected.body, ending.body);
  }
}

function fits<T>(wanted: T | undefined, got: T): boolean {
  return wanted === undefined || wanted === got;
}

/** In the words in which endings are described. */
export function describeEndingFact(expected: EndingFact): string {
  switch (expected.kind) {
    case 'unroutable': return `404, no route${expected.at === undefined ? '' : ` of the ${expected.at}`}`;
    case 'blocked': return '502, the call is not declared';
    case 'outside': return 'outside of the mesh';
    case 'refused': return `${expected.status ?? '401 or 403'}, not let in`;
    case 'preflight': return `${expected.isAllowed ? 'an allowed preflight' : 'a preflight of an origin that is not allowed'}, answered 200`;
    case 'redirect': return `redirect${expected.status === undefined ? '' : ` ${expected.status}`}${expected.location === undefined ? '' : ` to ${expected.location}`}`;
    case 'respond': return `answer${expected.status === undefined ? '' : ` ${expected.status}`}${expected.body === undefined ? '' : ` '${expected.body}'`}`;
  }
}
