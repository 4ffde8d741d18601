/** The programs of the benchmark are only comparable while they yield the same. */
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import * as library from '../../lib';
import type { KubeObject } from '../../lib/kube/object';
import { MANIFEST_TYPES, objectsOfManifest, withoutShared } from '../manifest-objects';

interface Resource { readonly Type: string; readonly Properties?: { readonly [name: string]: unknown } }
interface Program { readonly resources: readonly Resource[]; readonly objects: readonly KubeObject[] }

/* eslint-disable @typescript-eslint/no-require-imports */
const { templatesOf } = require('./measurement') as { templatesOf: (directory: string) => string[] };
const written = require('./handwritten') as { build: (variant: string, count: number, outdir: string, mesh?: string) => { synth(): unknown } };
const ours = require('./library') as { build: (mesh: typeof library, count: number, outdir: string, name?: string) => { synth(): unknown } };
/* eslint-enable @typescript-eslint/no-require-imports */

const COUNT = 3;
const byLibrary = synthesized((outdir) => ours.build(library, COUNT, outdir));
const plain = synthesized((outdir) => written.build('plain', COUNT, outdir));
const tuned = synthesized((outdir) => written.build('tuned', COUNT, outdir));

function synthesized(build: (outdir: string) => { synth(): unknown }): Program {
  const outdir = mkdtempSync(join(tmpdir(), 'mesh-equal-'));
  build(outdir).synth();
  const resources = templatesOf(outdir).flatMap((file) => {
    const template = JSON.parse(readFileSync(file, 'utf8')) as { Resources?: { [id: string]: Resource } };
    return Object.values(template.Resources ?? {});
  });
  rmSync(outdir, { recursive: true });
  // the library writes a service's account with each of its versions
  return { resources, objects: withoutShared(resources.flatMap(objectsOf)) };
}

/** The Kubernetes objects of a manifest; a value that is known at deployment only reads `<token>`. */
function objectsOf({ Type, Properties }: Resource): readonly KubeObject[] {
  return MANIFEST_TYPES.includes(Type) ? objectsOfManifest(Properties!.Manifest, textOf).map(withoutPruneLabel) : [];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const parts = (value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] })['Fn::Join'];
  return parts === undefined ? '<token>' : parts[1].map(textOf).join(parts[0]);
}

/** Allowed difference: `kubectl apply --prune` needs a label, which the library leaves out because pruning deletes few of these kinds. */
function withoutPruneLabel(object: KubeObject): KubeObject {
  const labels = Object.fromEntries(Object.entries(object.metadata.labels ?? {}).filter(([name]) => !name.startsWith('aws.cdk.eks/prune-')));
  const { labels: _, ...metadata } = object.metadata;
  return { ...object, metadata: Object.keys(labels).length === 0 ? metadata : { ...metadata, labels } };
}

/** Objects by identity; a program that makes one twice fails here. */
function byIdentity({ objects }: Program, kept: (object: KubeObject) => boolean = () => true): { readonly [identity: string]: KubeObject } {
  const entries = objects.filter(kept).map((object) => [`${object.kind} ${object.metadata.namespace ?? '-'}/${object.metadata.name}`, object] as const);
  expect(new Set(entries.map(([identity]) => identity)).size).toBe(entries.length);
  return Object.fromEntries(entries);
}

/** How many resources there are of each type. */
function counts({ resources }: Program): { readonly [type: string]: number } {
  const types = resources.map(({ Type }) => Type).sort();
  return Object.fromEntries(types.map((type) => [type, types.filter((other) => other === type).length]));
}

/** The difference in resources of AWS, for types that differ; manifests are compared by their objects. */
function surplus(one: Program, other: Program): { readonly [type: string]: number } {
  const [a, b] = [counts(one), counts(other)];
  const types = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((type) => !MANIFEST_TYPES.includes(type));
  const differences = types.map((type) => [type, (a[type] ?? 0) - (b[type] ?? 0)] as const);
  return Object.fromEntries(differences.filter(([, difference]) => difference !== 0).sort());
}

/** What carries the library's manifests beside the CDK's kubectl function, which carries its charts: a function with its log and its right to ask for its stack. */
const DEPLOYER = { 'AWS::IAM::Policy': -1, 'AWS::Lambda::Function': -1, 'AWS::Logs::LogGroup': -1 };

/** Roles of service accounts: one for each service, one for the gateway. */
const ACCOUNTS = COUNT + 1;

describe('the plain hand-written program', () => {
  test('makes the same Kubernetes objects as the library, in every field', () => {
    // addServiceAccount writes its own objects, without the managed-by label and the switch for the API token
    const isNoAccount = ({ kind }: KubeObject) => kind !== 'ServiceAccount';

    expect(byIdentity(plain, isNoAccount)).toEqual(byIdentity(byLibrary, isNoAccount));
    expect(Object.keys(byIdentity(plain)).sort()).toEqual(Object.keys(byIdentity(byLibrary)).sort());
  });

  test('makes the same AWS resources, roles included, beside those of its own way of writing roles', () => {
    // rights as policies of their own; CfnJson for the trust policy of each role, the controller's included
    expect(surplus(plain, byLibrary)).toEqual({ ...DEPLOYER, 'AWS::IAM::Policy': ACCOUNTS - 1, 'Custom::AWSCDKCfnJson': ACCOUNTS + 1 });
  });
});

describe('the tuned hand-written program', () => {
  test('makes the same Kubernetes objects as the library, in every field', () => {
    expect(byIdentity(tuned)).toEqual(byIdentity(byLibrary));
  });

  test('makes the same AWS resources, roles included, beside the trust policies', () => {
    expect(surplus(tuned, byLibrary)).toEqual({ ...DEPLOYER, 'Custom::AWSCDKCfnJson': ACCOUNTS + 1 });
  });
});

test('the programs have a role for each service, the gateway and the controller', () => {
  const trusting = ({ resources }: Program) => resources.filter(({ Type, Properties }) => Type === 'AWS::IAM::Role'
    && JSON.stringify(Properties!.AssumeRolePolicyDocument).includes('sts:AssumeRoleWithWebIdentity'));
  // one more for the load balancer controller, which the CDK installs with the cluster
  const expected = ACCOUNTS + 2;

  expect([byLibrary, plain, tuned].map((program) => trusting(program).length)).toEqual([expected, expected, expected]);
});

describe.each(['istio', 'envoy-gateway'])('on %s', (mesh) => {
  // up to 16 routes stand in one object, more in one for each
  test.each([3, 18])('both hand-written programs make the same Kubernetes objects and AWS resources as the library, with %d services', (count) => {
    const own = synthesized((outdir) => ours.build(library, count, outdir, mesh));

    for (const variant of ['plain', 'tuned']) {
      const other = synthesized((outdir) => written.build(variant, count, outdir, mesh));

      expect(byIdentity(other)).toEqual(byIdentity(own));
      // definitions are a chart there, and the function's own resource here
      expect(surplus(other, own)).toEqual({ ...DEPLOYER, 'Custom::AWSCDK-EKS-HelmChart': 1, 'Custom::KubernetesDefinitions': -1 });
    }
  });
});
