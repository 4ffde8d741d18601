/** The response to CloudFormation: one PUT to a presigned address. @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html */
import { request as httpRequest } from 'http';
import { request as httpsRequest } from 'https';
import retry from 'async-retry';
import type { CloudFormationEvent, Outcome } from './event';

/** CloudFormation takes 4,096 bytes in all, and shows little more than a thousand of the reason. */
const MAX_REASON_BYTES = 1_800;

/** Sends the outcome; tries again where the network fails, because a lost response is an hour of waiting. */
export async function respond({ ResponseURL, StackId, RequestId, LogicalResourceId }: CloudFormationEvent, outcome: Outcome): Promise<void> {
  const body = JSON.stringify({ ...outcome, Reason: outcome.Reason === undefined ? undefined : cut(outcome.Reason), StackId, RequestId, LogicalResourceId });
  await retry(() => put(new URL(ResponseURL), body), { retries: 6, minTimeout: 200, maxTimeout: 5_000 });
}

/** Cut at a character, not in the middle of one. */
export function cut(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MAX_REASON_BYTES ? text : `${bytes.subarray(0, MAX_REASON_BYTES - 3).toString().replace(/�+$/, '')}...`;
}

function put(url: URL, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const sent = send(url, { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode ?? 500) < 400 ? resolve() : reject(new Error(`response refused with ${response.statusCode}`)));
    });
    sent.setTimeout(20_000, () => sent.destroy(new Error('no answer to the response')));
    sent.on('error', reject);
    sent.end(body);
  });
}
