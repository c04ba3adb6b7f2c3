import type { Diagnostic } from '../../domain/diagnostic.ts'
import { objectivesOf } from '../../domain/metric.ts'
import { quantile } from '../../math/stats.ts'
import { type Check, MIN_DIAGNOSED } from './diagnostic.ts'

// Later results gather near the best, and the others are decades away from them in any study.
const EARLY = 12
const DECADE = 10
// All others go by the order of values, or by none.
const BY_VALUES: readonly string[] = ['auto', 'gaussian-process']

/** An objective whose scale had better be logarithmic: beside the bad values a model takes all good ones for one. */
export const valuesDecadesApart: Check = ({ study: { definition }, trials }) => {
  const { metrics, sampler } = definition
  if (!BY_VALUES.includes(sampler.kind)) return []
  const told = trials.flatMap(({ state, metrics: one }) => (state === 'completed' && one ? [one] : []))
  if (told.length < MIN_DIAGNOSED) return []
  return objectivesOf(metrics).flatMap(({ name, goal, scale }): Diagnostic[] => {
    const early = Float64Array.from(told.slice(0, EARLY), (one) => one[name] ?? Number.NaN).sort()
    const [low, high] = [0.25, 0.75].map((share) => quantile(early, share)) as [number, number]
    if (scale === 'log' || goal === 'maximize' || !(early[0]! > 0) || !(high > DECADE * low)) return []
    const [below, above] = [low, high].map((value) => value.toPrecision(2))
    const message = `A quarter of the first values of ${name} is below ${below} and a quarter above ${above}, beside which good ones all look the same: give ${name} "scale": "log" in the next study.`
    return [{ code: 'values-decades-apart', severity: 'hint', message }]
  })
}
