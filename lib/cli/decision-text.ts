/** A decision as it is printed: where the request goes, by which routes, what arrives there, and how failures are treated. */
import type { Colors } from './io';
import type { Fault, HeaderChanges, Mirror, RoutePolicy } from '../model/action';
import { describeGuards, describeRoute } from '../model/describe';
import type { Request } from '../model/evaluate';
import type { GatewayRoute } from '../model/gateway';
import type { ServiceRoute } from '../model/service';
import { describeHostName } from '../simulator/any-other-host';
import { changedHeaders } from '../simulator/changes';
import type { Arrival, Branch, Decision, Ending } from '../simulator/decision';
import { isReceived, reachesPods } from '../simulator/endings';
import type { RequestInput } from '../simulator/request';
import { describeShare } from '../simulator/share';
import { unroutedReasons } from '../simulator/unrouted';
import { describeEnding, describeRequest, effectiveTimeoutMs } from '../simulator/words';

/** What is said about one thing: a label, and the lines beside it. */
interface Block {
  readonly label: string;
  readonly lines: readonly string[];
}

/** Whether the mesh has an answer: no share of the request is refused for want of a route, of a declared call, or of what the route asks for. */
export function isServed({ branches }: Decision): boolean {
  return branches.every(({ share, ending }) => share.numerator === 0 || !isRefusal(ending));
}

/** The request and where it comes in: `GET /products at gateway shop/gateway, port 80`. */
export function titleOf({ entry, request }: Decision, { port }: RequestInput): string {
  // a port that is left open is the simulator's: nobody wrote it
  const url = describeRequest({ ...request, port: port ?? (request.scheme === 'https' ? 443 : 80) });
  return `${url} ${entry.kind === 'gateway' ? `at gateway ${entry.gateway.id}` : `in a call from ${entry.from.id}`}, port ${request.port}`;
}

/** The lines below the title: where it goes, the routes that won, what arrives, how failures are treated. */
export function describeOutcome(decision: Decision, colors: Colors): readonly string[] {
  const told = decision.branches.map((branch) => ({ ending: describeEnding(branch.ending), blocks: blocksOf(branch, decision, colors) }));
  const isCommon = (block: Block) => told.every(({ blocks }) => blocks.some((other) => JSON.stringify(other) === JSON.stringify(block)));
  return [
    ...layOut([sharesBlock(decision, colors), ...routeBlock('gateway route', decision.gatewayRoute, colors), ...guardBlock(decision), ...callBlocks(decision), ...told[0]!.blocks.filter(isCommon)], colors),
    ...groupsOf(told.map(({ ending, blocks }) => ({ endings: [ending], blocks: blocks.filter((block) => !isCommon(block)) })))
      .flatMap(({ endings, blocks }) => ['', `  ${colors.bold(endings.join(', '))}`, ...layOut(blocks, colors)]),
  ];
}

interface Group {
  readonly endings: readonly string[];
  readonly blocks: readonly Block[];
}

/** Shares of which the same is to be said, told together; those of which nothing is left to be said are left out. */
function groupsOf(told: readonly Group[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { endings, blocks } of told.filter((group) => group.blocks.length > 0)) {
    const key = JSON.stringify(blocks);
    groups.set(key, { blocks, endings: [...groups.get(key)?.endings ?? [], ...endings] });
  }
  return [...groups.values()];
}

function blocksOf(branch: Branch, { request }: Decision, colors: Colors): readonly Block[] {
  const { mirrors, faults, responseHeaders } = branch;
  return [
    ...routeBlock('service route', branch.serviceRoute, colors),
    ...(reachesPods(branch.ending) ? [...arrivalBlocks(branch.arrival, branch.ending.port, request), ...policyBlocks(branch)] : []),
    { label: 'copies', lines: mirrors.map(describeMirror) },
    { label: 'faults', lines: faults.flatMap(describeFault) },
    { label: 'answer', lines: responseHeaders.flatMap(describeChanges) },
  ].filter(({ lines }) => lines.length > 0);
}

function sharesBlock({ branches }: Decision, colors: Colors): Block {
  const shares = branches.map(({ share }) => describeShare(share));
  const width = Math.max(...shares.map(({ length }) => length));
  const lines = branches.map(({ ending }, at) => {
    const text = `${branches.length === 1 ? '' : `${shares[at]!.padStart(width)}  `}${describeEnding(ending).replace(/^answer /, '')}`;
    return isRefusal(ending) ? colors.red(text) : colors.bold(text);
  });
  return { label: branches.some(({ ending }) => isReceived(ending)) ? 'goes to' : 'is answered', lines };
}

function routeBlock(label: string, route: GatewayRoute | ServiceRoute | undefined, { dim }: Colors): readonly Block[] {
  if (route === undefined) return [];
  const { origin, property } = route;
  return [{ label, lines: [describeRoute(route), dim(`from ${origin.path} (${origin.type}), ${property}`)] }];
}

function guardBlock({ gatewayRoute }: Decision): readonly Block[] {
  const lines = describeGuards(gatewayRoute?.guards ?? {});
  return lines.length === 0 ? [] : [{ label: 'asks for', lines }];
}

/** What the mesh does not do with a call. */
function callBlocks({ undeclared, branches }: Decision): readonly Block[] {
  const { ending } = branches[0]!;
  return [
    ...(undeclared === undefined ? [] : [{ label: 'not refused', lines: ['the caller does not declare this call, and nothing in this mesh refuses it'] }]),
    ...(ending.kind === 'unrouted' || ending.kind === 'no-pods' ? [{ label: 'not routed', lines: unroutedReasons(ending) }] : []),
  ];
}

function arrivalBlocks(arrival: Arrival, port: number, request: Request): readonly Block[] {
  const { method, protocol, query, headers } = request;
  const path = `${protocol === 'http' ? `${method} ` : ''}${arrival.path}${query === '' ? '' : `?${query}`}`;
  const changed = Object.entries(changedHeaders(arrival.headers, request)).filter(([name, value]) => headers[name] !== value).map(([name, value]) => `${name}: ${value}`);
  const removed = Object.keys(headers).filter((name) => !Object.hasOwn(arrival.headers, name)).map((name) => `without ${name}`);
  return [
    { label: 'arrives as', lines: [protocol === 'tcp' ? `a connection to ${arrival.host}, port ${port}` : `${path} on host ${describeHostName(arrival.host)}, port ${port}`] },
    { label: 'headers', lines: [...changed, ...removed] },
  ];
}

function policyBlocks(branch: Branch): readonly Block[] {
  const { policy: { retry, timeouts } } = branch;
  const whole = effectiveTimeoutMs(branch);
  const limit = whole === undefined ? 'none' : `${describeMs(whole)}${retry === undefined ? '' : ' for all tries together'}`;
  return [
    { label: 'retries', lines: [describeRetry(branch.policy)] },
    { label: 'timeout', lines: [limit, ...(timeouts?.idleMs === undefined ? [] : [`${describeMs(timeouts.idleMs)} without a byte`])] },
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
  return kind === 'no-route' || kind === 'blocked' || kind === 'refused' || kind === 'no-pods';
}

const LABEL_WIDTH = 'gateway route'.length;

/** Blocks with their labels in one column. */
function layOut(blocks: readonly Block[], { dim }: Colors): readonly string[] {
  return blocks.flatMap(({ label, lines }) => lines.map((line, at) => `  ${dim((at === 0 ? label : '').padEnd(LABEL_WIDTH))}  ${line}`));
}
