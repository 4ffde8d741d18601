import { definitionsOf, digestOf } from '../../../lib/outputs/cloudformation/engine/definitions';

const A = 'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a.example.com\nspec:\n  group: example.com\n';
const B = A.replace('a.example.com', 'b.example.com');
const files = (entries: { readonly [path: string]: string }) => new Map(Object.entries(entries));
const names = (entries: { readonly [path: string]: string }, wanted: readonly string[]) => definitionsOf(files(entries), wanted).map(({ metadata }) => metadata.name);

test('takes files and folders, and sorts what is in them', () => {
  const chart = { 'all.yaml': `---\n${B}---\n${A}`, 'generated/c.yaml': A.replace('a.example.com', 'c.example.com'), 'NOTES.txt': 'hello' };

  expect(names(chart, ['all.yaml'])).toEqual(['a.example.com', 'b.example.com']);
  expect(names(chart, ['all.yaml', 'generated/'])).toEqual(['a.example.com', 'b.example.com', 'c.example.com']);
});

test('knows the condition around a file, and nothing else of Helm', () => {
  expect(names({ 'a.yaml': `{{- if .Values.crds.enabled }}\n---\n${A}{{- end }}\n` }, ['a.yaml'])).toEqual(['a.example.com']);
  expect(() => names({ 'a.yaml': `{{ include "labels" . }}\n${A}` }, ['a.yaml'])).toThrow('templates/a.yaml of the chart is not plain: {{ include "labels" . }}');
});

test('a file that is not there is an error', () => {
  expect(() => names({ 'a.yaml': A }, ['a.yaml', 'b/'])).toThrow('the chart has no templates/b/');
});

test('a digest is that of the definitions, however they are written down', () => {
  const digest = (entries: { readonly [path: string]: string }, wanted: readonly string[]) => digestOf(definitionsOf(files(entries), wanted));
  const reordered = 'kind: CustomResourceDefinition\nspec: {group: example.com}\nmetadata: {name: a.example.com}\napiVersion: apiextensions.k8s.io/v1\n';
  const one = digest({ 'all.yaml': `${A}---\n${B}` }, ['all.yaml']);

  expect(digest({ 'x/b.yaml': B, 'x/a.yaml': reordered }, ['x/'])).toBe(one);
  expect(digest({ 'all.yaml': A }, ['all.yaml'])).not.toBe(one);
  expect(digest({ 'all.yaml': `${A}---\n${B.replace('group: example.com', 'group: other.com')}` }, ['all.yaml'])).not.toBe(one);
  expect(one).toMatch(/^[0-9a-f]{64}$/);
});
