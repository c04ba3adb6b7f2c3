import type { EncodedSpace } from '../encode.ts'

// In standard deviations of the values: less than this in so many results is not worth another one next to the best.
const WORTHWHILE = 0.01
const RESULTS = 8
const MARGIN = 0.1

/**
 * By how much a proposal has to improve on the best to count. Nothing at first; when the last results gained next to
 * nothing, every other proposal is asked for more, which only places can promise that are still little known. In
 * branching spaces only, where a branch is given up on the few results that it had.
 *
 * @param values standardized, in the order of trials, to be minimized.
 * @param index of the proposal.
 */
export function requiredImprovement(
  { dimensions }: Pick<EncodedSpace, 'dimensions'>,
  values: Float64Array,
  index: number,
): number {
  if (!dimensions.some(({ requirements }) => requirements.length > 0)) return 0
  const gained = lowest(values.subarray(0, -RESULTS)) - lowest(values)
  return index % 2 === 1 && gained < WORTHWHILE ? MARGIN : 0
}

/** Infinity where there are none, from which any result is a gain. */
function lowest(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
}
