import { App, CfnParameter, Stack, Token } from 'aws-cdk-lib';
import fc from 'fast-check';
import type { KubeObject } from '../../lib/kube/object';
import { manifestLines } from '../../lib/outputs/cloudformation/manifest-lines';
import { hasTokens } from '../../lib/outputs/cloudformation/token-markers';
import { configMap } from '../plan/units';

const WIDTH = 100;

const data = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { noNullPrototype: true });
const objects = fc.array(data.map((value): KubeObject => ({ ...configMap('a', value), spec: value })), { maxLength: 4 });

const linesOf = (value: unknown) => manifestLines(value as readonly KubeObject[]);

test('what fits on a line stays on it, brackets stand on no line of their own', () => {
  const [first, second] = [configMap('a'), { ...configMap('b'), data: { text: 'x'.repeat(60), list: ['y'.repeat(60), 'z'.repeat(60)] } }];

  expect(manifestLines([first, second])).toEqual([
    '[{"apiVersion":"v1",', '"kind":"ConfigMap",', '"metadata":{"name":"a","namespace":"shop"},', '"data":{"color":"blue"}},',
    '{"apiVersion":"v1",', '"kind":"ConfigMap",', '"metadata":{"name":"b","namespace":"shop"},',
    `"data":{"text":"${'x'.repeat(60)}",`, `"list":["${'y'.repeat(60)}",`, `"${'z'.repeat(60)}"]}}]`,
  ]);
  expect(linesOf([])).toEqual(['[]']);
  expect(linesOf([{ a: {}, b: [] }])).toEqual(['[{"a":{},"b":[]}]']);
});

test('lines are joined to the same JSON, byte for byte', () => {
  fc.assert(fc.property(objects, (list) => {
    expect(manifestLines(list).join('')).toBe(JSON.stringify(list));
    expect(JSON.parse(manifestLines(list).join(''))).toEqual(JSON.parse(JSON.stringify(list)));
  }));
});

test('a line is longer than its width only where a single value is', () => {
  fc.assert(fc.property(objects, (list) => {
    for (const line of manifestLines(list)) {
      // brackets and keys before the first value, brackets and comma after the last
      const values = line.replace(/^(?:[[{]|"(?:[^"\\]|\\.)*":)*/, '').replace(/[\]}]*,?$/, '');
      if (values.length > WIDTH) expect(values).toMatch(/^"(?:[^"\\]|\\.)*"$/);
    }
  }));
});

test('one changed value changes one line', () => {
  const before = manifestLines([configMap('a', { text: 'x'.repeat(90), color: 'blue' })]);
  const after = manifestLines([configMap('a', { text: 'x'.repeat(90), color: 'green' })]);

  expect(after).toHaveLength(before.length);
  expect(after.filter((line, at) => line !== before[at])).toEqual(['"color":"green"}}]']);
});

test('what JSON leaves out or writes in another way is left out and written as JSON has it', () => {
  const values = [
    { a: undefined, b: 1 }, { f: () => 1, b: 1 }, [undefined, () => 1, Symbol('s')], { n: Number.NaN, i: Number.POSITIVE_INFINITY, z: -0 },
    { date: new Date(0) }, { own: { toJSON: () => ({ inner: [1, undefined] }) } }, { gone: { toJSON: () => undefined }, b: 1 }, { text: '\u2028"\\\n\ud800' },
    // eslint-disable-next-line no-sparse-arrays
    [1, , 2], { b: 1, a: 2, 1: 3, gone: undefined },
  ];

  for (const value of values) {
    const padded = [{ filler: 'x'.repeat(120), value }];
    expect(linesOf([value]).join('')).toBe(JSON.stringify([value]));
    expect(linesOf(padded).join('')).toBe(JSON.stringify(padded));
  }
});

describe('with tokens', () => {
  const stack = new Stack(new App(), 'Main');
  const image = new CfnParameter(stack, 'Image').valueAsString;
  const size = new CfnParameter(stack, 'Size', { type: 'Number' }).valueAsNumber;

  /** The lines as the template has them, with the text `deployed` in the place of every value. */
  function settled(list: readonly KubeObject[]): readonly string[] {
    const lines = stack.resolve(manifestLines(list, hasTokens, (value) => stack.toJsonString(value))) as readonly (string | { readonly 'Fn::Join': readonly [string, readonly unknown[]] })[];
    return lines.map((line) => typeof line === 'string' ? line : line['Fn::Join'][1].map((part) => typeof part === 'string' ? part : 'deployed').join(''));
  }

  test('texts, numbers and keys keep what stands around them', () => {
    const list = [configMap('a', { text: `"${image}"\n\\`, size, [`key-${image}`]: [image, `${image}${image}`], plain: 'x' })];

    expect(JSON.parse(settled(list).join('').replace('"size":deployed', '"size":7'))).toEqual([
      configMap('a', { 'text': '"deployed"\n\\', 'size': 7, 'key-deployed': ['deployed', 'deployeddeployed'], 'plain': 'x' }),
    ]);
  });

  test('the cut does not depend on how many tokens there were before', () => {
    const made = () => Token.asString({ Ref: 'Image' });
    const cuts = () => Array.from({ length: 80 }, (_, filler) => settled([configMap('a', { one: made(), two: made(), three: 'x'.repeat(filler) })]));
    const first = cuts();

    for (let count = 0; count < 110_000; count++) made();

    expect(cuts()).toEqual(first);
    expect(new Set(first.map((lines) => lines.length)).size).toBeGreaterThan(1);
  });

  test('only what holds a token is written by the CDK', () => {
    const asked: unknown[] = [];

    manifestLines([configMap('a', { text: image, color: 'blue', count: 1 })], hasTokens, (value) => {
      asked.push(value);
      return stack.toJsonString(value);
    });

    expect(asked).toEqual([image]);
  });
});
