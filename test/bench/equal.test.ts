/** The programs of the benchmark are only comparable while they yield the same. */
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import * as library from '../../lib';

interface Resource { readonly Type: string; readonly Properties?: { readonly [name: string]: unknown } }
interface KubeObject { readonly kind: string; readonly metadata: { readonly name: string; readonly namespace?: string } }
interface Program { readonly resources: readonly Resource[]; readonly objects: readonly KubeObject[] }

/* eslint-disable @typescript-eslint/no-require-imports */
const { templatesOf } = require('./measurement') as { templatesOf: (directory: string) => string[] };
const written = require('./handwritten') as { build: (variant: string, count: number, outdir: string) => { synth(): unknown } };
const ours = require('./library') as { build: (mesh: typeof library, count: number, outdir: string) => { synth(): unknown } };
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
  return { resources, objects: resources.flatMap(objectsOf) };
}

/** The Kubernetes objects of a manifest; what is known at deployment only reads `<token>`. */
function objectsOf({ Type, Properties }: Resource): readonly KubeObject[] {
  if (Type !== 'Custom::AWSCDK-EKS-KubernetesResource') return [];
  return JSON.parse(textOf(Properties!.Manifest)) as KubeObject[];
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { 'Fn::Join': join_ } = value as { readonly 'Fn::Join'?: readonly [string, readonly unknown[]] };
  return join_ === undefined ? '<token>' : join_[1].map(textOf).join(join_[0]);
}

const identityOf = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? '-'}/${metadata.name}`;
const identities = ({ objects }: Program) => objects.map(identityOf).sort();
const count = ({ resources }: Program, type: string) => resources.filter(({ Type }) => Type === type).length;

/** Resource types and their numbers, without those that a program needs for its own way of writing roles and manifests. */
function awsResources(program: Program, without: readonly string[]): { readonly [type: string]: number } {
  const types = [...new Set(program.resources.map(({ Type }) => Type))].filter((type) => !without.includes(type)).sort();
  return Object.fromEntries(types.map((type) => [type, count(program, type)]));
}

describe.each([['plain', plain], ['tuned', tuned]])('the %s program', (_, handwritten) => {
  test('yields the same Kubernetes objects', () => {
    expect(identities(handwritten)).toEqual(identities(byLibrary));
  });

  test('yields as many roles', () => {
    expect(count(handwritten, 'AWS::IAM::Role')).toBe(count(byLibrary, 'AWS::IAM::Role'));
  });
});
