/**
 * Reads Kubernetes objects out of a cloud assembly: the manifests and patches of every template in it, nested ones included.
 * Values that only a deployment knows are replaced by plausible text.
 */
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import type { KubeObject } from '../../lib/kube/object';
import { MANIFEST_TYPES, objectsOfManifest, withoutShared } from '../manifest-objects';

/** A CloudFormation template. */
export interface Template {
  /** Path below the assembly's folder. */
  readonly file: string;
  readonly bytes: number;
  readonly resources: { readonly [logicalId: string]: Resource };
}

/** A CloudFormation resource. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly [key: string]: unknown };
  readonly DependsOn?: string | readonly string[];
}

const PATCH = 'Custom::AWSCDK-EKS-KubernetesPatch';

/** Every template of an assembly, those of stages and nested stacks included. */
export function templatesIn(directory: string): Template[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('template.json')).sort();
  return files.map(file => {
    const text = readFileSync(join(directory, file), 'utf8');
    return { file, bytes: Buffer.byteLength(text), resources: (JSON.parse(text) as { Resources?: Template['resources'] }).Resources ?? {} };
  });
}

/** Every object that the templates of an assembly apply, once; a namespace that is only labelled counts as an object with these labels. */
export function objectsIn(directory: string): KubeObject[] {
  return templatesIn(directory).flatMap(({ resources }) => withoutShared(Object.values(resources).flatMap(({ Type: type, Properties: properties }) => {
    if (MANIFEST_TYPES.includes(type)) return objectsOfManifest(properties!.Manifest, resolve);
    return type === PATCH ? parsePatch(properties!) : [];
  })));
}

function parsePatch(properties: { readonly [key: string]: unknown }): KubeObject[] {
  const [kind, name] = resolve(properties.ResourceName).split('/');
  if (!/^(ns|namespaces?)$/i.test(kind)) return [];
  const { metadata } = JSON.parse(resolve(properties.ApplyPatchJson)) as { metadata?: { labels?: { [key: string]: string } } };
  return [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: metadata?.labels ?? {} } }];
}

const PSEUDO_PARAMETERS: { readonly [name: string]: string } = {
  'AWS::Region': 'eu-west-1',
  'AWS::AccountId': '123456789012',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** The text of a value as a deployment might see it. */
export function resolve(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const [[intrinsic, argument]] = Object.entries(value as object) as [string, any][];
  switch (intrinsic) {
    case 'Fn::Join': return (argument[1] as unknown[]).map(resolve).join(argument[0] as string);
    case 'Ref': return PSEUDO_PARAMETERS[argument as string] ?? 'reference';
    case 'Fn::GetAtt': return /Arn$/.test(String([argument].flat().at(-1))) ? 'arn:aws:iam::123456789012:role/attribute' : 'attribute';
    case 'Fn::ImportValue': return 'imported';
    case 'Fn::Select': case 'Fn::Split': case 'Fn::Sub': case 'Fn::FindInMap': return 'computed';
    default: throw new Error(`unknown intrinsic ${intrinsic}`);
  }
}
