import { describe, expect, it } from 'vitest'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import { logFeasibility } from '../../../../src/optimizer/acquisition/outcome-bounds.ts'
import { encodeSpace, fromUnitCube } from '../../../../src/optimizer/encode.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { float, space } from '../../../support/spaces.ts'

const encoded = encodeSpace(space([float('x', 0, 1)]))
const numerics = createNumerics(typescriptAlgebra)
const bounds = [{ name: 'size', role: 'constraint', max: 10 }] as const

/** Trials at even places that come to 20 x; one in the middle came to another size, this surely. */
function chanceInTheMiddle(size: number, standardError: number): number {
  const observations = Array.from({ length: 21 }, (_, i) => {
    const x = i / 20
    const isMiddle = i === 8
    const point = fromUnitCube(encoded, [x])
    const bounded = [isMiddle ? size : 20 * x]
    const boundedErrors = [isMiddle ? standardError : 0]
    return {
      point,
      value: 0,
      measured: { objectives: [0], errors: [0], bounded, boundedErrors, isFeasible: true },
    }
  })
  const [bound] = logFeasibility({ observations, bounds }, encoded, numerics)!
  return Math.exp(bound!.evaluate([Float64Array.of(0.4)])[0]!)
}

describe('the chance to keep to a bound', () => {
  it('is near 1 where trials did, and less than even where one did not', () => {
    expect(chanceInTheMiddle(8, 0)).toBeGreaterThan(0.95)
    expect(chanceInTheMiddle(40, 0)).toBeLessThan(0.5)
  })

  it('goes by the neighbours of a trial whose standard error is large', () => {
    expect(chanceInTheMiddle(40, 40)).toBeGreaterThan(0.9)
  })
})
