/** Calls between services that reach something else: allowed and refused ones, hosts that come and go. */
import type { Findings } from './findings';
import { signatureOf } from './signature';
import { decide, type Entrance, type Sides } from './witness';
import type { Service } from '../model/service';
import { kindOf, type Decision } from '../simulator';

/** A host that is none of either mesh's. */
const OUTSIDE = 'outside.invalid';

/** Reports calls that are let through in one model only. What a service's table does with a call is reported at the service. */
export function diffCalls(sides: Sides, findings: Findings): void {
  const { before, after } = sides;
  const targets = new Map([...before.model.services, ...after.model.services].map((service) => [service.host, service]));
  for (const caller of before.model.services) {
    const now = after.services.get(caller.id);
    if (now === undefined || caller.kind !== 'workload' || now.kind !== 'workload') continue;
    for (const [host, target] of targets) for (const { port, protocol } of portsOf(sides, target)) compareCall(sides, findings, { kind: 'service', id: caller.id, host, door: { port, protocol: kindOf(protocol) } });
    compareCall(sides, findings, { kind: 'service', id: caller.id, host: OUTSIDE, door: { port: 80, protocol: 'http' } });
  }
}

function compareCall(sides: Sides, findings: Findings, entrance: Entrance): void {
  const { host, door } = entrance;
  const request = { host, path: door.protocol === 'grpc' ? '/Any/Any' : '/', ...door };
  const [before, after] = [decide(sides.before, entrance, request), decide(sides.after, entrance, request)];
  const [old, now] = [reachOf(before), reachOf(after)];
  if (old === now || (before !== undefined && after !== undefined && signatureOf(before) === signatureOf(after))) return;
  findings.addCall({ caller: entrance.id, host, inside: host !== OUTSIDE, entrance, request, before, after, effect: `was ${old}, is now ${now}` });
}

/** What a call reaches, without what the service there does with it. */
function reachOf(decision: Decision | undefined): string {
  if (decision === undefined) return 'a port that nobody serves';
  const [branch] = decision.branches;
  switch (branch!.ending.kind) {
    case 'blocked': return '502, not declared';
    case 'outside': return 'let out of the mesh';
    default: return branch!.service?.id ?? '404';
  }
}

function portsOf({ before, after }: Sides, { id }: Service): Service['ports'] {
  const ports = [before, after].flatMap((side) => side.services.get(id)?.ports ?? []);
  return [...new Map(ports.map((port) => [`${port.port} ${port.protocol}`, port])).values()];
}
