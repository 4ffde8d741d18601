/** The Kubernetes objects of templates, with what is known only at deployment as text in angle brackets. */
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { KubeObject } from '../../lib/kube/object';
import { objectsOfManifest, withoutShared } from '../manifest-objects';

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly Manifest?: unknown };
}

/** Every object of a stack's manifests, once. */
export function objectsOf(stack: Stack): readonly KubeObject[] {
  const resources = Object.values(Template.fromStack(stack).toJSON().Resources ?? {}) as Resource[];
  return withoutShared(resources.flatMap(({ Properties: { Manifest } = {} }) => Manifest === undefined ? [] : objectsOfManifest(Manifest, textOf)));
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

function textOf(line: unknown): string {
  if (typeof line === 'string') return line;
  const [, parts] = (line as { readonly 'Fn::Join': readonly [string, readonly unknown[]] })['Fn::Join'];
  return parts.map((part) => typeof part === 'string' ? part : `<${Object.values(part as object).flat().join('.')}>`).join('');
}
