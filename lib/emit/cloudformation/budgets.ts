/**
 * CloudFormation's limits, checked with their numbers before anything is written.
 * In: units and where they will go; roles are in the tree already. Out: MESH501 for stacks, MESH502 for single units.
 */
import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { diagnose, type Diagnostic, type Origin } from '../../diagnostics/diagnostic';
import type { Unit } from '../../kube/unit';
import { originOfPath, type OriginOf } from '../owner';
import { fittingShards } from './fitting-shards';
import { describeExcess, manifestBytes, otherLoad, roleItem, unitItem, withItem, type LoadItem, type StackLoad } from './load';
import { requestOf } from './roles';
import type { ShardPlan, Shards } from './shards';

/** Bytes of the event that an update sends to the kubectl function; it carries the old and the new manifest. */
export const MAX_EVENT_BYTES = 262_144;
/** Resources in a stack and all that are nested in it. */
export const MAX_NESTED_RESOURCES = 2_500;
/** Addresses and names of an event, measured at 1,700. */
const EVENT_FRAME_BYTES = 2_048;

/** Where units will go, and whom to tell. */
export interface BudgetTarget {
  /** As `ManifestTarget.scopeOf`. */
  scopeOf(unit: Unit): Construct;
  readonly shards: Shards;
  /** The mesh as the user wrote it. */
  readonly mesh: Origin;
  /** How findings name the owners of units. */
  readonly originOf?: OriginOf;
}

/**
 * Reports MESH502 for a unit whose update does not fit into an event, and MESH501 for a stack that would hold too many resources or bytes:
 * the mesh's own, each shard, each stack of a team. Everything but the units is in the tree already and counts.
 */
export function checkBudgets(units: readonly Unit[], target: BudgetTarget): readonly Diagnostic[] {
  return [...units.flatMap((unit) => eventFinding(unit, target)), ...stackFindings(units, target)];
}

function eventFinding(unit: Unit, { originOf = originOfPath }: BudgetTarget): readonly Diagnostic[] {
  const bytes = 2 * manifestBytes(unit) + EVENT_FRAME_BYTES;
  if (bytes <= MAX_EVENT_BYTES) return [];
  return [diagnose({
    code: 'MESH502',
    what: `an update of '${unit.id}' (${unit.objects.length} objects) would send ${bytes} bytes, more than the ${MAX_EVENT_BYTES} of a custom resource's event, which carries the old and the new manifest`,
    origin: originOf(unit.owner),
    property: `'${unit.id}'`,
    fix: `keep its manifest below ${Math.floor((MAX_EVENT_BYTES - EVENT_FRAME_BYTES) / 2)} bytes: add the objects in several parts, or shorten their texts`,
  })];
}

/** What a stack will hold: what is ours, one by one, and how many other resources. */
interface Content {
  readonly items: LoadItem[];
  others: number;
}

function stackFindings(units: readonly Unit[], target: BudgetTarget): readonly Diagnostic[] {
  const contents = contentsOf(units, target);
  const { shards } = target;
  const ofMesh = [...contents].filter(([stack]) => stack === shards.main || shards.nameOf(stack) !== undefined);
  const ofTeams = [...contents].filter(([stack, { items }]) => items.length > 0 && stack !== shards.main && shards.nameOf(stack) === undefined);
  return [...meshFindings(ofMesh, target), ...ofTeams.flatMap(([stack, content]) => teamFindings(stack, content, target))];
}

function contentsOf(units: readonly Unit[], { scopeOf, shards }: BudgetTarget): ReadonlyMap<Stack, Content> {
  const contents = new Map<Stack, Content>();
  const contentOf = (stack: Stack): Content => {
    const known = contents.get(stack);
    if (known !== undefined) return known;
    const content: Content = { items: [], others: 0 };
    contents.set(stack, content);
    return content;
  };
  for (const unit of units) contentOf(Stack.of(scopeOf(unit))).items.push(unitItem(unit));
  for (const construct of shards.main.node.root.node.findAll()) {
    if (!CfnResource.isCfnResource(construct)) continue;
    const request = requestOf(construct);
    if (request === undefined) contentOf(construct.stack).others++;
    else contentOf(construct.stack).items.push(roleItem(request));
  }
  return contents;
}

function loadOf({ items, others }: Content): StackLoad {
  return items.reduce<StackLoad>(withItem, otherLoad(others));
}

function teamFindings(stack: Stack, content: Content, { originOf = originOfPath }: BudgetTarget): readonly Diagnostic[] {
  return describeExcess(loadOf(content)).map((excess) => diagnose({
    code: 'MESH501',
    what: `stack '${stack.node.path}' would hold ${excess}`,
    origin: originOf(content.items[0]!.owner),
    property: 'scope',
    fix: 'spread the services of this stack over several stacks',
  }));
}

/** The mesh's own stack and its shards. */
function meshFindings(contents: readonly (readonly [Stack, Content])[], { shards, mesh }: BudgetTarget): readonly Diagnostic[] {
  const { main, plan } = shards;
  const name = (stack: Stack) => stack === main ? `stack '${main.node.path}'` : `${shards.nameOf(stack)} of stack '${main.node.path}'`;
  const over = contents.flatMap(([stack, content]) => describeExcess(loadOf(content)).map((excess) => `${name(stack)} would hold ${excess}`)).sort();
  const total = contents.reduce((sum, [, { items, others }]) => sum + items.length + others, 0);
  if (plan?.kind === 'nested' && total > MAX_NESTED_RESOURCES) {
    over.push(`stack '${main.node.path}' and its nested shards would hold ${total} resources, more than the ${MAX_NESTED_RESOURCES} of one deployment`);
  }
  if (over.length === 0) return [];
  const others = contents.find(([stack]) => stack === main)?.[1].others ?? 0;
  const fix = remedy({ items: contents.flatMap(([, { items }]) => items), base: otherLoad(others), total, plan });
  return over.map((what) => diagnose({ code: 'MESH501', what, origin: mesh, property: 'shards', ...(plan === undefined ? {} : { value: String(plan.count) }), fix }));
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
  const declared = `MeshShards.${wanted}(${Math.max(count, plan?.count ?? 0)})`;
  if (plan === undefined) return `declare shards: ${declared}`;
  return `declare shards: ${declared} instead of MeshShards.${plan.kind}(${plan.count}) before the first deployment; later it moves services from stack to stack, which deletes and creates them`;
}
