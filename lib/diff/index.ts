/**
 * What a change of a program means for requests. In: two models. Out: a line for each kind of request that is treated differently, with
 * a request that shows it, and what could not be decided. Complete: a request that is treated differently is covered by a line.
 */
import { diffCalls } from './calls';
import { Findings } from './findings';
import { diffGateways, meetingsOf } from './gateways';
import { diffServices } from './services';
import { Side } from './side';
import type { TrafficDiff } from './traffic-diff';
import type { TrafficModel } from '../model/traffic-model';

export * from './render';
export * from './traffic-diff';

/** The difference between two models, for requests. */
export function diffModels(before: TrafficModel, after: TrafficModel): TrafficDiff {
  const sides = { before: new Side(before), after: new Side(after) };
  const gateways = new Set([...before.gateways, ...after.gateways].map(({ id }) => id));
  const findings = new Findings(gateways.size > 1);
  const meetings = meetingsOf(sides);
  diffGateways(sides, meetings, findings);
  diffServices(sides, meetings, findings);
  diffCalls(sides, findings);
  return findings.toDiff();
}
