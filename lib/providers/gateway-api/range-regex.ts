/** A range of integers as a regular expression. */

/** Takes the texts of all integers from `start` to below `end`, with or without sign and leading zeros; nothing where the range is empty. */
export function rangeRegex(start: number, end: number): string | undefined {
  const last = end - 1;
  if (start > last) return undefined;
  const parts: string[] = [];
  if (start < 0) parts.push(`-0*(?:${magnitudes(Math.max(1, -last), -start)})`);
  if (start <= 0 && last >= 0) parts.push('[+-]?0+');
  if (last > 0) parts.push(`[+]?0*(?:${magnitudes(Math.max(1, start), last)})`);
  return parts.length === 1 ? parts[0]! : `(?:${parts.join('|')})`;
}

/** Texts without leading zeros of the numbers from `low` to `high`, both included, from 1. */
function magnitudes(low: number, high: number): string {
  const alternatives: string[] = [];
  for (let digits = String(low).length; digits <= String(high).length; digits++) {
    const least = Math.max(low, 10 ** (digits - 1));
    const most = Math.min(high, 10 ** digits - 1);
    alternatives.push(...sameLength(String(least), String(most)));
  }
  return alternatives.join('|');
}

/** Both texts have the same number of digits. */
function sameLength(low: string, high: string): readonly string[] {
  if (low === '') return [''];
  if (/^0*$/.test(low) && /^9*$/.test(high)) return [anyDigits(low.length)];
  const [a, b] = [Number(low[0]), Number(high[0])];
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (a === b) return sameLength(lowRest, highRest).map((rest) => `${a}${rest}`);
  const isLowest = /^0*$/.test(lowRest);
  const isHighest = /^9*$/.test(highRest);
  const [first, last] = [isLowest ? a : a + 1, isHighest ? b : b - 1];
  return [
    ...(isLowest ? [] : sameLength(lowRest, '9'.repeat(lowRest.length)).map((rest) => `${a}${rest}`)),
    ...(first > last ? [] : [`${first === last ? first : `[${first}-${last}]`}${anyDigits(lowRest.length)}`]),
    ...(isHighest ? [] : sameLength('0'.repeat(highRest.length), highRest).map((rest) => `${b}${rest}`)),
  ];
}

function anyDigits(count: number): string {
  return count === 0 ? '' : count === 1 ? '[0-9]' : `[0-9]{${count}}`;
}
