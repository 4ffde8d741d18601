/**
 * All manifests of a shard as one element of its template. Nobody but the library has to do with what is in a shard, so its manifests need not be constructs, of which a
 * large mesh would have thousands.
 */
import { CfnElement, CfnResource, type IResolveContext, type Stack } from 'aws-cdk-lib';
import type { IDependable } from 'constructs';
import { renderManifest, Rendering, tokenPlaces, type Manifest, type ManifestParts, type StackConnection } from './manifest';
import { completeTemplate, type Template } from './shards';

/** One manifest of a shard. */
export class ShardManifest implements Manifest {
  private readonly awaited = new Set<ShardManifest>();
  private readonly awaitedResources = new Set<CfnResource>();

  constructor(readonly element: ShardManifests, readonly parts: ManifestParts, private readonly isRetained: boolean) {}

  get stack(): Stack {
    return this.element.stack;
  }

  get id(): string {
    return this.parts.logicalId;
  }

  /** Orders two manifests of the shard. */
  waitFor(earlier: ShardManifest): void {
    this.awaited.add(earlier);
  }

  /** Orders the manifest after a resource of the shard, or the whole shard after one outside, which the shard's own elements cannot wait for. */
  waitForOther(other: IDependable): void {
    if (CfnResource.isCfnResource(other) && other.stack === this.stack) this.awaitedResources.add(other);
    else this.stack.node.addDependency(other);
  }

  /** As the template shows it. */
  rendered(metadata: object): object {
    const resources = [...this.awaitedResources].map(({ logicalId }) => this.stack.resolve(logicalId) as string);
    const DependsOn = [...[...this.awaited].map(({ id }) => id), ...resources].sort((a, b) => a.localeCompare(b));
    const policies = this.isRetained ? { UpdateReplacePolicy: 'Retain', DeletionPolicy: 'RetainExceptOnCreate' } : {};
    return renderManifest(this.parts, { DependsOn, ...policies, Metadata: metadata });
  }
}

/** The manifests of a shard. */
export class ShardManifests extends CfnElement {
  private readonly manifests: ShardManifest[] = [];

  constructor(stack: Stack, private readonly connection: StackConnection) {
    super(stack, 'Manifests');
    completeTemplate(stack, (template) => this.complete(template));
  }

  /** One more. */
  add(parts: ManifestParts, isRetained: boolean): ShardManifest {
    const manifest = new ShardManifest(this, parts, isRetained);
    this.manifests.push(manifest);
    return manifest;
  }

  /** @internal Asked by the CDK twice and more: for references, then for the template. */
  public _toCloudFormation(): object {
    return { Resources: new Rendering((context) => this.rendered(context)) };
  }

  /** Manifests without tokens leave their place empty. */
  private rendered({ preparing }: IResolveContext): unknown {
    if (preparing) return [...this.connection.referencesFor(this), ...this.manifests.flatMap(({ parts }) => tokenPlaces(parts))];
    return Object.fromEntries(this.manifests.map((manifest) => [manifest.id, manifest.parts.hasTokens ? manifest.rendered(this.metadataOf(manifest)) : {}]));
  }

  private complete({ Resources }: Template): void {
    for (const manifest of this.manifests) if (!manifest.parts.hasTokens) Resources[manifest.id] = manifest.rendered(this.metadataOf(manifest));
  }

  private metadataOf({ id }: ShardManifest): object {
    const hasPaths = this.node.tryGetContext('aws:cdk:enable-path-metadata') as unknown;
    return hasPaths ? { 'aws:cdk:path': `${this.stack.node.path}/${id}` } : {};
  }
}
