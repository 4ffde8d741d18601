/**
 * A program that is right, on its way to CloudFormation: roles, lowering, the user's own objects, patches, checks, resources.
 * What only the written objects show is reported as well, and then nothing is deployed.
 */
import { Aws, Lazy, Stack, Token } from 'aws-cdk-lib';
import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import { installControlPlane } from './control-plane';
import type { Mesh } from './mesh';
import { MeshGrants } from './mesh-grants';
import { rolloutsOf, withNeighbours } from './rollout';
import { checkStackOrder } from './stack-order';
import { userUnits } from './user-units';
import { claimUnits } from './written-units';
import type { Diagnostic, Origin } from '../../diagnostics';
import { opaque, type Opaque, type TrafficModel } from '../../model';
import { checkBudgets } from '../../outputs/cloudformation/budgets';
import type { WrittenControlPlane } from '../../outputs/cloudformation/control-plane/write-control-plane';
import { writeManifests } from '../../outputs/cloudformation/manifests';
import { writeRoles, type RoleTarget, type WrittenRole } from '../../outputs/cloudformation/roles';
import { placeName, placeOf, Shards } from '../../outputs/cloudformation/shards';
import { checkPlainTokens, checkTokens } from '../../outputs/cloudformation/tokens';
import { checkDeployable } from '../../plan/deployable';
import { gatherUnits } from '../../plan/gather';
import { applyPatches } from '../../plan/patch';
import { Wave, type Unit } from '../../plan/unit';
import { checkIdentities, compareUnits } from '../../plan/unit-list';
import { identityKey, type Environment, type Identity, type LoweringContext } from '../../providers/provider';
import { originOf } from '../origin';
import { constructAt, report } from '../report';
import { dependOnMesh } from '../service/service-principal';

/** Writes the mesh into the construct tree, or reports why it cannot be written. */
export function emitMesh(mesh: Mesh, model: TrafficModel): void {
  const places = new Places(mesh);
  const environment = environmentOf(mesh);
  const all = mesh._props.provider._provider.identities(model, environment);
  const grants = new MeshGrants(mesh, all.filter(({ owner }) => !mesh._others.has(owner)));
  const { identities } = grants;
  const roles = new LateRoles(identities);
  const lowered = gatherUnits(lowerUnits(mesh, model, { environment, roleArns: roles.arns, stackOf: places.stackNameOf, isRetained: places.isRetained }), {
    placeOf: places.nameOf, bucketsOf: ({ owner }) => mesh._parts.find(({ construct }) => construct.node.path === owner)?.routeBuckets ?? 1,
  });
  const { units, diagnostics } = applyPatches(lowered, mesh._patches.map(({ patch, ...rest }) => ({ ...rest, patch: patch._patch })));
  const controlPlane = installControlPlane(mesh, model);
  // what the user neither wrote nor patched
  const plain = new Set(lowered.filter(({ property }) => property === undefined));
  const findings: readonly Diagnostic[] = [
    ...diagnostics,
    ...grants.findings,
    ...checkIdentities(units, places.originOf),
    ...checkDeployable(units, places.originOf),
    ...checkStackOrder(units, places),
    ...claimUnits(mesh, units, ({ owner }) => Stack.of(places.ownerOf(owner))),
    ...units.flatMap((unit) => (plain.has(unit) ? checkPlainTokens : checkTokens)(unit, places.originOf)),
    ...checkBudgets({
      units, roles: identities, policies: grants.loads, counted: grants.made,
      mesh, origin: originOf(mesh), plan: mesh._props.shards?._plan, constructAt: places.ownerOf, originOf: places.originOf,
    }),
  ];
  if (report(mesh, findings)) return;
  leaveUntraced(mesh);
  const { scopeOf } = places;
  grants.write(roles.write(grants.roleTarget({ scopeOf, oidcProvider: () => mesh._props.cluster._access.oidcProvider() })), { scopeOf });
  writeUnits(mesh, { units: [...units].sort(compareUnits), places, controlPlane, grants });
}

/**
 * Resources are made at synthesis, where the CDK finds the library's own lines as the place of their making. To find them costs more than to make the resources, and
 * tells nobody anything. Context is possible only where nothing stands below yet, which is so for most services.
 */
function leaveUntraced(mesh: Mesh): void {
  for (const { construct: { node } } of mesh._parts) if (node.children.length === 0) node.setContext(DISABLE_CREATION_STACK_TRACES, true);
}

/** ARNs of roles that are written only when nothing is wrong: a token for each, which knows its role by then. */
class LateRoles {
  readonly arns: ReadonlyMap<string, Opaque>;
  private written: ReadonlyMap<string, WrittenRole> = new Map();

  constructor(private readonly identities: readonly Identity[]) {
    this.arns = new Map(identities.map((identity) => {
      const key = identityKey(identity);
      return [key, opaque(Lazy.string({ produce: () => this.written.get(key)!.arn }))];
    }));
  }

  write(target: RoleTarget): ReadonlyMap<string, WrittenRole> {
    return this.written = writeRoles(this.identities, target);
  }
}

/** Constructs behind the paths that units and identities carry. */
class Places {
  private readonly owners = new Map<string, Construct>();

  private readonly shards: Shards;

  private readonly retained: ReadonlySet<string>;

  constructor(private readonly mesh: Mesh) {
    this.shards = new Shards({ scope: mesh, name: mesh.meshName }, mesh._props.shards?._plan);
    for (const { construct } of mesh._parts) this.owners.set(construct.node.path, construct);
    this.retained = new Set(mesh._parts.filter(({ isRetained }) => isRetained === true).map(({ construct }) => construct.node.path));
  }

  readonly scopeOf = ({ owner, shard }: { readonly owner: string; readonly shard: string }): Construct => this.shards.scopeOf(shard, this.ownerOf(owner));

  /** What is deployed together with the construct at a path. */
  readonly stackNameOf = (path: string): string => Stack.of(this.ownerOf(path)).node.path;

  /** Whether what a construct makes stays when it goes. */
  readonly isRetained = (path: string): boolean => this.retained.has(path);

  readonly stackOf = (unit: Unit): string => this.stackNameOf(unit.owner);

  /** The stack or shard of a unit; empty for the mesh's own stack. */
  readonly nameOf = ({ owner, shard }: Unit): string => {
    const stack = Stack.of(this.ownerOf(owner));
    if (stack !== Stack.of(this.mesh)) return nameOfStack(stack);
    const place = placeOf(shard, this.mesh._props.shards?._plan);
    return place.kind === 'main' ? '' : placeName(place);
  };

  readonly originOf = (owner: string): Origin => originOf(this.ownerOf(owner));

  /** Stacks of services and gateways beside the mesh's own. */
  get otherStacks(): readonly Stack[] {
    const own = Stack.of(this.mesh);
    return [...new Set([...this.owners.values()].map((construct) => Stack.of(construct)))].filter((stack) => stack !== own);
  }

  readonly ownerOf = (path: string): Construct => {
    const known = this.owners.get(path);
    if (known !== undefined) return known;
    const owner = (constructAt(this.mesh.node.root, path) ?? this.mesh) as Construct;
    this.owners.set(path, owner);
    return owner;
  };
}

/** The name of a stack, which tells it from all others of its account and region; of a nested one, with those of the stacks around it. */
function nameOfStack(stack: Stack): string {
  return stack.nestedStackParent === undefined ? stack.stackName : `${nameOfStack(stack.nestedStackParent)}-${stack.node.id}`;
}

function environmentOf(mesh: Mesh): Environment {
  const { region, account } = Stack.of(mesh);
  const { kubernetesMinor } = mesh._props.cluster._access;
  const suffix = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).domainSuffix;
  return {
    partition: opaque(Aws.PARTITION), region: opaque(region), account: opaque(account), urlSuffix: opaque(suffix ?? Aws.URL_SUFFIX),
    ...(kubernetesMinor === undefined ? {} : { kubernetesMinor }),
  };
}

/** The provider's units and the user's own. An imported mesh brings its services, not itself. */
function lowerUnits(mesh: Mesh, model: TrafficModel, context: LoweringContext): readonly Unit[] {
  const lowered = mesh._props.provider._provider.lower(model, context);
  const own = withoutOthers(mesh, lowered);
  return [...own, ...userUnits(mesh, model, own)];
}

/** An imported mesh is another program's, and so are imported services. */
function withoutOthers(mesh: Mesh, units: readonly Unit[]): readonly Unit[] {
  const isMesh = ({ wave }: Unit) => wave === Wave.NAMESPACE || wave === Wave.MESH;
  const kept = units.filter((unit) => !(mesh._isImported && isMesh(unit)) && !mesh._others.has(unit.owner));
  if (kept.length === units.length) return units;
  const ids = new Set(kept.map(({ id }) => id));
  return kept.map((unit) => ({ ...unit, needs: unit.needs.filter((need) => ids.has(need)) }));
}

interface Writing {
  readonly units: readonly Unit[];
  readonly places: Places;
  readonly controlPlane: WrittenControlPlane;
  readonly grants: MeshGrants;
}

function writeUnits(mesh: Mesh, { units, places, controlPlane, grants }: Writing): void {
  const own = Stack.of(mesh);
  for (const stack of places.otherStacks) dependOnMesh(stack, own);
  const written = writeManifests(units, {
    cluster: mesh._props.cluster._access,
    mesh: mesh.meshName,
    scopeOf: places.scopeOf,
    adoptExisting: mesh._props.adoptExisting ?? false,
    rolloutOf: withNeighbours(rolloutsOf(mesh), units, places),
    dependenciesOf: (unit) => [
      ...(unit.wave >= Wave.MESH && Stack.of(places.scopeOf(unit)) === own ? controlPlane.ready : []),
      ...grants.dependenciesOf(unit),
    ],
  });
  // namespaces refuse what cannot be changed without loss, and then no chart has been touched
  const first = units.filter(({ wave, id }) => wave === Wave.NAMESPACE && written.get(id)!.stack === own).map(({ id }) => written.get(id)!.element);
  for (const resource of controlPlane.all) resource.node.addDependency(...first);
}
