/** An answer of the simulator in words: where requests end, what arrives there, and why. */
import { describeRoute } from '../../model/describe';
import {
  changedHeaders, describeEnding, describeRequest, describeShare, effectiveTimeoutMs, endingShares, isReceived, percentOf,
  type Branch, type Decision, type Explanation, type SimulationError, type TraceStep,
} from '../../simulator';
import { faultWords, headerChangeWords, mirrorWords, retryWords, timeWords } from '../words';
import { html, svg } from './dom';

/** The answer's elements, in order. */
export function answerElements({ decision, steps }: Explanation): readonly HTMLElement[] {
  return [
    html('h3', {}, describeRequest(decision.request)),
    html('ul', { 'aria-label': 'Where it ends' }, ...endingShares(decision).map(({ ending, share }) => endingElement(describeEnding(ending), describeShare(share), percentOf(share)))),
    ...arrivals(decision),
    html('h3', {}, 'Why'),
    html('ol', { class: 'trace' }, ...traceElements(steps)),
  ];
}

/** What is wrong with a question, and how to ask it right. */
export function errorElements({ what, fix }: SimulationError): HTMLElement {
  return html('div', { class: 'error', role: 'alert' }, html('p', {}, what), html('p', {}, fix));
}

function endingElement(ending: string, share: string, percent: number): HTMLElement {
  return html('li', { 'class': percent === 0 ? 'ending none' : 'ending', 'data-ending': ending, 'data-share': share }, html('b', {}, share), html('span', {}, ending),
    svg('svg', { 'viewBox': '0 0 100 5', 'preserveAspectRatio': 'none', 'aria-hidden': 'true' }, svg('rect', { width: percent, height: 5 })));
}

/** What arrives, and under which policy: once for all branches where it is the same. */
function arrivals(decision: Decision): readonly HTMLElement[] {
  const live = decision.branches.filter(({ share, ending }) => share.numerator > 0 && isReceived(ending));
  const groups = new Map<string, Branch[]>();
  for (const branch of live) {
    const key = JSON.stringify(arrivalFacts(branch, decision));
    groups.set(key, [...groups.get(key) ?? [], branch]);
  }
  return [...groups.values()].flatMap((branches) => [
    html('h3', {}, groups.size === 1 ? 'What arrives' : `What arrives at ${branches.map(({ ending }) => describeEnding(ending)).join(', ')}`),
    html('dl', { class: 'arrival' }, ...arrivalFacts(branches[0]!, decision).flatMap(([name, value]) => [html('dt', {}, name), html('dd', { 'data-fact': name }, value)])),
  ]);
}

function arrivalFacts(branch: Branch, { request }: Decision): readonly (readonly [string, string])[] {
  const { arrival, policy, mirrors, faults, responseHeaders } = branch;
  const timeout = effectiveTimeoutMs(branch);
  const headers = Object.entries(changedHeaders(arrival.headers, request)).map(([name, value]) => `${name}: ${value}`);
  const removed = Object.keys(request.headers).filter((name) => !Object.hasOwn(arrival.headers, name));
  const facts: readonly (readonly [string, string])[] = [
    ['path', arrival.path === request.path ? arrival.path : `${arrival.path}  (was ${request.path})`],
    ['host', arrival.host === request.host ? arrival.host : `${arrival.host}  (was ${request.host})`],
    ['headers', headers.join(', ')],
    ['removed', removed.join(', ')],
    ['answer', responseHeaders.map((changes) => headerChangeWords(changes) ?? '').join('; ')],
    ['retries', policy.retry === undefined ? 'none' : retryWords(policy.retry)],
    ['timeout', timeout === undefined ? 'none' : timeWords(timeout)],
    ['idle', policy.timeouts?.idleMs === undefined ? '' : timeWords(policy.timeouts.idleMs)],
    ['copies', mirrors.map(mirrorWords).join(', ')],
    ['faults', faults.map(faultWords).join(', ')],
  ];
  return facts.filter(([, value]) => value !== '');
}

const OWNERS = { call: 'call from', gateway: 'gateway', service: 'service' } as const;

/** More routes than this that do not fit are folded away. */
const MANY_FAILED = 6;

function traceElements(steps: readonly TraceStep[]): readonly HTMLElement[] {
  const elements: HTMLElement[] = [];
  for (let at = 0; at < steps.length; at += 1) {
    const { stage, owner, verdict } = steps[at]!;
    if (steps[at - 1]?.owner !== owner) elements.push(html('li', { class: 'owner' }, `${OWNERS[stage]} ${owner}`));
    const failed = verdict === 'failed' ? steps.slice(at, at + runLength(steps, at)) : [];
    if (failed.length <= MANY_FAILED) {
      elements.push(stepElement(steps[at]!));
      continue;
    }
    elements.push(html('li', {}, html('details', {}, html('summary', {}, `${failed.length} routes before do not fit`), html('ol', {}, ...failed.map(stepElement)))));
    at += failed.length - 1;
  }
  return elements;
}

/** How many steps of the same owner in a row have the verdict of the one at that place. */
function runLength(steps: readonly TraceStep[], at: number): number {
  const end = steps.findIndex((step, later) => later > at && (step.owner !== steps[at]!.owner || step.verdict !== steps[at]!.verdict));
  return (end < 0 ? steps.length : end) - at;
}

function stepElement({ verdict, route, reason }: TraceStep): HTMLElement {
  return html('li', { class: verdict }, ...(route === undefined ? [reason] : [html('code', {}, describeRoute(route)), `: ${reason}`]));
}
