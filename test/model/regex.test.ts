import { checkRegex, escapeRegex, literalPrefix, matchesRegex } from '../../lib/model/regex';

describe('checkRegex', () => {
  test.each([['^/api(/.*)?$'], ['(?i)abc'], ['\\Qa.b\\E'], ['[[:alpha:]]+'], ['\\pL+'], ['a{1000}']])('takes %s', (source) => {
    expect(checkRegex(source)).toBeUndefined();
  });

  test.each([
    ['(?=a)', 'invalid or unsupported Perl syntax: `(?=`; RE2 has no look-ahead and no look-behind'],
    ['(?<!a)b', 'invalid named capture: `(?<!a)b`; RE2 has no look-ahead and no look-behind'],
    ['(a)\\1', 'invalid escape sequence: `\\1`; RE2 has no back-references'],
    ['\\u0041', 'invalid escape sequence: `\\u`; RE2 writes a code point as \\x{41}'],
    ['[^]', 'missing closing ]: `[^]`; RE2 has no empty class, (?s:.) is any character'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['(', 'missing closing ): `(`'],
  ])('refuses %s', (source, reason) => {
    expect(checkRegex(source)).toBe(reason);
  });
});

describe('matchesRegex', () => {
  test.each([
    ['a|ab', 'ab', true], ['a', 'ab', false], ['a', 'ba', false], ['(?i)A', 'a', true], ['\\Aa\\z', 'a', true], ['\\pL', 'é', true], ['\\pL', 'pL', false],
    ['.', '\n', false], ['.', '😀', true], ['[[:alpha:]]', ':', false],
  ])('reads %s on %s as RE2 does with full match', (source, text, expected) => {
    expect(matchesRegex(source, text)).toBe(expected);
  });

  test('matches nothing by an expression that is no RE2', () => {
    expect(matchesRegex('(', '(')).toBe(false);
  });
});

test('escapeRegex makes an expression for exactly the text', () => {
  const text = '/a.b+(c)[d]{e}^$|\\?*-é';

  expect(matchesRegex(escapeRegex(text), text)).toBe(true);
  expect(matchesRegex(escapeRegex('a.b'), 'axb')).toBe(false);
});

describe('literalPrefix', () => {
  test.each([
    ['^/api(/.*)?$', '/api', false], ['/api', '/api', true], ['/a\\.b', '/a.b', true], ['ab*', 'a', false], ['ab?c', 'a', false], ['ab+', 'ab', false],
    ['a|b', '', false], ['(?i)a', '', false], ['ab{0,1}', 'a', false], ['a\\.*', 'a', false], ['a\\d', 'a', false], ['é*', '', false], ['\\Qa*\\E', '', false], ['a\\$', 'a$', true],
  ])('of %s is %s', (source, text, complete) => {
    expect(literalPrefix(source)).toEqual({ text, complete });
  });
});
