/** Namespaces of a mesh: each has exactly one owner per cluster. */
import type { IConstruct } from 'constructs';
import { fail, type Origin } from '../../diagnostics';
import type { MeshNamespace as MeshNamespaceModel } from '../../model';
import { concrete } from '../origin';

/** Options of a namespace that the mesh creates. */
export interface CreateNamespaceOptions {
  /**
   * Whether the namespace stays when the mesh is deleted. false deletes everything in it.
   * @default true
   */
  readonly retain?: boolean;
  /**
   * Labels beside those of the mesh.
   * @default - none
   */
  readonly labels?: { [key: string]: string };
}

/** A namespace whose pods take part in the mesh. */
export class MeshNamespace {
  /** The mesh creates the namespace and labels it. */
  public static create(name: string, options: CreateNamespaceOptions = {}): MeshNamespace {
    return new MeshNamespace(name, 'created', options.retain ?? true, options.labels ?? {});
  }

  /** The namespace is there already; the mesh only labels it. */
  public static existing(name: string): MeshNamespace {
    return new MeshNamespace(name, 'existing', true, {});
  }

  private constructor(
    /** Name of the namespace. */
    public readonly namespaceName: string,
    private readonly ownership: MeshNamespaceModel['ownership'],
    private readonly retain: boolean,
    private readonly labels: { readonly [key: string]: string },
  ) {}

  /** @internal */
  public _model(origin: Origin): MeshNamespaceModel {
    return { name: concrete(this.namespaceName, origin, 'namespaces'), origin, ownership: this.ownership, retain: this.retain, labels: this.labels };
  }
}

/** Namespaces that Kubernetes makes itself. */
const BUILT_IN: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** The creator of each namespace, by cluster. */
const CREATORS = new WeakMap<IConstruct, Map<string, Origin>>();

/** Notes who creates a namespace. Throws MESH103 when another mesh on the same cluster does already. */
export function claimNamespace(cluster: IConstruct, namespace: MeshNamespaceModel, property: string): void {
  if (namespace.ownership === 'existing') return;
  if (BUILT_IN.has(namespace.name)) {
    fail('MESH103', { origin: namespace.origin, property, value: namespace.name }, `namespace '${namespace.name}' is in every cluster already`,
      `say so with namespaces: [MeshNamespace.existing('${namespace.name}')]`);
  }
  const creators = CREATORS.get(cluster) ?? new Map<string, Origin>();
  CREATORS.set(cluster, creators);
  const other = creators.get(namespace.name);
  if (other !== undefined && other.path !== namespace.origin.path) {
    fail('MESH103', { origin: namespace.origin, property, value: namespace.name },
      `namespace '${namespace.name}' is created by '${other.path}' and by '${namespace.origin.path}' on the same cluster`,
      `let one of them write MeshNamespace.existing('${namespace.name}')`);
  }
  creators.set(namespace.name, namespace.origin);
}
