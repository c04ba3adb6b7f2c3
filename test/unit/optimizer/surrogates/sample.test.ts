import { expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import { mean } from '../../../../src/math/stats.ts'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import { FitObjective, fitFromSeveral } from '../../../../src/optimizer/surrogates/fit.ts'
import { samplePosterior } from '../../../../src/optimizer/surrogates/sample.ts'

const random = Random.fromSeed(4)
const rows = Array.from({ length: 8 }, () => Float64Array.of(random.uniform()))
const data = {
  rows,
  values: Float64Array.from(rows, ([x]) => Math.sin(5 * x!)),
  noises: new Float64Array(rows.length),
  categorical: [false],
}
const objective = new FitObjective(data, 0, typescriptAlgebra)
const mode = fitFromSeveral(objective)

it('samples hyperparameters as often as they are likely', () => {
  const samples = samplePosterior(objective, mode, 2000, Random.fromSeed(5))

  // The mean of the first coordinate by a sum over a grid of all three.
  const lowest = objective.evaluate(mode, new Float64Array(3))
  const grid = (i: number) =>
    Array.from({ length: 40 }, (_, k) => {
      const [lower, upper] = [objective.lower[i]!, objective.upper[i]!]
      return lower + ((k + 0.5) / 40) * (upper - lower)
    })
  let [total, weighted] = [0, 0]
  for (const length of grid(0)) {
    for (const noise of grid(1)) {
      for (const signal of grid(2)) {
        const value = objective.evaluate(Float64Array.of(length, noise, signal), new Float64Array(3))
        const density = Math.exp(lowest - value)
        total += density
        weighted += density * length
      }
    }
  }
  expect(Math.abs(mean(samples.map(([length]) => length!)) - weighted / total)).toBeLessThan(0.1)
})

it('draws the same from the same stream', () => {
  const draw = () => samplePosterior(objective, mode, 3, Random.fromSeed(6))
  expect(draw()).toEqual(draw())
})
