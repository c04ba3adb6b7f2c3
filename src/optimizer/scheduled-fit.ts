import { flatten } from '../math/linalg.ts'
import { Random } from '../math/random.ts'
import { type EncodedSpace, featuresOnce } from './encode.ts'
import type { MemoKey } from './memo.ts'
import type { Numerics } from './numerics.ts'
import type { Observation } from './observe.ts'
import { fitFromSeveral, type Hyperparameters, refineFit, toHyperparameters } from './surrogates/fit.ts'
import { samplePosterior } from './surrogates/sample.ts'
import { selectForFit } from './training.ts'

// An iteration costs O(rows³): few rows tell which region is right, more rows where in it.
const SEARCH_ROWS = 64
const REFINE_ROWS = 200
// The region seldom changes: it is looked for anew when there are a fifth more results, and refined with a twentieth.
const SEARCH_AGAIN = 1 / 5
const REFINE_AGAIN = 1 / 20
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
  const few = completed.slice(0, lastRound(completed.length, SEARCH_AGAIN))
  const region = fits.recall([SEARCH_ROWS, ...keyOf(few, encoded)], () =>
    fitFromSeveral(selectForFit(few, encoded, SEARCH_ROWS), algebra),
  )
  const more = completed.slice(0, lastRound(completed.length, REFINE_AGAIN))
  const theta = fits.recall([REFINE_ROWS, region, ...keyOf(more, encoded)], () =>
    refineFit(selectForFit(more, encoded, REFINE_ROWS), region, algebra),
  )
  if (more.length > SAMPLED_ROWS) return [toHyperparameters(theta)]
  const samples = fits.recall([SAMPLES, theta, ...keyOf(more, encoded)], () => {
    const random = Random.fromSeed(more.length).fork('samples')
    const data = selectForFit(more, encoded, SAMPLED_ROWS)
    return flatten(samplePosterior(data, theta, SAMPLES, random, algebra), theta.length)
  })
  const sampled = Array.from({ length: SAMPLES }, (_, k) =>
    samples.subarray(k * theta.length, (k + 1) * theta.length),
  )
  return [theta, ...sampled].map(toHyperparameters)
}

/** Everything that the selection and the fit look at. */
function keyOf(completed: readonly Observation[], encoded: EncodedSpace): MemoKey {
  const values = Float64Array.from(completed, ({ value }) => value!)
  const errors = Float64Array.from(completed, ({ measured }) => measured?.errors[0] ?? 0)
  const kinds = encoded.free.map((index) => Number(encoded.dimensions[index]!.kind === 'categorical'))
  return [values, errors, kinds, ...completed.map(({ point }) => featuresOnce(encoded, point))]
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
