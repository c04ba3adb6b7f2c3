import type { ParameterValues } from '../../domain/search-space.ts'
import { clamp } from '../../math/clamp.ts'
import { Random } from '../../math/random.ts'
import { fitResults, type Surrogate, spreadPoints } from '../analysis/surrogate.ts'
import type { Numerics } from '../numerics.ts'
import { encode, encodeSpace } from '../space/encode.ts'
import { withLogarithms } from '../space/wide-ranges.ts'
import { carryOver } from './carry-over.ts'
import type { EarlierStudy } from './earlier-study.ts'

/** A model of what an earlier study found, to be asked about values of any space. */
export interface Teacher {
  /** The best values that it tried, the best first. */
  readonly best: readonly ParameterValues[]
  /** 0 as good as the best it knows, 1 no better than the middle of its space. */
  readonly regretsOf: (tried: readonly ParameterValues[]) => number[]
}

const BEST = 5
const SPREAD = 256

/** Undefined of a study in which no values are better than others. */
export function createTeacher(
  { seed, searchSpace, results }: EarlierStudy,
  numerics: Numerics,
): Teacher | undefined {
  const encoded = encodeSpace(withLogarithms(searchSpace))
  const observations = results.map(({ params, value }) => ({ point: encode(encoded, params), value }))
  const random = Random.fromSeed(seed).fork('warm-start')
  const surrogate = fitResults(observations, encoded, { objective: { goal: 'minimize' }, random, numerics })
  if (!surrogate) return undefined
  const best = bestOf(surrogate, results)
  const meansOf = (values: readonly ParameterValues[]) =>
    surrogate.meansAt(values.map((one) => encode(encoded, carryOver(one, encoded, best[0]))))
  const spread = Float64Array.from(surrogate.meansAt(spreadPoints(surrogate, SPREAD))).sort()
  const lowest = Math.min(spread[0]!, ...meansOf(best))
  const range = spread[spread.length >> 1]! - lowest
  if (!(range > 0)) return undefined
  return { best, regretsOf: (tried) => meansOf(tried).map((mean) => clamp((mean - lowest) / range)) }
}

/** By what is expected of them: where results are noisy, the best ones were lucky. */
function bestOf({ encoded, expectedAt }: Surrogate, results: EarlierStudy['results']): ParameterValues[] {
  const expected = expectedAt(results.map(({ params }) => encode(encoded, params)))
  const ranked = [...results.keys()].sort((a, b) => expected[a]! - expected[b]! || a - b)
  return ranked.slice(0, BEST).map((i) => results[i]!.params)
}
