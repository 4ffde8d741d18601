/** What counts as a difference: two requests are treated alike when their signatures are equal. */
import type { Filters, RouteAction, RoutePolicy } from '../model/action';
import { describePodNumber } from '../model/describe';
import type { GatewayRoute } from '../model/gateway';
import type { ServiceRoute } from '../model/service';
import { effectiveTimeoutMs, isReceived, plusShare, type Branch, type Decision, type Ending, type Share } from '../simulator';

/** A text that is equal for decisions that treat a request alike. Shares of 0 and the names of routes do not count. */
export function signatureOf(decision: Decision): string {
  const shares = new Map<string, Share>();
  for (const branch of decision.branches) {
    if (branch.share.numerator === 0) continue;
    const key = JSON.stringify([...treatment(branch), decision.gatewayRoute?.guards]);
    const known = shares.get(key);
    shares.set(key, known === undefined ? branch.share : plusShare(known, branch.share));
  }
  return [...shares].map(([key, { numerator, denominator }]) => `${numerator}/${denominator} ${key}`).sort().join('\n');
}

function treatment(branch: Branch): readonly unknown[] {
  const { ending, arrival, policy, mirrors, faults, responseHeaders } = branch;
  const forwarded = isReceived(ending);
  return [
    endingKey(ending),
    // what arrives matters only where somebody receives it
    forwarded ? [arrival.host, arrival.path, Object.entries(arrival.headers).sort(([a], [b]) => a < b ? -1 : 1)] : [],
    forwarded ? [policy.retry, effectiveTimeoutMs(branch), policy.timeouts?.idleMs] : [],
    forwarded ? activeMirrors(mirrors) : [],
    faults.map(activeFault).filter((fault) => fault !== undefined),
    responseHeaders,
    ending.kind === 'version' ? ending.version.stickiness : undefined,
  ];
}

/** Which stage says 404 makes no difference to who asks; nor does who chose the only version there is. */
function endingKey(ending: Ending): unknown {
  switch (ending.kind) {
    case 'no-route': return ending.status;
    case 'version': return [ending.service.id, ending.version.name, ending.port];
    case 'unrouted': {
      const { service, versions, port } = ending;
      if (versions.length === 1) return [service.id, versions[0]!.name, port];
      return [service.id, versions.map(({ name, pods }) => [name, describePodNumber(pods)]), port];
    }
    case 'no-pods': return [ending.kind, ending.service.id];
    default: return ending;
  }
}

/** The part of a route that says what happens to what it takes. */
export type Behaving = Pick<GatewayRoute | ServiceRoute, 'match' | 'action' | 'filters' | 'policy'> & Pick<GatewayRoute, 'guards'>;

/**
 * What a route does with what it takes, without what the services behind it do. Equal texts do the same; weights count by their
 * proportions, destinations of weight 0 not at all.
 */
export function behaviourOf({ match, action, filters, policy, guards }: Behaving): string {
  return JSON.stringify([actionKey(action), filtersKey(filters), policyKey(policy), replacedPrefix({ match, action, filters }), guards]);
}

/** What a prefix rewrite takes away belongs to what it does. */
function replacedPrefix({ match, action, filters }: Pick<Behaving, 'match' | 'action' | 'filters'>): unknown {
  const rewrite = action.kind === 'redirect' ? action.path : filters.rewritePath;
  return rewrite?.kind === 'prefix' && match.kind === 'http' ? match.path : undefined;
}

function actionKey(action: RouteAction): unknown {
  if (action.kind !== 'forward') return action;
  const divisor = action.destinations.reduce((found, { weight }) => gcd(found, weight), 0) || 1;
  return action.destinations.filter(({ weight }) => weight > 0)
    .map(({ service, version, port, weight }) => JSON.stringify([service, version, port, weight / divisor])).sort();
}

function filtersKey({ rewritePath, rewriteHost, requestHeaders, responseHeaders, mirrors = [], fault }: Filters): unknown {
  return [rewritePath, rewriteHost, requestHeaders, responseHeaders, activeMirrors(mirrors), fault && activeFault(fault)];
}

function policyKey({ retry, timeouts }: RoutePolicy): unknown {
  return [retry, timeouts?.requestMs, timeouts?.idleMs];
}

function activeMirrors(mirrors: NonNullable<Filters['mirrors']>): unknown {
  return mirrors.filter(({ percent }) => percent > 0).map(({ service, version, port, percent }) => [service, version, port, percent]);
}

function activeFault({ delay, abort }: NonNullable<Filters['fault']>): unknown {
  const active = [delay !== undefined && delay.percent > 0 ? delay : undefined, abort !== undefined && abort.percent > 0 ? abort : undefined];
  return active.every((part) => part === undefined) ? undefined : active;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
