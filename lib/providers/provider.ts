/**
 * What every dialect offers: a capability for every feature and rules of its own; meshes in a cluster also the identities that their
 * proxies need, and the lowering. Pure: model in, plain data out. Adding a dialect is one folder and one line in `registry.ts`.
 */
import type { Diagnostic } from '../diagnostics/diagnostic';
import type { Feature } from '../model/features';
import type { Opaque } from '../model/opaque';
import type { TrafficModel } from '../model/traffic-model';
import type { Unit } from '../plan/unit';

/** Whether a dialect can say a feature. */
export type Capability =
  | { readonly kind: 'native' }
  /** Said in another form with the same meaning. */
  | {
    readonly kind: 'emulated';
    readonly how: string;
    /** What the user can do where the other form can be noticed; left out: nobody notices it. MESH402 says it. */
    readonly notice?: string;
  }
  | { readonly kind: 'unsupported'; readonly why: string; readonly source: string };

/** An answer for every feature; the compiler demands it. */
export type CapabilityTable = { readonly [F in Feature]: Capability };

/** Where the result will run; values may be known only at deployment. */
export interface Environment {
  readonly partition: Opaque;
  readonly region: Opaque;
  readonly account: Opaque;
}

/** One permission, in IAM's words. */
export interface Permission {
  readonly sid: string;
  readonly actions: readonly string[];
  readonly resources: readonly Opaque[];
}

/** A service account that proxies run under, and what it may do. */
export interface Identity {
  /** Name of the service account. */
  readonly name: string;
  readonly namespace: string;
  /** Construct path of the owner. */
  readonly owner: string;
  /** As `Unit.shard`. */
  readonly shard: string;
  readonly permissions: readonly Permission[];
}

/** Identity's key: `<namespace>/<name>`. */
export function identityKey(identity: Pick<Identity, 'namespace' | 'name'>): string {
  return `${identity.namespace}/${identity.name}`;
}

/** What lowering needs to know beside the model. */
export interface LoweringContext {
  readonly environment: Environment;
  /** Role of each identity by `identityKey`; an identity that is missing here gets no annotation. */
  readonly roleArns: ReadonlyMap<string, Opaque>;
  /** Name of the stack that deploys what the construct at a path makes; left out: all are deployed together. */
  readonly stackOf?: (path: string) => string;
  /** Whether the objects of the construct at a path stay when it goes; left out: none do. */
  readonly isRetained?: (path: string) => boolean;
}

/** A way to say a model: what it can say, and its own rules. */
export interface Dialect {
  /** As the user names it: `app-mesh`. */
  readonly name: string;
  /** As documents print it: `AWS App Mesh`. */
  readonly title: string;
  readonly capabilities: CapabilityTable;
  /** The dialect's own limits and rules; `check.ts` has already asked the capability table. */
  validate(model: TrafficModel): readonly Diagnostic[];
}

/** A dialect of a mesh in a cluster: it says a model in Kubernetes objects. */
export interface Provider extends Dialect {
  identities(model: TrafficModel, environment: Environment): readonly Identity[];
  /** Sorted by wave, then id. Throws only on defects of this library. */
  lower(model: TrafficModel, context: LoweringContext): readonly Unit[];
}
