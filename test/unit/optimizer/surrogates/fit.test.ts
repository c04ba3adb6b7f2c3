import { describe, expect, it } from 'vitest'
import { Random } from '../../../../src/math/random.ts'
import {
  FitObjective,
  fitFromSeveral,
  refineFit,
  type TrainingData,
} from '../../../../src/optimizer/surrogates/fit.ts'
import { algebras } from '../../../support/algebras.ts'

function data(n: number, f: (row: Float64Array) => number): TrainingData {
  const random = Random.fromSeed(3)
  const row = () => Float64Array.of(random.uniform(), random.uniform(), random.int(3))
  const rows = Array.from({ length: n }, row)
  return {
    rows,
    values: Float64Array.from(rows, f),
    noises: new Float64Array(n),
    categorical: [false, false, true],
  }
}

describe.each(algebras)('FitObjective, $name', (algebra) => {
  it.each([0, 0.9])('has the gradient of its value, additive by %f', (share) => {
    const noises = Float64Array.from({ length: 12 }, (_, i) => 0.01 * i)
    const noisy = { ...data(12, ([a, b, c]) => Math.sin(6 * a!) + b! - c!), noises }
    const objective = new FitObjective(noisy, share, algebra)
    const theta = Float64Array.of(-1, 0.3, 0.5, -4, 0.4)
    const gradient = new Float64Array(5)
    objective.evaluate(theta, gradient)
    const unused = new Float64Array(5)
    for (let i = 0; i < 5; i++) {
      const at = (step: number) => objective.evaluate(theta.with(i, theta[i]! + step), unused)
      const numeric = (at(1e-5) - at(-1e-5)) / 2e-5
      expect(Math.abs(gradient[i]! - numeric)).toBeLessThan(1e-6 * Math.max(1, Math.abs(numeric)))
    }
  })
})

describe.each(algebras)('fit, $name', (algebra) => {
  const fitted = (given: TrainingData) => {
    const objective = new FitObjective(given, 0, algebra)
    return objective.toHyperparameters(fitFromSeveral(objective))
  }

  it('finds which dimension matters and that there is no noise', () => {
    const fit = fitted(data(40, ([a]) => Math.sin(6 * a!)))
    expect(fit.lengthScales[0]).toBeLessThan(1)
    expect(Math.min(fit.lengthScales[1]!, fit.lengthScales[2]!)).toBeGreaterThan(2)
    expect(fit.noise).toBeLessThan(1e-4)
  })

  it('tells noise from the function', () => {
    const random = Random.fromSeed(9)
    const noisy = data(60, ([a]) => Math.sin(6 * a!) + 0.4 * random.normal())
    const fit = fitted(noisy)
    expect(fit.noise).toBeGreaterThan(0.05)
    expect(fit.noise).toBeLessThan(0.4)
  })

  it('moves the fit of few rows to what more rows say', () => {
    const wave = ([a]: Float64Array) => Math.sin(6 * a!)
    const whole = data(60, wave)
    const part = {
      ...whole,
      rows: whole.rows.slice(0, 12),
      values: whole.values.slice(0, 12),
      noises: whole.noises.slice(0, 12),
    }
    const start = fitFromSeveral(new FitObjective(part, 0, algebra))
    const { objective, theta } = refineFit(new FitObjective(whole, 0, algebra), start)
    const staged = objective.toHyperparameters(theta)
    const alone = fitted(whole)
    expect(Math.abs(Math.log(staged.lengthScales[0]! / alone.lengthScales[0]!))).toBeLessThan(0.1)
  })

  it('survives equal values and equal rows', () => {
    const row = Float64Array.of(0.5)
    const same = {
      rows: [row, row, row],
      values: new Float64Array(3),
      noises: new Float64Array(3),
      categorical: [false],
    }
    const { lengthScales, noise, signal } = fitted(same)
    expect([...lengthScales, noise, signal].every(Number.isFinite)).toBe(true)
  })
})
