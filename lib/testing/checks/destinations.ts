/** Where requests go and in which shares. */
import { liveBranches, type CheckResult, type Row } from './result';
import type { Service } from '../../model/service';
import type { TrafficModel } from '../../model/traffic-model';
import type { Branch, Decision } from '../../simulator/decision';
import { reachesPods } from '../../simulator/endings';
import { ALL, describeShare, equalShares, NONE, percentOf, plusShare, type Share } from '../../simulator/share';
import { describeEnding } from '../../simulator/words';
import type { Expected, ResolvedTarget } from '../expecting/expected';
import { describeTarget, leadsTo, mayLeadTo, resolveTarget, versionOf } from '../expecting/targets';
import { listKnown, refuse } from '../test-error';

/** The share of a version among several that nothing chooses between. */
const UNKNOWN = 'not known: follows the number of pods';

const UNROUTED = 'this mesh routes no calls between services, so which version gets a request follows the numbers of ready pods';

/** All requests go to one service or version. Its opposite is that none does. */
export function checkTarget(decision: Decision, { target }: Extract<Expected, { kind: 'target' }>): CheckResult {
  const live = liveBranches(decision);
  const share = sumOf(live.filter((branch) => leadsTo(branch, target)));
  const all = equalShares(share, ALL);
  const isOpen = live.some((branch) => mayLeadTo(branch, target));
  const row: Row = { what: describeTarget(target), expected: '100 %', actual: isOpen ? UNKNOWN : describeShare(share), holds: all };
  const rows = [row, ...leftOvers(live.filter((branch) => !leadsTo(branch, target) && !mayLeadTo(branch, target)))];
  if (all) return { verdict: 'yes', rows };
  if (isOpen) return { verdict: 'neither', rows, note: UNROUTED };
  if (share.numerator === 0) return { verdict: 'no', rows };
  return { verdict: 'neither', rows, note: `a part of the requests goes to ${describeTarget(target)}; say the shares with toSplit (hasSplit)` };
}

/** The requests are split exactly so. */
export function checkSplit(decision: Decision, expected: Extract<Expected, { kind: 'split' }>, model: TrafficModel): CheckResult {
  const live = liveBranches(decision);
  const targets = resolveSplit(decision, expected, model);
  requireApart(live, targets.flatMap(({ target }) => target ?? []));
  const rows = targets.map(({ name, percent, target }): Row => {
    const share = target === undefined ? NONE : sumOf(live.filter((branch) => leadsTo(branch, target)));
    const isOpen = target !== undefined && live.some((branch) => mayLeadTo(branch, target));
    return {
      what: target === undefined ? name : describeTarget(target), expected: `${percent} %`,
      actual: isOpen ? UNKNOWN : describeShare(share), holds: !isOpen && isPercent(share, percent),
    };
  });
  const isNamed = (branch: Branch) => targets.some(({ target }) => target !== undefined && (leadsTo(branch, target) || mayLeadTo(branch, target)));
  const rest = leftOvers(live.filter((branch) => !isNamed(branch)));
  const all = [...rows, ...rest];
  if (all.every(({ holds }) => holds)) return { verdict: 'yes', rows: all };
  if (rows.some(({ actual }) => actual === UNKNOWN)) return { verdict: 'neither', rows: all, note: UNROUTED };
  if (live.some(({ ending }) => reachesPods(ending))) return { verdict: 'no', rows: all };
  return { verdict: 'neither', rows: all, note: 'the request reaches no service, so nothing can be said about its shares' };
}

/** What a split's names mean for this request; a version of no service that was reached has no target. */
export function resolveSplit(decision: Decision, { of, shares }: Extract<Expected, { kind: 'split' }>, model: TrafficModel) {
  return shares.map(({ name, percent }) => ({ name, percent, target: resolveName(name, of, decision, model) }));
}

function resolveName(name: string, of: ResolvedTarget | undefined, decision: Decision, model: TrafficModel): ResolvedTarget | undefined {
  if (name.includes('@')) return resolveTarget(model, name);
  const homes = homesOf(of?.service, decision);
  const having = homes.filter(({ versions }) => versions.some((version) => version.name === name));
  if (having.length > 1) {
    return refuse(`'${name}' is a version of ${having.length} services that get the request`, `write ${listKnown(having.map(({ id }) => `${id}@${name}`))}`);
  }
  const [home] = having;
  if (home !== undefined) return { service: home, version: versionOf(home, name) };
  if (of !== undefined && of.service.kind !== 'router') return { service: of.service, version: versionOf(of.service, name) };
  if (model.services.some((service) => service.id === name || service.name === name)) return resolveTarget(model, name);
  const elsewhere = model.services.some(({ versions }) => versions.some((version) => version.name === name));
  if (homes.length === 0 && elsewhere) return undefined;
  const known = (homes.length > 0 ? homes : model.services).flatMap((service) => service.versions.map((version) => `${service.name}@${version.name}`));
  return refuse(`'${name}' is neither a service nor a version of one that gets the request`, `name one of ${listKnown(known)}`);
}

/** The services whose versions may be named alone: the one that is said, else those that get the request. */
function homesOf(said: Service | undefined, { branches }: Decision): readonly Service[] {
  if (said !== undefined && said.kind !== 'router') return [said];
  return [...new Set(branches.flatMap(({ ending, service }) => reachesPods(ending) && (said === undefined || service === said) ? [ending.service] : []))];
}

/** Two names for the same requests would count them twice. */
function requireApart(live: readonly Branch[], targets: readonly ResolvedTarget[]): void {
  for (const branch of live) {
    const [first, second] = targets.filter((target) => leadsTo(branch, target));
    if (first === undefined || second === undefined) continue;
    refuse(`'${describeTarget(first)}' and '${describeTarget(second)}' stand for the same requests`, 'name the service or its versions, not both');
  }
}

/** Endings that the test does not name. */
function leftOvers(branches: readonly Branch[]): readonly Row[] {
  const endings = new Map<string, Share>();
  for (const { ending, share } of branches) endings.set(describeEnding(ending), plusShare(endings.get(describeEnding(ending)) ?? NONE, share));
  return [...endings].map(([what, share]) => ({ what, actual: describeShare(share), holds: false }));
}

function sumOf(branches: readonly Branch[]): Share {
  return branches.reduce((sum, { share }) => plusShare(sum, share), NONE);
}

/** Exactly; where percent has no end within two places, rounded to two. 0 is nothing at all. */
function isPercent(share: Share, percent: number): boolean {
  const exact = percentOf(share);
  if (exact === percent) return true;
  return share.numerator > 0 && percent > 0 && !Number.isInteger((share.numerator * 10_000) / share.denominator) && Number(exact.toFixed(2)) === percent;
}
