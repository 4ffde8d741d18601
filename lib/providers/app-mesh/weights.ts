/** Weights that App Mesh takes: each 0 to 100, at most 100 together. */

/** Most that the weights of a route may add up to. @see API model 2019-01-25, `PercentInt`; user guide, routes */
export const MAX_WEIGHT_SUM = 100;

/**
 * The same shares in App Mesh's numbers: as written where they fit, else shortened; shares of a flattened split become percents
 * where they can. Over `MAX_WEIGHT_SUM` when the shares cannot be held.
 */
export function wireWeights(weights: readonly number[]): readonly number[] {
  const sum = total(weights);
  if (sum > MAX_WEIGHT_SUM) {
    const divisor = weights.reduce(greatestCommonDivisor, 0);
    const shortened = weights.map((weight) => weight / divisor);
    return total(shortened) > MAX_WEIGHT_SUM ? shortened : asPercents(shortened);
  }
  return weights;
}

/** The same shares as percents, where those are integers. */
export function asPercents(weights: readonly number[]): readonly number[] {
  const sum = total(weights);
  return sum > 0 && MAX_WEIGHT_SUM % sum === 0 ? weights.map((weight) => weight * (MAX_WEIGHT_SUM / sum)) : weights;
}

/** The sum. */
export function total(weights: readonly number[]): number {
  return weights.reduce((sum, weight) => sum + weight, 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
