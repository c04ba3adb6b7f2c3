import type { EncodedSpace } from '../space/encode.ts'

// Of what is asked for before any result, in standard deviations of the values.
const MARGIN = 1
// So many trials a dimension say where the best region is, however many more the budget allows.
const TRIALS_PER_DIMENSION = 10
// With noise more, by its variance and three times as many at most: a search that ends sooner follows up what was only lucky.
const [LONGER_BY_NOISE, LONGEST] = [20, 3]
// The share of them after which every improvement counts: who searches to the end for regions never gets to the bottom of one.
const SEARCHING = 0.7
// Where branches exclude each other, the first results of one have to show what it is worth before others are preferred to it
// for being unknown.
const FIRST_RESULTS = 15

// What is less of a gain, in standard deviations of the values, is none worth a trial.
const WORTHWHILE = 1e-3
// After twice as many results without one as there are dimensions, one proposal in so many looks elsewhere.
const [FEWEST_WITHOUT, ELSEWHERE] = [8, 3]

/**
 * By how much a proposal has to improve on the best to count, in standard deviations: much at first, which only places
 * can promise that are little known, and less the fewer trials are left to follow up what is found there (the cooled
 * margin of Sasena, "Flexibility and efficiency enhancements for constrained global design optimization", 2002).
 *
 * @param trials proposed before this one. @param budget of trials; may be Infinity. @param noise variance of a run, in units
 *   of that of the values.
 */
export function requiredImprovement(
  { free, isConditional }: Pick<EncodedSpace, 'free' | 'isConditional'>,
  trials: number,
  budget: number,
  noise: number,
): number {
  if (isConditional && trials < FIRST_RESULTS) return 0
  const longer = Math.min(1 + LONGER_BY_NOISE * noise, LONGEST)
  const horizon = Math.min(budget, longer * TRIALS_PER_DIMENSION * free.length)
  const spent = trials / horizon
  return spent < SEARCHING ? MARGIN * (1 - spent) ** 2 : 0
}

/**
 * By how much a proposal has to improve once every improvement counts, but the last ones brought nothing: one in three looks
 * for another region as long as there is a budget to follow it up, or a study of few parameters would spend most of its
 * trials within a hair of the first optimum that it found.
 *
 * @param values of the results so far, standardized. @param index of the proposal.
 */
export function requiredElsewhere(
  { free, isConditional }: Pick<EncodedSpace, 'free' | 'isConditional'>,
  values: readonly number[],
  index: number,
  budget: number,
): number {
  const recent = Math.max(FEWEST_WITHOUT, 2 * free.length)
  const isEarly = values.length <= recent || (isConditional && values.length < FIRST_RESULTS)
  if (index % ELSEWHERE !== 0 || isEarly) return 0
  const [before, now] = [values.slice(0, -recent), values].map((some) =>
    some.reduce((a, b) => Math.min(a, b)),
  )
  return before! - now! > WORTHWHILE ? 0 : MARGIN * (1 - index / budget) ** 2
}
