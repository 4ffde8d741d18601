/**
 * Spreads a mesh over several stacks, by identity: which shard a service goes to depends on its id and the declared number alone.
 * In: the plan and shard keys of units. Out: the construct each unit goes under. Shards are made when their first unit comes.
 */
import { NestedStack, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { logicalIdOf } from './logical-id';
import { diagnose, type Diagnostic, type Origin } from '../../diagnostics/diagnostic';
import { assertNever } from '../../diagnostics/mesh-error';
import { hash8 } from '../../kube/names';

/** How many shards, and of which kind: nested in the mesh's stack, or stacks beside it that depend on it. */
export interface ShardPlan {
  readonly count: number;
  readonly kind: 'nested' | 'stacks';
}

/** Most shards that a plan may declare. */
export const MAX_SHARDS = 200;

/** Where the units of a shard key go: beside the mesh, in a numbered shard of services, or in the shard after all of those. */
export type ShardPlace =
  | { readonly kind: 'main' }
  | { readonly kind: 'services'; readonly index: number }
  | { readonly kind: 'edge' };

/**
 * Reports MESH506 for a number of shards that is no integer from 1 to 200, and for stacks beside a mesh whose own stack is nested.
 */
export function checkShardPlan(plan: ShardPlan, origin: Origin, mesh?: Construct): readonly Diagnostic[] {
  const findings: Diagnostic[] = [];
  const finding = (what: string, fix: string) => diagnose({ code: 'MESH506', what, origin, property: 'shards', value: String(plan.count), fix });
  if (!Number.isInteger(plan.count) || plan.count < 1 || plan.count > MAX_SHARDS) {
    findings.push(finding(`the number of shards is ${plan.count}, not an integer from 1 to ${MAX_SHARDS}`,
      'declare about one shard for every 25 services that you expect in the end, and keep the number'));
  }
  if (plan.kind === 'stacks' && mesh !== undefined && Stack.of(mesh).nested) {
    findings.push(finding('shards are stacks beside that of the mesh, but the stack of the mesh is nested',
      `declare MeshShards.nested(${plan.count}), or make the mesh in a stack that is not nested`));
  }
  return findings;
}

/** Places of keys, of which each unit is asked several times. */
const PLACES = new WeakMap<ShardPlan, Map<string, ShardPlace>>();

/** The place of a shard key, `main`, `edge` or `service:<id>`. Without a plan everything is beside the mesh. */
export function placeOf(shard: string, plan: ShardPlan | undefined): ShardPlace {
  if (plan === undefined) return { kind: 'main' };
  let places = PLACES.get(plan);
  if (places === undefined) PLACES.set(plan, places = new Map());
  const place = places.get(shard) ?? placeIn(plan, shard);
  places.set(shard, place);
  return place;
}

function placeIn(plan: ShardPlan, shard: string): ShardPlace {
  if (shard === 'main') return { kind: 'main' };
  if (shard === 'edge') return { kind: 'edge' };
  if (shard.startsWith('service:')) return { kind: 'services', index: Number.parseInt(hash8(shard), 16) % plan.count };
  throw new Error(`internal: '${shard}' is no shard key; please report this with your program`);
}

/** The name of a place in findings and, for shards, in the names of stacks: `Shard3`, `EdgeShard`. */
export function placeName(place: ShardPlace): string {
  switch (place.kind) {
    case 'main': return 'Main';
    case 'services': return `Shard${place.index}`;
    case 'edge': return 'EdgeShard';
    default: return assertNever(place);
  }
}

/** What a shard puts into its template when the CDK has rendered it. */
type Completion = (template: Template) => void;

/** A template as the CDK renders it. */
export interface Template {
  readonly Resources: { [logicalId: string]: unknown };
}

const SHARDS = new WeakMap<Stack, Completion[]>();

/** True for stacks made here: nothing outside refers to them, so they may wait for single units of the mesh's stack. */
export function isShard(stack: Stack): boolean {
  return SHARDS.has(stack);
}

/** Puts something into a shard's template that the CDK need not look through: it would do so three times, token by token. */
export function completeTemplate(shard: Stack, completion: Completion): void {
  SHARDS.get(shard)!.push(completion);
}

function renderTemplate(shard: Stack): Template {
  const template = (Stack.prototype as unknown as { _toCloudFormation(): Template })._toCloudFormation.call(shard);
  for (const complete of SHARDS.get(shard)!) complete(template);
  return template;
}

/** A stack beside that of the mesh. */
class StackShard extends Stack {
  /** @internal */
  public _toCloudFormation(): object {
    return renderTemplate(this);
  }
}

/** A nested stack whose template is rendered once: the CDK does so to name the file, and again to write it. */
class NestedShard extends NestedStack {
  private template: object | undefined;

  /** @internal Asked for when everything is in the tree: what comes later would not be in the file's name either. */
  public _toCloudFormation(): object {
    return this.template ??= renderTemplate(this);
  }
}

/** What shards belong to. */
export interface ShardedMesh {
  /** Scope of nested shards. */
  readonly scope: Construct;
  /** Name of the mesh: identifies nested shards, wherever the mesh sits in the tree. */
  readonly name: string;
}

/** The shards of one mesh. */
export class Shards {
  private readonly stacks = new Map<string, Stack>();
  private readonly serviceShards: Stack[] = [];

  /** Without a plan there is no shard, and everything stays with its owner. */
  constructor(private readonly mesh: ShardedMesh, private readonly plan: ShardPlan | undefined) {}

  /** The shards made so far. */
  get all(): readonly Stack[] {
    return [...this.stacks.values()];
  }

  /**
   * The scope of a unit or role. What belongs to a construct of another stack than the mesh's stays with that construct, so that teams
   * deploy their own services.
   */
  scopeOf(shard: string, owner: Construct): Construct {
    if (Stack.of(owner) !== Stack.of(this.mesh.scope)) return owner;
    const place = placeOf(shard, this.plan);
    return place.kind === 'main' ? owner : this.stackOf(place);
  }

  private stackOf(place: ShardPlace): Stack {
    const name = placeName(place);
    const known = this.stacks.get(name);
    if (known !== undefined) return known;
    const stack = this.plan?.kind === 'nested' ? this.createNested(name) : this.createBeside(name);
    // everything in a shard is written by the library: where the code stood says nothing to the user, and costs a tenth of the synthesis
    stack.node.setContext('aws:cdk:disable-creation-stack-traces', true);
    SHARDS.set(stack, []);
    this.stacks.set(name, stack);
    this.order(stack, place);
    return stack;
  }

  private createNested(name: string): Stack {
    const stack = new NestedShard(this.mesh.scope, name);
    stack.nestedStackResource!.overrideLogicalId(logicalIdOf(`${this.mesh.name}/${name}`));
    return stack;
  }

  private createBeside(name: string): Stack {
    const main = Stack.of(this.mesh.scope);
    const stack = new StackShard(main.node.scope, `${main.node.id}-${name}`, {
      env: { account: main.account, region: main.region },
      stackName: `${main.stackName}-${name}`,
      terminationProtection: main.terminationProtection,
    });
    stack.addStackDependency(main, 'shards rely on the mesh');
    return stack;
  }

  /** The edge shard joins services, so it comes after all of theirs. */
  private order(stack: Stack, place: ShardPlace): void {
    if (place.kind === 'services') {
      this.serviceShards.push(stack);
      this.stacks.get(placeName({ kind: 'edge' }))?.addStackDependency(stack);
    } else {
      this.serviceShards.forEach((services) => stack.addStackDependency(services));
    }
  }
}
