/**
 * The list that lowering ends in: objects that share a lifecycle, with what outputs need to know.
 * In: made by providers and the user's own charts. Out: each output carries every unit exactly once.
 */
import type { KubeObject } from '../kube/object';

/**
 * The order of creation; deletion runs the other way round.
 * Objects of a later wave may rely on those of earlier waves that their unit `needs`.
 */
export enum Wave {
  NAMESPACE = 0,
  PLATFORM = 1,
  /** Settings of the mesh, and the user's own objects. */
  MESH = 2,
  /** Workloads with their Services and policies. */
  VERSIONS = 3,
  /** What callers use, and how requests are spread over versions. */
  SERVICES = 4,
  GATEWAYS = 5,
  /** What gateways send to services. */
  ROUTES = 6,
}

/** Objects that are created and deleted together. */
export interface Unit {
  /**
   * Identity, `<namespace>/<owner's name>/<part>`, for example `shop/products/v1/version`.
   * It becomes the logical id: changing it deletes and creates. The same thing has the same identity on every mesh.
   */
  readonly id: string;
  readonly wave: Wave;
  /** Construct path of the owner. */
  readonly owner: string;
  /** What the owner wrote to get the unit, for example `addObjects('own')`; left out where the whole construct is meant. */
  readonly property?: string;
  /** Units of the same list that must be ready first. */
  readonly needs: readonly string[];
  /**
   * What decides the shard: `service:<id>` keeps all units of one service together, `edge` is for what joins several
   * services, `main` for what everything relies on.
   */
  readonly shard: string;
  /** Whether the objects stay in the cluster when the unit is removed. */
  readonly retain: boolean;
  /**
   * `existing`: the objects are somebody else's and have to be there; the unit adds to them. Left out: they are the unit's own.
   */
  readonly foreign?: 'existing';
  /** Units of one group are written as few, which stay in it: see `gatherUnits`. Left out: the unit stands for itself. */
  readonly group?: UnitGroup;
  /** In the order of creation. */
  readonly objects: readonly KubeObject[];
}

/** Units that are written together, because one alone is not worth a resource. */
export interface UnitGroup {
  /** Identity of what they become. */
  readonly id: string;
  /** Owner of what they become, where they have several. */
  readonly owner: string;
}
