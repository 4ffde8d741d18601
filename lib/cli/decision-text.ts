/** A decision as it is printed: where the request goes, by which routes, what arrives there, and how failures are treated. */
import type { Colors } from './io';
import type { Fault, HeaderChanges, Mirror, RoutePolicy } from '../model/action';
import { describeRoute } from '../model/describe';
import type { GatewayRoute } from '../model/gateway';
import type { ServiceRoute } from '../model/service';
import type { Branch, Decision, Ending } from '../simulator/decision';
import type { RequestInput } from '../simulator/request';
import { describeShare } from '../simulator/share';
import { describeEnding, describeRequest, effectiveTimeoutMs } from '../simulator/words';

/** One line of a block: what it is about, and what is said. */
interface Row {
  readonly label: string;
  readonly text: string;
}

/** Whether the mesh has an answer: no share of the request is refused for want of a route or a declared call. */
export function isServed({ branches }: Decision): boolean {
  return branches.every(({ share, ending }) => share.numerator === 0 || !isRefusal(ending));
}

/** The request and where it comes in: `GET /products at gateway shop/gateway, port 80`. */
export function titleOf({ entry, request }: Decision, { host, port }: RequestInput): string {
  // the host of a request that names none, and the port of one that leaves it open, are the simulator's: nobody wrote them
  const url = describeRequest({ ...request, port: port ?? (request.scheme === 'https' ? 443 : 80) });
  const shown = host === undefined ? url.replace(/https?:\/\/[^/]*/, '') : url;
  return `${shown} ${entry.kind === 'gateway' ? `at gateway ${entry.gateway.id}` : `in a call from ${entry.from.id}`}, port ${request.port}`;
}

/** The lines below the title: where it goes, the routes that won, what arrives, how failures are treated. */
export function describeOutcome(decision: Decision, colors: Colors): readonly string[] {
  const groups = groupsOf(decision, colors);
  const rows = [...sharesOf(decision, colors), ...routeRow('gateway route', decision.gatewayRoute, colors)];
  const [only, ...others] = groups;
  if (others.length === 0) return layOut([...rows, ...only!.rows], colors);
  return [...layOut(rows, colors), ...groups.flatMap(({ endings, rows: own }) => ['', `  ${colors.bold(endings.join(', '))}`, ...layOut(own, colors)])];
}

interface Group {
  readonly endings: readonly string[];
  readonly rows: readonly Row[];
}

/** Branches that differ in nothing but the version are told together. */
function groupsOf(decision: Decision, colors: Colors): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const branch of decision.branches) {
    const rows = [...routeRow('service route', branch.serviceRoute, colors), ...arrivalRows(branch, decision), ...policyRows(branch)];
    const key = JSON.stringify(rows);
    groups.set(key, { rows, endings: [...groups.get(key)?.endings ?? [], describeEnding(branch.ending)] });
  }
  return [...groups.values()];
}

function sharesOf({ branches }: Decision, colors: Colors): readonly Row[] {
  const shares = branches.map(({ share }) => describeShare(share));
  const width = Math.max(...shares.map(({ length }) => length));
  return branches.map(({ ending }, at) => {
    const text = `${branches.length === 1 ? '' : `${shares[at]!.padStart(width)}  `}${describeEnding(ending)}`;
    return { label: at === 0 ? 'goes to' : '', text: isRefusal(ending) ? colors.red(text) : colors.bold(text) };
  });
}

function routeRow(label: string, route: GatewayRoute | ServiceRoute | undefined, { dim }: Colors): readonly Row[] {
  if (route === undefined) return [];
  const { origin, property } = route;
  return [{ label, text: describeRoute(route) }, { label: '', text: dim(`from ${origin.path} (${origin.type}), ${property}`) }];
}

function arrivalRows({ ending, arrival }: Branch, { request }: Decision): readonly Row[] {
  if (ending.kind !== 'version') return [];
  const { method, protocol, query } = request;
  const line = `${protocol === 'http' ? `${method} ` : ''}${arrival.path}${query === '' ? '' : `?${query}`} on host ${arrival.host}, port ${ending.port}`;
  const changed = Object.entries(arrival.headers).filter(([name, value]) => request.headers[name] !== value).map(([name, value]) => `${name}: ${value}`);
  const removed = Object.keys(request.headers).filter((name) => !Object.hasOwn(arrival.headers, name)).map((name) => `without ${name}`);
  return [
    { label: 'arrives as', text: protocol === 'tcp' ? `a connection to ${arrival.host}, port ${ending.port}` : line },
    ...[...changed, ...removed].map((text, at) => ({ label: at === 0 ? 'headers' : '', text })),
  ];
}

function policyRows(branch: Branch): readonly Row[] {
  const { ending, policy, mirrors, faults, responseHeaders } = branch;
  const rows = [
    ...mirrors.map((mirror) => ({ label: 'copies', text: describeMirror(mirror) })),
    ...faults.flatMap(describeFault).map((text) => ({ label: 'faults', text })),
    ...responseHeaders.flatMap(describeChanges).map((text) => ({ label: 'answer', text })),
  ];
  if (ending.kind !== 'version') return rows;
  const timeout = effectiveTimeoutMs(branch);
  return [
    { label: 'retries', text: describeRetry(policy) },
    { label: 'timeout', text: timeout === undefined ? 'none' : `${describeMs(timeout)}${policy.retry === undefined ? '' : ' for all tries together'}` },
    ...(policy.timeouts?.idleMs === undefined ? [] : [{ label: '', text: `${describeMs(policy.timeouts.idleMs)} without a byte` }]),
    ...rows,
  ];
}

function describeRetry({ retry }: RoutePolicy): string {
  if (retry === undefined) return 'none';
  const each = retry.perTryTimeoutMs === undefined ? '' : `, each try at most ${describeMs(retry.perTryTimeoutMs)}`;
  return `${retry.attempts} more ${retry.attempts === 1 ? 'try' : 'tries'} after ${retry.on.join(', ')}${each}`;
}

function describeMirror({ service, version, port, percent }: Mirror): string {
  return `${percent} % to ${service}${version === undefined ? '' : `@${version}`}${port === undefined ? '' : `:${port}`}, answers thrown away`;
}

function describeFault({ delay, abort }: Fault): readonly string[] {
  return [
    ...(delay === undefined ? [] : [`${delay.percent} % wait ${describeMs(delay.ms)}`]),
    ...(abort === undefined ? [] : [`${abort.percent} % are answered ${abort.status}`]),
  ];
}

function describeChanges({ remove, set, add }: HeaderChanges): readonly string[] {
  return [
    ...remove.map((name) => `without ${name}`),
    ...set.map(({ name, value }) => `${name}: ${value}`),
    ...add.map(({ name, value }) => `${name}: ${value}, beside what is there`),
  ];
}

function describeMs(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${ms / 1000} s`;
}

function isRefusal({ kind }: Ending): boolean {
  return kind === 'no-route' || kind === 'blocked';
}

const LABEL_WIDTH = 'gateway route'.length;

/** Rows with their labels in one column; a label that repeats is said once. */
function layOut(rows: readonly Row[], { dim }: Colors): readonly string[] {
  return rows.map(({ label, text }, at) => `  ${dim((label === rows[at - 1]?.label ? '' : label).padEnd(LABEL_WIDTH))}  ${text}`);
}
