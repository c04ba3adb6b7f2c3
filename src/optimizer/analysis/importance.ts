import type { Random } from '../../math/random.ts'
import { MAX_SOBOL_DIMENSIONS, SobolSequence } from '../../math/sobol.ts'
import { plainMean } from '../../math/stats.ts'
import { fromUnitCube } from '../space/encode.ts'
import type { Surrogate } from './surrogate.ts'

export interface Importance {
  readonly parameter: string
  /** Share of the objective's variance that would vanish if all else were known and this were fixed: 0 to 1. */
  readonly total: number
  /** The share that it explains by itself; what `total` is above it are interactions. */
  readonly firstOrder: number
}

// Model evaluations are samples x (parameters + 2); the product with the rows is what is spent.
const SAMPLES = { max: 2048, min: 256, looks: 8_000_000 }

/**
 * Sobol indices of the surrogate's mean over the whole space, as its distances and scales see it: a functional ANOVA.
 * First order by Saltelli et al., "Variance based sensitivity analysis of model output", Computer Physics
 * Communications 181, 2010, table 2 (b); total by Jansen 1999, table 2 (f). Most important first.
 */
export function importance(surrogate: Surrogate): Importance[] {
  const { encoded, process, random, meansAt } = surrogate
  const d = encoded.free.length
  const affordable = 2 ** Math.floor(Math.log2(SAMPLES.looks / (process.data.rows.length * (d + 2))))
  const samples = Math.min(Math.max(affordable, SAMPLES.min), SAMPLES.max)
  const [a, b] = twoDesigns(d, samples, random.fork('importance'))
  // Standardized: squares of the objective's own numbers might be none, or infinite.
  const evaluate = (units: readonly Float64Array[]) =>
    meansAt(units.map((unit) => fromUnitCube(encoded, unit)))
  const [atA, atB] = [evaluate(a), evaluate(b)]
  const centre = plainMean([...atA, ...atB])
  const variance = plainMean([...atA, ...atB].map((value) => (value - centre) ** 2))
  const indices = encoded.free.map((index, k): Importance => {
    const mixed = evaluate(a.map((unit, s) => unit.with(k, b[s]![k]!)))
    const first = plainMean(mixed.map((value, s) => (atB[s]! - centre) * (value - atA[s]!)))
    const total = plainMean(mixed.map((value, s) => (atA[s]! - value) ** 2)) / 2
    const share = (part: number) => (variance > 0 ? Math.min(Math.max(part / variance, 0), 1) : 0)
    return {
      parameter: encoded.dimensions[index]!.name,
      total: share(total),
      firstOrder: Math.min(share(first), share(total)),
    }
  })
  return indices.sort((one, other) => other.total - one.total)
}

/** Two designs that know nothing of each other: halves of one sequence, whose dimensions are independent. */
function twoDesigns(d: number, samples: number, random: Random): [Float64Array[], Float64Array[]] {
  const points = Array.from({ length: samples }, pointsOf(2 * d, random))
  return [points.map((point) => point.subarray(0, d)), points.map((point) => point.subarray(d))]
}

function pointsOf(dimensions: number, random: Random): (_: unknown, index: number) => Float64Array {
  if (dimensions > MAX_SOBOL_DIMENSIONS)
    return () => Float64Array.from({ length: dimensions }, () => random.uniform())
  const sequence = SobolSequence.scrambled(dimensions, random)
  return (_, index) => sequence.point(index)
}
