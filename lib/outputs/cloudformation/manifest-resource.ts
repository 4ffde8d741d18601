/**
 * The resource of one manifest. It renders itself as CfnResource does, byte for byte, without the work that only resources with nested properties, tags and overrides need:
 * a mesh has a dozen for each service. Whatever somebody else has changed about it is rendered by CfnResource.
 */
import { CfnResource, type IResolveContext } from 'aws-cdk-lib';
import type { Construct, IDependable } from 'constructs';
import { Rendering, renderManifest, tokenPlaces, type Manifest, type ManifestParts } from './manifest';
import { OBJECTS_TYPE } from './protocol';

type Fragment = { readonly Resources?: { readonly [logicalId: string]: unknown } };

/** A manifest that is a construct. */
export class ManifestResource extends CfnResource implements Manifest {
  readonly id: string;
  private isOverridden = false;
  /** Manifests of the same stack that must exist first. */
  private readonly awaited = new Set<ManifestResource>();

  constructor(scope: Construct, private readonly parts: ManifestParts) {
    super(scope, parts.logicalId, {
      type: OBJECTS_TYPE,
      properties: { ...parts.connection.properties, ...parts.options, Manifest: parts.lines },
    });
    super.overrideLogicalId(parts.logicalId);
    this.id = parts.logicalId;
  }

  get element(): CfnResource {
    return this;
  }

  /** Orders two manifests of one stack, without the checks that an edge between any two resources needs. */
  public waitFor(earlier: ManifestResource): void {
    this.awaited.add(earlier);
  }

  /** Orders the manifest after something else. */
  public waitForOther(other: IDependable): void {
    this.node.addDependency(other);
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
    const { condition, creationPolicy, updatePolicy, version, description, metadata = {} } = this.cfnOptions;
    const isPlain = !this.isOverridden && [condition, creationPolicy, updatePolicy, version, description].every((option) => option === undefined)
      && Object.keys(metadata).every((key) => key === 'aws:cdk:path');
    return isPlain ? { Resources: { [this.parts.logicalId]: new Rendering((context) => this.rendered(context)) } } : this.renderedByCdk();
  }

  private rendered({ preparing }: IResolveContext): unknown {
    if (preparing) return [...this.parts.connection.referencesFor(this), ...tokenPlaces(this.parts)];
    const { metadata = {}, deletionPolicy, updateReplacePolicy } = this.cfnOptions;
    const dependencies = this.obtainDependencies().filter((one): one is CfnResource => CfnResource.isCfnResource(one) && one.stack === this.stack);
    return renderManifest(this.parts, {
      DependsOn: inOrder(dependencies).map(({ logicalId }) => logicalId),
      UpdateReplacePolicy: updateReplacePolicy, DeletionPolicy: deletionPolicy, Metadata: metadata,
    });
  }

  private renderedByCdk(): Fragment {
    for (const earlier of this.awaited) this.addResourceDependency(earlier);
    return (CfnResource.prototype as unknown as { _toCloudFormation(): Fragment })._toCloudFormation.call(this);
  }
}

function inOrder(resources: readonly CfnResource[]): readonly CfnResource[] {
  return [...new Set(resources)].sort((a, b) => a.node.path.localeCompare(b.node.path));
}
