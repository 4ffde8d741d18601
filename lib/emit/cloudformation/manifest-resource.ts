/**
 * The resource of one manifest. It renders itself as CfnResource does, byte for byte, without the work that only resources with nested properties, tags and overrides need:
 * a mesh has a dozen for each service. Whatever somebody else has changed about it is rendered by CfnResource.
 */
import { CfnResource, type IResolvable, type IResolveContext, type Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ConnectionProperties } from './cluster-port';

/** Resource type of manifests; the same for clusters of aws-eks and aws-eks-v2. */
export const MANIFEST_TYPE = 'Custom::AWSCDK-EKS-KubernetesResource';

/** The connection of all manifests of a stack. */
export class StackConnection {
  private rendered: object | undefined;
  private speaker: CfnResource | undefined;

  constructor(readonly stack: Stack, readonly properties: ConnectionProperties) {}

  /** As the template says it; references to other stacks must have been settled. */
  get resolved(): object {
    return this.rendered ??= this.stack.resolve(this.properties) as object;
  }

  /** References are settled once for a stack, so one manifest names them for all. */
  referencesFor(resource: CfnResource): readonly unknown[] {
    this.speaker ??= resource;
    return this.speaker === resource ? Object.values(this.properties) : [];
  }
}

/** What a manifest is made of. */
export interface ManifestParts {
  readonly logicalId: string;
  readonly connection: StackConnection;
  /** JSON text of the objects. */
  readonly manifest: string;
  /** Whether the CDK has to read the text, because values are known only at deployment. */
  readonly hasTokens: boolean;
  readonly adoptExisting: boolean;
}

type Fragment = { readonly Resources?: { readonly [logicalId: string]: unknown } };

/** A manifest. */
export class ManifestResource extends CfnResource {
  private isOverridden = false;
  /** Manifests of the same stack that must exist first. */
  private readonly awaited = new Set<ManifestResource>();

  constructor(scope: Construct, private readonly parts: ManifestParts) {
    super(scope, parts.logicalId, {
      type: MANIFEST_TYPE,
      properties: { ...parts.connection.properties, Manifest: parts.manifest, ...(parts.adoptExisting ? { Overwrite: true } : {}) },
    });
    super.overrideLogicalId(parts.logicalId);
  }

  /** Orders two manifests of one stack, without the checks that an edge between any two resources needs. */
  public waitFor(earlier: ManifestResource): void {
    this.awaited.add(earlier);
  }

  public override obtainDependencies(): ReturnType<CfnResource['obtainDependencies']> {
    return [...super.obtainDependencies(), ...this.awaited];
  }

  public override addOverride(path: string, value: unknown): void {
    this.isOverridden = true;
    super.addOverride(path, value);
  }

  public override overrideLogicalId(logicalId: string): void {
    this.isOverridden = true;
    super.overrideLogicalId(logicalId);
  }

  /** @internal Asked by the CDK twice and more: for references, then for the template. */
  public _toCloudFormation(): object {
    const { condition, creationPolicy, updatePolicy, version, description } = this.cfnOptions;
    const isPlain = !this.isOverridden && [condition, creationPolicy, updatePolicy, version, description].every((option) => option === undefined);
    return isPlain ? { Resources: { [this.parts.logicalId]: new Rendering((context) => this.rendered(context)) } } : this.renderedByCdk();
  }

  private rendered({ preparing }: IResolveContext): unknown {
    const { connection, manifest, hasTokens, adoptExisting } = this.parts;
    if (preparing) return [...connection.referencesFor(this), ...(hasTokens ? [manifest] : [])];
    const { metadata = {}, deletionPolicy, updateReplacePolicy } = this.cfnOptions;
    const dependencies = this.obtainDependencies().filter((one): one is CfnResource => CfnResource.isCfnResource(one) && one.stack === this.stack);
    return {
      Type: MANIFEST_TYPE,
      Properties: { ...connection.resolved, Manifest: manifest, ...(adoptExisting ? { Overwrite: true } : {}) },
      ...(dependencies.length === 0 ? {} : { DependsOn: inOrder(dependencies).map(({ logicalId }) => logicalId) }),
      ...(updateReplacePolicy === undefined ? {} : { UpdateReplacePolicy: updateReplacePolicy }),
      ...(deletionPolicy === undefined ? {} : { DeletionPolicy: deletionPolicy }),
      ...(Object.keys(metadata).length === 0 ? {} : { Metadata: metadata }),
    };
  }

  private renderedByCdk(): Fragment {
    for (const earlier of this.awaited) this.addResourceDependency(earlier);
    return (CfnResource.prototype as unknown as { _toCloudFormation(): Fragment })._toCloudFormation.call(this);
  }
}

function inOrder(resources: readonly CfnResource[]): readonly CfnResource[] {
  return [...new Set(resources)].sort((a, b) => a.node.path.localeCompare(b.node.path));
}

/** A value that is made when the CDK asks for it. */
class Rendering implements IResolvable {
  readonly creationStack: string[] = [];

  constructor(private readonly produce: (context: IResolveContext) => unknown) {}

  resolve(context: IResolveContext): unknown {
    return this.produce(context);
  }

  toString(): string {
    return 'manifest';
  }
}
