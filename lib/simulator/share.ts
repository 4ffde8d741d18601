/** Exact shares of the traffic: rational numbers in lowest terms. Weights are integers, so nothing is ever rounded. */

/** A part of a whole, from 0 to 1: `{ numerator: 1, denominator: 20 }` is 5 %. Always in lowest terms; 0 is 0/1. */
export interface Share {
  readonly numerator: number;
  readonly denominator: number;
}

/** Nothing. */
export const NONE: Share = { numerator: 0, denominator: 1 };

/** Everything. */
export const ALL: Share = { numerator: 1, denominator: 1 };

/** `numerator / denominator` in lowest terms. Throws where the exact share cannot be said with safe integers. */
export function shareOf(numerator: number, denominator: number): Share {
  const divisor = gcd(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** The product of two shares. */
export function timesShare(a: Share, b: Share): Share {
  if (a.denominator === a.numerator) return b;
  if (b.denominator === b.numerator) return a;
  return exactShare(BigInt(a.numerator) * BigInt(b.numerator), BigInt(a.denominator) * BigInt(b.denominator));
}

/** The sum of two shares. */
export function plusShare(a: Share, b: Share): Share {
  if (a.numerator === 0) return b;
  if (b.numerator === 0) return a;
  const [left, right] = [BigInt(a.numerator) * BigInt(b.denominator), BigInt(b.numerator) * BigInt(a.denominator)];
  return exactShare(left + right, BigInt(a.denominator) * BigInt(b.denominator));
}

/** Whether two shares are equal. */
export function equalShares(a: Share, b: Share): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

/** The share in percent, as a number for comparison with what users write: 1/20 is 5, 1/3 is 33.33… */
export function percentOf({ numerator, denominator }: Share): number {
  return (numerator * 100) / denominator;
}

/** The share in words: `5 %`, `12.5 %`; where percent has no end within two places, the fraction as well: `33.33 % (1/3)`. */
export function describeShare(share: Share): string {
  const hundredths = (share.numerator * 10_000) / share.denominator;
  if (Number.isInteger(hundredths)) return `${hundredths / 100} %`;
  return `${(hundredths / 100).toFixed(2)} % (${share.numerator}/${share.denominator})`;
}

function exactShare(numerator: bigint, denominator: bigint): Share {
  let [a, b] = [numerator, denominator];
  while (b !== 0n) [a, b] = [b, a % b];
  const [top, bottom] = [numerator / a, denominator / a];
  if (bottom > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error(`the exact share ${top}/${bottom} is too fine to be said; use smaller weights`);
  return { numerator: Number(top), denominator: Number(bottom) };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
