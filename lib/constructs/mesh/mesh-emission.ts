/**
 * A program that is right, on its way to CloudFormation: roles, lowering, the user's own objects, patches, checks, resources.
 * What only the written objects show is reported as well, and then nothing is deployed.
 */
import { Aws, Lazy, Stack, Token, type CfnResource } from 'aws-cdk-lib';
import { DISABLE_CREATION_STACK_TRACES } from 'aws-cdk-lib/cx-api';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import type { Construct } from 'constructs';
import type { Mesh } from './mesh';
import { userUnits } from './user-units';
import { claimUnits } from './written-units';
import type { Diagnostic, Origin } from '../../diagnostics';
import { checkBudgets } from '../../outputs/cloudformation/budgets';
import { writeManifests } from '../../outputs/cloudformation/manifests';
import { writeRoles, type WrittenRole } from '../../outputs/cloudformation/roles';
import { Shards } from '../../outputs/cloudformation/shards';
import { checkPlainTokens, checkTokens } from '../../outputs/cloudformation/tokens';
import { applyPatches } from '../../plan/patch';
import { checkIdentities, composeUnits } from '../../plan/unit-list';
import { Wave, type Unit } from '../../plan/unit';
import { opaque, type Opaque, type TrafficModel } from '../../model';
import { identityKey, type Environment, type Identity, type LoweringContext } from '../../providers/provider';
import { originOf } from '../origin';
import { constructAt, report } from '../report';

/** Writes the mesh into the construct tree, or reports why it cannot be written. */
export function emitMesh(mesh: Mesh, model: TrafficModel): void {
  const places = new Places(mesh);
  const environment = environmentOf(mesh);
  const principals = new Map(mesh._parts.map(({ construct, principal }) => [construct.node.path, principal]));
  // where proxies ask nothing of AWS, only services that the program grants something to need a role
  const identities = mesh._props.provider._provider.identities(model, environment)
    .filter(({ owner, permissions }) => permissions.length > 0 || principals.get(owner)?.isUsed === true);
  const roles = new LateRoles(identities);
  const lowered = lowerUnits(mesh, model, { environment, roleArns: roles.arns });
  const { units, diagnostics } = applyPatches(lowered, mesh._patches.map(({ patch, ...rest }) => ({ ...rest, patch: patch._patch })));
  const platform = installPlatform(mesh, model);
  // what the user neither wrote nor patched
  const plain = new Set(lowered.filter(({ property }) => property === undefined));
  const findings: readonly Diagnostic[] = [
    ...diagnostics,
    ...checkIdentities(units, places.originOf),
    ...claimUnits(mesh, units, ({ owner }) => Stack.of(places.ownerOf(owner))),
    ...units.flatMap((unit) => (plain.has(unit) ? checkPlainTokens : checkTokens)(unit, places.originOf)),
    ...checkBudgets({
      units, roles: identities, mesh, origin: originOf(mesh), plan: mesh._props.shards?._plan, constructAt: places.ownerOf, originOf: places.originOf,
    }),
  ];
  if (report(mesh, findings)) return;
  leaveUntraced(mesh);
  roles.write(mesh, places);
  writeUnits(mesh, { units: composeUnits([units]), places, platform });
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

  write(mesh: Mesh, places: Places): void {
    const cluster = mesh._props.cluster._access;
    const principals = new Map(mesh._parts.map(({ construct, principal }) => [construct.node.path, principal]));
    const requests = this.identities.map((identity) => {
      const statements = principals.get(identity.owner)?.statements.map((statement) => statement.toStatementJson()) ?? [];
      return { ...identity, statements };
    });
    this.written = writeRoles(requests, { scopeOf: places.scopeOf, oidcProvider: () => cluster.oidcProvider() });
    for (const { owner, ...identity } of this.identities) principals.get(owner)?.bind(this.written.get(identityKey(identity))!.arn);
  }
}

/** Constructs behind the paths that units and identities carry. */
class Places {
  private readonly owners = new Map<string, Construct>();

  private readonly shards: Shards;

  constructor(private readonly mesh: Mesh) {
    this.shards = new Shards({ scope: mesh, name: mesh.meshName }, mesh._props.shards?._plan);
    for (const { construct } of mesh._parts) this.owners.set(construct.node.path, construct);
  }

  readonly scopeOf = ({ owner, shard }: { readonly owner: string; readonly shard: string }): Construct => this.shards.scopeOf(shard, this.ownerOf(owner));

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

function environmentOf(mesh: Mesh): Environment {
  const { region, account } = Stack.of(mesh);
  const suffix = Token.isUnresolved(region) ? undefined : RegionInfo.get(region).domainSuffix;
  return { partition: opaque(Aws.PARTITION), region: opaque(region), account: opaque(account), urlSuffix: opaque(suffix ?? Aws.URL_SUFFIX) };
}

/** The provider's units and the user's own. An imported mesh brings its services, not itself. */
function lowerUnits(mesh: Mesh, model: TrafficModel, context: LoweringContext): readonly Unit[] {
  const lowered = mesh._props.provider._provider.lower(model, context);
  const own = mesh._isImported ? withoutMesh(lowered) : lowered;
  return [...own, ...userUnits(mesh, model, own)];
}

function withoutMesh(units: readonly Unit[]): readonly Unit[] {
  const kept = units.filter(({ wave }) => wave !== Wave.NAMESPACE && wave !== Wave.MESH);
  const ids = new Set(kept.map(({ id }) => id));
  return kept.map((unit) => ({ ...unit, needs: unit.needs.filter((need) => ids.has(need)) }));
}

interface Writing {
  readonly units: readonly Unit[];
  readonly places: Places;
  readonly platform: readonly CfnResource[];
}

function writeUnits(mesh: Mesh, { units, places, platform }: Writing): void {
  const own = Stack.of(mesh);
  for (const stack of places.otherStacks) stack.addStackDependency(own, 'services rely on their mesh');
  writeManifests(units, {
    cluster: mesh._props.cluster._access,
    scopeOf: places.scopeOf,
    adoptExisting: mesh._props.adoptExisting ?? false,
    dependenciesOf: (unit) => unit.wave >= Wave.MESH && Stack.of(places.scopeOf(unit)) === own ? platform : [],
  });
}

function installPlatform(mesh: Mesh, model: TrafficModel): readonly CfnResource[] {
  if (mesh._isImported) return [];
  return mesh._props.provider._installation.install({ scope: mesh, cluster: mesh._props.cluster, model });
}
