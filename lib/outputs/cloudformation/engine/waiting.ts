/** Waits until everything of a unit does what it is there for, or until it is known that it will not. */
import { readIfKnown, type Work } from './apply';
import { Refusal } from './event';
import { isOver, patiently, pauseBetweenLooks } from './patience';
import { workloadTrouble } from './pods';
import { ARRIVAL_MS, isGateway, proxiesOf } from './proxies';
import { conditionOf, isRoute, isWorkload, unreadyReason } from './readiness';
import { keyOf, type KubeObject } from '../../../kube/object';

/** Pods are asked for their troubles only after a moment: most roll-outs of a small unit have none. */
const TROUBLE_MS = 1_000;

/** What may be missing without holding the unit up. */
export interface Tolerance {
  /** Services of other stacks that are not there yet: a route that leads only to them has references that are not resolved. */
  readonly absent: ReadonlySet<string>;
}

/** Returns when all objects are ready. Throws a `Refusal` early where waiting is of no use, and at the deadline. */
export async function untilReady({ api, deadline }: Pick<Work, 'api' | 'deadline'>, objects: readonly KubeObject[], { absent }: Tolerance): Promise<void> {
  const began = Date.now();
  let left = objects;
  for (;;) {
    const unready: { readonly object: KubeObject; readonly reason: string }[] = [];
    for (const object of left) {
      const living = await patiently(deadline, () => readIfKnown(api, object));
      const reason = living === undefined ? 'it is missing' : unreadyReason(living) ?? await proxiesReason(living);
      if (reason === undefined || (living !== undefined && isTolerated(living, absent))) continue;
      unready.push({ object, reason: living === undefined ? reason : await explained(api, living, reason) });
    }
    if (unready.length === 0) return;
    if (isOver(deadline)) {
      throw new Refusal(`not ready after ${deadline.seconds} s: ${unready.map(({ object, reason }) => `${keyOf(object)}: ${reason}`).join('; ')}`);
    }
    left = unready.map(({ object }) => object);
    await pauseBetweenLooks(began, deadline);
  }

  async function proxiesReason(living: KubeObject): Promise<string | undefined> {
    if (!isGateway(living)) return undefined;
    for (const proxies of await patiently(deadline, () => proxiesOf(api, living))) {
      const reason = unreadyReason(proxies);
      if (reason !== undefined) return `${keyOf(proxies)}: ${await explained(api, proxies, reason)}`;
    }
    return Date.now() - began < ARRIVAL_MS ? 'its controller may not have seen the change yet' : undefined;
  }

  async function explained(of: Work['api'], living: KubeObject, reason: string): Promise<string> {
    if (conditionOf(living.status, 'Failed')?.status === 'True' && living.kind === 'Job') throw new Refusal(`${keyOf(living)} failed: ${conditionOf(living.status, 'Failed')?.message ?? ''}`);
    if (!isWorkload(living) || (Date.now() - began < TROUBLE_MS && !isOver(deadline))) return reason;
    const trouble = await patiently(deadline, () => workloadTrouble(of, living));
    if (trouble?.isFatal === true) throw new Refusal(`${keyOf(living)}: ${reason}; ${trouble.text}`);
    return trouble === undefined ? reason : `${reason}; ${trouble.text}`;
  }
}

function isTolerated(living: KubeObject, absent: ReadonlySet<string>): boolean {
  if (absent.size === 0 || !isRoute(living)) return false;
  const { parents = [] } = (living.status ?? {}) as { parents?: object[] };
  const refused = parents.map((parent) => conditionOf(parent, 'ResolvedRefs')).filter((condition) => condition?.status !== 'True');
  return parents.length > 0 && refused.length > 0 && refused.every((condition) => condition?.reason === 'BackendNotFound')
    && parents.every((parent) => conditionOf(parent, 'Accepted')?.status === 'True');
}
