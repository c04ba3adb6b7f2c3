import { flatten } from '../math/linalg.ts'
import { Random } from '../math/random.ts'
import type { EncodedSpace } from './encode.ts'
import type { Numerics } from './numerics.ts'
import type { Observation } from './observe.ts'
import { fitFromSeveral, type Hyperparameters, refineFit, toHyperparameters } from './surrogates/fit.ts'
import { samplePosterior } from './surrogates/sample.ts'
import { selectForFit } from './training.ts'

// An iteration costs O(rows³): few rows tell which region is right, more rows where in it.
const SEARCH_ROWS = 64
const REFINE_ROWS = 150
// The region seldom changes: it is looked for anew when there are a fifth more results, and refined with a fortieth.
const SEARCH_AGAIN = 1 / 5
const REFINE_AGAIN = 1 / 40
// Few results leave it open which dimension matters: samples besides the mode keep a search from being sure too early.
const SAMPLES = 4
const SAMPLED_ROWS = 64

/**
 * Hyperparameters fitted to the first results up to the last round number of them: a function of those alone, so the
 * proposals in between share it and another process comes to the same. The most probable ones come first; with few
 * results others follow that are as likely as the posterior says.
 *
 * @param observations at least 3 of them completed, in the order of trial numbers.
 */
export function fitOnSchedule(
  observations: readonly Observation[],
  encoded: EncodedSpace,
  { fits, algebra }: Numerics,
): Hyperparameters[] {
  const completed = observations.filter(({ value }) => value !== undefined)
  const dataOf = (growth: number, rows: number) =>
    selectForFit(completed.slice(0, lastRound(completed.length, growth)), encoded, rows)
  const few = dataOf(SEARCH_AGAIN, SEARCH_ROWS)
  const region = fits.recall([few.values, ...few.rows], () => fitFromSeveral(few, algebra))
  const more = dataOf(REFINE_AGAIN, REFINE_ROWS)
  const theta = fits.recall([region, more.values, ...more.rows], () => refineFit(more, region, algebra))
  if (more.rows.length > SAMPLED_ROWS) return [toHyperparameters(theta)]
  const samples = fits.recall([SAMPLES, theta, more.values, ...more.rows], () => {
    const random = Random.fromSeed(more.rows.length).fork('samples')
    return flatten(samplePosterior(more, theta, SAMPLES, random, algebra), theta.length)
  })
  const sampled = Array.from({ length: SAMPLES }, (_, k) =>
    samples.subarray(k * theta.length, (k + 1) * theta.length),
  )
  return [theta, ...sampled].map(toHyperparameters)
}

/** The last number up to n in a row that begins at 3 and grows by this share, at least by 1. */
function lastRound(n: number, growth: number): number {
  let count = 3
  for (;;) {
    const next = count + Math.max(Math.floor(count * growth), 1)
    if (next > n) return count
    count = next
  }
}
