/** What no deployment may carry: it would be shown to whoever reads templates, take something from other writers, or have no identity. */
import { isPlainMap } from './merge-patch';
import { describeObject, originOfPath, type OriginOf } from './owner';
import type { Unit } from './unit';
import { diagnose, type Diagnostic } from '../diagnostics/diagnostic';
import type { KubeObject } from '../kube/object';

/** Domain of the marks that deployments set on objects. */
const RESERVED_DOMAIN = 'deploy.cdk-eks-mesh.dev';

/** Reports MESH507 for each object that cannot be deployed. */
export function checkDeployable(units: readonly Unit[], originOf: OriginOf = originOfPath): readonly Diagnostic[] {
  return units.flatMap((unit) => unit.objects.flatMap((object) => refusalsOf(object).map(({ what, fix }) => diagnose({
    code: 'MESH507', what: `${describeObject(object)} ${what}`, fix, origin: originOf(unit.owner), property: unit.property ?? `'${unit.id}'`,
  }))));
}

interface Refusal {
  readonly what: string;
  readonly fix: string;
}

const CHECKS: readonly ((object: KubeObject) => Refusal | undefined)[] = [
  ({ kind, items }) => kind.endsWith('List') && Array.isArray(items) ? { what: `is a list of ${items.length} objects`, fix: 'add the objects themselves, one by one' } : undefined,
  ({ metadata }) => metadata.generateName === undefined ? undefined
    : { what: 'has a generateName, so another object would be made by every deployment', fix: 'give it a name of its own' },
  ({ apiVersion, kind, data, stringData }) => apiVersion === 'v1' && kind === 'Secret' && [data, stringData].some((part) => isPlainMap(part) && Object.keys(part).length > 0)
    ? { what: 'holds its data, which everybody could read who reads the template', fix: 'keep the value in AWS Secrets Manager and let External Secrets or the Secrets Store CSI Driver bring it into the cluster' }
    : undefined,
  (object) => findKey(object, 'caBundle') === undefined ? undefined
    : { what: `sets ${findKey(object, 'caBundle')}, which belongs to whoever issues the certificate`, fix: 'leave caBundle out, and let cert-manager or the controller inject it' },
  ({ metadata: { annotations = {}, labels = {} } }) => {
    const key = [...Object.keys(annotations), ...Object.keys(labels)].find((name) => name.includes(RESERVED_DOMAIN));
    return key === undefined ? undefined : { what: `sets '${key}', which deployments set themselves`, fix: 'leave it out, or take another domain' };
  },
];

function refusalsOf(object: KubeObject): readonly Refusal[] {
  return CHECKS.map((check) => check(object)).filter((refusal): refusal is Refusal => refusal !== undefined);
}

/** Where a certificate authority is set that is not empty, as a path; only of what is registered with the API server. */
function findKey(object: KubeObject, key: string): string | undefined {
  if (!['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration', 'CustomResourceDefinition', 'APIService'].includes(object.kind)) return undefined;
  return search(object, key, '');
}

function search(value: unknown, key: string, path: string): string | undefined {
  if (Array.isArray(value)) return value.map((entry, index) => search(entry, key, `${path}[${index}]`)).find((found) => found !== undefined);
  if (!isPlainMap(value)) return undefined;
  for (const [name, entry] of Object.entries(value)) {
    const place = path === '' ? name : `${path}.${name}`;
    const found = name === key && typeof entry === 'string' && entry !== '' ? place : search(entry, key, place);
    if (found !== undefined) return found;
  }
  return undefined;
}
