/**
 * Regular expressions as Envoy reads them: RE2, full match. JavaScript's own RegExp is never asked, because it gives
 * `\A`, `\pL` or `[[:alpha:]]` another meaning. The engine is loaded on first use: most programs hold no expression.
 */
import type { RE2JS } from 're2js';

let engine: typeof RE2JS | undefined;
const compiled = new Map<string, RE2JS | string>();

/** Why a text is no RE2 expression; nothing when it is one. */
export function checkRegex(source: string): string | undefined {
  const result = compile(source);
  return typeof result === 'string' ? result : undefined;
}

/** Whether the whole text matches. An expression that is no RE2 matches nothing; `checkRegex` has reported it. */
export function matchesRegex(source: string, text: string): boolean {
  const result = compile(source);
  return typeof result !== 'string' && result.matches(text);
}

/** The expression that matches exactly this text. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}

/** Text that every match of an expression starts with. */
export interface LiteralPrefix {
  readonly text: string;
  /** Whether the expression matches nothing but this text. */
  readonly complete: boolean;
}

/**
 * The provable beginning of every match, for example `/api` of `^/api(/.*)?$`.
 * Stops at the first thing it does not understand, so it may be shorter than the truth, never longer.
 */
export function literalPrefix(source: string): LiteralPrefix {
  const body = withoutAnchors(source);
  if (body.includes('|') || body.startsWith('(?')) return { text: '', complete: false };
  let text = '';
  let last = '';
  for (let at = 0; at < body.length;) {
    const escaped = body[at] === '\\';
    const char = escaped ? body[at + 1] ?? '' : body[at]!;
    if ('*?{'.includes(char) && !escaped) return { text: text.slice(0, text.length - last.length), complete: false };
    // a surrogate pair is one character to RE2 and two here, and a quantifier after it would bind to both
    const literal = escaped ? /^[^A-Za-z0-9]$/.test(char) : !'.+()[]}^$'.includes(char);
    if (!literal || char > '\u007f') return { text, complete: false };
    text += char;
    last = char;
    at += escaped ? 2 : 1;
  }
  return { text, complete: true };
}

function withoutAnchors(source: string): string {
  const start = source.startsWith('^') ? source.slice(1) : source;
  return start.endsWith('$') && !start.endsWith('\\$') ? start.slice(0, -1) : start;
}

function compile(source: string): RE2JS | string {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const result = compileAnew(source);
  compiled.set(source, result);
  return result;
}

function compileAnew(source: string): RE2JS | string {
  try {
    return load().compile(source);
  } catch (error) {
    return `${(error as Error).message.replace(/^error parsing regexp: /, '')}${hint(source)}`;
  }
}

/** What users coming from JavaScript and Perl stumble over. */
function hint(source: string): string {
  if (/\(\?<?[=!]/.test(source)) return '; RE2 has no look-ahead and no look-behind';
  if (/\\[1-9]/.test(source)) return '; RE2 has no back-references';
  if (/\\u/.test(source)) return '; RE2 writes a code point as \\x{41}';
  if (/\[\^?\]/.test(source)) return '; RE2 has no empty class, (?s:.) is any character';
  return '';
}

function load(): typeof RE2JS {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  engine ??= (require('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
  return engine;
}
