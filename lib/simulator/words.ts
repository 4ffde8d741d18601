/** Decisions in words, and as plain JSON. */
import { ANY_OTHER_HOST, describeHostName } from './any-other-host';
import type { Branch, Decision, Ending, Entry } from './decision';
import { describeShare, percentOf, plusShare, type Share } from './share';
import { describeUnrouted } from './unrouted';
import { describePodNumber } from '../model/describe';
import type { Request } from '../model/evaluate';
import type { GatewayRoute } from '../model/gateway';
import type { ServiceRoute } from '../model/service';

/** Where requests of one kind end, and how many of them. */
export interface EndingShare {
  readonly ending: Ending;
  readonly share: Share;
}

/** The endings of a decision, those of one version added up, in the order in which they first come. Shares of 0 are there too. */
export function endingShares({ branches }: Pick<Decision, 'branches'>): readonly EndingShare[] {
  const found = new Map<string, EndingShare>();
  for (const { ending, share } of branches) {
    const key = describeEnding(ending);
    const known = found.get(key);
    found.set(key, { ending, share: known === undefined ? share : plusShare(known.share, share) });
  }
  return [...found.values()];
}

/** One phrase: `95 % shop/products@v1, 5 % shop/products@v2`, `404, no route of the gateway`. */
export function describeDecision(decision: Pick<Decision, 'branches'>): string {
  const shares = endingShares(decision);
  if (shares.length === 1) return describeEnding(shares[0]!.ending);
  return shares.map(({ ending, share }) => `${describeShare(share)} ${describeEnding(ending)}`).join(', ');
}

/** Where a request ends: `shop/products@v1`, `redirect 301 to https://…`, `404, no route of the gateway`. */
export function describeEnding(ending: Ending): string {
  switch (ending.kind) {
    case 'version': return `${ending.service.id}@${ending.version.name}${ending.service.ports.length > 1 ? `:${ending.port}` : ''}`;
    case 'redirect': return `redirect ${ending.status} to ${describeHostName(ending.location)}`;
    case 'respond': return `answer ${ending.status}${ending.body === undefined ? '' : ` '${ending.body}'`}`;
    case 'preflight': return `${ending.isAllowed ? 'an allowed preflight' : 'a preflight of an origin that is not allowed'}, answered 200`;
    case 'refused': return ending.by === 'jwt' ? '401, no token' : '403, not from an allowed network';
    case 'no-route': return `404, no route of the ${ending.stage}`;
    case 'blocked': return '502, the call is not declared';
    case 'unrouted': return describeUnrouted(ending);
    case 'no-pods': return `connection refused, no pods behind ${ending.service.id}`;
    case 'outside': return `${ending.host}, outside of the mesh`;
  }
}

/** Where a request enters: `gateway shop/gateway`, `a call from shop/products`. */
export function describeEntry(entry: Entry): string {
  return entry.kind === 'gateway' ? `gateway ${entry.gateway.id}` : `a call from ${entry.from.id}`;
}

/** A request as one writes it: `GET https://api.example.com/products?tab=new with x-env: beta`; without a host that was left open: `GET /products`. */
export function describeRequest({ method, scheme, host, port, path, query, headers, protocol }: Request): string {
  const standard = scheme === 'https' ? 443 : 80;
  const origin = host === ANY_OTHER_HOST ? '' : `${scheme}://${host}${port === standard ? '' : `:${port}`}`;
  const url = `${origin}${path}${query === '' ? '' : `?${query}`}`;
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const verb = protocol === 'http' ? method : protocol === 'grpc' ? 'gRPC' : 'TCP';
  return `${verb} ${protocol === 'tcp' ? `${host}:${port}` : url}${lines.length === 0 ? '' : ` with ${lines.join(', ')}`}`;
}

/** The limit of the whole request in ms: the route's, or the shorter one of the version's own proxy. Undefined: none, as where no proxy is on the way. */
export function effectiveTimeoutMs({ policy, ending }: Branch): number | undefined {
  const limits = [policy.timeouts?.requestMs, ending.kind === 'version' ? ending.version.timeouts?.requestMs : undefined];
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? undefined : Math.min(...given);
}

/** The decision as plain JSON: names and origins in place of the model's nodes. */
export function decisionJson(decision: Decision): object {
  const { entry, request, host, gatewayRoute, undeclared, branches } = decision;
  return {
    entry: entry.kind === 'gateway' ? { gateway: entry.gateway.id } : { from: entry.from.id },
    request,
    ...(host === undefined ? {} : { host: host.kind === 'suffix' ? `*${host.value}` : host.value }),
    ...(gatewayRoute === undefined ? {} : { gatewayRoute: routeJson(gatewayRoute) }),
    ...(undeclared === undefined ? {} : { undeclared }),
    summary: describeDecision(decision),
    branches: branches.map(branchJson),
  };
}

function branchJson(branch: Branch): object {
  const { share, ending, service, serviceRoute, arrival, policy, mirrors, faults, responseHeaders } = branch;
  const timeoutMs = effectiveTimeoutMs(branch);
  return {
    share: { ...share, percent: percentOf(share) },
    ending: endingJson(ending),
    ...(service === undefined ? {} : { service: service.id }),
    ...(serviceRoute === undefined ? {} : { serviceRoute: routeJson(serviceRoute) }),
    arrival,
    policy,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(mirrors.length === 0 ? {} : { mirrors }),
    ...(faults.length === 0 ? {} : { faults }),
    ...(responseHeaders.length === 0 ? {} : { responseHeaders }),
  };
}

function endingJson(ending: Ending): object {
  switch (ending.kind) {
    case 'version': return { kind: ending.kind, service: ending.service.id, version: ending.version.name, port: ending.port };
    case 'unrouted': return { kind: ending.kind, service: ending.service.id, versions: ending.versions.map(({ name, pods }) => ({ name, pods: describePodNumber(pods) })), port: ending.port };
    case 'no-pods': return { kind: ending.kind, service: ending.service.id };
    default: return ending;
  }
}

function routeJson({ name, origin, property }: GatewayRoute | ServiceRoute): object {
  return { name, path: origin.path, type: origin.type, property };
}
