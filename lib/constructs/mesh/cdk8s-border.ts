/**
 * The border to cdk8s: the user's own objects are rendered as late as possible and become plain data here.
 * cdk8s charts cannot live in the CDK tree, so every chart stays in a cdk8s App of its own.
 */
import type { Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { fail, type Origin, type Site } from '../../diagnostics';
import type { KubeObject } from '../../kube/object';
import type { DocumentPods } from '../../model';
import { concrete } from '../origin';

interface WorkloadSpec {
  readonly selector?: { readonly matchLabels?: { readonly [key: string]: string } };
  readonly template?: unknown;
}

/** A workload of the user's as plain data; called whenever a model is built, so late changes count. */
export function renderWorkload(workload: IConstruct, { origin, property }: Site, namespace: string): DocumentPods {
  const object = inNamespace(plainObject(workload, origin, property), { origin, property: `${property}.workload` }, namespace);
  const spec = object.spec as WorkloadSpec | undefined;
  const labels = spec?.selector?.matchLabels;
  if (spec?.template === undefined || labels === undefined || Object.keys(labels).length === 0) {
    fail('MESH111', { origin, property: `${property}.workload`, value: object.kind }, `the ${object.kind} '${object.metadata.name}' has no pod template selected by labels`,
      'give a Deployment, StatefulSet or DaemonSet with spec.selector.matchLabels and spec.template');
  }
  return { kind: 'document', name: object.metadata.name, labels: labels!, document: object };
}

/** Pods are found by a Service of their own namespace, and an object without one would go to `default`. */
function inNamespace(object: KubeObject, site: Site, namespace: string): KubeObject {
  const own = object.metadata.namespace;
  if (own !== undefined && own !== namespace) {
    fail('MESH111', { ...site, value: own }, `the ${object.kind} '${object.metadata.name}' is in namespace '${own}', but its service is in '${namespace}'`,
      `leave the namespace out of the workload, or give the service namespace: '${own}'`);
  }
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** All objects of a chart as plain data. */
export function renderChart(chart: Chart, origin: Origin, property: string): readonly KubeObject[] {
  return (chart.toJson() as unknown[]).map((object) => checkedObject(object, origin, property));
}

function plainObject(workload: unknown, origin: Origin, property: string): KubeObject {
  const candidate = workload as { toJson?: () => unknown; node?: { defaultChild?: { toJson?: () => unknown } } };
  if (typeof candidate.toJson === 'function') return checkedObject(candidate.toJson(), origin, property);
  const child = candidate.node?.defaultChild;
  if (child && typeof child.toJson === 'function') return checkedObject(child.toJson(), origin, property);
  return fail('MESH111', { origin, property }, 'the workload is not a cdk8s object',
    'give an ApiObject of cdk8s or a workload of cdk8s-plus-28');
}

/** Refuses what is no Kubernetes object, and names that are known only at deployment. */
export function checkedObject(value: unknown, origin: Origin, property: string): KubeObject {
  const object = value as Partial<KubeObject> | undefined;
  if (typeof object?.apiVersion !== 'string' || typeof object.kind !== 'string' || typeof object.metadata?.name !== 'string') {
    fail('MESH111', { origin, property }, `an object lacks apiVersion, kind or metadata.name: ${JSON.stringify(value).slice(0, 120)}`,
      'give every object its apiVersion, kind and metadata.name');
  }
  concrete(object!.metadata!.name, origin, `${property}.metadata.name`);
  concrete(object!.metadata!.namespace, origin, `${property}.metadata.namespace`);
  return object as KubeObject;
}
