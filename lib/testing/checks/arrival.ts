/** The request as the service sees it, and the answer as the client does. */
import { checkBranches, type CheckResult } from './result';
import type { Branch, Decision } from '../../simulator/decision';
import { isReceived, reachesPods } from '../../simulator/endings';
import type { Expected } from '../expecting/expected';

/** The facts about what is changed on the way. */
export type ArrivalFact = Extract<Expected, { kind: 'path' | 'host' | 'port' | 'header' | 'response-header' }>;

/** Every request arrives so, every answer comes back so. */
export function checkArrival(decision: Decision, expected: ArrivalFact): CheckResult {
  switch (expected.kind) {
    case 'path': return checkBranches(decision, fact('path', expected.value, (branch) => branch.arrival.path));
    case 'host': return checkBranches(decision, fact('host', expected.value, (branch) => branch.arrival.host));
    case 'port': return checkBranches(decision, {
      ...fact('port', String(expected.value), ({ ending }) => reachesPods(ending) ? String(ending.port) : ''),
      actual: ({ ending }) => reachesPods(ending) ? String(ending.port) : undefined,
    });
    case 'header': return checkBranches(decision, fact(`header ${expected.name}`, shown(expected.value, 'absent'),
      ({ arrival }) => shown(Object.hasOwn(arrival.headers, expected.name) ? arrival.headers[expected.name] : undefined, 'absent')));
    case 'response-header': return checkBranches(decision, {
      what: `response header ${expected.name}`, expected: shown(expected.value, 'removed'),
      actual: (branch) => describeChange(changeOf(branch, expected.name)),
      holds: (branch) => describeChange(changeOf(branch, expected.name)) === shown(expected.value, 'removed'),
    });
  }
}

/** A text of what arrives, for the branches where something arrives. */
function fact(what: string, expected: string, read: (branch: Branch) => string) {
  const actual = (branch: Branch) => isReceived(branch.ending) ? read(branch) : undefined;
  return { what, expected, actual, holds: (branch: Branch) => read(branch) === expected };
}

/** What the routes do to a header of the answer: the value that an answer without it would get, `removed`, or nothing. */
type Change = { readonly value: string } | 'removed' | 'unchanged';

function changeOf({ responseHeaders }: Branch, name: string): Change {
  let change: Change = 'unchanged';
  for (const { remove, set, add } of responseHeaders) {
    if (remove.includes(name)) change = 'removed';
    for (const header of set) if (header.name === name) change = { value: header.value };
    for (const header of add) if (header.name === name) change = { value: typeof change === 'string' ? header.value : `${change.value},${header.value}` };
  }
  return change;
}

function describeChange(change: Change): string {
  return typeof change === 'string' ? change : shown(change.value, '');
}

function shown(value: string | undefined, absent: string): string {
  return value === undefined ? absent : `'${value}'`;
}
