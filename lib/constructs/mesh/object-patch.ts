/** Changes to objects that the mesh makes. */

/** Names one object. */
export interface ObjectSelector {
  /** For example `Deployment`. */
  readonly kind: string;
  readonly name: string;
  /** @default - the only object of that kind and name, in whatever namespace */
  readonly namespace?: string;
  /** @default - any group and version */
  readonly apiVersion?: string;
}

/** One operation of a JSON patch. */
export interface JsonPatchOperation {
  /** `add`, `remove`, `replace`, `move`, `copy` or `test`. */
  readonly op: string;
  /** JSON pointer, for example `/spec/replicas`. */
  readonly path: string;
  /** @default - none; required by add, replace and test */
  readonly value?: any;
  /** @default - none; required by move and copy */
  readonly from?: string;
}

/** A change on plain data. */
export class ObjectPatch {
  /** A merge patch: objects are merged, everything else is replaced, null removes. @see RFC 7386 */
  public static merge(value: { [key: string]: any }): ObjectPatch {
    return new ObjectPatch({ kind: 'merge', value });
  }

  /** A JSON patch: operations on single places. @see RFC 6902 */
  public static json(...operations: JsonPatchOperation[]): ObjectPatch {
    return new ObjectPatch({ kind: 'json', operations });
  }

  private constructor(private readonly patch:
  | { readonly kind: 'merge'; readonly value: { readonly [key: string]: unknown } }
  | { readonly kind: 'json'; readonly operations: readonly JsonPatchOperation[] }) {}

  /** @internal */
  public get _patch(): ObjectPatch['patch'] {
    return this.patch;
  }
}
