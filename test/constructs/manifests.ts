/** The Kubernetes objects of templates, with what is known only at deployment as text in angle brackets. */
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { KubeObject } from '../../lib/kube/object';

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Manifest?: unknown };
}

/** Every object of a stack's manifests. */
export function objectsOf(stack: Stack): readonly KubeObject[] {
  const resources = Object.values(Template.fromStack(stack).toJSON().Resources ?? {}) as Resource[];
  return resources.flatMap(({ Properties: { Manifest } = {} }) => Manifest === undefined ? [] : JSON.parse(textOf(Manifest)) as KubeObject[]);
}

/** The only object of a kind and name. */
export function objectOf(stack: Stack, kind: string, name: string): any {
  const found = objectsOf(stack).filter((object) => object.kind === kind && object.metadata.name === name);
  expect(found).toHaveLength(1);
  return found[0];
}

/** Kinds and names, `Deployment products-v1`, sorted. */
export function namesOf(stack: Stack): readonly string[] {
  return objectsOf(stack).map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();
}

function textOf(manifest: unknown): string {
  if (typeof manifest === 'string') return manifest;
  const [, parts] = (manifest as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })['Fn::Join'];
  return parts.map((part) => typeof part === 'string' ? part : `<${Object.values(part as object).flat().join('.')}>`).join('');
}
