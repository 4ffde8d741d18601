/**
 * One Lease for each unit: who holds it may write. CloudFormation's cancel does not end a function that runs, so the older one finds the Lease taken by the newer request and changes nothing more.
 * The Lease also remembers what was applied last, and what a clean-up could not delete.
 */
import { ApiError, type Api } from './api';
import type { CloudFormationEvent } from './event';
import { digits, type UnitIdentity } from './identity';
import { patiently, type Deadline } from './patience';
import type { KubeObject } from '../../../kube/object';
import { DOMAIN } from '../protocol';

const NAMESPACE = 'kube-system';
const API_VERSION = 'coordination.k8s.io/v1';

/** Label of the Leases of one stack. */
export const STACK_LABEL = `${DOMAIN}/stack`;

/** Requests that are remembered as over. */
const REMEMBERED = 20;

/** What a unit's Lease says. */
export interface Record {
  /** Physical id of the last request that wrote. */
  readonly physicalId?: string;
  /** Digest of the objects that were applied and became ready last, and of those before. */
  readonly applied?: string;
  readonly previous?: string;
  readonly state?: 'applying' | 'ready' | 'failed';
  /** Older requests, whose late copies do nothing. */
  readonly over?: readonly string[];
  /** Objects that a Delete could not remove, with the physical id that they bear. */
  readonly leftovers?: readonly Leftover[];
}

/** An object that should be gone. */
export interface Leftover {
  readonly physicalId: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** The Lease was taken by a newer request. */
export class Superseded extends Error {}

/** A digest of what a manifest says, whatever its order of keys. */
export function digestOfManifest(manifest: string): string {
  return digits(manifest);
}

/** A unit whose objects belong to another one now needs no Lease. */
export async function forget(api: Api, unitKey: string): Promise<void> {
  const found = await api.get(leaseOf(unitKey));
  if (found !== undefined) await api.remove(found, 'Background');
}

function leaseOf(unitKey: string) {
  return { apiVersion: API_VERSION, kind: 'Lease', metadata: { name: `cdk-eks-mesh-${unitKey}`, namespace: NAMESPACE } };
}

/** The Lease of one unit, in the hands of one request. */
export class Lease {
  /** Takes the Lease from whoever has it. Throws `Superseded` for a late copy of an older request. */
  static async take(api: Api, unit: UnitIdentity, { RequestId }: Pick<CloudFormationEvent, 'RequestId'>, deadline: Deadline): Promise<Lease> {
    const lease = new Lease(api, unit, RequestId);
    await patiently(deadline, () => lease.claim());
    return lease;
  }

  private record: Record = {};

  private constructor(private readonly api: Api, private readonly unit: UnitIdentity, private readonly requestId: string) {}

  /** What earlier requests left behind. */
  get known(): Record {
    return this.record;
  }

  /** Throws `Superseded` unless this request still holds the Lease. */
  async requireHeld(): Promise<void> {
    const found = await this.api.get(this.reference);
    if (found === undefined || holderOf(found) !== this.requestId) throw new Superseded('a newer request has taken over');
  }

  /** Writes what is new. */
  async note(change: Record): Promise<void> {
    await this.requireHeld();
    this.record = { ...this.record, ...change };
    await this.api.merge(this.reference, { metadata: { annotations: { [`${DOMAIN}/record`]: JSON.stringify(this.record) } } }, this.unit.manager);
  }

  /** The unit is gone for good. */
  async end(): Promise<void> {
    const found = await this.api.get(this.reference);
    if (found !== undefined && holderOf(found) === this.requestId) await this.api.remove(found, 'Background');
  }

  private get reference() {
    return leaseOf(this.unit.key);
  }

  private async claim(): Promise<void> {
    const found = await this.api.get(this.reference);
    if (found === undefined) return this.create();
    this.record = recordOf(found);
    const { over = [] } = this.record;
    if (over.includes(this.requestId)) throw new Superseded('the request is an old one');
    const holder = holderOf(found);
    if (holder === this.requestId) return;
    this.record = { ...this.record, over: [...over, ...(holder === undefined ? [] : [holder])].slice(-REMEMBERED) };
    await this.api.replace({ ...found, metadata: { ...found.metadata, ...this.metadata }, spec: this.spec });
  }

  private async create(): Promise<void> {
    try {
      await this.api.create({ ...this.reference, metadata: { ...this.reference.metadata, ...this.metadata }, spec: this.spec });
    } catch (error) {
      // another copy of this request was faster
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
      throw new ApiError(409, 'Conflict', 'the object has been modified');
    }
  }

  private get metadata() {
    return {
      labels: { 'app.kubernetes.io/managed-by': 'cdk-eks-mesh', [STACK_LABEL]: this.unit.stackKey },
      annotations: { [`${DOMAIN}/unit`]: `${this.unit.stackName}/${this.unit.logicalId}`, [`${DOMAIN}/record`]: JSON.stringify(this.record) },
    };
  }

  private get spec() {
    const now = new Date().toISOString().replace('Z', '000Z');
    return { holderIdentity: this.requestId, leaseDurationSeconds: 900, acquireTime: now, renewTime: now };
  }
}

/** What a Lease remembers. */
export function recordOf({ metadata: { annotations = {} } }: KubeObject): Record {
  try {
    return JSON.parse(annotations[`${DOMAIN}/record`] ?? '{}') as Record;
  } catch {
    return {};
  }
}

function holderOf(lease: KubeObject): string | undefined {
  return (lease.spec as { holderIdentity?: string } | undefined)?.holderIdentity;
}
