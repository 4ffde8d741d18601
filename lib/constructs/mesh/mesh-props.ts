/** What a mesh is made from, and what names one that exists. */
import type { IConstruct } from 'constructs';
import type { MeshNamespace } from './mesh-namespace';
import type { MeshProvider } from './mesh-provider';
import type { MeshShards } from './mesh-shards';
import type { IpPreference, MeshQuotas } from './quotas';
import type { RolloutOptions } from './rollout';
import type { MeshCluster } from '../mesh-cluster';
import type { AccessLog, Tracing } from '../traffic/access-log';
import type { Egress } from '../traffic/protocol';
import type { ClientTlsOptions, MutualTlsOptions } from '../traffic/tls';

/** A mesh that services and gateways can join. */
export interface IMesh extends IConstruct {
  /** Name of the mesh. */
  readonly meshName: string;
  /** Namespace of services that name none. */
  readonly namespace: string;
}

/** What names a mesh that exists already. */
export interface MeshAttributes {
  readonly meshName: string;
  /** Namespace of services that name none; it is labelled already. */
  readonly namespace: string;
  readonly cluster: MeshCluster;
  readonly provider: MeshProvider;
  /**
   * Other namespaces of the mesh that services here use.
   * @default - none
   */
  readonly otherNamespaces?: string[];
}

/** Properties of a `Mesh`. */
export interface MeshProps {
  readonly cluster: MeshCluster;
  /** The mesh that the program runs on. */
  readonly provider: MeshProvider;
  /** Namespace of services and gateways that name none. Created unless `namespaces` says that it exists. */
  readonly namespace: string;
  /**
   * Further namespaces of the mesh, and those that exist already.
   * @default - only `namespace`, created and kept on deletion
   */
  readonly namespaces?: MeshNamespace[];
  /** @default - the kebab-case form of the construct's path within its stack: `Shop/Mesh` becomes `shop-mesh` */
  readonly meshName?: string;
  /** @default Egress.DECLARED_ONLY */
  readonly egress?: Egress;
  /**
   * Mutual TLS between all services that say nothing else.
   * @default - plain text
   */
  readonly mutualTls?: MutualTlsOptions;
  /**
   * TLS of all callers that say nothing else. Not together with `mutualTls`.
   * @default - plain text
   */
  readonly clientTls?: ClientTlsOptions;
  /** @default - no access log */
  readonly accessLog?: AccessLog;
  /** @default - no traces */
  readonly tracing?: Tracing;
  /** @default - the account's defaults */
  readonly quotas?: MeshQuotas;
  /**
   * Account that owns a shared mesh, 12 digits.
   * @default - the own account
   */
  readonly meshOwner?: string;
  /** @default - the platform's default */
  readonly ipPreference?: IpPreference;
  /**
   * Spreads the services over several stacks, for programs past the limits of one. Declare it at the first deployment and never change it:
   * another number moves services between stacks, which deletes and creates them.
   * @default - everything is in the stack of its construct
   */
  readonly shards?: MeshShards;
  /**
   * How deployments of the mesh wait; services may say it for themselves.
   * @default - every unit is waited for, 10 minutes at most
   */
  readonly rollout?: RolloutOptions;
  /**
   * Whether objects that exist in the cluster already and belong to nobody's stack are added to. What others have set stays, a conflict is an error, and when the
   * mesh goes they are left as they were. Otherwise such an object is an error, before anything is changed.
   * @default false
   */
  readonly adoptExisting?: boolean;
}
