/** What a manifest is made of, and how it stands in a template; for those that are constructs and for those of a shard. */
import type { CfnElement, IResolvable, IResolveContext, Stack } from 'aws-cdk-lib';
import type { IDependable } from 'constructs';
import { OBJECTS_TYPE } from './protocol';

/** What all manifests of a stack have in common: service token, cluster, role. */
export type ConnectionProperties = { readonly [name: string]: string };

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
  /** Lines of JSON text. */
  readonly lines: readonly string[];
  /** Whether the CDK has to read lines and options, because values are known only at deployment. */
  readonly hasTokens: boolean;
  /** Further properties, as the protocol names them. */
  readonly options: { readonly [name: string]: unknown };
}

/** A manifest that was written. */
export interface Manifest {
  /** Its logical id. */
  readonly id: string;
  readonly stack: Stack;
}

/** A manifest, and the construct that stands for it. */
export interface Written extends Manifest {
  /** The manifest itself, or all those of its shard. */
  readonly element: CfnElement;
  waitFor(earlier: Written): void;
  /** Waits for something beside the manifests. */
  waitForOther(other: IDependable): void;
}

/** What stands beside type and properties; empty parts are left out. */
export interface ManifestFrame {
  readonly DependsOn: readonly string[];
  readonly UpdateReplacePolicy?: string;
  readonly DeletionPolicy?: string;
  readonly Metadata: object;
}

/** The resource as the template shows it. */
export function renderManifest({ connection, lines, options }: ManifestParts, frame: ManifestFrame): object {
  return {
    Type: OBJECTS_TYPE,
    Properties: { ...connection.resolved, ...options, Manifest: lines },
    ...(frame.DependsOn.length === 0 ? {} : { DependsOn: frame.DependsOn }),
    ...(frame.UpdateReplacePolicy === undefined ? {} : { UpdateReplacePolicy: frame.UpdateReplacePolicy }),
    ...(frame.DeletionPolicy === undefined ? {} : { DeletionPolicy: frame.DeletionPolicy }),
    ...(Object.keys(frame.Metadata).length === 0 ? {} : { Metadata: frame.Metadata }),
  };
}

/** Values that may hold tokens: the CDK looks for references to other stacks in them. */
export function tokenPlaces({ options, lines, hasTokens }: ManifestParts): readonly unknown[] {
  return hasTokens ? [...Object.values(options), ...lines] : [];
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
