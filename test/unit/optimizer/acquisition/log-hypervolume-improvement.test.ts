import { describe, expect, it } from 'vitest'
import { hypervolume, type Values } from '../../../../src/math/hypervolume.ts'
import { Random } from '../../../../src/math/random.ts'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import {
  cellsBelow,
  logHypervolumeImprovement,
} from '../../../../src/optimizer/acquisition/log-hypervolume-improvement.ts'
import { GaussianProcess } from '../../../../src/optimizer/surrogates/gaussian-process.ts'

const random = Random.fromSeed(4)
const point = (dimensions: number) => Array.from({ length: dimensions }, () => random.normal())
const row = () => Float64Array.of(random.uniform(), random.uniform())
const rows = Array.from({ length: 9 }, row)
const hyperparameters = {
  lengthScales: Float64Array.of(0.3, 0.5),
  noise: 0.01,
  signal: 1.2,
  additiveShare: 0,
}
const noises = new Float64Array(9).fill(0.01)

/** Objectives with nothing in common, standardized values of nine trials. */
function someStudy(objectives: number) {
  const sets = Array.from({ length: objectives }, () => Float64Array.from(rows, () => random.normal()))
  const processes = sets.map(
    (values) =>
      GaussianProcess.condition(
        { rows, categorical: [false, false], valueSets: [values], noises },
        hyperparameters,
        typescriptAlgebra,
      )!,
  )
  const front = rows.map((_, i) => sets.map((values) => values[i]!))
  return { processes, front, reference: Array<number>(objectives).fill(1.5) }
}

describe.each([2, 3])('cellsBelow in %d objectives', (objectives) => {
  it('cover what a point would add to the hypervolume, and nothing twice', () => {
    for (let draw = 0; draw < 50; draw++) {
      const front = Array.from({ length: 6 }, () => point(objectives))
      const reference = Array<number>(objectives).fill(1.2)
      const added = point(objectives)
      const inCells = cellsBelow(front, reference).reduce((sum, { lower, upper }) => {
        const lengths = upper.map((end, k) => Math.max(end - Math.max(added[k]!, lower[k]!), 0))
        return sum + lengths.reduce((product, length) => product * length, 1)
      }, 0)
      const gain = hypervolume([...front, added], reference) - hypervolume(front, reference)
      expect(inCells).toBeCloseTo(gain, 10)
    }
  })

  it('are the whole quadrant where there is no front', () => {
    expect(cellsBelow([], Array<number>(objectives).fill(1))).toHaveLength(1)
  })
})

describe.each([2, 3])('logHypervolumeImprovement of %d objectives', (objectives) => {
  const { processes, front, reference } = someStudy(objectives)
  const acquisition = logHypervolumeImprovement(processes, cellsBelow(front, reference))

  it('agrees with a Monte Carlo estimate', () => {
    const x = Float64Array.of(0.45, 0.3)
    const posteriors = processes.map((process) => process.posterior([x]))
    const base = hypervolume(front, reference)
    const gains = Array.from({ length: 20_000 }, () => {
      const drawn = posteriors.map(
        ({ means, variances }) => means[0]! + Math.sqrt(variances[0]!) * random.normal(),
      ) as Values
      return hypervolume([...front, drawn], reference) - base
    })
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length
    const spread = Math.sqrt(gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0)) / gains.length
    // The seed is fixed: this cannot fail by chance.
    expect(Math.abs(Math.exp(acquisition.evaluate([x])[0]!) - mean)).toBeLessThan(4 * spread)
  })

  it('has the gradients of its values, near the front and where hardly anything can be gained', () => {
    const far = logHypervolumeImprovement(processes, cellsBelow([], Array<number>(objectives).fill(-30)))
    for (const one of [acquisition, far]) {
      const at = Float64Array.of(0.62, 0.35)
      const { values, gradients } = one.evaluateWithGradients([at])
      expect(values[0]).toBeCloseTo(one.evaluate([at])[0]!, 8)
      for (const i of [0, 1]) {
        const step = 1e-5
        const [below, above] = one.evaluate([at.with(i, at[i]! - step), at.with(i, at[i]! + step)])
        const slope = (above! - below!) / (2 * step)
        expect(Math.abs(gradients[i]! - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)))
      }
    }
  })
})
