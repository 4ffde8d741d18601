/** Calls between services that reach something else: allowed and refused ones, hosts that come and go. */
import type { Findings } from './findings';
import { signatureOf } from './signature';
import { decide, type Entrance, type Sides } from './witness';
import { kindOf } from '../model/arrival';
import { sampleHost } from '../model/aws-access';
import type { Service } from '../model/service';
import { refusesUndeclared } from '../model/service-to-service';
import type { Decision } from '../simulator';

/** A host that is none of either mesh's. */
const OUTSIDE = 'outside.invalid';

/** Reports calls that are let through in one model only. What a service's table does with a call is reported at the service. */
export function diffCalls(sides: Sides, findings: Findings): void {
  const changed = changedTargets(sides);
  for (const old of sides.before.model.services) {
    const now = sides.after.services.get(old.id);
    if (now === undefined || old.kind !== 'workload' || now.kind !== 'workload') continue;
    for (const target of [...targetsOf(sides, old, now), ...changed]) {
      for (const { port, protocol } of portsOf(sides, target)) compareCall(sides, findings, { kind: 'service', id: old.id, host: target.host, door: { port, protocol: kindOf(protocol) } });
    }
    compareCall(sides, findings, { kind: 'service', id: old.id, host: OUTSIDE, door: { port: 80, protocol: 'http' } });
    for (const host of awsHostsOf(old, now)) compareCall(sides, findings, { kind: 'service', id: old.id, host, door: { port: 443, protocol: 'http' } });
  }
}

/** One host for each service of AWS that a role has rights for in one model only. */
function awsHostsOf(old: Service, now: Service): readonly string[] {
  const [was, is] = [old, now].map(({ aws }) => new Set(aws?.services.map(({ name }) => name) ?? []));
  return [...was!, ...is!].filter((name) => was!.has(name) !== is!.has(name)).flatMap((name) => sampleHost(name) ?? []);
}

/** The services that a caller declares in one model only; where the mesh begins or ceases to refuse others, all that it does not declare in both. */
function targetsOf({ before, after }: Sides, old: Service, now: Service): readonly Service[] {
  const [was, is] = [new Set(old.calls.map(({ service }) => service)), new Set(now.calls.map(({ service }) => service))];
  const services = [...new Map([...before.services, ...after.services]).values()].filter(({ id }) => id !== old.id);
  const [wasClosed, isClosed] = [refusesUndeclared(before.model.mesh), refusesUndeclared(after.model.mesh)];
  if (wasClosed !== isClosed) return services.filter(({ id }) => !was.has(id) || !is.has(id));
  const isSame = was.size === is.size && [...was].every((id) => is.has(id));
  return !wasClosed || isSame ? [] : services.filter(({ id }) => was.has(id) !== is.has(id));
}

/** Services that one of the models lacks, or that answer to another host or on other ports there. */
function changedTargets({ before, after }: Sides): readonly Service[] {
  const face = (service: Service | undefined) => JSON.stringify(service && [service.host, service.ports.map(({ port, protocol }) => [port, kindOf(protocol)])]);
  const changed = [...before.model.services, ...after.model.services].filter(({ id }) => face(before.services.get(id)) !== face(after.services.get(id)));
  return [...new Map(changed.map((service) => [service.host, service])).values()];
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
    case 'unrouted': case 'no-pods': return branch!.ending.service.id;
    default: return branch!.service?.id ?? '404';
  }
}

function portsOf({ before, after }: Sides, { id }: Service): Service['ports'] {
  const ports = [before, after].flatMap((side) => side.services.get(id)?.ports ?? []);
  return [...new Map(ports.map((port) => [`${port.port} ${port.protocol}`, port])).values()];
}
