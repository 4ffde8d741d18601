import { cut } from '../../../lib/outputs/cloudformation/engine/response';

test('a short text stays', () => {
  expect(cut('x'.repeat(1_800))).toBe('x'.repeat(1_800));
});

test('a long text is cut to 1,800 bytes', () => {
  expect(cut('x'.repeat(1_801))).toBe(`${'x'.repeat(1_797)}...`);
});

test.each([['é', 2], ['€', 3], ['😀', 4]])('no %s is cut in half', (character, bytes) => {
  for (const before of [0, 1, 2, 3]) {
    const text = cut(`${'x'.repeat(before)}${character.repeat(1_000)}`);

    expect(text).toBe(`${'x'.repeat(before)}${character.repeat(Math.floor((1_797 - before) / bytes))}...`);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_800);
  }
});
