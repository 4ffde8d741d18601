/** What tokens look like in texts, and in texts that were encoded. */

/** How every text that stands for a token begins. */
export const TEXT_MARKER = '${Token[';

/** How every list that stands for a token begins. */
export const LIST_MARKER = '#{Token[';

/** Any of them in JSON text, where every number that stands for a token ends alike; one search is faster than three. */
const ANY_MARKER = /[$#]\{Token\[|e\+289/;

/** The markers as base64 shows them, which depends on their offset modulo 3; the letters at the seams depend on the neighbours and are cut. */
export const ENCODED_MARKERS = [TEXT_MARKER, LIST_MARKER].flatMap((marker) => [0, 1, 2].map((offset) => {
  const text = Buffer.from('\0'.repeat(offset) + marker).toString('base64');
  return text.slice(Math.ceil(offset * 4 / 3), Math.floor((offset + marker.length) * 4 / 3));
}));

/** True when a value holds a token that only the CDK can write. May say true for text that merely looks like one: that costs time, no meaning. */
export function hasTokens(value: unknown): boolean {
  return textHasTokens(typeof value === 'string' ? value : JSON.stringify(value) ?? '');
}

/** As `hasTokens`, for JSON text. */
export function textHasTokens(json: string): boolean {
  return ANY_MARKER.test(json);
}
