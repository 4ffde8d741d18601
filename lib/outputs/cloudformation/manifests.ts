/**
 * The manifests writer: every unit becomes one custom resource of the deployment function.
 * In: the list of units and where they go. Out: resources in the construct tree, with the order of creation as dependencies.
 */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';
import type { ClusterPort } from './cluster-port';
import { deployerProperties } from './deployer';
import { layLanes, type Placed } from './lanes';
import { logicalIdOf } from './logical-id';
import { StackConnection, type ManifestParts, type Written } from './manifest';
import { manifestLines } from './manifest-lines';
import { ManifestResource } from './manifest-resource';
import { renderUnit } from './rendered-unit';
import { ShardManifests } from './shard-manifests';
import { isShard } from './shards';
import { hasTokens } from './token-markers';
import { inCreationOrder } from '../../plan/creation-order';
import type { Unit } from '../../plan/unit';

/** How a unit is rolled out; what is left out is as the protocol says. */
export interface UnitRollout {
  readonly deadlineSeconds?: number;
  readonly settleSeconds?: number;
  readonly waits?: boolean;
  readonly redeploy?: string;
  /** Services of other stacks that its routes lead to, `<namespace>/<name>`. */
  readonly elsewhere?: readonly string[];
  /** Gateways that have to have a class, or not to exist, `<namespace>/<name>=<class>`. */
  readonly gateways?: readonly string[];
}

/** Where units go. */
export interface ManifestTarget {
  readonly cluster: ClusterPort;
  /** Name of the mesh: its next deployment may take what this one retains. */
  readonly mesh: string;
  /** Whether objects of others are added to, where they are in the way. */
  readonly adoptExisting: boolean;
  /** Tells meshes on several clusters apart whose units have equal ids in one stack; part of the logical id. Empty when left out. */
  readonly realm?: string;
  /** The construct under which the unit's resource is made; its stack is the unit's stack. */
  scopeOf(unit: Unit): Construct;
  /** Defaults where it is left out. */
  rolloutOf?(unit: Unit): UnitRollout;
  /**
   * What must exist before the unit, beside other units: the controller's chart. Must not depend on the unit or a later one.
   * Nothing when left out.
   */
  dependenciesOf?(unit: Unit): readonly IDependable[];
}

/**
 * Writes all units and returns their manifests by unit id. Every edge leads from a later unit of `inCreationOrder` to an earlier one of
 * the same stack, so there is no cycle. A unit in a nested shard that needs one of the mesh's stack makes the shard wait for it.
 */
export function writeManifests(units: readonly Unit[], target: ManifestTarget): ReadonlyMap<string, Written> {
  const written = new Map<string, Written>();
  const stacks = new Map<Stack, StackState>();
  const settled = new Map<string, ReadonlySet<IDependable>>();
  const placed: Placed[] = [];
  for (const unit of inCreationOrder(units)) {
    const scope = target.scopeOf(unit);
    const stack = Stack.of(scope);
    let state = stacks.get(stack);
    if (state === undefined) stacks.set(stack, state = openStack(stack, target));
    const manifest = writeUnit(unit, { scope, state, target });
    const needed = unit.needs.map((need) => written.get(need)!);
    for (const one of needed) orderAfter(manifest, one, state);
    const known = needed.filter((one) => one.stack === stack).map((one) => settled.get(one.id)!);
    settled.set(manifest.id, waitOutside(manifest, target.dependenciesOf?.(unit) ?? [], known));
    written.set(unit.id, manifest);
    placed.push({ unit, scope, manifest });
  }
  layLanes(placed);
  return written;
}

interface StackState {
  readonly connection: StackConnection;
  /** Units of the parent stack that this nested stack waits for. */
  readonly awaitedOutside: Set<Written>;
  /** Left out: each manifest is a construct of its own. */
  readonly shard?: ShardManifests;
}

function openStack(stack: Stack, { cluster, mesh }: ManifestTarget): StackState {
  const connection = new StackConnection(stack, { ...deployerProperties(stack, cluster, mesh) });
  return { connection, awaitedOutside: new Set(), ...(isShard(stack) ? { shard: new ShardManifests(stack, connection) } : {}) };
}

interface Place {
  readonly scope: Construct;
  readonly state: StackState;
  readonly target: ManifestTarget;
}

function writeUnit(unit: Unit, { scope, state: { connection, shard }, target }: Place): Written {
  const rendered = renderUnit(unit);
  const options = optionsOf(unit, target);
  const parts: ManifestParts = {
    logicalId: logicalIdOf(unit.id, target.realm), connection, options, hasTokens: rendered.hasTokens || hasTokens(options),
    // the CDK's own JSON writer costs far more, and is needed only for values that are known at deployment
    lines: rendered.hasTokens ? manifestLines(unit.objects, hasTokens, (value) => connection.stack.toJsonString(value)) : rendered.lines,
  };
  if (shard !== undefined) return shard.add(parts, unit.retain);
  const resource = new ManifestResource(scope, parts);
  if (unit.retain) resource.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return resource;
}

function optionsOf(unit: Unit, { adoptExisting, rolloutOf }: ManifestTarget): { readonly [name: string]: unknown } {
  const { deadlineSeconds, settleSeconds, waits = true, redeploy, elsewhere = [], gateways = [] } = rolloutOf?.(unit) ?? {};
  const foreign = unit.foreign ?? (adoptExisting ? 'add' : undefined);
  return {
    ...(foreign === undefined ? {} : { Foreign: foreign }),
    ...(waits ? {} : { Wait: 'none' }),
    ...(deadlineSeconds === undefined ? {} : { Deadline: deadlineSeconds }),
    ...(settleSeconds === undefined ? {} : { Settle: settleSeconds }),
    ...(unit.retain && unit.foreign === undefined ? { Retain: true } : {}),
    ...(elsewhere.length === 0 ? {} : { Elsewhere: elsewhere }),
    ...(gateways.length === 0 ? {} : { Gateways: gateways }),
    ...(redeploy === undefined ? {} : { Redeploy: redeploy }),
  };
}

/** Never across stacks of the user's: such an edge could close a circle with the references that lead there. Nothing refers to a shard. */
function orderAfter(manifest: Written, needed: Written, state: StackState): void {
  const { stack } = manifest;
  if (needed.stack === stack) {
    manifest.waitFor(needed);
  } else if (isShard(stack) && stack.nestedStackParent === needed.stack && !state.awaitedOutside.has(needed)) {
    state.awaitedOutside.add(needed);
    stack.node.addDependency(needed.element);
  }
}

/** Says what is waited for beside units, unless a needed unit of the same stack waits for it already. */
function waitOutside(manifest: Written, dependencies: readonly IDependable[], needed: readonly ReadonlySet<IDependable>[]): ReadonlySet<IDependable> {
  for (const dependency of dependencies) {
    if (!needed.some((known) => known.has(dependency))) manifest.waitForOther(dependency);
  }
  return new Set([...dependencies, ...needed.flatMap((known) => [...known])]);
}
