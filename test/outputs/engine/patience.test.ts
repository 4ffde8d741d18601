import { ApiError } from '../../../lib/outputs/cloudformation/engine/api';
import { Refusal } from '../../../lib/outputs/cloudformation/engine/event';
import { isTransient, patiently } from '../../../lib/outputs/cloudformation/engine/patience';

const now = () => Date.now();
const coded = (code: string) => Object.assign(new Error('connect'), { code });

test.each<readonly [string, unknown]>([
  ['too many requests', new ApiError(429, 'TooManyRequests', 'slow down')],
  ['an internal error', new ApiError(500, 'InternalError', 'failed calling webhook "a": connection refused')],
  ['an API server that starts', new ApiError(503, 'ServiceUnavailable', 'starting')],
  ['a gateway in front of it', new ApiError(504, 'Timeout', 'timed out')],
  ['an access entry that is not known yet', new ApiError(401, 'Unauthorized', 'Unauthorized')],
  ['a change in between', new ApiError(409, 'Conflict', 'the object has been modified; please apply your changes to the latest version')],
  ['a precondition that does not hold any more', new ApiError(409, 'Conflict', 'Precondition failed: resourceVersion')],
  ['a namespace that goes', new ApiError(403, 'Forbidden', 'unable to create new content in namespace a because it is being terminated')],
  ['a refused connection', coded('ECONNREFUSED')],
  ['a name that is not known yet', coded('ENOTFOUND')],
  ['a connection that broke', new Error('socket hang up')],
])('%s is "not yet"', (_, error) => {
  expect(isTransient(error, now())).toBe(true);
});

test.each<readonly [string, unknown]>([
  ['a missing right', new ApiError(403, 'Forbidden', 'User "a" cannot patch resource')],
  ['a conflict with another manager', new ApiError(409, 'Conflict', 'Apply failed with 1 conflict: conflict with "kubectl": .data.key')],
  ['an object that is there', new ApiError(409, 'AlreadyExists', 'already exists')],
  ['an invalid object', new ApiError(422, 'Invalid', 'is invalid')],
  ['an unknown field, which comes as status 500', new ApiError(500, '', 'failed to create typed patch object (a; v1, Kind=A): .b: field not declared in schema')],
  ['a fault of ours', new TypeError('cannot read properties of undefined')],
])('%s is "no"', (_, error) => {
  expect(isTransient(error, now())).toBe(false);
});

test('Unauthorized is "no" after a minute', () => {
  expect(isTransient(new ApiError(401, 'Unauthorized', 'Unauthorized'), now() - 61_000)).toBe(false);
});

test('what works in the end gives its result, what is refused fails at once', async () => {
  const deadline = { end: now() + 60_000, seconds: 60 };
  const answers = [new ApiError(503, '', 'not yet'), new Refusal('no'), new Error('never asked')];
  const attempt = () => Promise.reject(answers.shift()!);

  await expect(patiently(deadline, attempt)).rejects.toThrow(new Refusal('no'));
  expect(answers).toHaveLength(1);
  await expect(patiently(deadline, () => Promise.resolve('yes'))).resolves.toBe('yes');
});

test('after the deadline the last error is what is told', async () => {
  await expect(patiently({ end: now(), seconds: 0 }, () => Promise.reject(new ApiError(503, '', 'still not')))).rejects.toThrow('still not');
});
