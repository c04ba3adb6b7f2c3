import { describe, expect, it } from 'vitest'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import { logSuccess } from '../../../../src/optimizer/acquisition/log-success.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { encodeSpace, fromUnitCube } from '../../../../src/optimizer/space/encode.ts'
import { float, space } from '../../../support/spaces.ts'

const encoded = encodeSpace(space([float('x', 0, 1)]))
const numerics = createNumerics(typescriptAlgebra)
/** Trials at even places, of which those beyond a bound failed. */
const failingBeyond = (bound: number, count = 20) =>
  Array.from({ length: count }, (_, i) => {
    const x = (i + 0.5) / count
    const point = fromUnitCube(encoded, [x])
    return { point, value: x > bound ? undefined : x }
  })

describe('logSuccess', () => {
  it('is near 0 where trials succeed, and far below where they fail', () => {
    const chances = logSuccess(failingBeyond(0.6), encoded, numerics)!
    const [inside, outside] = chances.evaluate([Float64Array.of(0.2), Float64Array.of(0.9)])
    expect(inside).toBeGreaterThan(Math.log(0.95))
    expect(outside).toBeLessThan(Math.log(0.05))
  })

  it('is highest at the first success, and falls from there', () => {
    const chances = logSuccess(failingBeyond(0.03), encoded, numerics)!
    const [at, beside, far] = chances.evaluate([0.025, 0.04, 0.9].map((x) => Float64Array.of(x)))
    expect(at).toBeGreaterThan(beside!)
    expect(beside).toBeGreaterThan(far! + 1)
  })

  it('has nothing to say while hardly a trial failed, or all did', () => {
    expect(logSuccess(failingBeyond(0.9), encoded, numerics)).toBeUndefined()
    expect(logSuccess(failingBeyond(-1), encoded, numerics)).toBeUndefined()
    expect(logSuccess(failingBeyond(0.84), encoded, numerics)).toBeDefined()
  })
})
