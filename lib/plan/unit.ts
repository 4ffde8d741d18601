/**
 * The list that lowering ends in: objects that are born and die together, with what writers need to know.
 * In: made by providers, platform and the user's own charts. Out: each writer carries every unit exactly once.
 */
import type { KubeObject } from '../kube/object';

/**
 * The order of creation; deletion runs the other way round.
 * Objects of a later wave may rely on those of earlier waves that their unit `needs`.
 */
export enum Wave {
  NAMESPACE = 0,
  PLATFORM = 1,
  MESH = 2,
  /** Versions and gateways. */
  NODES = 3,
  /** Routers and the services in front of them. */
  SERVICES = 4,
  GATEWAY_ROUTES = 5,
  /** Pods last: proxies are injected when a pod is created. */
  WORKLOADS = 6,
  /** What acts on workloads: autoscalers, disruption budgets, the user's own objects. */
  EXTRAS = 7,
}

/** One unit of life. */
export interface Unit {
  /**
   * Identity, `<namespace>/<owner's name>/<part>`, for example `shop/products/v1-workload`.
   * It becomes the logical id: changing it deletes and creates.
   */
  readonly id: string;
  readonly wave: Wave;
  /** Construct path of the owner. */
  readonly owner: string;
  /** What the owner wrote to get the unit, for example `addObjects('own')`; left out where the whole construct is meant. */
  readonly property?: string;
  /** Units of the same list that must exist first. */
  readonly needs: readonly string[];
  /**
   * What decides the shard: `service:<id>` keeps all units of one service together, `edge` is for what joins several
   * services, `main` for what everything relies on.
   */
  readonly shard: string;
  /** Whether the objects stay in the cluster when the unit is removed. */
  readonly retain: boolean;
  /** In the order of creation. */
  readonly objects: readonly KubeObject[];
}
