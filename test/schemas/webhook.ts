/**
 * The rules of App Mesh that no schema holds: what the controller's webhook refuses, the holes that it leaves, and what only the
 * App Mesh API would have refused. In: a whole list of objects, as if all of them were in one cluster. Out: violations.
 * @see https://github.com/aws/aws-app-mesh-controller-for-k8s/tree/master/webhooks (read at 7588d122c3c4)
 */
import { ADMISSION } from './webhook/admission';
import { API_NAMES } from './webhook/api-names';
import { API_UNIONS } from './webhook/api-unions';
import { MEMBERSHIP } from './webhook/membership';
import { violationsOf, type Rule, type Violation } from './webhook/rule';
import { quotaRules } from './webhook/updates';
import type { KubeObject } from '../../lib/kube/object';
import type { Quotas } from '../../lib/model/traffic-model';

export { frozenChanges } from './webhook/updates';

/** Every rule that holds whatever the account's quotas are. */
export const RULES: readonly Rule[] = [...MEMBERSHIP, ...ADMISSION, ...API_NAMES, ...API_UNIONS];

/** What is wrong with a list of objects. */
export function webhookViolations(objects: readonly KubeObject[]): Violation[] {
  return violationsOf(RULES, objects);
}

/** Where a list of objects is over the quotas of an account, of which some may have been raised. */
export function quotaViolations(objects: readonly KubeObject[], raised: Quotas = {}): Violation[] {
  return violationsOf(quotaRules(raised), objects);
}
