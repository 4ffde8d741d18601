/** What the gateway's route asks for, whether or not the request passes. */
import type { CheckResult } from './result';
import { describeGuards } from '../../model/describe';
import type { Guards } from '../../model/guards';
import { networkOf } from '../../model/networks';
import type { Decision } from '../../simulator/decision';
import type { Expected } from '../expecting/expected';

/** The fact about guards. */
export type AsksFact = Extract<Expected, { kind: 'asks' }>;

/** The route that took the requests asks for it. */
export function checkAsks({ entry, gatewayRoute }: Decision, expected: AsksFact): CheckResult {
  const row = { what: 'asks for', expected: describeAsksFact(expected) };
  if (entry.kind !== 'gateway') {
    return { verdict: 'neither', rows: [{ ...row, actual: 'nothing: a call between services', holds: false }], note: 'a call between services passes no gateway' };
  }
  const guards = gatewayRoute?.guards ?? {};
  const holds = asksFor(guards, expected);
  return { verdict: holds ? 'yes' : 'no', rows: [{ ...row, actual: describeGuards(guards).join('; ') || 'nothing', holds }] };
}

function asksFor({ cors, tokens, clients, rateLimit }: Guards, { tokenOf, clientsOf, rate }: AsksFact): boolean {
  if (tokenOf === undefined && clientsOf === undefined && rate === undefined) return [cors, tokens, clients, rateLimit].some((guard) => guard !== undefined);
  return (tokenOf === undefined || tokens?.some(({ issuer }) => issuer === tokenOf) === true)
    && (clientsOf === undefined || clients?.some((network) => networkOf(network) === clientsOf) === true)
    && (rate === undefined || (rateLimit !== undefined && `${rateLimit.requests} per ${rateLimit.per}` === rate));
}

/** `a token of https://id.example.com; clients of 10.0.0.0/8`; of nothing named: `something`. */
export function describeAsksFact({ tokenOf, clientsOf, rate }: AsksFact): string {
  const parts = [
    ...(tokenOf === undefined ? [] : [`a token of ${tokenOf}`]), ...(clientsOf === undefined ? [] : [`clients of ${clientsOf}`]),
    ...(rate === undefined ? [] : [`at most ${rate} and proxy`]),
  ];
  return parts.join('; ') || 'something';
}
