/**
 * CloudFormation's limits, checked with their numbers before anything is written.
 * In: units, roles and where they will go. Out: MESH501 for stacks, MESH502 for single units.
 */
import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { fittingShards } from './fitting-shards';
import { describeExcess, otherLoad, roleItem, unitItem, withItem, type LoadItem, type StackLoad } from './load';
import { MAX_MANIFEST_BYTES } from './protocol';
import { renderUnit } from './rendered-unit';
import type { RoleRequest } from './roles';
import { placeName, placeOf, type ShardPlan } from './shards';
import { diagnose, type Diagnostic, type Origin } from '../../diagnostics/diagnostic';
import { originOfPath, type OriginOf } from '../../plan/owner';
import { Wave, type Unit } from '../../plan/unit';

/** Resources in a stack and all that are nested in it. */
export const MAX_NESTED_RESOURCES = 2_500;

/** What is about to be written, and where. */
export interface BudgetSubject {
  readonly units: readonly Unit[];
  readonly roles: readonly RoleRequest[];
  /** Policies beside the roles. None when left out. */
  readonly policies?: readonly LoadItem[];
  /** What stands in the tree already, but is one of the roles. Nothing when left out. */
  readonly counted?: ReadonlySet<IConstruct>;
  /** The mesh; its stack is the one that is sharded. */
  readonly mesh: Construct;
  /** The mesh as the user wrote it. */
  readonly origin: Origin;
  /** Left out: no shards. */
  readonly plan?: ShardPlan;
  /** How findings name the owners of units. */
  readonly originOf?: OriginOf;
  /** The construct at the path of an owner. */
  constructAt(owner: string): Construct;
}

/**
 * Reports MESH502 for a unit that is too large for the event of an update, and MESH501 for a stack that would hold too many resources or bytes:
 * the mesh's own, each shard, each stack of a team.
 */
export function checkBudgets(subject: BudgetSubject): readonly Diagnostic[] {
  return [...subject.units.flatMap((unit) => sizeFinding(unit, subject)), ...stackFindings(subject)];
}

function sizeFinding(unit: Unit, { originOf = originOfPath }: BudgetSubject): readonly Diagnostic[] {
  const bytes = Buffer.byteLength(renderUnit(unit).json);
  if (bytes <= MAX_MANIFEST_BYTES) return [];
  return [diagnose({
    code: 'MESH502',
    what: `the objects of '${unit.id}' (${unit.objects.length}) are ${bytes} bytes of JSON, more than the ${MAX_MANIFEST_BYTES} of one resource: the event of an update carries the old and the new ones`,
    origin: originOf(unit.owner),
    property: unit.property ?? `'${unit.id}'`,
    fix: sizeRemedy(unit),
  })];
}

function sizeRemedy({ property, wave }: Unit): string {
  if (property !== undefined) return 'add the objects in several parts, or shorten their texts';
  return wave === Wave.ROUTES ? 'spread the routes of the gateway over more buckets: routeBuckets' : 'shorten its texts and lists, or spread it over several services or gateways';
}

function stackFindings(subject: BudgetSubject): readonly Diagnostic[] {
  const mainStack = Stack.of(subject.mesh);
  const existing = existingResources(subject);
  const byStack = itemsByStack(subject);
  const findings: Diagnostic[] = [];
  for (const [stack, items] of byStack) {
    if (stack === mainStack) continue;
    const load = items.reduce<StackLoad>(withItem, otherLoad(existing.get(stack) ?? 0));
    findings.push(...teamFindings(stack, { load, owner: items[0]!.owner }, subject));
  }
  const main = byStack.get(mainStack) ?? [];
  return [...meshFindings(subject, main, existing.get(mainStack) ?? 0), ...findings];
}

interface TeamLoad {
  readonly load: StackLoad;
  /** One of the owners of units there. */
  readonly owner: string;
}

function teamFindings(stack: Stack, { load, owner }: TeamLoad, { originOf = originOfPath }: BudgetSubject): readonly Diagnostic[] {
  return describeExcess(load).map((excess) => diagnose({
    code: 'MESH501',
    what: `stack '${stack.node.path}' would hold ${excess}`,
    origin: originOf(owner),
    property: 'scope',
    fix: 'spread the services of this stack over several stacks',
  }));
}

/** The mesh's own stack and its shards. */
function meshFindings(subject: BudgetSubject, items: readonly LoadItem[], existing: number): readonly Diagnostic[] {
  const { plan, origin, mesh } = subject;
  const base = otherLoad(existing);
  const loads = new Map<string, StackLoad>([['Main', base]]);
  for (const item of items) {
    const name = placeName(placeOf(item.shard, plan));
    loads.set(name, withItem(loads.get(name), item));
  }
  const stack = `stack '${Stack.of(mesh).node.path}'`;
  const over = [...loads].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    .flatMap(([name, load]) => describeExcess(load).map((excess) => `${name === 'Main' ? stack : `${name} of ${stack}`} would hold ${excess}`));
  const total = existing + items.length;
  if (plan?.kind === 'nested' && total > MAX_NESTED_RESOURCES) {
    over.push(`${stack} and its nested shards would hold ${total} resources, more than the ${MAX_NESTED_RESOURCES} of one deployment`);
  }
  if (over.length === 0) return [];
  const fix = remedy({ items, base, total, plan });
  return over.map((what) => diagnose({ code: 'MESH501', what, origin, property: 'shards', ...(plan === undefined ? {} : { value: String(plan.count) }), fix }));
}

interface Remedied {
  readonly items: readonly LoadItem[];
  readonly base: StackLoad;
  readonly total: number;
  readonly plan: ShardPlan | undefined;
}

function remedy({ items, base, total, plan }: Remedied): string {
  const count = fittingShards(items, base);
  if (count === undefined) return 'move gateways, services or other resources to stacks of their own: what shards cannot take is too much already';
  const wanted = total > MAX_NESTED_RESOURCES || plan?.kind === 'stacks' ? 'stacks' : 'nested';
  const number = Math.max(count, plan?.count ?? 0);
  const declared = `MeshShards.${wanted}(${number})`;
  if (plan === undefined) return `declare shards: ${declared}`;
  return `declare shards: ${declared} instead of MeshShards.${plan.kind}(${plan.count}) before the first deployment; later it moves services from stack to stack, which deletes and creates them`;
}

function itemsByStack(subject: BudgetSubject): ReadonlyMap<Stack, readonly LoadItem[]> {
  const stacks = new Map<string, Stack>();
  const items = new Map<Stack, LoadItem[]>();
  for (const item of [...subject.units.map(unitItem), ...subject.roles.map(roleItem), ...subject.policies ?? []]) {
    let stack = stacks.get(item.owner);
    if (stack === undefined) stacks.set(item.owner, stack = Stack.of(subject.constructAt(item.owner)));
    const known = items.get(stack);
    if (known === undefined) items.set(stack, [item]);
    else known.push(item);
  }
  return items;
}

/** Resources that are in the tree already. */
function existingResources({ mesh, counted }: BudgetSubject): ReadonlyMap<Stack, number> {
  const counts = new Map<Stack, number>();
  for (const construct of mesh.node.root.node.findAll()) {
    if (!CfnResource.isCfnResource(construct) || counted?.has(construct) === true) continue;
    counts.set(construct.stack, (counts.get(construct.stack) ?? 0) + 1);
  }
  return counts;
}
