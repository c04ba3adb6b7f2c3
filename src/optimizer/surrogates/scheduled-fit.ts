import { Random } from '../../math/random.ts'
import type { Observation } from '../history/history.ts'
import type { MemoKey } from '../memo.ts'
import type { Numerics } from '../numerics.ts'
import type { EncodedSpace } from '../space/encode.ts'
import { featuresOnce } from '../space/features.ts'
import { FitObjective, fitFromSeveral, type Hyperparameters, refineFit } from './fit.ts'
import { additiveShares, likelyModels } from './likely-models.ts'
import { FENCES, selectForFit } from './training.ts'

// An iteration costs O(rows³): few rows tell which region is right, more rows where in it.
const SEARCH_ROWS = 64
const REFINE_ROWS = 200
// The region seldom changes: it is looked for anew when there are a fifth more results, and refined with a twentieth.
const SEARCH_AGAIN = 1 / 5
const REFINE_AGAIN = 1 / 20
// Few results leave it open which dimension matters: samples besides the mode keep a search from being sure too early.
const MODELS = 3
const SAMPLED_ROWS = 64

/**
 * Hyperparameters fitted to the first results up to the last round number of them: a function of those alone, so the
 * proposals in between share it and another process comes to the same. The most probable ones come first; with few
 * results others follow that are as likely as the posterior says.
 *
 * @param observations at least one of them completed, in the order of trial numbers.
 * @param fence see FENCES.
 */
export function fitOnSchedule(
  observations: readonly Observation[],
  encoded: EncodedSpace,
  { fits, regions, algebra }: Numerics,
  fence: number = FENCES.search,
): readonly Hyperparameters[] {
  const completed = observations.filter(({ value }) => value !== undefined)
  const few = completed.slice(0, lastRound(completed.length, SEARCH_AGAIN))
  const more = completed.slice(0, lastRound(completed.length, REFINE_AGAIN))
  const objective = (rows: readonly Observation[], limit: number, share: number) =>
    new FitObjective(selectForFit(rows, encoded, limit, fence), share, algebra)
  return fits.recall([fence, few.length, ...keyOf(more, encoded)], () => {
    const modes = additiveShares(encoded.free.length).map((share) => {
      const region = regions.recall([fence, share, ...keyOf(few, encoded)], () =>
        fitFromSeveral(objective(few, SEARCH_ROWS, share)),
      )
      return refineFit(objective(more, REFINE_ROWS, share), region)
    })
    const random = Random.fromSeed(more.length).fork('samples')
    return likelyModels(modes, more.length > SAMPLED_ROWS ? 1 : MODELS, random)
  })
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
