/**
 * The manifests writer: every unit of life becomes one custom resource of the kubectl function that ships with the CDK.
 * In: the list of units and where they go. Out: resources in the construct tree, with the order of creation as dependencies.
 */
import { RemovalPolicy, Stack, type CfnElement } from 'aws-cdk-lib';
import { Dependable, type Construct, type IDependable } from 'constructs';
import { hash8 } from '../../kube/names';
import type { Unit } from '../../plan/unit';
import { inCreationOrder } from '../../plan/creation-order';
import { connectionProperties, type ClusterPort } from './cluster-port';
import { logicalIdOf } from './logical-id';
import { StackConnection, type Manifest, type ManifestParts } from './manifest';
import { ManifestResource } from './manifest-resource';
import { renderUnit } from './rendered-unit';
import { ShardManifests } from './shard-manifests';
import { isShard } from './shards';

/** Chains of units per stack: as many functions run at once. */
export const LANES = 10;

/** Where units go. */
export interface ManifestTarget {
  readonly cluster: ClusterPort;
  /** `apply` instead of `create` at the first deployment: takes over objects that exist already. */
  readonly adoptExisting: boolean;
  /** Tells meshes on several clusters apart whose units have equal ids in one stack; part of the logical id. Empty when left out. */
  readonly realm?: string;
  /** The construct under which the unit's resource is made; its stack is the unit's stack. */
  scopeOf(unit: Unit): Construct;
  /**
   * What must exist before the unit, beside other units: the controller's chart, roles. Must not depend on the unit or a later one.
   * Nothing when left out.
   */
  dependenciesOf?(unit: Unit): readonly IDependable[];
}

/**
 * Writes all units and returns their manifests by unit id. Every edge leads from a later unit of `inCreationOrder` to an earlier one of
 * the same stack, so there is no cycle. A unit in a nested shard that needs one of the mesh's stack makes the shard wait for it.
 */
export function writeManifests(units: readonly Unit[], target: ManifestTarget): ReadonlyMap<string, Manifest> {
  const written = new Map<string, Written>();
  const stacks = new Map<Stack, StackState>();
  // computed at each access: it walks the cluster's constructs
  const { barriers } = target.cluster;
  for (const unit of inCreationOrder(units)) {
    const scope = target.scopeOf(unit);
    const stack = Stack.of(scope);
    let state = stacks.get(stack);
    if (state === undefined) stacks.set(stack, state = openStack(stack, target));
    const manifest = writeUnit(unit, { scope, state, target });
    for (const need of unit.needs) orderAfter(manifest, written.get(need)!, state);
    joinLane(manifest, laneOf(unit, state), [...barriers, ...target.dependenciesOf?.(unit) ?? []]);
    written.set(unit.id, manifest);
  }
  return written;
}

/** A manifest, and the construct that stands for it. */
interface Written extends Manifest {
  /** The manifest itself, or all those of its shard. */
  readonly element: CfnElement;
  waitFor(earlier: Written): void;
  /** Waits for something beside the manifests. */
  waitForOther(other: IDependable): void;
}

/** A chain of units: each waits for the one before. */
interface Lane {
  last: Written | undefined;
  /** What the chain waits for already; the units behind need not say it again. */
  readonly awaited: Set<IDependable>;
}

interface StackState {
  readonly connection: StackConnection;
  readonly lanes: readonly Lane[];
  /** Units of the parent stack that this nested stack waits for. */
  readonly awaitedOutside: Set<Written>;
  /** Left out: each manifest is a construct of its own. */
  readonly shard?: ShardManifests;
}

function openStack(stack: Stack, target: ManifestTarget): StackState {
  const connection = new StackConnection(stack, connectionProperties(target.cluster, stack));
  return {
    connection,
    lanes: Array.from({ length: LANES }, () => ({ last: undefined, awaited: new Set<IDependable>() })),
    awaitedOutside: new Set(),
    ...(isShard(stack) && !target.cluster.barriers.some((barrier) => isWithin(stack, barrier)) ? { shard: new ShardManifests(stack, connection) } : {}),
  };
}

/** Whether something of the stack itself is waited for, which only resources can. */
function isWithin(stack: Stack, dependable: IDependable): boolean {
  return Dependable.of(dependable).dependencyRoots.some((root) => Stack.of(root) === stack);
}

/** By identity, so that another unit's coming and going does not move it. */
function laneOf(unit: Unit, { lanes }: StackState): Lane {
  return lanes[Number.parseInt(hash8(unit.id), 16) % lanes.length]!;
}

interface Place {
  readonly scope: Construct;
  readonly state: StackState;
  readonly target: ManifestTarget;
}

function writeUnit(unit: Unit, { scope, state: { connection, shard }, target }: Place): Written {
  const { json, hasTokens } = renderUnit(unit);
  const parts: ManifestParts = {
    logicalId: logicalIdOf(unit.id, target.realm), connection, hasTokens, adoptExisting: target.adoptExisting,
    // the CDK's own JSON writer costs far more, and is needed only for values that are known at deployment
    manifest: hasTokens ? connection.stack.toJsonString(unit.objects) : json,
  };
  if (shard !== undefined) return shard.add(parts, unit.retain);
  const resource = new ManifestResource(scope, parts);
  if (unit.retain) resource.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return resource;
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

function joinLane(manifest: Written, lane: Lane, dependencies: readonly IDependable[]): void {
  if (lane.last !== undefined) manifest.waitFor(lane.last);
  lane.last = manifest;
  for (const dependency of dependencies) {
    if (lane.awaited.has(dependency)) continue;
    lane.awaited.add(dependency);
    manifest.waitForOther(dependency);
  }
}
