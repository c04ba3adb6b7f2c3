import { describe, expect, it } from 'vitest'
import type { MetricConstraint } from '../../../../src/domain/metric.ts'
import { typescriptAlgebra } from '../../../../src/math/typescript-algebra.ts'
import {
  logApproach,
  logFeasibility,
  modelBounds,
} from '../../../../src/optimizer/acquisition/outcome-bounds.ts'
import { sumOf } from '../../../../src/optimizer/acquisition/sum.ts'
import { createNumerics } from '../../../../src/optimizer/numerics.ts'
import { encodeSpace, fromUnitCube } from '../../../../src/optimizer/space/encode.ts'
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
  const [bound] = logFeasibility(modelBounds({ observations, pending: [], bounds }, encoded, numerics)!)
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

describe('coming nearer to bounds that no trial keeps to', () => {
  /** Trials on the left that come to 40 - 20 x, where 10 is allowed, and to 2 x. */
  const trials = (places: readonly number[]) =>
    places.map((x) => {
      const bounded = [40 - 20 * x, 2 * x]
      const measured = { objectives: [0], errors: [0], bounded, boundedErrors: [0, 0], isFeasible: false }
      return { point: fromUnitCube(encoded, [x]), value: 0, measured }
    })
  const approach = (
    limits: readonly MetricConstraint[],
    places: readonly number[],
    pending: number[] = [],
  ) => {
    const history = {
      observations: trials(places),
      pending: pending.map((x) => fromUnitCube(encoded, [x])),
      bounds: limits,
    }
    const sum = sumOf(logApproach(modelBounds(history, encoded, numerics)!))
    return (x: number) => sum.evaluate([Float64Array.of(x)])[0]!
  }
  const grid = Array.from({ length: 101 }, (_, i) => i / 100)
  const highest = (at: (x: number) => number) => grid.reduce((a, b) => (at(b) > at(a) ? b : a))

  it('leads beyond the nearest trial, and not to where least is known', () => {
    const at = approach(bounds, [0.3, 0.4, 0.5, 0.6, 0.7])
    expect(highest(at)).toBeGreaterThan(0.7)
    expect(at(0.75)).toBeGreaterThan(at(0))
  })

  it('leads elsewhere than to a trial that is awaited', () => {
    const places = [0, 0.1, 0.2, 0.3]
    const first = highest(approach(bounds, places))
    expect(Math.abs(highest(approach(bounds, places, [first])) - first)).toBeGreaterThan(0.05)
  })

  it('holds the bounds that the nearest trial keeps to', () => {
    const places = [0.2, 0.3, 0.4, 0.5, 0.6]
    const other = { name: 'other', role: 'constraint', max: 1.5 } as const
    const [one, both] = [approach(bounds, places), approach([...bounds, other], places)]
    // At 1 the other bound is exceeded by a third.
    expect(both(1) - both(0.7)).toBeLessThan(one(1) - one(0.7))
  })
})
