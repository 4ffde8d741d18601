import { App, CfnParameter, Fn, Lazy, Stack, Token } from 'aws-cdk-lib';
import { renderDiagnostic } from '../../lib/diagnostics';
import type { KubeObject } from '../../lib/kube/object';
import { hasTokens } from '../../lib/outputs/cloudformation/token-markers';
import { checkPlainTokens, checkTokens } from '../../lib/outputs/cloudformation/tokens';
import type { Unit } from '../../lib/plan/unit';
import { configMap, unit } from '../plan/units';

const stack = new Stack(new App(), 'Main');
const text = new CfnParameter(stack, 'Text').valueAsString;
const number = new CfnParameter(stack, 'Number', { type: 'Number' }).valueAsNumber;
const list = new CfnParameter(stack, 'List', { type: 'CommaDelimitedList' }).valueAsList;

/** The short way finds the same in everything that is tried here. */
function found(made: Unit) {
  const findings = checkTokens(made);
  expect(checkPlainTokens(made)).toEqual(findings);
  return findings;
}

const texts = (...objects: readonly KubeObject[]) => found(unit('shop/products/part', { owner: 'Shop/Mesh/Products', objects })).map(renderDiagnostic);
const whats = (...objects: readonly KubeObject[]) => found(unit('shop/products/part', { objects })).map(({ what }) => what);
const base64 = (value: string) => Buffer.from(value).toString('base64');

test('text and number tokens in values, in keys and inside of longer texts are fine', () => {
  const data = { text, longer: `image ${text}:v1`, number, json: JSON.stringify({ arn: text }), [`key-${text}`]: 'x', lazy: Lazy.string({ produce: () => 'late' }) };

  expect(texts(configMap('colors', data))).toEqual([]);
});

test('a raw intrinsic is refused with object and place', () => {
  expect(texts(configMap('colors', { arn: { 'Fn::GetAtt': ['Role', 'Arn'] } }))).toEqual([
    `MESH503 ConfigMap 'shop/colors' holds the raw intrinsic 'Fn::GetAtt' at data.arn
  at   Shop/Mesh/Products (Construct), data.arn
  fix  give the value as a text token before it enters an object, for example Token.asString(Fn.getAtt(...)) or role.roleArn`,
  ]);
});

test('a Ref is refused below a map of texts, but is a name that users may choose in it', () => {
  expect(whats(configMap('colors', { arn: { Ref: 'Role' } }))).toEqual(["ConfigMap 'shop/colors' holds the raw intrinsic 'Ref' at data.arn"]);
  expect(whats(configMap('colors', { Ref: 'main' }))).toEqual([]);
});

test('an unresolved CDK value is refused', () => {
  expect(texts(configMap('colors', { arn: Fn.getAtt('Role', 'Arn'), late: Lazy.any({ produce: () => 1 }) }))).toEqual(['arn', 'late'].map((key) =>
    `MESH503 ConfigMap 'shop/colors' holds an unresolved CDK value at data.${key}
  at   Shop/Mesh/Products (Construct), data.${key}
  fix  give its text instead, for example Token.asString(value) or value.toString()`));
});

test('a list token is refused', () => {
  expect(texts(configMap('colors', { zones: list }))).toEqual([`MESH503 ConfigMap 'shop/colors' holds a list token at data.zones[0]
  at   Shop/Mesh/Products (Construct), data.zones[0]
  fix  pick single values with Fn.select(), or join them to one text with Fn.join()`]);
});

test('a base64-encoded token is refused at every offset', () => {
  for (const prefix of ['', 'a', 'ab', 'abc']) {
    expect(texts({ ...configMap('keys', { key: base64(`${prefix}${text} and more`) }), kind: 'Secret' })).toEqual([`MESH503 Secret 'shop/keys' holds a token that was base64-encoded at data.key
  at   Shop/Mesh/Products (Construct), data.key
  fix  put the plain token into stringData (or data of a ConfigMap): the encoded text would hold the placeholder, not its value`]);
  }
});

test('other base64 text is fine', () => {
  expect(texts(configMap('keys', { key: base64('Token[ ${Tok en[ a plain secret') }))).toEqual([]);
});

test('tokens in names, namespaces and selectors are refused', () => {
  const named: KubeObject = { ...configMap('x'), metadata: { name: `a-${text}`, namespace: text } };
  const selecting = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { 'app.kubernetes.io/version': text } },
    spec: { selector: { matchLabels: { app: text } }, template: { metadata: { labels: { 'app.kubernetes.io/name': text } }, spec: { nodeSelector: { zone: 'a' } } } },
  };

  expect(found(unit('a/b/c', { objects: [named, selecting] })).map(({ property, fix }) => [property, fix])).toEqual([
    'metadata.name', 'metadata.namespace', 'spec.selector.matchLabels.app', "spec.template.metadata.labels['app.kubernetes.io/name']",
  ].map((path) => [path, 'give a literal value: names, namespaces and selectors must be known at synthesis']));
});

test('a number token in a selector is refused', () => {
  expect(whats({ ...configMap('x'), spec: { podSelector: { shard: number } } })).toEqual(["ConfigMap 'shop/x' holds a token at spec.podSelector.shard"]);
});

test('tokens are seen in texts, numbers, lists and keys, and nowhere else', () => {
  expect([{ a: [text] }, { a: number }, { a: list }, { [text]: 1 }, text].map(hasTokens)).toEqual([true, true, true, true, true]);
  expect([{ a: ['Token'] }, { a: -1e20 }, 'text', undefined, null].map(hasTokens)).toEqual([false, false, false, false, false]);
  expect(Token.isUnresolved(number)).toBe(true);
});
