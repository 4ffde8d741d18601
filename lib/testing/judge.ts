/**
 * The core of routing tests, shared by jest's matchers and the class for other languages: a place, requests and an expectation go in,
 * a verdict and its text come out. Pure: what the tests touched is told to the log that is handed in.
 */
import { nameOf } from './asking/request';
import { ask, describePlace, type Place } from './asking/subject';
import { check, verdictOf } from './checks/check';
import { parseExpectation } from './expecting/parse';
import type { RouteExpectation } from './expecting/route-expectation';
import { describeFailures, type Failure } from './report/failure';
import type { CoverageLog } from './structure/coverage';
import { refuse } from './test-error';
import type { RequestInput } from '../simulator/request';

/** One request, or several that all must do the same. */
export type Requests = RequestInput | readonly RequestInput[];

/** A question to a mesh. */
export interface Question {
  readonly place: Place;
  readonly requests: Requests;
  readonly expectation: RouteExpectation;
  /** None of the requests may do what is expected. */
  readonly negated: boolean;
}

/** Whether the question is answered as the test wants, and if not, the whole text. */
export interface Judgement {
  readonly passes: boolean;
  readonly message: string;
}

/** Asks, and compares. Throws RoutingTestError for a test that is wrong itself. */
export function judge({ place, requests, expectation, negated }: Question, log: CoverageLog): Judgement {
  const asked = Array.isArray(requests) ? requests as readonly RequestInput[] : [requests as RequestInput];
  if (asked.length === 0) refuse('the list of requests is empty, so nothing is tested', 'give at least one request');
  const expected = parseExpectation(expectation, place.model);
  const failures = asked.flatMap((input): readonly Failure[] => {
    const decision = ask(place, requireRequest(input));
    const results = expected.map((fact) => check(decision, fact, place.model));
    if (verdictOf(results) === (negated ? 'no' : 'yes')) {
      log.record(place.model, { decision, facts: negated ? [] : expected });
      return [];
    }
    return [{ request: nameOf(input), place: describePlace(place), expected, negated, decision, results }];
  });
  return { passes: failures.length === 0, message: failures.length === 0 ? '' : describeFailures(failures, asked.length) };
}

function requireRequest(input: RequestInput): RequestInput {
  if (typeof (input as RequestInput | undefined)?.path === 'string') return input;
  return refuse(`${JSON.stringify(input)} is no request`, "write GET('/products'), or an object with a path");
}
