import type { Random } from '../../../math/random.ts'
import { maximizeAcquisition } from '../../acquisition/maximize.ts'
import type { Effort } from '../../acquisition/score.ts'
import { pointsOf } from '../../history/history.ts'
import { featuresOf } from '../../space/features.ts'
import type { SamplerAnswer, SamplerInput } from '../sampler.ts'
import { paretoPromise, type Refine } from './pareto-promise.ts'

const ANCHORS = 10

/**
 * Of a few objectives, the point that is expected to add most to the hypervolume; see pareto-promise.ts.
 *
 * @param refine what is asked of fitted hyperparameters.
 */
export function proposeOnFront(
  input: SamplerInput,
  random: Random,
  refine: Refine,
): Pick<SamplerAnswer, 'point' | 'rationale'> | undefined {
  const { history, encoded } = input
  const promise = paretoPromise(input, refine)
  if (!promise) return undefined
  const { acquisition } = promise
  const point = maximizeAcquisition({
    encoded,
    acquisition,
    anchors: promise.anchors.slice(0, ANCHORS),
    lengthScales: promise.lengthScales,
    known: [...promise.anchors, ...pointsOf(history)],
    isNew: history.isNew,
    random,
    effort: effortFor(promise.rows + history.pending.length),
  })
  if (!point) return undefined
  const features = featuresOf(encoded, point)
  const value = acquisition.evaluate([features])[0]!
  if (!Number.isFinite(value)) return { point }
  return {
    point,
    rationale: { acquisition: value, intent: promise.isBetter(features) ? 'exploit' : 'explore' },
  }
}

/** By counts, as for a single objective; a look at several models costs as much as at one of all their rows. */
function effortFor(rows: number): Effort {
  if (rows <= 250) return { candidates: 512, starts: 5, looks: 500_000 }
  return { candidates: 256, starts: 3, looks: 250_000 }
}
