import { describe, expect, it } from 'vitest'
import { minimizeInBox } from '../../../src/math/lbfgs.ts'

const options = { maxIterations: 200, valueTolerance: 0, gradientTolerance: 1e-8 }
const box = (low: number, high: number, n = 2) => ({
  lower: new Float64Array(n).fill(low),
  upper: new Float64Array(n).fill(high),
})

function rosenbrock(x: Float64Array, gradient: Float64Array): number {
  const [a, b] = [x[0]!, x[1]!]
  gradient[0] = -2 * (1 - a) - 400 * a * (b - a * a)
  gradient[1] = 200 * (b - a * a)
  return (1 - a) ** 2 + 100 * (b - a * a) ** 2
}
function sphere(x: Float64Array, gradient: Float64Array): number {
  x.forEach((value, i) => {
    gradient[i] = 2 * value
  })
  return x.reduce((sum, value) => sum + value * value, 0)
}

describe('minimizeInBox', () => {
  it('walks down the banana', () => {
    const result = minimizeInBox({ evaluate: rosenbrock, ...box(-5, 5) }, Float64Array.of(-1.2, 1), options)
    expect(result.x[0]).toBeCloseTo(1, 6)
    expect(result.x[1]).toBeCloseTo(1, 6)
    expect(result.status).not.toBe('iteration-limit')
  })

  it('ends on the border when the minimum lies outside', () => {
    const result = minimizeInBox({ evaluate: rosenbrock, ...box(-5, 0.5) }, Float64Array.of(-1.2, 0), options)
    expect(result.x[0]).toBeCloseTo(0.5, 6)
    expect(result.x[1]).toBeCloseTo(0.25, 6)
  })

  it('moves a start into the box and reports convergence', () => {
    const result = minimizeInBox({ evaluate: sphere, ...box(1, 2) }, Float64Array.of(9, -9), options)
    expect([...result.x]).toEqual([1, 1])
    expect(result.status).toBe('converged')
  })

  it('stays out of the region where the function is infinite', () => {
    const guarded = (x: Float64Array, gradient: Float64Array) =>
      x[0]! < 0.3 ? Infinity : sphere(x, gradient)
    const result = minimizeInBox({ evaluate: guarded, ...box(-1, 1) }, Float64Array.of(1, 1), options)
    expect(result.x[0]).toBeGreaterThanOrEqual(0.3)
    expect(result.value).toBeLessThan(1)
  })

  it('stops at the iteration limit', () => {
    const start = Float64Array.of(-1.2, 1)
    const result = minimizeInBox({ evaluate: rosenbrock, ...box(-5, 5) }, start, {
      ...options,
      maxIterations: 3,
    })
    expect(result).toMatchObject({ status: 'iteration-limit', iterations: 3 })
  })
})
