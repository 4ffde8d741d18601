/**
 * One Lease for each unit: who holds it may write. CloudFormation's cancel does not end a function that runs, so the older one finds the Lease taken by the newer request and changes nothing more.
 * The Lease also remembers what was applied last, and what a clean-up could not delete.
 */
import { ApiError, type Api } from './api';
import type { CloudFormationEvent } from './event';
import { managerOf, type UnitIdentity } from './identity';
import { patiently, pause, type Deadline } from './patience';
import type { KubeObject } from '../../../kube/object';
import { DOMAIN } from '../protocol';

const NAMESPACE = 'kube-system';
const API_VERSION = 'coordination.k8s.io/v1';
const PREFIX = 'cdk-eks-mesh-';

/** Label of the Leases of one stack. */
export const STACK_LABEL = `${DOMAIN}/stack`;

/** Label of Leases whose unit is gone: they remember for a while which requests are over, so that a late copy of one does not make the unit anew. */
export const ENDED_LABEL = `${DOMAIN}/ended`;

/** Label of Leases with something left over: each request of a stack asks for these alone, not for the Leases of all its units. */
export const LEFTOVERS_LABEL = `${DOMAIN}/leftovers`;

/** How long an asynchronous event may come after its time. @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const LATE_EVENT_MS = 6 * 3600_000;

/** For what an overtaken request still has on the wire. */
const IN_FLIGHT_MS = 2_000;

/** Requests that are remembered as over. */
const REMEMBERED = 20;

/** What a unit's Lease says. */
export interface Record {
  /** Physical id of the last request that wrote. */
  readonly physicalId?: string;
  /** Digest of the objects that were applied and became ready last, and of those before. */
  readonly applied?: string;
  readonly previous?: string;
  readonly state?: 'applying' | 'ready' | 'failed' | 'ended';
  /** What requests that did not become ready brought into the unit: CloudFormation was never told of these ids, so it sends no Delete for them. */
  readonly attempted?: readonly Leftover[];
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

/** A unit whose objects belong to another one now needs no Lease. */
export async function forget(api: Api, unitKey: string): Promise<void> {
  const found = await api.get(leaseOf(unitKey));
  if (found !== undefined) await api.remove(found, 'Background');
}

function leaseOf(unitKey: string) {
  return { apiVersion: API_VERSION, kind: 'Lease', metadata: { name: `${PREFIX}${unitKey}`, namespace: NAMESPACE } };
}

/** The Lease of one unit, in the hands of one request. */
export class Lease {
  /** Takes the Lease from whoever has it. Throws `Superseded` for a late copy of an older request. */
  static async take(api: Api, unit: UnitIdentity, { RequestId }: Pick<CloudFormationEvent, 'RequestId'>, deadline: Deadline): Promise<Lease> {
    const lease = new Lease(api, unit, RequestId);
    await patiently(deadline, () => lease.claim());
    if (lease.hasOvertaken) await pause(IN_FLIGHT_MS, deadline);
    return lease;
  }

  private record: Record = {};
  private hasOvertaken = false;
  private lastRequestAt = Date.now();

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
    const labels = { [ENDED_LABEL]: null, [LEFTOVERS_LABEL]: null, ...stateLabels(this.record) };
    await this.api.merge(this.reference, { metadata: { labels, annotations: { [`${DOMAIN}/record`]: JSON.stringify(this.record) } } }, this.unit.manager);
  }

  /** The unit is gone. While copies of its requests may still come the Lease stays, see `ENDED_LABEL`; none come where the function goes, too. */
  async end(withStack: boolean): Promise<void> {
    if (withStack || Date.now() - this.lastRequestAt > LATE_EVENT_MS) return forget(this.api, this.unit.key);
    const { over } = this.record;
    this.record = {};
    await this.note({ state: 'ended', ...(over === undefined ? {} : { over }) });
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
    this.hasOvertaken = this.record.state === 'applying';
    this.lastRequestAt = Date.parse((found.spec as { renewTime?: string }).renewTime ?? '') || Date.now();
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
      labels: { 'app.kubernetes.io/managed-by': 'cdk-eks-mesh', [STACK_LABEL]: this.unit.stackKey, ...stateLabels(this.record) },
      annotations: { [`${DOMAIN}/unit`]: `${this.unit.stackName}/${this.unit.logicalId}`, [`${DOMAIN}/record`]: JSON.stringify(this.record) },
    };
  }

  private get spec() {
    const now = new Date().toISOString().replace('Z', '000Z');
    return { holderIdentity: this.requestId, leaseDurationSeconds: 900, acquireTime: now, renewTime: now };
  }
}

/** Labels that say what a record holds. */
export function stateLabels({ state, leftovers = [] }: Record): { readonly [name: string]: string } {
  return { ...(state === 'ended' ? { [ENDED_LABEL]: 'true' } : {}), ...(leftovers.length > 0 ? { [LEFTOVERS_LABEL]: 'true' } : {}) };
}

/** Leases of units that are gone, of any stack, after the last copy of a request can have come. */
export async function sweep(api: Api): Promise<void> {
  const ended = await api.list({ apiVersion: API_VERSION, kind: 'Lease' }, NAMESPACE, { labelSelector: `${ENDED_LABEL}=true` });
  for (const lease of ended) {
    const { renewTime = '' } = (lease.spec ?? {}) as { renewTime?: string };
    if (Date.now() - Date.parse(renewTime) > LATE_EVENT_MS) await api.remove(lease, 'Background');
  }
}

/** The unit that a Lease is of. */
export function unitOf({ metadata: { name, annotations = {} } }: KubeObject): UnitIdentity {
  const key = name.slice(PREFIX.length);
  const [stackName = '', logicalId = ''] = (annotations[`${DOMAIN}/unit`] ?? '').split('/');
  return { key, stackKey: key.split('-')[0]!, stackName, logicalId, manager: managerOf(key) };
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
