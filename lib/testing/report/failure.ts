/** The text of a failed expectation: what was expected, what is, the routes behind it with their place in the program, and why. */
import { phraseOf } from './phrases';
import { describeSite } from './site';
import { tableOf } from './table';
import { traceOf } from './trace';
import { describeRoute } from '../../model/describe';
import type { Route } from '../../model/rules/rule';
import { describeHostName } from '../../simulator/any-other-host';
import type { Decision } from '../../simulator/decision';
import { liveBranches, type CheckResult, type Row } from '../checks/result';
import type { Expected } from '../expecting/expected';

/** One request that does not do what is expected. */
export interface Failure {
  /** Name of the request. */
  readonly request: string;
  /** Who is asked: `gateway 'shop/gateway'`. */
  readonly place: string;
  readonly expected: readonly Expected[];
  readonly negated: boolean;
  readonly decision: Decision;
  readonly results: readonly CheckResult[];
}

const WHOLE = 3;

/** All failures of one expectation: the first few whole, of the others the names. */
export function describeFailures(failures: readonly Failure[], asked: number): string {
  const whole = failures.slice(0, WHOLE).map(describeFailure);
  if (asked === 1) return whole[0]!;
  const rest = failures.slice(WHOLE).map(({ request }) => `  ${request}`);
  const more = rest.length === 0 ? [] : [['and the same for', ...rest].join('\n')];
  return [`${failures.length} of ${asked} requests ${failures.length === 1 ? 'does' : 'do'} not do what is expected`, ...whole, ...more].join('\n\n');
}

function describeFailure({ request, place, expected, negated, decision, results }: Failure): string {
  // without not, the table says enough
  const notes = negated ? results.flatMap(({ note }) => note ?? []) : [];
  return [
    `expected ${request} at ${place} ${negated ? 'not ' : ''}to ${expected.map(phraseOf).join(' and to ')}`,
    '',
    ...tableOf(results.flatMap(({ rows }) => rows).map(readable), negated),
    ...notes.map((note) => `    ${note}`),
    '',
    ...indented(describeWay(decision)),
  ].join('\n');
}

function readable(row: Row): Row {
  return { ...row, what: describeHostName(row.what), actual: describeHostName(row.actual) };
}

/** The routes that a request takes, with their places in the program, and how it came to that. */
export function describeWay(decision: Decision): string {
  return [...routeLines(decision), ...traceOf(decision)].join('\n');
}

function indented(text: string): readonly string[] {
  return text.split('\n').map((line) => line === '' ? '' : `  ${line}`);
}

/** The routes that won, each with the construct and the property that the user wrote. */
function routeLines(decision: Decision): readonly string[] {
  const services = new Set(liveBranches(decision).flatMap(({ serviceRoute }) => serviceRoute ?? []));
  const lines = [
    ...(decision.gatewayRoute === undefined ? [] : placeLines('gateway', decision.gatewayRoute)),
    ...[...services].flatMap((route) => placeLines('service', route)),
  ];
  return lines.length === 0 ? [] : [...lines, ''];
}

function placeLines(stage: string, route: Route): readonly string[] {
  return [`${stage} route ${describeRoute(route)}`, `  at ${describeSite(route)}`];
}
