/** A Kubernetes object as plain JSON data, and its identity. */

/** Any Kubernetes object. Keys of unknown shape live beside `metadata`. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: KubeMetadata;
  readonly [key: string]: unknown;
}

/** The part of the metadata that we write. */
export interface KubeMetadata {
  readonly name: string;
  /** Left out for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  readonly [key: string]: unknown;
}

/** Identity of an object in a cluster: `apps/Deployment shop/products-v1`, `v1/Namespace shop`. */
export function keyOf(object: KubeObject): string {
  const group = object.apiVersion.includes('/') ? object.apiVersion.split('/')[0] : 'core';
  const { name, namespace } = object.metadata;
  return `${group}/${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
