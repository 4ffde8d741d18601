/** What a manifest is made of, and how it stands in a template; for those that are constructs and for those of a shard. */
import type { IResolvable, IResolveContext, Stack } from 'aws-cdk-lib';
import type { ConnectionProperties } from './cluster-port';

/** Resource type of manifests; the same for clusters of aws-eks and aws-eks-v2. */
export const MANIFEST_TYPE = 'Custom::AWSCDK-EKS-KubernetesResource';

/** The connection of all manifests of a stack. */
export class StackConnection {
  private rendered: object | undefined;
  private speaker: object | undefined;

  constructor(readonly stack: Stack, readonly properties: ConnectionProperties) {}

  /** As the template says it; references to other stacks must have been settled. */
  get resolved(): object {
    return this.rendered ??= this.stack.resolve(this.properties) as object;
  }

  /** References are settled once for a stack, so one element names them for all. */
  referencesFor(element: object): readonly unknown[] {
    this.speaker ??= element;
    return this.speaker === element ? Object.values(this.properties) : [];
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

/** A manifest that was written. */
export interface Manifest {
  /** Its logical id. */
  readonly id: string;
  readonly stack: Stack;
}

/** What stands beside type and properties; empty parts are left out. */
export interface ManifestFrame {
  readonly DependsOn: readonly string[];
  readonly UpdateReplacePolicy?: string;
  readonly DeletionPolicy?: string;
  readonly Metadata: object;
}

/** The resource as the template shows it. */
export function renderManifest({ connection, manifest, adoptExisting }: ManifestParts, frame: ManifestFrame): object {
  return {
    Type: MANIFEST_TYPE,
    Properties: { ...connection.resolved, Manifest: manifest, ...(adoptExisting ? { Overwrite: true } : {}) },
    ...(frame.DependsOn.length === 0 ? {} : { DependsOn: frame.DependsOn }),
    ...(frame.UpdateReplacePolicy === undefined ? {} : { UpdateReplacePolicy: frame.UpdateReplacePolicy }),
    ...(frame.DeletionPolicy === undefined ? {} : { DeletionPolicy: frame.DeletionPolicy }),
    ...(Object.keys(frame.Metadata).length === 0 ? {} : { Metadata: frame.Metadata }),
  };
}

/** A value that is made when the CDK asks for it. */
export class Rendering implements IResolvable {
  readonly creationStack: string[] = [];

  constructor(private readonly produce: (context: IResolveContext) => unknown) {}

  resolve(context: IResolveContext): unknown {
    return this.produce(context);
  }

  toString(): string {
    return 'manifest';
  }
}
