/**
 * What a rule may ask about the rest of a cluster. In: a whole list of objects. Out: look-ups by kind, name and selector,
 * with the selector semantics of the App Mesh controller.
 */
import type { KubeObject } from '../../../lib/kube/object';

/** Labels of an object. */
export type Labels = { readonly [key: string]: string };

/** A Kubernetes label selector. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

/** A reference to an object; without namespace it is the one of the referrer. */
export interface Reference {
  readonly name: string;
  readonly namespace?: string;
}

/** Kinds whose pods come from a template. */
const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod']);

/** The metadata that pods of a workload will have. */
export interface PodMetadata {
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

/** True if the labels satisfy every requirement of the selector; an empty selector takes everything. */
export function selects(selector: LabelSelector, labels: Labels = {}): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return equal && (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    switch (operator) {
      case 'In': return key in labels && values.includes(labels[key]);
      case 'NotIn': return !(key in labels) || !values.includes(labels[key]);
      case 'Exists': return key in labels;
      case 'DoesNotExist': return !(key in labels);
      default: throw new Error(`unknown selector operator ${operator}`);
    }
  });
}

/** A list of objects as if all of it were in one cluster. */
export class World {
  constructor(readonly objects: readonly KubeObject[]) {}

  /** All objects of a kind. */
  all(kind: string): KubeObject[] {
    return this.objects.filter(object => object.kind === kind);
  }

  /** The object of a kind that a referrer means, or undefined. */
  find(kind: string, ref: Reference, referrer: KubeObject): KubeObject | undefined {
    const namespace = ref.namespace ?? referrer.metadata.namespace;
    return this.all(kind).find(object => object.metadata.name === ref.name && object.metadata.namespace === namespace);
  }

  /** Labels of a namespace; undefined for one that is not in the list. */
  namespaceLabels(name: string | undefined): Labels | undefined {
    const namespace = this.all('Namespace').find(object => object.metadata.name === name);
    return namespace === undefined ? undefined : namespace.metadata.labels ?? {};
  }

  /** The meshes whose selector takes the namespace of an object; a mesh without selector takes nothing. */
  meshesOf(object: KubeObject): KubeObject[] {
    return this.all('Mesh').filter(mesh => this.takesNamespace(mesh, object));
  }

  /** The gateways that take a gateway route; a gateway without route selector takes every route of its namespaces. */
  gatewaysOf(route: KubeObject): KubeObject[] {
    return this.all('VirtualGateway').filter(gateway => {
      const routes = specOf(gateway).gatewayRouteSelector as LabelSelector | undefined;
      return this.takesNamespace(gateway, route) && (routes === undefined || selects(routes, route.metadata.labels));
    });
  }

  /** The nodes and gateways whose selector takes pods with these labels; without selector they take none. */
  proxiesOf(namespace: string | undefined, pods: PodMetadata): KubeObject[] {
    return [...this.all('VirtualNode'), ...this.all('VirtualGateway')].filter(owner => {
      const selector = specOf(owner).podSelector as LabelSelector | undefined;
      return owner.metadata.namespace === namespace && selector !== undefined && selects(selector, pods.labels);
    });
  }

  private takesNamespace(taker: KubeObject, object: KubeObject): boolean {
    const selector = specOf(taker).namespaceSelector as LabelSelector | undefined;
    const labels = this.namespaceLabels(object.metadata.namespace);
    return selector !== undefined && labels !== undefined && selects(selector, labels);
  }
}

/** `spec` of an object as a record; empty if there is none. */
export function specOf(object: KubeObject): { readonly [key: string]: unknown } {
  return (object.spec ?? {}) as { readonly [key: string]: unknown };
}

/** The metadata of the pods that a workload makes; undefined for objects that make no pods. */
export function podsOf(object: KubeObject): PodMetadata | undefined {
  if (!WORKLOADS.has(object.kind)) return undefined;
  if (object.kind === 'Pod') return object.metadata;
  const spec = specOf(object);
  const job = object.kind === 'CronJob' ? (spec.jobTemplate as { spec: { [key: string]: unknown } }).spec : spec;
  return (job.template as { metadata?: PodMetadata }).metadata ?? {};
}
