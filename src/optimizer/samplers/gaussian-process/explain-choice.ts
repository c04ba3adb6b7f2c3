import type { Rationale } from '../../../domain/trial.ts'
import { plainMean } from '../../../math/stats.ts'
import type { Acquisition } from '../../acquisition/acquisition.ts'
import type { History } from '../../history/history.ts'
import type { GaussianProcess } from '../../surrogates/gaussian-process.ts'
import type { Training } from '../../surrogates/training.ts'

export interface Choice {
  /** Equally likely models, at least one. */
  readonly processes: readonly GaussianProcess[]
  /** The value to improve on under each. */
  readonly incumbents: readonly number[]
  readonly acquisition: Acquisition
  readonly training: Pick<Training, 'centre' | 'scale'>
  readonly history: Pick<History, 'observations'>
  /** Whether a trial has the point's values already. */
  readonly isRunAgain: boolean
}

/** What the models thought of a point; undefined where a number is too large or too small to be told. */
export function explainChoice(features: Float64Array, choice: Choice): Rationale | undefined {
  const { processes, incumbents, acquisition, training, history, isRunAgain } = choice
  const predictions = processes.map((process) => {
    const { means, variances } = process.posterior([features])
    return { mean: means[0]!, variance: variances[0]! }
  })
  const mean = plainMean(predictions.map((prediction) => prediction.mean))
  // The variance of a mixture: within its parts, and between them.
  const variance = plainMean(predictions.map((one) => one.variance + (one.mean - mean) ** 2))
  const isSingle = history.observations.every(({ measured }) => (measured?.objectives.length ?? 1) === 1)
  const rationale: Rationale = {
    ...(isSingle && {
      mean: mean * training.scale + training.centre,
      deviation: Math.sqrt(variance) * training.scale,
    }),
    acquisition: acquisition.evaluate([features])[0]!,
    intent: isRunAgain ? 'confirm' : isBetter(mean, plainMean(incumbents)) ? 'exploit' : 'explore',
  }
  const isTold = Object.values(rationale).every((part) => typeof part === 'string' || Number.isFinite(part))
  return isTold ? rationale : undefined
}

/** Nothing is better than the best while no trial keeps to the bounds: what is looked for then is unknown. */
function isBetter(mean: number, incumbent: number): boolean {
  return Number.isFinite(incumbent) && mean < incumbent
}
