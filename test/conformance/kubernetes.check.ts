/** Objects against the schemas of Kubernetes, and App Mesh objects against the published CRDs where they are beside the checkout. */
import { existsSync, mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { writeObjects } from './object-files';
import { kubectlValidate, ROOT, run, type Outcome } from './tools';
import type { KubeObject } from '../../lib/kube/object';
import { allPrograms } from '../schemas/programs';
import { SHOP, spoil } from '../schemas/webhook/shop';

const CRDS = join(ROOT, '../shared/crds/app-mesh');
const published = existsSync(CRDS);

/** The newest Kubernetes whose schemas the tool carries. */
const KUBERNETES = '1.30';

/** All files in one call: each call loads the schemas anew. */
function validate(programs: readonly { readonly title: string; readonly objects: readonly KubeObject[] }[]): Outcome & { readonly valid: number } {
  const { appMesh, native } = writeObjects(programs, mkdtempSync(join(tmpdir(), 'objects-')));
  const args = ['--version', KUBERNETES, ...native, ...(published ? [...appMesh, '--local-crds', CRDS] : [])];
  const outcome = run(kubectlValidate(), args);
  return { ...outcome, valid: outcome.output.match(/\.{3}(\x1b\[\d+m)?OK/g)?.length ?? 0 };
}

/** What the tool is given of a list of objects. */
function judgedOf(objects: readonly KubeObject[]): number {
  return objects.filter(object => published || !object.apiVersion.startsWith('appmesh.k8s.aws/')).length;
}

test(`Kubernetes takes every native object${published ? ' and the published CRDs every App Mesh object' : ' (the CRDs of App Mesh are not beside this checkout)'}`, () => {
  const programs = allPrograms();
  const { status, output, valid } = validate(programs);

  expect(output).not.toContain('ERROR');
  expect(status).toBe(0);
  expect(valid).toBe(programs.reduce((sum, { objects }) => sum + judgedOf(objects), 0));
});

test('Kubernetes takes a good cluster', () => {
  expect(validate([{ title: 'good', objects: SHOP }])).toMatchObject({ status: 0, valid: judgedOf(SHOP) });
});

test('Kubernetes refuses an unknown field of a Deployment', () => {
  const { status, output } = validate([{ title: 'bad', objects: spoil('Deployment edge', 'spec.replica', 2) }]);

  expect(output).toContain('spec.replica: Invalid value: value provided for unknown field');
  expect(status).toBe(1);
});

(published ? test : test.skip)('the published CRDs refuse a protocol that does not exist', () => {
  const { status, output } = validate([{ title: 'bad', objects: spoil('VirtualGateway edge', 'spec.listeners.0.portMapping.protocol', 'tcp') }]);

  expect(output).toContain('spec.listeners[0].portMapping.protocol: Unsupported value: "tcp"');
  expect(status).toBe(1);
});
