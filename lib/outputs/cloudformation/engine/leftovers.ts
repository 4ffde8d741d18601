/** What earlier requests should have taken away and could not: later ones of the same stack finish it. */
import type { Work } from './apply';
import { Refusal } from './event';
import { LEFTOVERS_LABEL, recordOf, STACK_LABEL, stateLabels, sweep, unitOf, type Leftover } from './lease';
import { patiently, type Deadline } from './patience';
import { leftoversOf, removeAll } from './removal';
import type { KubeObject } from '../../../kube/object';
import { DOMAIN } from '../protocol';

/** Removes what still bears the ids that the leftovers name, by the rules of any removal. Returns what does not go. */
export async function removeLeftovers(work: Work, leftovers: readonly Leftover[]): Promise<readonly Leftover[]> {
  const left: Leftover[] = [];
  for (const physicalId of new Set(leftovers.map((one) => one.physicalId))) {
    const objects = leftovers.filter((one) => one.physicalId === physicalId).map(objectOf);
    try {
      await removeAll(work, { objects, physicalId, settleMs: 0, isWhole: false, isTakenBack: true });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      left.push(...await leftoversOf(work, { objects, physicalId }));
    }
  }
  return left;
}

/** What earlier clean-ups of the stack could not remove is tried again, for a moment; nothing here fails the request. */
export async function finishEarlier(work: Work): Promise<void> {
  const { api, unit } = work;
  const deadline = briefly(work.deadline);
  try {
    const leases = await patiently(deadline, () => api.list({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }, 'kube-system', { labelSelector: `${STACK_LABEL}=${unit.stackKey},${LEFTOVERS_LABEL}=true` }));
    for (const lease of leases) await finish({ ...work, deadline }, lease);
    await sweep(api);
  } catch {
    // the next deployment does it
  }
}

async function finish(work: Work, lease: KubeObject): Promise<void> {
  const record = recordOf(lease);
  const { leftovers = [] } = record;
  if (leftovers.length === 0) return;
  const left = await removeLeftovers({ ...work, unit: unitOf(lease) }, leftovers);
  if (left.length === leftovers.length) return;
  const rest = { ...record, leftovers: left };
  const { [LEFTOVERS_LABEL]: _, ...labels } = lease.metadata.labels ?? {};
  const annotations = { ...lease.metadata.annotations, [`${DOMAIN}/record`]: JSON.stringify(rest) };
  // of another unit, perhaps, which may be at work: what it has written since wins
  await work.api.replace({ ...lease, metadata: { ...lease.metadata, labels: { ...labels, ...stateLabels(rest) }, annotations } });
}

function objectOf({ apiVersion, kind, name, namespace }: Leftover): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** A hanging finalizer must not hold a deployment up. */
function briefly({ end }: Deadline): Deadline {
  return { end: Math.min(end, Date.now() + 5_000), seconds: 5 };
}
