/** How a large mesh is spread over stacks. */

/** Spreads the services of a mesh over several stacks, by a hash of their identity. */
export class MeshShards {
  /** Nested stacks: one deployment of one stack. Together at most 2,500 resources. */
  public static nested(count: number): MeshShards {
    return new MeshShards(count, 'nested');
  }

  /** Stacks beside that of the mesh, which depend on it: no common limit, several deployments. */
  public static stacks(count: number): MeshShards {
    return new MeshShards(count, 'stacks');
  }

  private constructor(private readonly count: number, private readonly kind: 'nested' | 'stacks') {}

  /** @internal */
  public get _plan(): { readonly count: number; readonly kind: 'nested' | 'stacks' } {
    return { count: this.count, kind: this.kind };
  }
}
