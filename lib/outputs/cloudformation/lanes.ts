/**
 * Limits how many units of a stack CloudFormation starts at once: in a large stack each waits for the one before in its lane. CloudFormation calls the function asynchronously, and Lambda puts back what finds
 * no free execution, for 1, 2, 4 and in the end 300 seconds. In an account whose concurrency is 10, as new ones have, 300 units at once take an hour; in lanes they take half a minute.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
import type { Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import type { Written } from './manifest';
import { hash8 } from '../../kube/names';
import type { Unit } from '../../plan/unit';

/** Lanes of a stack. */
export const LANES = 24;

/** A stack that has no more units needs no lanes: with a concurrency of 10 they are through after the third try, within ten seconds. */
export const MAX_WITHOUT_LANES = 40;

/** A unit and where it went. */
export interface Placed {
  readonly unit: Unit;
  readonly scope: Construct;
  readonly manifest: Written;
}

/**
 * For units of one stack in the order of creation, the one that each waits for. A lane leads from later units to earlier ones, as needs do, so both together close no circle.
 * A unit's lane follows from its id: another unit that comes or goes changes what one neighbour waits for.
 */
export function neighboursOf<T>(units: readonly T[], idOf: (unit: T) => string): ReadonlyMap<T, T> {
  const neighbours = new Map<T, T>();
  const last = new Map<number, T>();
  for (const unit of units.length > MAX_WITHOUT_LANES ? units : []) {
    const lane = Number.parseInt(hash8(idOf(unit)), 16) % LANES;
    const ahead = last.get(lane);
    if (ahead !== undefined) neighbours.set(unit, ahead);
    last.set(lane, unit);
  }
  return neighbours;
}

/** Orders the units of each large stack in lanes; takes them in the order of creation. */
export function layLanes(placed: readonly Placed[]): void {
  const stacks = new Map<Stack, Placed[]>();
  for (const one of placed) {
    const ofStack = stacks.get(one.manifest.stack) ?? [];
    ofStack.push(one);
    stacks.set(one.manifest.stack, ofStack);
  }
  const large = [...stacks.values()].filter(({ length }) => length > MAX_WITHOUT_LANES);
  if (large.length === 0) return;
  const awaited = awaitedElsewhere(placed);
  for (const ofStack of large) {
    const free = ofStack.filter(({ unit }) => !awaited.has(unit.id));
    for (const [one, ahead] of neighboursOf(free, ({ unit }) => unit.id)) one.manifest.waitFor(ahead.manifest);
  }
}

/** Units that a program's own dependencies lead to, with all that they need: behind such an edge a lane could lead back to where it began. */
function awaitedElsewhere(placed: readonly Placed[]): ReadonlySet<string> {
  const targets = new Set<IConstruct>(placed[0]!.scope.node.root.node.findAll().flatMap(({ node }) => node.dependencies));
  const byId = new Map(placed.map(({ unit }) => [unit.id, unit]));
  const awaited = new Set<string>();
  const add = (id: string): void => {
    if (awaited.has(id)) return;
    awaited.add(id);
    byId.get(id)?.needs.forEach(add);
  };
  for (const { unit, scope } of placed) if (scope.node.scopes.some((one) => targets.has(one))) add(unit.id);
  return awaited;
}
